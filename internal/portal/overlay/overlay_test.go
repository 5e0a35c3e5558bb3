package overlay_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"prportal.example/internal/portal/overlay"
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

func TestHugeReportsStayBounded(t *testing.T) {
	c := report.Check{ID: report.Glare, Outcome: report.Fail}
	for range 100_000 {
		c.Evidence = append(c.Evidence, report.Evidence{Kind: report.Point, Points: [][2]float64{{1, 1}}})
	}
	long := report.Evidence{Kind: report.Polygon, Points: make([][2]float64, 1_000_000)}
	for _, evidence := range [][]report.Evidence{c.Evidence, {long}} {
		c.Evidence = evidence
		if n := len(svg(t, overlay.New(one(c), "en"))); n > 20_000 {
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
