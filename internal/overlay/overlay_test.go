package overlay_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"prportal.example/internal/overlay"
	"prportal.example/pkg/photocheck/report"
)

func one(c report.Check) report.Report {
	return report.Report{Width: 1000, Height: 1400, Checks: []report.Check{c}}
}

func svg(t *testing.T, d overlay.Drawing) string {
	t.Helper()
	s, err := d.SVG()
	if err != nil {
		t.Fatal(err)
	}
	dec := xml.NewDecoder(strings.NewReader(string(s)))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			return string(s)
		} else if err != nil {
			t.Fatalf("not well-formed: %v in %s", err, s)
		}
	}
}

func TestEachKindIsDrawn(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, tc := range map[string]struct {
		e    report.Evidence
		want string // path data; "" if nothing may be drawn
	}{
		"box": {report.Evidence{Kind: report.Box, Points: [][2]float64{{10, 20}, {110.25, 220}}},
			"M10 20L110.2 20L110.2 220L10 220Z"},
		"box, corners swapped": {report.Evidence{Kind: report.Box, Points: [][2]float64{{110, 220}, {10, 20}}},
			"M10 20L110 20L110 220L10 220Z"},
		"point":   {report.Evidence{Kind: report.Point, Points: [][2]float64{{5, 6}}}, "M5 6h0"},
		"line":    {report.Evidence{Kind: report.Line, Points: [][2]float64{{1, 2}, {3, 4}, {5, 6}}}, "M1 2L3 4L5 6"},
		"polygon": {report.Evidence{Kind: report.Polygon, Points: [][2]float64{{1, 1}, {9, 1}, {9, 9}}}, "M1 1L9 1L9 9Z"},
		"quad": {report.Evidence{Kind: report.Quad, Points: [][2]float64{{1, 1}, {9, 1}, {9, 9}, {1, 9}}},
			"M1 1L9 1L9 9L1 9Z"},
		"grid, a run of equal cells is one": {report.Evidence{Kind: report.Grid, Points: [][2]float64{{0, 0}, {300, 100}},
			Values: []float64{3, 1, .9, .95, 0}}, "M0 0h200v100h-200Z"},
		"grid of large values": {report.Evidence{Kind: report.Grid, Points: [][2]float64{{0, 0}, {100, 100}},
			Values: []float64{1, 1, 4e9}}, "M0 0h100v100h-100Z"},
		"off the picture": {report.Evidence{Kind: report.Line, Points: [][2]float64{{-50, -1e300}, {1e300, 2000}}},
			"M0 0L1000 1400"},
		"no number":          {report.Evidence{Kind: report.Point, Points: [][2]float64{{nan, 6}}}, ""},
		"infinite":           {report.Evidence{Kind: report.Point, Points: [][2]float64{{6, inf}}}, ""},
		"no points":          {report.Evidence{Kind: report.Box}, ""},
		"two-point polygon":  {report.Evidence{Kind: report.Polygon, Points: [][2]float64{{1, 1}, {2, 2}}}, ""},
		"unknown kind":       {report.Evidence{Kind: "spiral", Points: [][2]float64{{1, 1}, {2, 2}}}, ""},
		"grid without cells": {report.Evidence{Kind: report.Grid, Points: [][2]float64{{0, 0}, {9, 9}}, Values: []float64{64, 64}}, ""},
		"grid of huge sides": {report.Evidence{Kind: report.Grid, Points: [][2]float64{{0, 0}, {9, 9}},
			Values: []float64{1e18, 1e18, 1}}, ""},
		"grid of negative sides": {report.Evidence{Kind: report.Grid, Points: [][2]float64{{0, 0}, {9, 9}},
			Values: []float64{-1, -1, 1}}, ""},
		"grid of sides that are no number": {report.Evidence{Kind: report.Grid, Points: [][2]float64{{0, 0}, {9, 9}},
			Values: []float64{nan, nan, 1}}, ""},
		"grid of cells that are no number": {report.Evidence{Kind: report.Grid, Points: [][2]float64{{0, 0}, {9, 9}},
			Values: []float64{1, 2, nan, -1}}, ""},
		"grid without area": {report.Evidence{Kind: report.Grid, Points: [][2]float64{{9, 9}, {9, 9}},
			Values: []float64{1, 1, 1}}, ""},
	} {
		d := overlay.New(one(report.Check{ID: report.Glare, Outcome: report.Fail, Evidence: []report.Evidence{tc.e}}), "en")
		if tc.want == "" {
			if !d.Empty() || svg(t, d) != "" {
				t.Errorf("%s: drawn as %s", name, svg(t, d))
			}
			continue
		}
		if got := svg(t, d); !strings.Contains(got, `d="`+tc.want+`"`) {
			t.Errorf("%s: want %s in %s", name, tc.want, got)
		}
	}
}

// drawn is the SVG of one failed check.
func drawn(t *testing.T, c report.Check, lang string) string {
	t.Helper()
	c.Outcome, c.Action = report.Fail, report.ToReview
	return svg(t, overlay.New(one(c), lang))
}

func TestEvidenceIsNamedInBothLanguages(t *testing.T) {
	box := [][2]float64{{100, 200}, {300, 400}}
	for _, tc := range []struct {
		label, en, fr string
	}{
		{"edge_left", "Edge", "Bord"},
		{"closed_eye", "Closed eye", "Œil fermé"},
		{"cut_top_3", "Cut off here", "Coupé ici"},
		{"", "Glare", "Reflet"}, // the title of the check
		{"never_heard_of", "Glare", "Reflet"},
		{"<b>&", "Glare", "Reflet"},
	} {
		for lang, want := range map[string]string{"en": tc.en, "fr": tc.fr} {
			c := report.Check{ID: report.Glare, Evidence: []report.Evidence{{Kind: report.Box, Label: tc.label, Points: box}}}
			if got := drawn(t, c, lang); !strings.Contains(got, `">`+want+"</text>") {
				t.Errorf("%q is not called %q in %s", tc.label, want, got)
			}
		}
	}
}

func TestAGridOfAnyLabelIsShadedAndOutlined(t *testing.T) {
	for label, class := range map[string]string{
		"dark": "cell cell-3 map-dark", "bright": "cell cell-3 map-bright", "blur": "cell cell-3 map-blur", "odd": "cell cell-3",
	} {
		got := drawn(t, report.Check{ID: report.Sharpness, Evidence: []report.Evidence{{Kind: report.Grid, Label: label,
			Points: [][2]float64{{0, 0}, {300, 200}}, Values: []float64{3, 2, 0, 1, 1, 0, 1, 0}}}}, "en")
		for _, want := range []string{
			`<path class="` + class + `" d="M100 0h200v100h-200ZM100 100h100v100h-100Z"/>`,
			// Around both cells as one: the top of the upper row, the steps below it, both sides.
			`d="M100 0L300 0M200 100L300 100M100 200L200 200M100 0L100 200M200 100L200 200M300 0L300 100"/>`,
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: want %s in %s", label, want, got)
			}
		}
	}
}

func TestTheRulerShowsWhatIsPermitted(t *testing.T) {
	head := []report.Evidence{{Kind: report.Line, Label: "head", Points: [][2]float64{{500, 200}, {500, 1000}}}}
	c := report.Check{ID: report.HeadSize, Measure: report.Number(.8), Evidence: head}
	c.Limit.Max = report.Number(.5)
	// 800 px are .8 of the frame: the permitted .5 ends 500 px above the chin.
	got := drawn(t, c, "en")
	for _, want := range []string{"M500 200L500 1000", "M458 1000L542 1000", "M458 200L542 200", "M444 500L556 500",
		`<path class="area" d="M477.6 1000L477.6 500L522.4 500L522.4 1000Z"/>`, ">limit</text>", ">Head</text>"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %s in %s", want, got)
		}
	}
	c.Limit.Min = report.Number(.4)
	if got := drawn(t, c, "fr"); !strings.Contains(got, `<path class="area" d="M477.6 600L477.6 500L522.4 500L522.4 600Z"/>`) ||
		!strings.Contains(got, ">limite</text>") {
		t.Errorf("a band with two ends: %s", got)
	}
	c.Values = map[string]float64{"head_px": 1000} // the picture's edge cuts the line
	c.Limit.Min = nil
	if got := drawn(t, c, "en"); !strings.Contains(got, "M444 375L556 375") {
		t.Errorf("a head that is cut: %s", got)
	}
	for name, bad := range map[string]report.Check{
		"no measure":   {ID: report.HeadSize, Evidence: head, Limit: c.Limit},
		"no limit":     {ID: report.HeadSize, Evidence: head, Measure: report.Number(.8)},
		"a zero":       {ID: report.HeadSize, Evidence: head, Measure: report.Number(0), Limit: c.Limit},
		"not a number": {ID: report.HeadSize, Evidence: head, Measure: report.Number(math.NaN()), Limit: c.Limit},
	} {
		if got := drawn(t, bad, "en"); strings.Contains(got, `class="area"`) || !strings.Contains(got, "M500 200L500 1000") {
			t.Errorf("%s: %s", name, got)
		}
	}
	point := report.Check{ID: report.HeadSize, Measure: report.Number(.8), Limit: c.Limit,
		Evidence: []report.Evidence{{Kind: report.Line, Label: "head", Points: [][2]float64{{5, 5}, {5, 5}}}}}
	if got := drawn(t, point, "en"); strings.Contains(got, "NaN") {
		t.Errorf("a head without height: %s", got)
	}
}

func TestPupilsAreRinged(t *testing.T) {
	got := drawn(t, report.Check{ID: report.Pose, Evidence: []report.Evidence{
		{Kind: report.Line, Label: "eyes", Points: [][2]float64{{300, 500}, {700, 500}}}}}, "en")
	for _, want := range []string{"M300 500L700 500", "M315.4 500L", "M715.4 500L", `d="M300 500h0M700 500h0"`} {
		if !strings.Contains(got, want) {
			t.Errorf("want %s in %s", want, got)
		}
	}
}

func TestWhatIsSurroundedIsShaded(t *testing.T) {
	triangle := [][2]float64{{1, 1}, {9, 1}, {9, 9}}
	for label, shaded := range map[string]bool{"glare": true, "background_2": true, "face": false, "paper": false} {
		got := drawn(t, report.Check{ID: report.Glare, Evidence: []report.Evidence{{Kind: report.Polygon, Label: label, Points: triangle}}}, "en")
		if strings.Contains(got, `<path class="area" d="M1 1L9 1L9 9Z"/>`) != shaded {
			t.Errorf("%s: %s", label, got)
		}
	}
}

func TestALineAlongTheEdgeOfThePictureIsSeenWhole(t *testing.T) {
	line := func(label string, a, b [2]float64) string {
		return drawn(t, report.Check{ID: report.FeaturesVisible, Evidence: []report.Evidence{
			{Kind: report.Line, Label: label, Points: [][2]float64{a, b}}}}, "en")
	}
	if got := line("cut", [2]float64{100, 0}, [2]float64{900, 0}); !strings.Contains(got, "M100 14L900 14") {
		t.Errorf("at the top: %s", got)
	}
	if got := line("cut", [2]float64{1000, 100}, [2]float64{1000, 900}); !strings.Contains(got, "M986 100L986 900") {
		t.Errorf("on the right: %s", got)
	}
	if got := line("edge", [2]float64{500, 0}, [2]float64{500, 900}); !strings.Contains(got, "M500 0L500 900") {
		t.Errorf("across the picture: %s", got)
	}
}

func TestTextsDoNotLieOverEachOther(t *testing.T) {
	r := report.Report{Width: 1000, Height: 1400}
	for i, id := range report.CheckIDs() {
		outcome := report.Pass
		if i%2 == 0 {
			outcome = report.Fail
		}
		x := 300 + float64(i%4)*90
		r.Checks = append(r.Checks, report.Check{ID: id, Outcome: outcome, Action: report.ToReview, Evidence: []report.Evidence{
			{Kind: report.Box, Points: [][2]float64{{x, 300 + float64(i)*40}, {x + 200, 500 + float64(i)*40}}}}})
	}
	d := overlay.New(r, "en")
	type text struct {
		at    [2]float64
		width float64
	}
	var texts []text
	for _, l := range d.Layers() {
		for _, s := range l.Shapes {
			if s.Form != overlay.Text {
				continue
			}
			one := text{s.Points[0], .5 * d.TextSize() * float64(len(s.Words))}
			if one.at[0] < 0 || one.at[0]+one.width > 1000 || one.at[1] < d.TextSize()/2 || one.at[1] > 1400 {
				t.Errorf("%q at %v is not in view", s.Words, one.at)
			}
			for _, o := range texts {
				if math.Abs(o.at[1]-one.at[1]) < .7*d.TextSize() && o.at[0] < one.at[0]+one.width && one.at[0] < o.at[0]+o.width {
					t.Errorf("%q lies over another text", s.Words)
				}
			}
			texts = append(texts, one)
		}
	}
	if len(texts) != len(report.CheckIDs()) {
		t.Errorf("%d texts", len(texts))
	}
}

func TestNothingIsNamedThatIsOutOfView(t *testing.T) {
	d := overlay.New(one(report.Check{ID: report.Glare, Outcome: report.Fail, Evidence: []report.Evidence{
		{Kind: report.Box, Label: "glare", Points: [][2]float64{{10, 10}, {90, 90}}}}}), "en")
	if s := svg(t, d.In(report.Rect{X: 300, Y: 300, Width: 500, Height: 700})); strings.Contains(s, "<text") {
		t.Error(s)
	}
}

func TestHugeReportsStayBounded(t *testing.T) {
	c := report.Check{ID: report.Glare, Outcome: report.Fail}
	for range 100_000 {
		c.Evidence = append(c.Evidence, report.Evidence{Kind: report.Point, Points: [][2]float64{{1, 1}}})
	}
	long := report.Evidence{Kind: report.Polygon, Points: make([][2]float64, 1_000_000)}
	chequered := report.Evidence{Kind: report.Grid, Points: [][2]float64{{0, 0}, {1000, 1400}}, Values: make([]float64, 2+64*64)}
	chequered.Values[0], chequered.Values[1] = 64, 64
	for i := range 64 * 64 {
		chequered.Values[2+i] = float64((i + i/64) % 2)
	}
	for bound, evidence := range map[int][]report.Evidence{20_000: c.Evidence, 20_001: {long}, 450_000: {chequered}} {
		c.Evidence = evidence
		if n := len(svg(t, overlay.New(one(c), "en"))); n > bound {
			t.Errorf("%d bytes drawn", n)
		}
	}
}

func TestNothingOfAReportBecomesMarkup(t *testing.T) {
	r := one(report.Check{ID: `x"><script>alert(1)</script>`, Outcome: `"><b>`, Action: `'`, Evidence: []report.Evidence{
		{Kind: report.Box, Label: `<img onerror=1>`, Points: [][2]float64{{1, 1}, {2, 2}}},
	}})
	got := svg(t, overlay.New(r, `"><i>`))
	for _, bad := range []string{"<script", "<b>", "<i>", "<img", "style="} {
		if strings.Contains(got, bad) {
			t.Errorf("%s stands in %s", bad, got)
		}
	}
}

func TestApplicantsSeeFailuresOnly(t *testing.T) {
	box := []report.Evidence{{Kind: report.Box, Points: [][2]float64{{1, 1}, {20, 20}}}}
	r := report.Report{Width: 100, Height: 100, Crop: &report.Rect{X: 1, Y: 1, Width: 50, Height: 70}, Checks: []report.Check{
		{ID: report.FaceCount, Outcome: report.Pass, Action: report.ToReturn, Evidence: box},
		{ID: report.Glare, Outcome: report.Fail, Action: report.ToReturn, Evidence: box},
		{ID: report.Colour, Outcome: report.Fail, Action: report.Ignore, Evidence: box},
		{ID: report.Pose, Outcome: report.Inconclusive, Action: report.ToReview, Evidence: box},
	}}
	all := overlay.New(r, "fr")
	if names := groupNames(all); names != "crop face_count glare colour pose" {
		t.Errorf("an officer sees %q", names)
	}
	if names := groupNames(all.Failed()); names != "glare" {
		t.Errorf("an applicant sees %q", names)
	}
	s := svg(t, all.Failed())
	if !strings.Contains(s, `class="ev ev-glare is-fail is-return" data-check="glare"`) || !strings.Contains(s, "Reflet") {
		t.Error(s)
	}
	if all.Failed().Has(report.FaceCount) || !all.Has(report.FaceCount) {
		t.Error("Has is wrong")
	}
}

func groupNames(d overlay.Drawing) string {
	var names []string
	for _, g := range d.Groups {
		names = append(names, g.Name)
	}
	return strings.Join(names, " ")
}

func TestReportsWithoutAPictureDrawNothing(t *testing.T) {
	for _, r := range []report.Report{{}, {Width: -1, Height: 5}, {Width: 10, Height: 10, Crop: &report.Rect{Width: 10, Height: 10}}} {
		if d := overlay.New(r, "en"); !d.Empty() || svg(t, d) != "" {
			t.Errorf("%+v: %s", r, svg(t, d))
		}
	}
}

func TestAPartOfThePictureHasItsOwnViewBox(t *testing.T) {
	d := overlay.New(one(report.Check{ID: report.Glare, Outcome: report.Fail, Evidence: []report.Evidence{
		{Kind: report.Point, Points: [][2]float64{{5, 6}}}}}), "en")
	if s := svg(t, d); !strings.Contains(s, `viewBox="0 0 1000 1400"`) {
		t.Error(s)
	}
	if s := svg(t, d.In(report.Rect{X: 3, Y: 4, Width: 50, Height: 70})); !strings.Contains(s, `viewBox="3 4 50 70"`) {
		t.Error(s)
	}
	if !d.In(report.Rect{}).Empty() {
		t.Error("something is drawn over nothing")
	}
}

func TestEveryCheckCanBeToggled(t *testing.T) {
	for _, id := range append(report.CheckIDs(), overlay.CropGroup) {
		want := `[data-evidence="` + string(id) + `"]:not(:checked)) .ev-` + string(id) + " {"
		if !strings.Contains(string(overlay.CSS()), want) {
			t.Errorf("%s has no rule in overlay.css", id)
		}
	}
}
