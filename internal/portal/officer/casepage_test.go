package officer

import (
	"reflect"
	"testing"

	"prportal.example/internal/overlay"
	"prportal.example/internal/portal/web"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func verdict() report.Report {
	box := []report.Evidence{{Kind: report.Box, Points: [][2]float64{{1, 1}, {9, 9}}}}
	n := report.Number
	return report.Report{Width: 10, Height: 10, Checks: []report.Check{
		{ID: report.FileType, Outcome: report.Pass, Measure: n(1)},
		{ID: report.FaceCount, Outcome: report.Pass, Measure: n(1), Evidence: box},
		{ID: report.Colour, Outcome: report.Fail, Action: report.Ignore, Reason: report.ReasonOther, Evidence: box},
		{ID: report.PixelSize, Outcome: report.Fail, Action: report.ToReview, Reason: report.ReasonPixelSize, Measure: n(900)},
		{ID: report.Aspect, Outcome: report.Fail, Action: report.ToReview, Reason: report.ReasonPixelSize, Measure: n(3)},
		{ID: report.Pose, Outcome: report.Inconclusive, Action: report.ToReview},
		{ID: report.Glare, Outcome: report.Fail, Action: report.ToReturn, Reason: report.ReasonGlare, Measure: n(.2), Evidence: box},
		{ID: report.Expression, Outcome: report.NotApplicable, Action: report.ToReview},
	}}
}

func english(t *testing.T) say {
	t.Helper()
	texts, err := web.LoadTexts(files, "catalogue")
	if err != nil {
		t.Fatal(err)
	}
	return texts.Say("en")
}

func TestChecksThatNeedEyesComeFirst(t *testing.T) {
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	v := verdict()
	look, met := checkRows(v, p, overlay.New(v, "en"), "en", english(t))
	ids := func(rows []checkRow) (out []report.CheckID) {
		for _, r := range rows {
			out = append(out, r.ID)
		}
		return out
	}
	if got, want := ids(look), []report.CheckID{report.Glare, report.PixelSize, report.Aspect, report.Pose}; !reflect.DeepEqual(got, want) {
		t.Errorf("to look at: %v", got)
	}
	if got, want := ids(met), []report.CheckID{report.FileType, report.FaceCount, report.Colour, report.Expression}; !reflect.DeepEqual(got, want) {
		t.Errorf("met: %v", got)
	}
	if !look[0].Drawn || !look[0].Shown || look[1].Drawn || !met[1].Drawn || met[1].Shown {
		t.Error("evidence of failed checks, and only that, is shown at first")
	}
}

func TestReasonsOfFailedChecksAreTicked(t *testing.T) {
	v := verdict()
	ticked := failedReasons(v)
	if want := []report.Reason{report.ReasonPixelSize, report.ReasonGlare}; !reflect.DeepEqual(ticked, want) {
		t.Fatalf("ticked %v", ticked)
	}
	found, others := reasonChoices(v, ticked, "en", english(t))
	if len(found) != 2 || len(found)+len(others) != len(report.Reasons()) {
		t.Fatalf("%d found, %d others of %d", len(found), len(others), len(report.Reasons()))
	}
	for _, c := range found {
		if !c.Ticked || c.Says == "" {
			t.Errorf("%+v", c)
		}
	}
	_, others = reasonChoices(v, []report.Reason{report.ReasonAltered}, "en", english(t))
	for _, c := range others {
		if c.Ticked != (c.Code == report.ReasonAltered) {
			t.Errorf("%+v", c)
		}
	}
}
