package testphotos

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
)

// Label is one line of a folder's labels.tsv.
type Label struct {
	// Path is below the folder, with slashes.
	Path string
	// Label is what is on the photo, Subject the person, Group what they say of themselves, put apart by semicolons; all may be empty.
	Label, Subject, Group string
}

// Labels reads labels.tsv of a folder of photos. Its first line names the columns, in any order; path is needed.
func Labels(dir string) ([]Label, error) {
	name := filepath.Join(dir, "labels.tsv")
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := csv.NewReader(file)
	lines.Comma, lines.LazyQuotes, lines.FieldsPerRecord = '\t', true, -1
	rows, err := lines.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s is empty", name)
	}
	columns := map[string]int{}
	for i, c := range rows[0] {
		columns[c] = i
	}
	if _, ok := columns["path"]; !ok {
		return nil, fmt.Errorf("%s: there is no column path", name)
	}
	var out []Label
	for _, row := range rows[1:] {
		cell := func(column string) string {
			if i, ok := columns[column]; ok && i < len(row) {
				return row[i]
			}
			return ""
		}
		out = append(out, Label{cell("path"), cell("label"), cell("subject"), cell("group")})
	}
	return out, nil
}
