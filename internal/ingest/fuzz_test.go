package ingest

import (
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
)

const (
	fuzzHeader = "application,client_id,given_names,family_name,birth_date,email,language,principal"
	fuzzRow    = "A-1,C-1,Zoë,Łęcka,1990-01-02,zoe@people.example,fr,true"
)

// FuzzCSV and FuzzJSONL: nothing panics, and every line that is not blank belongs to exactly one record.
func FuzzCSV(f *testing.F) {
	f.Add(fuzzHeader + "\n" + fuzzRow + "\n")
	f.Add(fuzzHeader + "\r\n" + strings.Replace(fuzzRow, "Zoë", `"a""b"`, 1) + "\r\n\"\n\n" + strings.Replace(fuzzRow, "Zoë", "\"a\nb\"", 1))
	f.Add("\ufeff" + strings.ReplaceAll(fuzzHeader, ",", ";") + "\n;;;\n\"")
	f.Add(fuzzHeader + "\n" + strings.Repeat("\"\n", 30) + fuzzRow + strings.Repeat("x", 70_000) + "\n\"")
	f.Fuzz(func(t *testing.T, text string) { everyLineCounts(t, FormatCSV, text) })
}

func FuzzJSONL(f *testing.F) {
	f.Add(`{"application":"A","client_id":"C","given_names":"Zoë","birth_date":"1990-01-02","email":"z@x.example","language":"fr","principal":true}`)
	f.Add("{}\n[]\n\n{\"application\":1}\nnull")
	f.Fuzz(func(t *testing.T, text string) { everyLineCounts(t, FormatJSONL, text) })
}

func everyLineCounts(t *testing.T, format Format, text string) {
	rows, err := newReader(strings.NewReader(text), format)
	var header *HeaderError
	if errors.As(err, &header) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	comma, skip := ",", format == FormatCSV
	if c, ok := rows.(*csvRows); ok {
		comma = string(c.comma)
	}
	covered := map[int]bool{}
	for last := 0; ; {
		rec, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for n := rec.line; n <= rec.line+strings.Count(rec.text, "\n"); n++ {
			if n <= last {
				t.Fatalf("line %d comes twice", n)
			}
			covered[n], last = true, n
		}
		if _, err := rec.person(time.Unix(1_700_000_000, 0)); err == nil && rec.text == "" {
			t.Error("somebody comes from nowhere")
		}
	}
	physical := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	for i, l := range physical {
		blank := strings.TrimSpace(strings.TrimSuffix(l, "\r")) == ""
		if skip { // the first line that is not blank is the header
			skip = blank
			continue
		}
		if format == FormatCSV {
			blank = strings.Trim(strings.TrimSuffix(l, "\r"), comma+" \t") == ""
		}
		if !blank && !covered[i+1] {
			t.Errorf("line %d of %d is lost: %.60q", i+1, len(physical), l)
		}
	}
}

// FuzzSplit: one row is taken apart as encoding/csv does it.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{fuzzRow, `"a""b",c`, `"a"b`, `a"b`, `,"",`, `"`, `""""`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" || strings.ContainsAny(text, "\r\n") {
			return // there a line ends
		}
		ours, err := split(text, ',')
		r := csv.NewReader(strings.NewReader(text))
		theirs, theirErr := r.Read()
		if (err == nil) != (theirErr == nil) || (err == nil && !reflect.DeepEqual(ours, theirs)) {
			t.Errorf("%q is %q, %v; encoding/csv has %q, %v", text, ours, err, theirs, theirErr)
		}
	})
}
