package page

import (
	"slices"
	"strings"

	"prportal.example/internal/evaluate"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// view is what the template reads.
type view struct {
	*evaluate.Evaluation
	Tiles     []tile
	Measured  []checkView
	Unused    []string // titles of checks that no photo says anything about
	FlagScale float64  // where the tracks of false flags end
	Groups    []groupTable
	Recapture []checkView
	Rows      []labelRow
	Changes   []evaluate.Change // that are any
	Failures  []evaluate.Photo
}

type tile struct {
	Label string
	Rate  evaluate.Rate
	Note  string
	Class string
}

type checkView struct {
	evaluate.Check
	Needs    *profile.Condition // of a return, beside its limit
	Hist     *hist
	ROC, DET *curve
	Worst    Worst
	// NotShown counts the mistakes beyond those that are shown.
	MoreFalse, MoreMissed int
	Missed                int
}

func newView(in Input) view {
	e := in.Evaluation
	v := view{Evaluation: e, FlagScale: flagScale(e.Checks)}
	o := e.Overall
	v.Tiles = []tile{
		{"Good photos flagged", o.GoodFlagged, "by a check that should not fail on them", "good"},
		{"Good photos returned", o.GoodReturned, "sent back without an officer", "good"},
		{"Good photos not judged", o.GoodInconclusive, "by some check: an officer looks", "good"},
		{"Faults told", o.FaultyTold, "by a check that is for them", "faulty"},
		{"Faulty photos stopped", o.FaultyStopped, "for any reason", "faulty"},
	}
	expected := map[string]evaluate.Expectation{}
	for _, x := range e.Expectations {
		expected[x.Name] = x
	}
	for _, c := range e.Checks {
		if c.Good.Photos+c.Faulty.Photos == 0 {
			v.Unused = append(v.Unused, title(c.ID))
			continue
		}
		view := newCheck(c, in.Rules.Rule(c.ID), e.Photos, expected, in.Worst[c.ID])
		v.Measured = append(v.Measured, view)
		if len(c.Attacks) > 0 {
			v.Recapture = append(v.Recapture, view)
		}
	}
	for _, kind := range e.GroupKinds {
		v.Groups = append(v.Groups, newGroupTable(kind, e.Checks))
	}
	for _, l := range e.Labels {
		v.Rows = append(v.Rows, newLabelRow(l, expected[l.Expected]))
	}
	if e.Comparison != nil {
		for _, change := range e.Comparison.Changes {
			if len(change.Broken)+len(change.Fixed) > 0 {
				v.Changes = append(v.Changes, change)
			}
		}
	}
	for _, p := range e.Photos {
		if p.Error != "" {
			v.Failures = append(v.Failures, p)
		}
	}
	return v
}

// flagScale is a round share that all false flags, but not their whole intervals, lie below.
func flagScale(checks []evaluate.Check) float64 {
	most := 0.0
	for _, c := range checks {
		if c.Good.Flagged.Share != nil {
			most = max(most, *c.Good.Flagged.Share)
		}
	}
	for _, s := range []float64{.1, .25, .5} {
		if most <= .8*s {
			return s
		}
	}
	return 1
}

func newCheck(c evaluate.Check, rule profile.Rule, photos []evaluate.Photo, expected map[string]evaluate.Expectation, worst Worst) checkView {
	var measures, margins [3][]float64 // by truth
	for _, p := range photos {
		f := p.Checks[c.ID]
		if f.Measure == nil || (f.Outcome != report.Pass && f.Outcome != report.Fail) {
			continue
		}
		truth := expected[p.Expected].Truth(c.ID)
		measures[truth] = append(measures[truth], *f.Measure)
		margins[truth] = append(margins[truth], evaluate.Margin(rule, *f.Measure))
	}
	view := checkView{Check: c, Needs: rule.ReturnNeeds, Worst: worst, Missed: c.Faulty.Photos - c.Faulty.Flagged.Count}
	view.Hist = newHist(rule, measures[evaluate.Good], measures[evaluate.Faulty])
	view.ROC, view.DET = newCurves(rule, margins[evaluate.Good], margins[evaluate.Faulty])
	view.MoreFalse = c.Good.Flagged.Count - len(worst.FalseFlags)
	view.MoreMissed = view.Missed - len(worst.Misses)
	return view
}

// Detailed tells whether the check has anything to show beyond its share of false flags, which is none.
func (c checkView) Detailed() bool { return c.Faulty.Photos > 0 || c.Good.Flagged.Count > 0 }

// Ignored tells whether the profile lets failures of the check count for nothing.
func (c checkView) Ignored() bool { return c.Policy == report.Ignore }

// Measure is the photo's measure of the check in words.
func (c checkView) Measure(s Shown) string {
	f := s.Checks[c.ID]
	switch {
	case f.Outcome == report.Inconclusive:
		return "could not be judged"
	case f.Outcome == report.NotApplicable:
		return "not applicable"
	case f.Measure == nil:
		return "no measure"
	}
	return measured(*f.Measure, c.Unit)
}

// Outcome says what a mistake of the check led to.
func (c checkView) Outcome(s Shown) string {
	switch {
	case s.Error != "":
		return "engine failed"
	case s.Decision == report.DecisionReturn:
		return "photo returned"
	case s.Decision == report.DecisionReview:
		return "photo to review"
	}
	return "photo passed"
}

// groupTable shows how often good photos of each group are flagged.
type groupTable struct {
	evaluate.GroupKind
	Rows []groupRow
	// Level are the checks that flagged nobody's good photo.
	Level []string
}

type groupRow struct {
	ID    report.CheckID
	Cells []evaluate.Tally
	Gap   evaluate.Gap
	Wide  bool // the gap is more than chance explains
}

func newGroupTable(kind evaluate.GroupKind, checks []evaluate.Check) groupTable {
	t := groupTable{GroupKind: kind}
	for _, c := range checks {
		at := slices.IndexFunc(kind.Gaps, func(g evaluate.Gap) bool { return g.Check == c.ID })
		if at < 0 {
			if slices.ContainsFunc(c.Groups, func(g evaluate.GroupTally) bool { return g.Kind == kind.Name }) {
				t.Level = append(t.Level, title(c.ID))
			}
			continue
		}
		row := groupRow{ID: c.ID, Gap: kind.Gaps[at], Wide: kind.Gaps[at].Low > 0}
		for _, v := range kind.Values {
			i := slices.IndexFunc(c.Groups, func(g evaluate.GroupTally) bool { return g.Kind == kind.Name && g.Value == v.Value })
			cell := evaluate.Tally{}
			if i >= 0 {
				cell = c.Groups[i].Good
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// labelRow is a label beside what is expected of it.
type labelRow struct {
	evaluate.Label
	What   string
	Should string
	Cells  []heat
}

// heat is a count with its share as a strength of colour, in fifths.
type heat struct {
	Count int
	Level int
	Of    int
}

func newLabelRow(l evaluate.Label, x evaluate.Expectation) labelRow {
	r := labelRow{Label: l, What: x.What, Should: "nothing"}
	if len(x.Faulty) > 0 {
		var names []string
		for _, id := range x.Faulty {
			names = append(names, title(id))
		}
		r.Should = strings.Join(names, ", ")
	}
	for _, n := range []int{l.Pass, l.Review, l.Return, l.Failed} {
		level := 0
		if n > 0 {
			level = 1 + 4*n/l.Photos
		}
		r.Cells = append(r.Cells, heat{n, level, l.Photos})
	}
	return r
}

// thumbs are mistakes of a check to show.
type thumbs struct {
	Check  checkView
	Photos []Shown
}

// FalseFlagPhotos are good photos that were flagged.
func (c checkView) FalseFlagPhotos() thumbs { return thumbs{c, c.Worst.FalseFlags} }

// MissedPhotos are faulty photos that were not.
func (c checkView) MissedPhotos() thumbs { return thumbs{c, c.Worst.Misses} }

// partTable is a table of the photos of a check in parts.
type partTable struct {
	Title, Caption, Of string
	Good, Faulty       bool // whether there are such photos
	Curves             bool // whether a part has one of its own
	Parts              []evaluate.Part
	Level              int // parts left out, as they hold good photos only and none was flagged
}

// SetTable tells the sets apart.
func (c checkView) SetTable() partTable {
	return partTable{
		Title: title(c.ID) + ": sets", Caption: "By set", Of: "Set", Good: c.Good.Photos > 0, Faulty: c.Faulty.Photos > 0, Parts: c.Sets,
		Curves: slices.ContainsFunc(c.Sets, func(p evaluate.Part) bool { return p.AUC != nil }),
	}
}

// LabelTable tells those labels apart of which there is anything to say.
func (c checkView) LabelTable() partTable {
	t := partTable{Title: title(c.ID) + ": labels", Caption: "By label", Of: "Label", Good: c.Good.Photos > 0, Faulty: c.Faulty.Photos > 0}
	for _, p := range c.Labels {
		if p.Faulty.Photos == 0 && p.Good.Flagged.Count+p.Good.Inconclusive.Count == 0 {
			t.Level++
			continue
		}
		t.Parts = append(t.Parts, p)
	}
	return t
}
