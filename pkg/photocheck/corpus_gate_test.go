package photocheck_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"prportal.example/internal/evaluate"
	"prportal.example/pkg/photocheck/report"
)

// gateLimits are those of three checks; the others have none.
func gateLimits() map[report.CheckID]report.Limit {
	return map[report.CheckID]report.Limit{
		report.Glare:   {Max: report.Number(.01), ReturnMax: report.Number(.02)},
		report.TooDark: {Min: report.Number(-3), ReturnMin: report.Number(-3.4)},
		report.Pose:    {Max: report.Number(1)},
	}
}

// gateRow is a photo with glare and with eyes that nobody could judge; the rest passed with a measure of a quarter.
func gateRow() row {
	r := row{"a.jpg", report.DecisionReview, map[report.CheckID]found{}}
	for _, id := range report.CheckIDs() {
		r.checks[id] = found{evaluate.Finding{Outcome: report.Pass, Measure: report.Number(.25)}}
	}
	r.checks[report.Glare] = found{evaluate.Finding{Outcome: report.Fail, Action: report.ToReview, Measure: report.Number(.015)}}
	r.checks[report.EyesVisible] = found{evaluate.Finding{Outcome: report.Inconclusive}}
	r.checks[report.HeadSize] = found{evaluate.Finding{Outcome: report.NotApplicable}}
	r.checks[report.Aspect] = found{evaluate.Finding{Outcome: report.NotApplicable}}
	return r
}

// The corpus test is worth as much as its comparison: each change has to be told, with photo, check and both findings.
func TestCorpusTellsWhatHasChanged(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*row)
		want   []string // parts of the one message; none for no message
	}{
		"nothing": {func(*row) {}, nil},
		"a fault is not told": {passed(report.Glare, .001),
			[]string{"a.jpg", "glare", "expected fail (review) at 0.015", "got pass at 0.001"}},
		"a fault without a measure": {set(report.Glare, found{evaluate.Finding{Outcome: report.Fail, Action: report.ToReview}}),
			[]string{"glare", "got fail (review)"}},
		"a new false flag": {flagged(report.Pose, report.ToReview, 1.4),
			[]string{"a.jpg", "pose", "expected pass", "got fail (review) at 1.4"}},
		"a check that gave up":      {set(report.Pose, found{evaluate.Finding{Outcome: report.Inconclusive}}), []string{"pose", "got inconclusive"}},
		"a check that found a way":  {passed(report.EyesVisible, 20), []string{"eyes_visible", "expected inconclusive", "got pass"}},
		"not applicable any more":   {passed(report.Aspect, .7), []string{"aspect", "expected not_applicable"}},
		"another measure":           {flagged(report.Glare, report.ToReview, .019), []string{"glare", "at 0.015", "at 0.019"}},
		"nearly the same measure":   {flagged(report.Glare, report.ToReview, .0153), nil},
		"returned, not reviewed":    {flagged(report.Glare, report.ToReturn, .0153), []string{"glare", "(review)", "got fail (return)"}},
		"flagged just at the limit": {flagged(report.Pose, report.ToReview, 1.02), nil},
		"another decision":          {func(r *row) { r.decision = report.DecisionReturn }, []string{"decision", "expected review", "got return"}},
		"a check has gone":          {func(r *row) { delete(r.checks, report.Pose) }, []string{"pose"}},
	} {
		got := gateRow()
		tc.change(&got)
		found := compare([]row{listed(gateRow())}, []row{got}, gateLimits())
		if len(found) != min(len(tc.want), 1) {
			t.Errorf("%s: %q", name, found)
			continue
		}
		for _, part := range tc.want {
			if !strings.Contains(found[0], part) {
				t.Errorf("%s: %q says nothing of %q", name, found[0], part)
			}
		}
	}
	other := gateRow()
	other.photo = "b.jpg"
	if found := compare([]row{listed(gateRow())}, []row{other}, gateLimits()); len(found) != 2 {
		t.Errorf("a photo in place of another: %q", found)
	}
}

func set(id report.CheckID, f found) func(*row) { return func(r *row) { r.checks[id] = f } }

func passed(id report.CheckID, at float64) func(*row) {
	return set(id, found{evaluate.Finding{Outcome: report.Pass, Measure: report.Number(at)}})
}

func flagged(id report.CheckID, action report.Action, at float64) func(*row) {
	return set(id, found{evaluate.Finding{Outcome: report.Fail, Action: action, Measure: report.Number(at)}})
}

// listed is what the expected file keeps of a row.
func listed(r row) row {
	rows, err := readRows(writeRows([]row{r}))
	if err != nil || len(rows) != 1 {
		panic(err)
	}
	return rows[0]
}

func TestCorpusFileComesBackAsItWas(t *testing.T) {
	text := writeRows([]row{{"b.jpg", report.DecisionPass, nil}, gateRow()})
	want := `a.jpg	decision	review
a.jpg	aspect head_size	not_applicable
a.jpg	eyes_visible	inconclusive
a.jpg	glare	fail	review	0.015
b.jpg	decision	pass
`
	if text != want {
		t.Errorf("the file is\n%s", text)
	}
	rows, err := readRows("# what it is\n\n" + text)
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v, %v", rows, err)
	}
	if again := writeRows(rows); again != text {
		t.Errorf("it comes back as\n%s", again)
	}
	if ids := slices.Sorted(maps.Keys(rows[0].checks)); len(ids) != 4 {
		t.Errorf("checks %v", ids)
	}
	for name, bad := range map[string]string{
		"no decision before it": "a.jpg\tglare\tfail\treview\t0.1\n",
		"of another photo":      "a.jpg\tdecision\tpass\nb.jpg\tglare\tfail\n",
		"an unknown check":      "a.jpg\tdecision\tpass\na.jpg\tmagic\tfail\n",
		"no number":             "a.jpg\tdecision\tpass\na.jpg\tglare\tfail\treview\tmuch\n",
		"too short":             "a.jpg\tdecision\n",
	} {
		if _, err := readRows(bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
