package journey

import (
	"testing"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

func TestA4Progress(t *testing.T) {
	in, out := &store.Declaration{Answer: store.InCanada}, &store.Declaration{Answer: store.NotInCanada}
	a := &store.Address{}
	in3 := func(s casefile.State) State { return State{Declaration: in, Home: a, Postal: a, Case: caseIn(s)} }
	bad := in3(casefile.Checked)
	bad.Photo = &store.Photo{Verdict: &report.Report{Decision: report.DecisionReturn}}
	ordered := in3(casefile.Accepted)
	ordered.Card = &store.Card{State: store.CardOrdered}
	held := in3(casefile.Accepted)
	held.Card = &store.Card{State: store.CardHeld}
	left := in3(casefile.Checked)
	left.Declaration = out
	for name, c := range map[string]struct {
		s    State
		want string // the status of each task; * is one that can't be opened
	}{
		"nothing yet":         {State{Case: caseIn(casefile.Open)}, "incomplete incomplete cannot_start* cannot_start* cannot_start*"},
		"declared":            {State{Declaration: in, Case: caseIn(casefile.Open)}, "completed incomplete cannot_start* cannot_start* cannot_start*"},
		"not in Canada":       {State{Declaration: out, Home: a, Case: caseIn(casefile.Open)}, "problem completed incomplete cannot_start* cannot_start*"},
		"one address":         {State{Declaration: in, Home: a, Case: caseIn(casefile.Open)}, "completed completed incomplete cannot_start* cannot_start*"},
		"all but the photo":   {in3(casefile.Open), "completed completed completed incomplete cannot_start*"},
		"checking":            {in3(casefile.Checking), "completed completed completed incomplete incomplete"},
		"checked":             {in3(casefile.Checked), "completed completed completed completed incomplete"},
		"would come back":     {bad, "completed completed completed problem incomplete"},
		"left Canada":         {left, "problem completed completed cannot_start* cannot_start*"},
		"submitted":           {in3(casefile.Submitted), "completed* completed completed completed completed"},
		"in review":           {in3(casefile.InReview), "completed* completed completed completed completed"},
		"decided":             {in3(casefile.Decided), "completed* completed completed completed completed"},
		"returned":            {in3(casefile.Returned), "completed completed completed problem cannot_start*"},
		"accepted, card held": {held, "completed* completed completed completed completed"},
		"card ordered":        {ordered, "completed* completed* completed* completed completed"},
	} {
		got := ""
		for i, step := range Progress(c.s) {
			if step.Task != Tasks()[i] {
				t.Errorf("%s: task %d is %s", name, i, step.Task)
			}
			if i > 0 {
				got += " "
			}
			if got += string(step.Status); !step.Open {
				got += "*"
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func caseIn(s casefile.State) store.CaseRow { return store.CaseRow{Case: casefile.Case{State: s}} }
