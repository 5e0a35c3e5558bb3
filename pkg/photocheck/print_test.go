package photocheck_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"prportal.example/internal/simulate"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/report"
)

// heldOut are portraits of people that nothing was trained on.
func heldOut(t *testing.T) []simulate.Portrait {
	t.Helper()
	root, ok := testphotos.Labelled()
	if !ok {
		t.Skip("PHOTOS is not set: there are no people that the networks have not seen")
	}
	rows, err := testphotos.Labels(root)
	if err != nil {
		t.Fatal(err)
	}
	var out []simulate.Portrait
	for _, s := range rows {
		if !strings.HasPrefix(s.Label, "direct_studio_neutral") || !testphotos.HeldOut(s.Subject) {
			continue
		}
		file := filepath.Join(root, filepath.FromSlash(s.Path))
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		landmarks, err := os.ReadFile(strings.TrimSuffix(file, filepath.Ext(file)) + ".tem")
		if err != nil {
			t.Fatal(err)
		}
		points, err := simulate.ReadLandmarks(bytes.NewReader(landmarks))
		if err != nil {
			t.Fatal(err)
		}
		p, err := opened(func() ([]byte, error) { return data, nil }, [2]simulate.Point(points[:2]))()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// TestSimulatedPrints measures paper_print on people that the networks never saw: prints with their surroundings in view
// against faces before rooms with as many edges. The numbers of real photos are the corpus's and docs/benchmarks.md's.
func TestSimulatedPrints(t *testing.T) {
	in := newInspector(t, "")
	people := heldOut(t)
	flagged, returned, all := map[simulate.Kind]int{}, map[simulate.Kind]int{}, map[simulate.Kind]int{}
	i, screens := 0, 0
	for _, e := range simulate.Effects() {
		decoy := strings.HasPrefix(e.Name, "room_") || e.Name == "webcam" || e.Name == "studio" || e.Name == "screenshot" ||
			e.Name == "digital_border"
		if e.Kind == simulate.Direct && !decoy {
			continue
		}
		for range 2 {
			i++
			picture, err := e.Apply(people[i%len(people)], e.At(.95), simulate.Seeded(uint64(900+i), e.Name)).Encode()
			if err != nil {
				t.Fatal(err)
			}
			r := inspect(t, in, picture)
			c, _ := r.Check(report.PaperPrint)
			if c.Outcome == report.NotApplicable { // no face was found: another check tells that
				continue
			}
			all[e.Kind]++
			if e.Kind == simulate.Screen && outcome(r, report.ScreenCapture) == report.Fail {
				screens++
			}
			if c.Outcome == report.Fail {
				flagged[e.Kind]++
				if c.Action == report.ToReturn {
					returned[e.Kind]++
				}
			}
		}
	}
	for kind, n := range all {
		t.Logf("%s: %d flagged, %d of them returned, of %d", kind, flagged[kind], returned[kind], n)
	}
	if n := all[simulate.Print]; n == 0 || flagged[simulate.Print]*100 < 75*n {
		t.Errorf("want 75 %% of prints flagged")
	}
	if n := all[simulate.Direct]; n == 0 || flagged[simulate.Direct]*100 > 10*n || returned[simulate.Direct]*100 > 3*n {
		t.Errorf("want at most 10 %% of direct faces flagged and 3 %% returned")
	}
	if n := all[simulate.Screen]; n == 0 || returned[simulate.Screen]*2 > n || screens*2 < n {
		t.Errorf("want half of the screens told, and at most half returned as prints; told: %d of %d", screens, n)
	}
	if n := all[simulate.Scan]; n == 0 || returned[simulate.Scan]*100 > 20*n {
		t.Errorf("want at most a fifth of scans returned")
	}
}
