// Package describe says in words what each check measures. It is plain data without OpenCV, so that documents can be made of it
// anywhere: the pages of docs/checks are, and a test fails when they are stale.
//
// A check has one description here, beside its one line in the table of package photocheck. Limits and policies are not here: they
// are a profile's, and the pages take them from there.
package describe

//go:generate go run prportal.example/tools/checkdocs -out ../../../docs/checks

import "prportal.example/pkg/photocheck/report"

// Need is what a check needs before it can look.
type Need string

const (
	File    Need = "file"    // nothing but bytes
	Picture Need = "picture" // a picture that can be decoded
	Face    Need = "face"    // a face in it
)

// Description is what there is to know of a check beside its limits.
type Description struct {
	Check    report.CheckID
	Needs    Need
	Measures string   // in plain words; the first sentence stands alone in the index
	Formula  []string // how the measure is computed, a step each
	Unit     string   // what the unit means
	Values   []Value
	Evidence []Mark
	// NoEvidence says why a failure has nothing to draw; empty if it has.
	NoEvidence string
	Sources    []string
	Limits     []string // what the check can't tell, and when it is wrong
}

// Value is a further value of the report that the profile judges or an officer reads.
type Value struct{ Name, Meaning string }

// Mark is a piece of evidence.
type Mark struct {
	Label   string
	Kind    report.EvidenceKind
	Meaning string
}

// All returns the descriptions in table order.
func All() []Description { return append([]Description{}, all...) }

// Of returns the description of a check, and whether there is one.
func Of(id report.CheckID) (Description, bool) {
	for _, d := range all {
		if d.Check == id {
			return d, true
		}
	}
	return Description{}, false
}

// Has tells whether a check's description names that evidence.
func (d Description) Has(label string, kind report.EvidenceKind) bool {
	for _, m := range d.Evidence {
		if m.Label == label && m.Kind == kind {
			return true
		}
	}
	return false
}

// HasValue tells whether a check's description names that further value.
func (d Description) HasValue(name string) bool {
	for _, v := range d.Values {
		if v.Name == name {
			return true
		}
	}
	return false
}
