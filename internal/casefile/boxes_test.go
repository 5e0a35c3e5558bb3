package casefile_test

import (
	"testing"

	"prportal.example/internal/casefile"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func TestA6BoxesTurnReturnsToReviews(t *testing.T) {
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	// worst fails everything as badly as it goes.
	worst := report.Report{}
	for _, r := range p.Rules() {
		c := report.Check{ID: r.ID, Values: map[string]float64{}}
		switch {
		case r.Score.WorstHigh != nil:
			c.Measure = r.Score.WorstHigh
		default:
			c.Measure = r.Score.WorstLow
		}
		if r.ReturnNeeds != nil {
			c.Values[r.ReturnNeeds.Value] = r.ReturnNeeds.Min
		}
		worst.Checks = append(worst.Checks, c)
	}
	returned := func(b casefile.Boxes) map[report.CheckID]bool {
		out := map[report.CheckID]bool{}
		for _, c := range profile.Judge(p, worst, b.Overrides()).Checks {
			out[c.ID] = c.Outcome == report.Fail && c.Action == report.ToReturn
		}
		return out
	}
	plain := returned(casefile.Boxes{})
	for name, tc := range map[string]struct {
		boxes casefile.Boxes
		keeps []report.CheckID // what may come back all the same
		turns []report.CheckID // what may not any more
	}{
		"head covering": {casefile.Boxes{HeadCovering: true}, []report.CheckID{report.TooDark, report.Glare, report.Sharpness},
			[]report.CheckID{report.FeaturesVisible, report.HeadSize, report.FaceCount}},
		"medical": {casefile.Boxes{Medical: true}, []report.CheckID{report.TooDark, report.Glare, report.HeadSize},
			[]report.CheckID{report.FeaturesVisible, report.FaceCount}},
		"small child": {casefile.Boxes{SmallChild: true}, []report.CheckID{report.TooDark, report.Glare},
			[]report.CheckID{report.FeaturesVisible, report.Sharpness, report.FaceCount, report.HeadSize}},
	} {
		got := returned(tc.boxes)
		for _, id := range append(tc.keeps, report.FileType, report.FileIntact, report.FileSize, report.PixelSize, report.PaperPrint) {
			if got[id] != plain[id] || !plain[id] {
				t.Errorf("%s: %s may return %t, without the box %t", name, id, got[id], plain[id])
			}
		}
		for _, id := range tc.turns {
			if got[id] || !plain[id] || !casefile.Concerns(id) {
				t.Errorf("%s: %s may return %t, without the box %t", name, id, got[id], plain[id])
			}
		}
	}
	if (casefile.Boxes{}).Overrides() != nil {
		t.Error("no box lowers something")
	}
	all := casefile.Boxes{HeadCovering: true, Medical: true, SmallChild: true}.Overrides()
	for id, action := range all {
		if action != report.ToReview {
			t.Errorf("%s becomes %s", id, action)
		}
	}
	if casefile.Concerns(report.TooDark) || casefile.Concerns(report.PaperPrint) {
		t.Error("a box concerns the light, or a picture of paper")
	}
}
