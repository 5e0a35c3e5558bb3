package photocheck_test

import (
	"context"
	"os"
	"slices"
	"testing"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

var newInspector = photocheck.OpenForTests

func photo(t testing.TB, name string) []byte {
	t.Helper()
	data, err := testphotos.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func edit(t testing.TB, data []byte, changes ...photoChange) []byte {
	t.Helper()
	for _, c := range changes {
		out, err := testphotos.Edit(data, c)
		if err != nil {
			t.Fatal(err)
		}
		data = out
	}
	return data
}

func inspect(t testing.TB, in *photocheck.Inspector, data []byte) report.Report {
	t.Helper()
	r, err := in.Inspect(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Validate(r); err != nil {
		t.Fatal(err)
	}
	var ids []report.CheckID
	for _, c := range r.Checks {
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, report.CheckIDs()) {
		t.Fatalf("checks %v", ids)
	}
	return r
}

func outcome(r report.Report, id report.CheckID) report.Outcome {
	c, _ := r.Check(id)
	return c.Outcome
}

func failed(r report.Report) []report.CheckID {
	var out []report.CheckID
	for _, c := range r.Checks {
		if c.Outcome == report.Fail {
			out = append(out, c.ID)
		}
	}
	return out
}

// headOf returns the middle of the face and its inter-eye distance, from the evidence of a report.
func headOf(t testing.TB, r report.Report) (x, y, ied float64) {
	t.Helper()
	c, _ := r.Check(report.Pose)
	for _, e := range c.Evidence {
		if e.Label == "eyes" {
			a, b := e.Points[0], e.Points[1]
			return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, b[0] - a[0]
		}
	}
	t.Fatal("no eyes in the evidence of pose")
	return 0, 0, 0
}

func TestAPortraitThatMeetsTheRules(t *testing.T) {
	in := newInspector(t, "")
	r := inspect(t, in, photo(t, testphotos.Biden))
	if r.Decision == report.DecisionReturn || r.Crop == nil {
		t.Fatalf("decision %s for %v, crop %v", r.Decision, r.Reasons, r.Crop)
	}
	if r.Engine.Finder != photocheck.FinderCenterFace {
		t.Errorf("judged by %q", r.Engine.Finder)
	}
	if c := r.Crop; c.Width*7 != c.Height*5 || c.Height < 1000 {
		t.Errorf("crop %+v", *c)
	}
}

// spoiled are copies of a portrait with one plain fault each; (x,y) is the middle of its eyes.
func spoiled(t *testing.T, good []byte, x, y, ied float64) map[string][]byte {
	t.Helper()
	return map[string][]byte{
		"three stops darker":     edit(t, good, testphotos.Exposed(-3)),
		"three stops brighter":   edit(t, good, testphotos.Exposed(3)),
		"four stops brighter":    edit(t, good, testphotos.Exposed(4)),
		"blurred":                edit(t, good, testphotos.Blurred(.06*ied)),
		"highlight on the cheek": edit(t, good, testphotos.Spotted(x-.45*ied, y+.65*ied, .15*ied)),
		"highlight over an eye":  edit(t, good, testphotos.Spotted(x-.5*ied, y, .2*ied)),
		"shrunk":                 edit(t, good, testphotos.Resized(.4)),
		"two people":             edit(t, good, testphotos.Twice),
	}
}

func TestDefectsAreToldByTheirOwnCheck(t *testing.T) {
	in := newInspector(t, "")
	good := photo(t, testphotos.Biden)
	x, y, ied := headOf(t, inspect(t, in, good))
	photos := spoiled(t, good, x, y, ied)
	photos["half a file"] = testphotos.Half(good)
	photos["cut by the frame"] = photo(t, testphotos.Partial)
	photos["nothing at all"] = nil
	photos["text"] = []byte("no photo")
	for _, tc := range []struct {
		name     string
		want     report.CheckID
		decision report.Decision
	}{
		{"three stops darker", report.TooDark, report.DecisionReturn},
		{"four stops brighter", report.TooBright, report.DecisionReturn},
		{"blurred", report.Sharpness, report.DecisionReturn},
		{"highlight on the cheek", report.Glare, report.DecisionReview},
		{"highlight over an eye", report.Glare, report.DecisionReturn},
		{"half a file", report.FileIntact, report.DecisionReturn},
		{"shrunk", report.PixelSize, report.DecisionReturn},
		{"two people", report.FaceCount, report.DecisionReturn},
		{"cut by the frame", report.FeaturesVisible, report.DecisionReturn},
		{"nothing at all", report.FileType, report.DecisionReturn},
		{"text", report.FileType, report.DecisionReturn},
	} {
		t.Run(tc.name, func(t *testing.T) {
			data, ok := photos[tc.name]
			if !ok {
				t.Fatal("there is no such photo")
			}
			r := inspect(t, in, data)
			if outcome(r, tc.want) != report.Fail || r.Decision != tc.decision {
				t.Errorf("%s is %s, decision %s; failed: %v", tc.want, outcome(r, tc.want), r.Decision, failed(r))
			}
			c, _ := r.Check(tc.want)
			if c.Reason != report.ReasonFor(c) || !slices.Contains(r.Reasons, c.Reason) || string(c.Action) != string(tc.decision) {
				t.Errorf("%s leads to %s, reasons %v for %s", c.ID, c.Action, r.Reasons, c.Reason)
			}
		})
	}
}

func TestPicturesOfNobody(t *testing.T) {
	in := newInspector(t, "")
	for _, name := range testphotos.NoFace() {
		r := inspect(t, in, photo(t, name))
		if outcome(r, report.FaceCount) != report.Fail || !slices.Contains(r.Reasons, report.ReasonNotOneFace) {
			t.Errorf("%s: %s, %v", name, outcome(r, report.FaceCount), r.Reasons)
		}
		for _, id := range []report.CheckID{report.Aspect, report.HeadSize, report.HeadPosition, report.Glare} {
			if outcome(r, id) != report.NotApplicable {
				t.Errorf("%s: %s is %s without a face", name, id, outcome(r, id))
			}
		}
	}
}

func TestTooDarkToFindAFaceIsToldAsDarkness(t *testing.T) {
	in := newInspector(t, photocheck.FinderHaar)
	r := inspect(t, in, edit(t, photo(t, testphotos.Biden), testphotos.Exposed(-7)))
	if len(r.Reasons) == 0 || r.Reasons[0] != report.ReasonTooDark || slices.Contains(r.Reasons, report.ReasonNotOneFace) {
		t.Errorf("reasons %v", r.Reasons)
	}
}

func TestHaarStandsIn(t *testing.T) {
	in := newInspector(t, photocheck.FinderHaar)
	r := inspect(t, in, edit(t, photo(t, testphotos.Obama), testphotos.Resized(1)))
	if r.Engine.Finder != photocheck.FinderHaar || outcome(r, report.FaceCount) != report.Pass {
		t.Errorf("finder %q, face count %s", r.Engine.Finder, outcome(r, report.FaceCount))
	}
}

func TestModelsThatAreMissing(t *testing.T) {
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, finder := range []string{"", photocheck.FinderCenterFace, photocheck.FinderHaar, "magic"} {
		if _, err := photocheck.New(photocheck.Config{Models: t.TempDir(), Profile: p, Finder: finder}); err == nil {
			t.Errorf("finder %q opened without models", finder)
		}
	}
}

func TestAnEndedContextIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newInspector(t, "").Inspect(ctx, photo(t, testphotos.Obama)); err == nil {
		t.Error("no error")
	}
}
