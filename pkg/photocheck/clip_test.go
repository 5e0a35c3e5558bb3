package photocheck

import (
	"math"
	"reflect"
	"testing"

	"prportal.example/pkg/photocheck/report"
)

func TestEvidenceIsKeptOnThePicture(t *testing.T) {
	f := &Frame{width: 100, height: 200}
	type points = [][2]float64
	for name, tc := range map[string]struct{ in, want report.Evidence }{
		"within": {report.Evidence{Kind: report.Quad, Points: points{{0, 0}, {100, 0}, {100, 200}, {0, 200}}},
			report.Evidence{Kind: report.Quad, Points: points{{0, 0}, {100, 0}, {100, 200}, {0, 200}}}},
		"a box": {report.Evidence{Kind: report.Box, Points: points{{-10, -20}, {50, 300}}}, report.Evidence{Kind: report.Box, Points: points{{0, 0}, {50, 200}}}},
		"a line keeps its direction": {report.Evidence{Kind: report.Line, Points: points{{-50, 0}, {150, 200}}},
			report.Evidence{Kind: report.Line, Points: points{{0, 50}, {100, 150}}}},
		"a level line": {report.Evidence{Kind: report.Line, Points: points{{-50, 20}, {50, 20}}},
			report.Evidence{Kind: report.Line, Points: points{{0, 20}, {50, 20}}}},
		"a polygon is cut": {report.Evidence{Kind: report.Polygon, Points: points{{-50, 50}, {50, 0}, {50, 100}}},
			report.Evidence{Kind: report.Polygon, Points: points{{0, 75}, {0, 25}, {50, 0}, {50, 100}}}},
		"a grid loses its outer cells": {report.Evidence{Kind: report.Grid, Points: points{{-25, 150}, {75, 250}}, Values: []float64{4, 2, 1, 2, 3, 4, 5, 6, 7, 8}},
			report.Evidence{Kind: report.Grid, Points: points{{0, 150}, {75, 200}}, Values: []float64{3, 1, 2, 3, 4}}},
	} {
		if got := f.onPicture([]report.Evidence{tc.in}); len(got) != 1 || !reflect.DeepEqual(got[0], tc.want) {
			t.Errorf("%s: %+v, want %+v", name, got, tc.want)
		}
	}
	for name, e := range map[string]report.Evidence{
		"beyond the right edge":    {Kind: report.Quad, Points: points{{101, 0}, {120, 0}, {120, 20}, {101, 20}}},
		"a line past the corner":   {Kind: report.Line, Points: points{{-50, 10}, {10, -50}}},
		"a polygon past a corner":  {Kind: report.Polygon, Points: points{{-50, 10}, {10, -50}, {-50, -50}}},
		"a grid of one large cell": {Kind: report.Grid, Points: points{{-10, 0}, {300, 300}}, Values: []float64{1, 1, 1}},
		"no number":                {Kind: report.Point, Points: points{{math.NaN(), 1}}},
	} {
		if got := f.onPicture([]report.Evidence{e}); len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
