package evaluate_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/evaluate"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func testRules(t *testing.T) *profile.Profile {
	t.Helper()
	text, err := os.ReadFile("testdata/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := profile.Load(text)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// lot makes an evaluation of made-up reports.
type lot struct {
	*testing.T
	rules *profile.Profile
	table *evaluate.Table
	e     *evaluate.Evaluation
}

func newLot(t *testing.T) *lot {
	t.Helper()
	rules := testRules(t)
	return &lot{t, rules, table(t, ""), &evaluate.Evaluation{Version: evaluate.FormatVersion, Made: time.Unix(1e9, 0).UTC(), Profile: rules.ID(),
		Engine: report.Engine{Finder: "haar", Version: "1"}}}
}

// add judges a photo on which every check measures its best, but for those given.
func (l *lot) add(label string, measures map[report.CheckID]float64, change ...func(*evaluate.Sample, *report.Report)) {
	l.Helper()
	s := evaluate.Sample{Path: fmt.Sprintf("%s/%03d.jpg", label, len(l.e.Photos)), Label: label, Set: "set"}
	var ok bool
	if s.Expectation, ok = l.table.Expect(label); !ok {
		l.Fatalf("no label %s", label)
	}
	r := report.Report{Width: 1000, Height: 1400}
	for _, rule := range l.rules.Rules() {
		v, given := measures[rule.ID]
		if !given {
			v = rule.Score.Best
		}
		r.Checks = append(r.Checks, report.Check{ID: rule.ID, Measure: report.Number(v)})
	}
	for _, f := range change {
		f(&s, &r)
	}
	if !slices.ContainsFunc(l.e.Expectations, func(e evaluate.Expectation) bool { return e.Name == s.Name }) {
		l.e.Expectations = append(l.e.Expectations, s.Expectation)
	}
	l.e.Photos = append(l.e.Photos, evaluate.NewPhoto(s, profile.Judge(l.rules, r, nil)))
}

func (l *lot) check(id report.CheckID) evaluate.Check {
	l.Helper()
	for _, c := range l.e.Checks {
		if c.ID == id {
			return c
		}
	}
	l.Fatalf("no check %s", id)
	return evaluate.Check{}
}

func outcomeOf(id report.CheckID, o report.Outcome) func(*evaluate.Sample, *report.Report) {
	return func(_ *evaluate.Sample, r *report.Report) {
		for i := range r.Checks {
			if r.Checks[i].ID == id {
				r.Checks[i].Outcome, r.Checks[i].Measure = o, nil
			}
		}
	}
}

func ofGroup(groups ...string) func(*evaluate.Sample, *report.Report) {
	return func(s *evaluate.Sample, _ *report.Report) {
		for _, g := range groups {
			s.Groups = append(s.Groups, evaluate.Group{Name: "ethnicity", Value: g})
		}
	}
}

func counts(r evaluate.Rate) string { return fmt.Sprintf("%d/%d", r.Count, r.Of) }

func TestCount(t *testing.T) {
	l := newLot(t)
	for i := range 4 {
		l.add("direct_studio", nil, func(s *evaluate.Sample, _ *report.Report) { s.Subject = fmt.Sprint(i / 2) })
	}
	l.add("direct_studio", map[report.CheckID]float64{report.TooDark: -3.2})                                            // to review
	l.add("direct_studio", map[report.CheckID]float64{report.TooDark: -3.6, report.Background: 2})                      // returned
	l.add("direct_studio", nil, outcomeOf(report.TooDark, report.Inconclusive))                                         // open
	l.add("direct_studio", map[report.CheckID]float64{report.HeadSize: .7})                                             // nothing is promised about heads
	l.add("too_dark", map[report.CheckID]float64{report.TooDark: -5})                                                   // told
	l.add("too_dark", map[report.CheckID]float64{report.TooDark: -3.3})                                                 // told, to review
	l.add("too_dark", map[report.CheckID]float64{report.TooDark: -2})                                                   // missed
	l.add("too_dark", map[report.CheckID]float64{report.HeadSize: .7}, outcomeOf(report.TooDark, report.NotApplicable)) // stopped otherwise
	l.add("multi_face", map[report.CheckID]float64{report.FaceCount: 3})
	l.e.Count(l.rules)

	c := l.check(report.TooDark)
	for what, got := range map[string]string{
		"good flagged 2/8": counts(c.Good.Flagged), "good returned 1/8": counts(c.Good.Returned), "good open 1/8": counts(c.Good.Inconclusive),
		"told 2/4": counts(c.Faulty.Flagged), "faulty returned 1/4": counts(c.Faulty.Returned), "faulty none 1/4": counts(c.Faulty.NotApplicable),
		"stopped 3/4": counts(c.Faulty.Stopped), "people 2": fmt.Sprint(c.Good.People),
		"curve 7 3": fmt.Sprint("curve ", c.Curve.Good, " ", c.Curve.Faulty),
	} {
		if !strings.HasSuffix(what, " "+got) && what != got {
			t.Errorf("%s: got %s", what, got)
		}
	}
	// Margins of good: five far below, −3.2, −3.6; of faulty −5, −3.3, −2. Pairs where the faulty one is darker: 7, 6, 5 of 7… all but
	// those with −3.6 and −3.2.
	if want := (7.0 + 6 + 5) / 21; math.Abs(c.Curve.AUC-want) > 1e-12 {
		t.Errorf("AUC %v, want %v", c.Curve.AUC, want)
	}
	o := l.e.Overall
	for what, got := range map[string]string{
		"flagged 2/8": counts(o.GoodFlagged), "returned 1/8": counts(o.GoodReturned), "open 1/8": counts(o.GoodInconclusive),
		"told 3/5": counts(o.FaultyTold), "stopped 4/5": counts(o.FaultyStopped),
	} {
		if !strings.HasSuffix(what, " "+got) {
			t.Errorf("overall %s: got %s", what, got)
		}
	}
	if h := l.check(report.HeadSize); h.Good.Photos+h.Faulty.Photos != 0 {
		t.Errorf("the head's size was measured: %+v", h)
	}
	for _, row := range l.e.Labels {
		if row.Label == "too_dark" && (row.Pass != 1 || row.Review != 1 || row.Return != 2 || counts(row.Right) != "2/4" || row.Otherwise != 1) {
			t.Errorf("%+v", row)
		}
		if row.Label == "direct_studio" && (row.Pass != 4 || counts(row.Right) != "6/8") {
			t.Errorf("%+v", row)
		}
	}
}

// Good photos of one camera and faulty ones of another: the curve over both tells the cameras apart, not the faults.
func TestCurvesWithinASet(t *testing.T) {
	l := newLot(t)
	of := func(set string) func(*evaluate.Sample, *report.Report) {
		return func(s *evaluate.Sample, _ *report.Report) { s.Set = set }
	}
	for range 9 {
		l.add("direct_portrait", map[report.CheckID]float64{report.PaperPrint: .1}, of("studio"))
		l.add("recapture_print", map[report.CheckID]float64{report.PaperPrint: .5}, of("webcam"))
	}
	l.add("direct_portrait", map[report.CheckID]float64{report.PaperPrint: .5}, of("webcam"))
	l.e.Count(l.rules)
	c := l.check(report.PaperPrint)
	if math.Abs(c.Curve.AUC-.95) > 1e-9 || len(c.Sets) != 2 || c.Sets[0].AUC != nil || *c.Sets[1].AUC != .5 {
		t.Errorf("%+v, %+v", c.Curve, c.Sets)
	}
}

func TestAnIgnoredCheckDoesNoHarm(t *testing.T) {
	l := newLot(t)
	l.add("direct_studio", map[report.CheckID]float64{report.Colour: 1}) // grey, which the rules permit
	l.e.Count(l.rules)
	c := l.check(report.Colour)
	if counts(l.e.Overall.GoodFlagged) != "0/1" || counts(l.e.Sets[0].Good.Flagged) != "0/1" || counts(l.e.Labels[0].Right) != "1/1" ||
		counts(c.Good.Flagged) != "1/1" || c.Policy != report.Ignore {
		t.Errorf("%+v, %+v", l.e.Overall, c)
	}
}

func TestASmileCountsAmongTheGoodPhotos(t *testing.T) {
	l := newLot(t)
	l.add("direct_studio_smiling", map[report.CheckID]float64{report.Expression: 1.1})
	l.add("direct_studio_smiling", map[report.CheckID]float64{report.Glare: .1})
	l.e.Count(l.rules)
	if o := l.e.Overall; counts(o.GoodFlagged) != "1/2" || o.FaultyTold.Of != 0 || o.FaultyTold.Share != nil {
		t.Errorf("%+v", o)
	}
	if c := l.check(report.Expression); counts(c.Faulty.Flagged) != "1/2" {
		t.Errorf("%+v", c.Faulty)
	}
}

func TestGroupsAndGaps(t *testing.T) {
	l := newLot(t)
	dark := map[report.CheckID]float64{report.TooDark: -3.2}
	for i := range 20 {
		m := map[report.CheckID]float64{}
		if i < 9 {
			m = dark
		}
		l.add("direct_studio", m, ofGroup("black"))
		l.add("direct_studio", nil, ofGroup("white"))
	}
	l.add("direct_studio", nil, ofGroup("east_asian"))
	l.add("direct_studio", dark) // of nobody knows whom
	l.e.Count(l.rules)
	if len(l.e.GroupKinds) != 1 || len(l.e.GroupKinds[0].Gaps) != 1 {
		t.Fatalf("%+v", l.e.GroupKinds)
	}
	k := l.e.GroupKinds[0]
	// Wilson gives .258 to .658 for 9 of 20 and 0 to .161 for none, so that the gap is .45 − √(.192² + .161²) to .658.
	if g := k.Gaps[0]; g.Check != report.TooDark || g.Most != "black" || g.Least != "white" || math.Abs(g.Gap-.45) > 1e-9 ||
		math.Abs(g.Low-.1995) > 1e-3 || math.Abs(g.High-.6579) > 1e-3 {
		t.Errorf("%+v", g)
	}
	if fmt.Sprint(k.Values) != "[{black 20 0} {east_asian 1 0} {white 20 0}]" {
		t.Errorf("%v", k.Values)
	}
}

func TestAttacksAndStrengths(t *testing.T) {
	l := newLot(t)
	with := func(effect string, strength float64) func(*evaluate.Sample, *report.Report) {
		return func(s *evaluate.Sample, _ *report.Report) { s.Effect, s.Strength = effect, &strength }
	}
	for i := range 10 {
		score := .5
		if i >= 5 {
			score = .9
		}
		l.add("recapture_print", map[report.CheckID]float64{report.PaperPrint: score}, with("desk", float64(i)/9))
	}
	l.add("recapture_print", nil, outcomeOf(report.PaperPrint, report.NotApplicable))
	l.add("scan", map[report.CheckID]float64{report.PaperPrint: .9})
	l.add("direct_portrait", nil)
	l.e.Count(l.rules)
	c := l.check(report.PaperPrint)
	if len(c.Attacks) != 2 || c.Attacks[0].Species != "desk" || counts(c.Attacks[0].Error) != "5/10" || counts(c.Attacks[0].ErrorAtReturn) != "10/10" ||
		c.Attacks[1].Species != "recapture_print" || counts(c.Attacks[1].Error) != "1/1" || counts(c.Attacks[1].NoResponse) != "1/1" {
		t.Errorf("%+v", c.Attacks)
	}
	if len(c.Genuine) != 2 || c.Genuine[0].Species != "allowed scan" || counts(c.Genuine[0].Error) != "1/1" || counts(c.Genuine[1].Error) != "0/1" {
		t.Errorf("%+v", c.Genuine)
	}
	if len(c.Effects) != 1 || len(c.Effects[0].Bands) != 3 {
		t.Fatalf("%+v", c.Effects)
	}
	var told []string
	for _, b := range c.Effects[0].Bands {
		told = append(told, counts(b.Flagged))
	}
	if fmt.Sprint(told) != "[0/3 1/3 4/4]" {
		t.Errorf("%v", told)
	}
}

func TestMargin(t *testing.T) {
	rules := testRules(t)
	for _, tc := range []struct {
		id            report.CheckID
		measure, want float64
	}{
		{report.TooDark, -3, 0}, {report.TooDark, -6, 1}, {report.TooDark, -1.5, -.5}, {report.Glare, .01, 0}, {report.Glare, .2, 1},
		{report.FaceCount, 1, 0}, {report.FaceCount, 0, 1}, {report.FaceCount, 2, 1},
	} {
		if got := evaluate.Margin(rules.Rule(tc.id), tc.measure); math.Abs(got-tc.want) > 1e-12 {
			t.Errorf("%s %v: %v, want %v", tc.id, tc.measure, got, tc.want)
		}
	}
}

func TestCompare(t *testing.T) {
	before, now := newLot(t), newLot(t)
	now.e.Engine.Version = "2"
	glare, clean := map[report.CheckID]float64{report.Glare: .1}, map[report.CheckID]float64{}
	for i := range 12 {
		was, is := clean, clean
		switch {
		case i < 5:
			is = glare // broken
		case i == 5:
			was, is = glare, glare
		}
		before.add("direct_studio", was)
		now.add("direct_studio", is)
		dark, missed := map[report.CheckID]float64{report.TooDark: -5}, clean
		if i < 2 {
			before.add("too_dark", missed)
		} else {
			before.add("too_dark", dark)
		}
		now.add("too_dark", map[report.CheckID]float64{report.TooDark: -3.2}) // told, and not returned any more
	}
	before.add("multi_face", clean)
	before.e.Count(before.rules)
	now.add("good", clean)
	now.e.Count(now.rules)
	// The other one comes from a file.
	var file bytes.Buffer
	if err := before.e.Write(&file); err != nil {
		t.Fatal(err)
	}
	old, err := evaluate.Read(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	c := now.e.Compare(old)
	if c.Common != 24 || c.Added != 1 || c.Gone != 1 || !c.SameRules || c.SameEngine || !c.Worse {
		t.Errorf("%+v", c)
	}
	for _, change := range c.Changes {
		switch {
		case change.Check == report.Glare && change.Aspect == evaluate.FalseFlags:
			if len(change.Broken) != 5 || len(change.Fixed) != 0 || !change.Worse || counts(change.Old) != "1/12" || counts(change.New) != "6/12" ||
				change.P != .0625 || change.Broken[0] != "direct_studio/000.jpg" {
				t.Errorf("%+v", change)
			}
		case change.Check == report.TooDark && change.Aspect == evaluate.Returns:
			if len(change.Broken) != 10 || len(change.Fixed) != 0 || change.Worse {
				t.Errorf("%+v", change)
			}
		case change.Check == report.TooDark && change.Aspect == evaluate.Detections:
			if len(change.Broken) != 0 || len(change.Fixed) != 2 || change.Worse || counts(change.New) != "12/12" {
				t.Errorf("%+v", change)
			}
		case len(change.Broken)+len(change.Fixed) > 0:
			t.Errorf("%+v", change)
		}
	}
	// Against itself nothing changed.
	if c := now.e.Compare(now.e); c.Worse || slices.ContainsFunc(c.Changes, func(c evaluate.Change) bool { return len(c.Broken)+len(c.Fixed) > 0 }) {
		t.Errorf("%+v", c)
	}
}

func TestReadRefusesOtherFiles(t *testing.T) {
	for text, want := range map[string]string{"{}": "version 0 is not 1", "[": "evaluation: ", `{"version": 2}`: "version 2 is not 1"} {
		if _, err := evaluate.Read([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
