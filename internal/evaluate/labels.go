package evaluate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Group is one thing that is known about the person of a photo.
type Group struct {
	Name  string `json:"name"`  // of the kind of group: gender
	Value string `json:"value"` // female
}

// Sample is a labelled photo.
type Sample struct {
	Path     string // below the folder, with slashes
	Line     int    // of the file of labels; 0 without one
	Label    string
	Set      string // where the photo comes from: another camera, another source
	Subject  string // the person; "" when nobody says
	Groups   []Group
	Effect   string   // what simulation did to the photo; "" for a real one
	Strength *float64 // how much of it
	Expectation
}

// What a file of labels may hold.
const (
	maxLine   = 64 << 10
	maxFaults = 5 // told at once
)

// ReadLabels reads a TSV file with a line of column names, of which path and label are needed. Further columns that count: subject,
// group (parts put apart by semicolons, by the order of the table's names or as name=value), set (otherwise the path's first
// folder, or root for simulated photos and those in no folder), expect (checks that should fail, put apart by commas, in place of what the label says; "-" for none),
// kind (direct or scan tells what a photo without either is), effect and strength. An error names the line.
func ReadLabels(r io.Reader, table *Table, root string) ([]Sample, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	var (
		columns map[string]int
		samples []Sample
		faults  []error
		seen    = map[string]int{}
		number  int
	)
	for lines.Scan() {
		number++
		text := strings.TrimSuffix(lines.Text(), "\r")
		if number == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		if !utf8.ValidString(text) {
			return nil, fmt.Errorf("line %d: not UTF-8", number)
		}
		cells := strings.Split(text, "\t")
		if columns == nil {
			var err error
			if columns, err = header(cells); err != nil {
				return nil, fmt.Errorf("line %d: %w", number, err)
			}
			continue
		}
		s, err := row(cells, columns, table, root)
		if err == nil && seen[s.Path] > 0 {
			err = fmt.Errorf("%s stands in line %d too", strconv.Quote(s.Path), seen[s.Path])
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", number, err))
			continue
		}
		seen[s.Path], s.Line = number, number
		samples = append(samples, s)
	}
	switch {
	case errors.Is(lines.Err(), bufio.ErrTooLong):
		return nil, fmt.Errorf("line %d: longer than %d KB", number+1, maxLine>>10)
	case lines.Err() != nil:
		return nil, lines.Err()
	case len(faults) > 0:
		return nil, several(faults)
	case len(samples) == 0:
		return nil, errors.New("no photo is listed")
	}
	return samples, nil
}

// several tells the first few faults, and how many more there are.
func several(faults []error) error {
	if more := len(faults) - maxFaults; more > 0 {
		faults = append(faults[:maxFaults:maxFaults], fmt.Errorf("and %d more", more))
	}
	return errors.Join(faults...)
}

func header(cells []string) (map[string]int, error) {
	columns := map[string]int{}
	for i, name := range cells {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, ok := columns[name]; ok && name != "" {
			return nil, fmt.Errorf("column %s stands twice", strconv.Quote(name))
		}
		columns[name] = i
	}
	for _, name := range []string{"path", "label"} {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("there is no column %s: the first line names the columns, put apart by tabs", name)
		}
	}
	return columns, nil
}

func row(cells []string, columns map[string]int, table *Table, root string) (Sample, error) {
	cell := func(name string) string {
		i, ok := columns[name]
		if !ok || i >= len(cells) {
			return ""
		}
		return strings.TrimSpace(cells[i])
	}
	if len(cells) > len(columns) {
		return Sample{}, fmt.Errorf("%d cells for %d columns", len(cells), len(columns))
	}
	file := cell("path")
	if file == "" {
		return Sample{}, errors.New("the path is empty")
	}
	s := Sample{Path: path.Clean(file), Label: cell("label"), Set: cell("set"), Subject: cell("subject"), Effect: cell("effect"),
		Groups: groups(cell("group"), table.GroupNames)}
	if path.IsAbs(s.Path) || s.Path == "." || s.Path == ".." || strings.HasPrefix(s.Path, "../") {
		return Sample{}, fmt.Errorf("path %s leads out of the folder", strconv.Quote(file))
	}
	switch {
	case s.Set != "":
	case s.Effect != "":
		s.Set = root // folders of simulated photos are named by their effects
	default:
		s.Set = firstFolder(s.Path, root)
	}
	if text := cell("strength"); text != "" {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return Sample{}, fmt.Errorf("strength %s is no number", strconv.Quote(text))
		}
		s.Strength = &v
	}
	var err error
	s.Expectation, err = table.of(s.Label, cell("expect"), cell("kind"))
	return s, err
}

// of is what a row expects: by its own column, else by its label, else by what the camera was pointed at.
func (t *Table) of(label, expect, kind string) (Expectation, error) {
	if expect != "" && expect != "-" {
		return t.named(expect, kind)
	}
	e, ok := t.Expect(label)
	if expect == "-" && (!ok || len(e.Faulty) > 0) || !ok && (kind == "direct" || kind == "scan") {
		name := "scan"
		if kind != name {
			name = "direct_portrait"
		}
		e, ok = t.Expect(name)
	}
	if !ok {
		return Expectation{}, fmt.Errorf("unknown label %s: name it in a file of expectations", strconv.Quote(label))
	}
	return e, nil
}

func firstFolder(file, root string) string {
	if first, _, ok := strings.Cut(file, "/"); ok {
		return first
	}
	return root
}

// groups takes apart what is known about a person. What nobody knows is left out.
func groups(text string, names []string) []Group {
	var out []Group
	if text == "" {
		return out
	}
	for i, part := range strings.Split(text, ";") {
		name, value, named := strings.Cut(part, "=")
		switch {
		case !named && i < len(names):
			name, value = names[i], part
		case !named:
			name, value = fmt.Sprintf("group %d", i+1), part
		}
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if name == "age" {
			value = ageBand(value)
		}
		if name == "" || value == "" || strings.EqualFold(value, "NA") || strings.EqualFold(value, "unknown") {
			continue
		}
		if slices.ContainsFunc(out, func(g Group) bool { return g.Name == name }) {
			continue
		}
		out = append(out, Group{name, value})
	}
	return out
}

// ageBand is the band of an age in years; other text stays as it is.
func ageBand(text string) string {
	years, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsNaN(years):
		return text
	case years < 18:
		return "under 18"
	case years < 25:
		return "18 to 24"
	case years < 35:
		return "25 to 34"
	case years < 45:
		return "35 to 44"
	case years < 55:
		return "45 to 54"
	case years < 65:
		return "55 to 64"
	}
	return "65 and over"
}

// Foldered labels photos by the folders that they lie in: the nearest one whose name is a known label. paths are below the folder
// of photos, with slashes; root is that folder's name, which may be the label too.
func Foldered(paths []string, table *Table, root string) ([]Sample, error) {
	var samples []Sample
	var faults []error
	for _, file := range paths {
		s := Sample{Path: file, Set: firstFolder(file, root)}
		ok := false
		for dir := path.Dir(file); !ok; dir = path.Dir(dir) {
			s.Label = path.Base(dir)
			if dir == "." {
				s.Label = root
			}
			s.Expectation, ok = table.Expect(s.Label)
			if ok && dir == s.Set {
				s.Set = root // its first folder is the label, and tells of no set
			}
			if dir == "." {
				break
			}
		}
		if !ok {
			faults = append(faults, fmt.Errorf("%s: no folder above it is named by a known label", strconv.Quote(file)))
			continue
		}
		samples = append(samples, s)
	}
	if len(faults) > 0 {
		return nil, several(faults)
	}
	return samples, nil
}
