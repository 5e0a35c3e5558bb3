package photocheck_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/report"
)

// A labelled portrait may fail these: the sets were not taken for a card.
var allowedOnPortraits = []report.CheckID{report.Aspect, report.HeadSize, report.HeadPosition, report.PixelSize, report.Background}

func labelled(t *testing.T, folder string) []string {
	t.Helper()
	root, ok := testphotos.Labelled()
	if !ok {
		t.Skip("PHOTOS is not set: the suite runs on the fetched photos only")
	}
	paths, err := filepath.Glob(filepath.Join(root, folder, "*.jpg"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no photos in %s (%v)", folder, err)
	}
	return paths
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGoodPortraitsRaiseNothingElse(t *testing.T) {
	in := newInspector(t, "")
	for _, folder := range []string{"london_faces/direct_studio_neutral", "london_faces/direct_studio_smiling", "canada_faces/direct_passportlike"} {
		for _, path := range labelled(t, folder) {
			r := inspect(t, in, read(t, path))
			for _, c := range r.Checks {
				allowed := slices.Contains(allowedOnPortraits, c.ID) || (c.ID == report.Expression && strings.Contains(folder, "smiling"))
				if c.Outcome == report.Inconclusive || (c.Outcome == report.Fail && !allowed) {
					t.Errorf("%s: %s is %s (%v)", filepath.Base(path), c.ID, c.Outcome, c.Values)
				}
			}
		}
	}
}

func TestDefectsOfLabelledPortraits(t *testing.T) {
	in := newInspector(t, "")
	caught, all := map[report.CheckID]int{}, map[report.CheckID]int{}
	for _, folder := range []string{"london_faces/direct_studio_neutral", "canada_faces/direct_passportlike"} {
		for i, path := range labelled(t, folder) {
			if i%3 != 0 { // every third person keeps the test short
				continue
			}
			good := read(t, path)
			x, y, ied := headOf(t, inspect(t, in, good))
			for id, bad := range map[report.CheckID][]byte{
				report.TooDark:    edit(t, good, testphotos.Exposed(-3)),
				report.Sharpness:  edit(t, good, testphotos.Blurred(.05*ied)),
				report.Glare:      edit(t, good, testphotos.Spotted(x+.4*ied, y+.7*ied, .12*ied)),
				report.FileIntact: testphotos.Half(good),
				report.PixelSize:  edit(t, good, testphotos.Resized(.3)),
				report.FaceCount:  edit(t, good, testphotos.Twice),
			} {
				all[id]++
				if r := inspect(t, in, bad); outcome(r, id) == report.Fail {
					caught[id]++
				} else {
					t.Logf("%s: %s missed; failed: %v", filepath.Base(path), id, failed(r))
				}
			}
		}
	}
	for id, n := range all {
		t.Logf("%s: %d of %d", id, caught[id], n)
		if float64(caught[id]) < .95*float64(n) {
			t.Errorf("%s: %d of %d caught", id, caught[id], n)
		}
	}
}

// The webcam frames are easy and narrow; the test guards against a check that does nothing, not for its quality.
func TestHandHeldPrintsAreTold(t *testing.T) {
	in := newInspector(t, "")
	told := func(folder string) (n, of int) {
		for _, path := range labelled(t, folder) {
			r := inspect(t, in, read(t, path))
			if outcome(r, report.PaperPrint) == report.Fail {
				n++
			}
			of++
		}
		return n, of
	}
	prints, ofPrints := told("nuaa/recapture_print_face")
	direct, ofDirect := told("nuaa/direct_webcam_face")
	t.Logf("told as print: %d of %d prints, %d of %d direct faces", prints, ofPrints, direct, ofDirect)
	if prints*10 < ofPrints*3 || direct*100 > ofDirect*3 {
		t.Errorf("want at least 30 %% of prints and at most 3 %% of direct faces")
	}
}
