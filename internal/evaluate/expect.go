package evaluate

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"prportal.example/pkg/photocheck/report"
)

// Expectation is what is expected of a photo. Checks in none of the lists are not measured on it.
type Expectation struct {
	Name   string           `json:"name"` // what it was found by: an entry's match, or the checks that a row of labels names
	What   string           `json:"what"`
	Good   []report.CheckID `json:"good"`   // should not fail
	Faulty []report.CheckID `json:"faulty"` // should fail
	Also   []report.CheckID `json:"also"`   // their failure tells the same fault
	Scan   bool             `json:"scan"`   // an allowed flat-bed scan
	// GoodOtherwise counts the photo among the good ones where whole photos are counted: its fault is a small one.
	GoodOtherwise bool `json:"good_otherwise"`
}

// Table finds the expectation of a label.
type Table struct {
	GroupNames []string // of the parts of a photo's group
	entries    []entry
	related    map[string][]string // checks that tell the same fault
}

type entry struct {
	match string
	Expectation
}

// tableFile is the YAML form of a table.
type tableFile struct {
	Groups  []string            `yaml:"groups"`
	Related map[string][]string `yaml:"related"`
	Lists   map[string][]string `yaml:"lists"`
	Labels  []struct {
		Match  string   `yaml:"match"`
		What   string   `yaml:"what"`
		Good   []string `yaml:"good"`
		Expect []string `yaml:"expect"`
		Also   []string `yaml:"also"`
		Scan   bool     `yaml:"scan"`
		Minor  bool     `yaml:"good_otherwise"`
	} `yaml:"labels"`
}

//go:embed expect.yaml
var builtIn []byte

// LoadTable returns the built-in table. The text of another one, if there is any, is looked through before it: its entries and
// lists come first, its names of groups replace the built-in ones.
func LoadTable(own []byte) (*Table, error) {
	base, err := readTable(builtIn)
	if err != nil {
		return nil, fmt.Errorf("built-in expectations: %w", err)
	}
	files := []tableFile{base}
	if len(own) > 0 {
		first, err := readTable(own)
		if err != nil {
			return nil, fmt.Errorf("expectations: %w", err)
		}
		files = []tableFile{first, base}
	}
	t := &Table{GroupNames: base.Groups}
	if len(files[0].Groups) > 0 {
		t.GroupNames = files[0].Groups
	}
	lists := map[string][]string{}
	t.related = map[string][]string{}
	for _, f := range slices.Backward(files) {
		maps.Copy(lists, f.Lists)
		maps.Copy(t.related, f.Related)
	}
	for id, others := range t.related {
		if _, err := checks(append([]string{id}, others...), nil); err != nil {
			return nil, fmt.Errorf("expectations: related: %w", err)
		}
	}
	for _, f := range files {
		for _, l := range f.Labels {
			e, err := newEntry(l.Match, l.Good, l.Expect, l.Also, lists)
			if err != nil {
				return nil, fmt.Errorf("expectations: label %q: %w", l.Match, err)
			}
			e.What, e.Scan, e.GoodOtherwise = l.What, l.Scan, l.Minor
			t.entries = append(t.entries, e)
		}
	}
	return t, nil
}

func readTable(data []byte) (f tableFile, err error) {
	err = yaml.NewDecoder(bytes.NewReader(data), yaml.DisallowUnknownField()).Decode(&f)
	return f, err
}

func newEntry(match string, good, expect, also []string, lists map[string][]string) (e entry, err error) {
	if match == "" {
		return e, fmt.Errorf("match must not be empty")
	}
	if _, err := path.Match(match, ""); err != nil {
		return e, fmt.Errorf("match: %w", err)
	}
	e = entry{match: match, Expectation: Expectation{Name: match}}
	if e.Good, err = checks(good, lists); err != nil {
		return e, err
	}
	if e.Faulty, err = checks(expect, nil); err != nil {
		return e, err
	}
	if e.Also, err = checks(also, nil); err != nil {
		return e, err
	}
	for _, id := range append(slices.Clone(e.Faulty), e.Also...) {
		if slices.Contains(e.Good, id) && !slices.Contains(good, "all") {
			return e, fmt.Errorf("%s can't be good and fail", id)
		}
	}
	e.Good = slices.DeleteFunc(e.Good, func(id report.CheckID) bool {
		return slices.Contains(e.Faulty, id) || slices.Contains(e.Also, id)
	})
	return e, nil
}

// checks are the ids that names stand for, each once and in table order.
func checks(names []string, lists map[string][]string) ([]report.CheckID, error) {
	found := map[report.CheckID]bool{}
	for _, name := range names {
		ids := []string{name}
		if name == "all" && lists != nil {
			for _, id := range report.CheckIDs() {
				ids = append(ids, string(id))
			}
			ids = ids[1:]
		} else if list, ok := lists[name]; ok {
			ids = list
		}
		for _, id := range ids {
			if !slices.Contains(report.CheckIDs(), report.CheckID(id)) {
				return nil, fmt.Errorf("there is no check %q", id)
			}
			found[report.CheckID(id)] = true
		}
	}
	out := []report.CheckID{}
	for _, id := range report.CheckIDs() {
		if found[id] {
			out = append(out, id)
		}
	}
	return out, nil
}

// Expect returns the expectation of a label.
func (t *Table) Expect(label string) (Expectation, bool) {
	for _, e := range t.entries {
		if ok, err := path.Match(e.match, label); ok && err == nil {
			return e.Expectation, true
		}
	}
	if slices.Contains(report.CheckIDs(), report.CheckID(label)) {
		if e, err := t.named(label, ""); err == nil {
			e.Name = label
			return e, true
		}
	}
	return Expectation{}, false
}

// fileChecks are what a photo with another fault meets: it is a file in order.
func fileChecks(fault report.CheckID) []report.CheckID {
	ids := []report.CheckID{report.FileType, report.FileSize, report.FileIntact}
	if slices.Contains(ids, fault) {
		return []report.CheckID{}
	}
	return ids
}

// named is the expectation that the checks named in a row of labels fail, put apart by commas. What a camera saw directly, or a
// scanner, is no recapture, whatever else is wrong with it.
func (t *Table) named(names, kind string) (Expectation, error) {
	ids, err := checks(strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ' ' }), nil)
	if err != nil {
		return Expectation{}, err
	}
	var words, related []string
	for _, id := range ids {
		words = append(words, string(id))
		related = append(related, t.related[string(id)]...)
	}
	also, err := checks(related, nil)
	if err != nil {
		return Expectation{}, err
	}
	also = slices.DeleteFunc(also, func(id report.CheckID) bool { return slices.Contains(ids, id) })
	e := Expectation{Name: "expect " + strings.Join(words, ", "), What: "faults that these checks are for", Good: []report.CheckID{},
		Faulty: ids, Also: also}
	if len(ids) == 1 {
		e.What = "a fault that this check is for"
		e.Good = fileChecks(ids[0])
	}
	if kind == "direct" || kind == "scan" {
		e.Name += " (" + kind + ")"
		for _, id := range []report.CheckID{report.PaperPrint, report.ScreenCapture} {
			if !slices.Contains(ids, id) && !slices.Contains(also, id) {
				e.Good = append(e.Good, id)
			}
		}
	}
	e.Scan = kind == "scan"
	return e, nil
}
