package photocheck_test

import (
	"bufio"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"prportal.example/internal/evaluate"
	"prportal.example/pkg/photocheck/report"
)

// The expected file has a line for the decision about each photo, and one for each check that is not a plain pass:
//
//	photo<TAB>decision<TAB>review
//	photo<TAB>glare<TAB>fail<TAB>review<TAB>0.0312
//	photo<TAB>aspect head_size<TAB>not_applicable
//
// A photo's checks that are not in the file passed. Lines are in order of the photos, and of the table of checks.

// found is what a check found: with a measure where there is one, and an action where it failed.
type found struct{ evaluate.Finding }

func (f found) String() string {
	out := string(f.Outcome)
	if f.Outcome == report.Fail {
		out += " (" + string(f.Action) + ")"
	}
	if f.Measure != nil {
		out += " at " + strconv.FormatFloat(*f.Measure, 'g', 4, 64)
	}
	return out
}

// row is one photo's line of the corpus. Checks that passed are in it only where they were measured just now.
type row struct {
	photo    string
	decision report.Decision
	checks   map[report.CheckID]found
}

func rowOf(photo string, r report.Report) row {
	out := row{photo, r.Decision, map[report.CheckID]found{}}
	for id, f := range evaluate.NewPhoto(evaluate.Sample{}, r).Checks {
		out.checks[id] = found{f}
	}
	return out
}

// tolerance is how much a measure may differ from the expected one, as a share of it or of the limit, whichever is larger:
// another build of OpenCV or of its JPEG decoder rounds otherwise.
const tolerance = .05

func alike(a, b, scale float64) bool { return math.Abs(a-b) <= tolerance*max(math.Abs(b), scale) }

// atLimit tells whether a measure lies within the tolerance of one of two limits.
func atLimit(measure *float64, limits ...*float64) bool {
	return measure != nil && slices.ContainsFunc(limits, func(l *float64) bool { return l != nil && alike(*measure, *l, 0) })
}

func judged(o report.Outcome) bool { return o == report.Pass || o == report.Fail }

// differences tells where got is not as expected: photo, check, what was expected and what was found. An outcome may be another
// one where the measure lies next to the limit between the two, and so may the decision then.
func differences(want, got row, limits map[report.CheckID]report.Limit) []string {
	var out []string
	excused := false
	for _, id := range report.CheckIDs() {
		w, listed := want.checks[id]
		if !listed {
			w = found{evaluate.Finding{Outcome: report.Pass}}
		}
		g, limit := got.checks[id], limits[id]
		scale := 0.0
		for _, l := range []*float64{limit.Min, limit.Max} {
			if l != nil {
				scale = max(scale, math.Abs(*l))
			}
		}
		same := true
		switch {
		case w.Outcome != g.Outcome:
			same = judged(w.Outcome) && judged(g.Outcome) && atLimit(g.Measure, limit.Min, limit.Max)
			excused = excused || same
		case w.Action != g.Action:
			same = atLimit(g.Measure, limit.ReturnMin, limit.ReturnMax)
			excused = excused || same
		case w.Measure != nil:
			same = g.Measure != nil && alike(*g.Measure, *w.Measure, scale)
		}
		if !same {
			out = append(out, fmt.Sprintf("%s: %s: expected %s, got %s", want.photo, id, w, g))
		}
	}
	if want.decision != got.decision && !excused {
		out = append(out, fmt.Sprintf("%s: decision: expected %s, got %s", want.photo, want.decision, got.decision))
	}
	return out
}

// writeRows is the expected file of rows.
func writeRows(rows []row) string {
	var out strings.Builder
	line := func(cells ...string) { out.WriteString(strings.Join(cells, "\t") + "\n") }
	for _, r := range slices.SortedFunc(slices.Values(rows), func(a, b row) int { return cmp.Compare(a.photo, b.photo) }) {
		line(r.photo, "decision", string(r.decision))
		alike := map[report.Outcome][]string{} // checks without a measure stand in one line
		for _, id := range report.CheckIDs() {
			if f := r.checks[id]; f.Measure == nil && !judged(f.Outcome) {
				alike[f.Outcome] = append(alike[f.Outcome], string(id))
			}
		}
		for _, id := range report.CheckIDs() {
			f, measured := r.checks[id]
			switch {
			case !measured || f.Outcome == report.Pass:
			case f.Measure == nil && !judged(f.Outcome):
				if ids := alike[f.Outcome]; ids[0] == string(id) {
					line(r.photo, strings.Join(ids, " "), string(f.Outcome))
				}
			case f.Measure == nil:
				line(r.photo, string(id), string(f.Outcome), string(f.Action))
			default:
				line(r.photo, string(id), string(f.Outcome), string(f.Action), strconv.FormatFloat(*f.Measure, 'g', 4, 64))
			}
		}
	}
	return out.String()
}

// readRows reads an expected file. Lines that start with # are left out.
func readRows(text string) ([]row, error) {
	var out []row
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		if lines.Text() == "" || strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		cells := strings.Split(lines.Text(), "\t")
		if len(cells) < 3 {
			return nil, fmt.Errorf("line %d: %d cells", n, len(cells))
		}
		if cells[1] == "decision" {
			out = append(out, row{cells[0], report.Decision(cells[2]), map[report.CheckID]found{}})
			continue
		}
		if len(out) == 0 || out[len(out)-1].photo != cells[0] {
			return nil, fmt.Errorf("line %d: no decision about %s stands before it", n, cells[0])
		}
		f := found{evaluate.Finding{Outcome: report.Outcome(cells[2])}}
		if len(cells) > 3 {
			f.Action = report.Action(cells[3])
		}
		if len(cells) > 4 {
			v, err := strconv.ParseFloat(cells[4], 64)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			f.Measure = &v
		}
		for _, id := range strings.Fields(cells[1]) {
			if !slices.Contains(report.CheckIDs(), report.CheckID(id)) {
				return nil, fmt.Errorf("line %d: there is no check %q", n, id)
			}
			out[len(out)-1].checks[report.CheckID(id)] = f
		}
	}
	return out, lines.Err()
}

// compare holds what was found against what is expected. Rows of photos that this machine has not got are left out by the caller.
func compare(want, got []row, limits map[report.CheckID]report.Limit) []string {
	expected := map[string]row{}
	for _, r := range want {
		expected[r.photo] = r
	}
	var out []string
	for _, g := range got {
		w, ok := expected[g.photo]
		if !ok {
			out = append(out, g.photo+": not in the expected file")
			continue
		}
		delete(expected, g.photo)
		out = append(out, differences(w, g, limits)...)
	}
	for _, w := range want {
		if _, left := expected[w.photo]; left {
			out = append(out, w.photo+": expected, and not in the corpus")
		}
	}
	return out
}
