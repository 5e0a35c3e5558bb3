package report_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"prportal.example/pkg/photocheck/report"
)

func TestEveryCheckHasAReasonAndATitle(t *testing.T) {
	for _, id := range report.CheckIDs() {
		r := report.ReasonFor(report.Check{ID: id})
		if !slices.Contains(report.Reasons(), r) {
			t.Errorf("%s: reason %q is not in the vocabulary", id, r)
		}
		if (r == report.ReasonOther) != (id == report.Colour) {
			t.Errorf("%s: reason %q; only colour is told as other", id, r)
		}
		for _, lang := range []string{"en", "fr"} {
			if id.Title(lang) == "" {
				t.Errorf("%s has no title in %s", id, lang)
			}
		}
	}
}

func TestEveryReasonHasWords(t *testing.T) {
	for _, r := range report.Reasons() {
		en, fr := r.Text("en"), r.Text("fr")
		for _, s := range []string{en.Title, en.Explanation, en.Advice, fr.Title, fr.Explanation, fr.Advice} {
			if s == "" {
				t.Errorf("%s: a text is missing", r)
			}
			if low := strings.ToLower(s); strings.Contains(low, "edit") || strings.Contains(low, "retouch") {
				t.Errorf("%s: %q tells people to edit a photo", r, s)
			}
		}
		if en.Explanation == fr.Explanation {
			t.Errorf("%s: not translated", r)
		}
	}
}

func TestClosedEyesAreToldApartFromCoveredOnes(t *testing.T) {
	covered := report.Check{ID: report.EyesVisible, Evidence: []report.Evidence{{Label: "eye"}}}
	closed := report.Check{ID: report.EyesVisible, Evidence: []report.Evidence{{Label: report.EyesClosedEvidence}}}
	if got := report.ReasonFor(covered); got != report.ReasonFeaturesNotVisible {
		t.Errorf("covered eyes: %s", got)
	}
	if got := report.ReasonFor(closed); got != report.ReasonEyesClosed {
		t.Errorf("closed eyes: %s", got)
	}
}

func valid() report.Report {
	return report.Normalize(report.Report{
		Decision: report.DecisionReturn, Width: 100, Height: 140, Crop: &report.Rect{X: 1, Y: 2, Width: 50, Height: 70},
		Reasons: []report.Reason{report.ReasonGlare},
		Checks: []report.Check{{ID: report.Glare, Outcome: report.Fail, Action: report.ToReturn, Measure: report.Number(.2),
			Reason: report.ReasonGlare, Evidence: []report.Evidence{
				{Kind: report.Polygon, Label: "glare", Points: [][2]float64{{1, 1}, {2, 1}, {2, 2}}},
				{Kind: report.Grid, Label: "dark", Points: [][2]float64{{0, 0}, {9, 9}}, Values: []float64{2, 1, 0, 1}},
			}}},
	})
}

func TestJSONKeepsArraysAndTheCrop(t *testing.T) {
	b, err := json.Marshal(report.Normalize(report.Report{Checks: []report.Check{{ID: report.Glare}}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"reasons":[]`, `"evidence":[]`, `"crop":null`, `"measure":null`, `"error":null`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is missing in %s", want, b)
		}
	}
	b, err = json.Marshal(valid())
	if err != nil || !strings.Contains(string(b), `"crop":[1,2,50,70]`) {
		t.Fatalf("%s %v", b, err)
	}
	var back report.Report
	if err := json.Unmarshal(b, &back); err != nil || *back.Crop != (report.Rect{X: 1, Y: 2, Width: 50, Height: 70}) {
		t.Errorf("crop came back as %v (%v)", back.Crop, err)
	}
	if err := json.Unmarshal([]byte(`{"crop":[1,2,3]}`), &back); err == nil {
		t.Error("a crop of three numbers was taken")
	}
}

func TestValidate(t *testing.T) {
	if err := report.Validate(valid()); err != nil {
		t.Fatalf("a good report: %v", err)
	}
	for name, breakIt := range map[string]func(*report.Report){
		"decision":     func(r *report.Report) { r.Decision = "maybe" },
		"reason":       func(r *report.Report) { r.Reasons[0] = "ugly" },
		"null reasons": func(r *report.Report) { r.Reasons = nil },
		"check id":     func(r *report.Report) { r.Checks[0].ID = "beauty" },
		"twice":        func(r *report.Report) { r.Checks = append(r.Checks, r.Checks[0]) },
		"outcome":      func(r *report.Report) { r.Checks[0].Outcome = "perhaps" },
		"action":       func(r *report.Report) { r.Checks[0].Action = "shred" },
		"NaN":          func(r *report.Report) { r.Checks[0].Measure = report.Number(math.NaN()) },
		"Inf":          func(r *report.Report) { r.Checks[0].Values = map[string]float64{"x": math.Inf(1)} },
		"null points":  func(r *report.Report) { r.Checks[0].Evidence = nil },
		"kind":         func(r *report.Report) { r.Checks[0].Evidence[0].Kind = "blob" },
		"few points":   func(r *report.Report) { r.Checks[0].Evidence[0].Points = r.Checks[0].Evidence[0].Points[:2] },
		"grid size":    func(r *report.Report) { r.Checks[0].Evidence[1].Values = []float64{65, 1, 0} },
		"crop outside": func(r *report.Report) { r.Crop.X = 60 },
		"too large": func(r *report.Report) {
			r.Checks[0].Evidence[0].Points = make([][2]float64, 20000)
		},
	} {
		r := valid()
		breakIt(&r)
		if err := report.Validate(r); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
