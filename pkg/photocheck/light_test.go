package photocheck_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"prportal.example/internal/simulate"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/report"
)

// lightPeople are people of every declared group of the sets, one photo of each.
var lightPeople = []string{
	"london_faces/direct_studio_neutral/042_03.jpg", "london_faces/direct_studio_smiling/126_08.jpg",
	"london_faces/direct_studio_smiling/024_08.jpg", "london_faces/direct_studio_neutral/123_03.jpg",
	"canada_faces/direct_passportlike/070f.jpg", "face_recognition/direct_portrait/obama.jpg",
}

// portraitOf prepares a portrait for effects, at a size that keeps the test short: the face still fills the common scale.
func portraitOf(t *testing.T, in *photocheck.Inspector, data []byte) simulate.Portrait {
	t.Helper()
	img, err := simulate.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if long := max(img.Rect.Dx(), img.Rect.Dy()); long > 1200 {
		img = testphotos.Resized(.5)(img)
	}
	p := simulate.Portrait{Pixels: img}
	r := inspect(t, in, encodedPortrait(t, p))
	c, _ := r.Check(report.Pose)
	for _, e := range c.Evidence {
		if e.Label == "eyes" {
			for i := range p.Eyes {
				p.Eyes[i] = simulate.Point{X: e.Points[i][0], Y: e.Points[i][1]}
			}
			return p
		}
	}
	t.Fatal("no eyes in the evidence of pose")
	return p
}

func encodedPortrait(t *testing.T, p simulate.Portrait) []byte {
	t.Helper()
	data, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestLightOnSimulatedFaults tells how many of the people's photos a check fails under an effect at one strength, as a share: at
// least so many for a fault, at most so many for what is none. Full rates by set and group are made with validator eval.
func TestLightOnSimulatedFaults(t *testing.T) {
	root, ok := testphotos.Labelled()
	if !ok {
		t.Skip("PHOTOS is not set: the suite runs on the fetched photos only")
	}
	in := newInspector(t, "")
	var people []simulate.Portrait
	var before []report.Report
	for _, name := range lightPeople {
		p := portraitOf(t, in, read(t, filepath.Join(root, name)))
		people, before = append(people, p), append(before, inspect(t, in, encodedPortrait(t, p)))
	}
	light := []report.CheckID{report.TooDark, report.TooBright, report.EvenLight, report.Glare, report.Sharpness, report.Background}
	for _, tc := range []struct {
		effect   string
		strength float64
		check    report.CheckID // "" for an effect that none of light may fail
		least    float64        // share
	}{
		{"dark", 3, report.TooDark, .99},
		{"dark", 2, report.TooDark, .9},
		{"back_light", 3, report.TooDark, .9},
		{"bright", 2.5, report.TooBright, .6}, // dark skin hardly clips
		{"side_light", 2, report.EvenLight, .95},
		{"glare_spots", .12, report.Glare, .95},
		{"glare_band", .12, report.Glare, .95},
		{"glare_lenses", .17, report.Glare, .95},
		{"glare_lens_sheen", .4, report.Glare, .9},
		{"glare_veil", .3, report.Glare, .9},
		{"defocus", .03, report.Sharpness, .98},
		{"gaussian", .03, report.Sharpness, .98},
		{"motion", .12, report.Sharpness, .8},
		{"wallpaper", .8, report.Background, .8},
		{"wall_falloff", .12, "", 0},
		{"dim", .3, "", 0},
		{"lifted", .3, "", 0},
		{"soft_side_light", .3, "", 0},
		{"top_light", .6, "", 0},
		{"colour_cast", .4, "", 0},
		{"shine", .1, "", 0},
		{"dull", .3, "", 0},
		{"soft", .008, "", 0},
		{"noise", .03, "", 0},
		{"jpeg", 55, "", 0},
		{"sharpened", 1.2, "", 0},
	} {
		t.Run(fmt.Sprintf("%s %g", tc.effect, tc.strength), func(t *testing.T) {
			effects, err := simulate.Select([]string{tc.effect})
			if err != nil {
				t.Fatal(err)
			}
			told, missed := 0, []string{}
			for i, p := range people {
				name := filepath.Base(lightPeople[i])
				rng := rand.New(rand.NewPCG(4, uint64(i)))
				r := inspect(t, in, encodedPortrait(t, effects[0].Apply(p, tc.strength, rng)))
				if tc.check != "" && outcome(r, tc.check) == report.Fail {
					told++
					if c, _ := r.Check(tc.check); len(c.Evidence) == 0 {
						t.Errorf("%s: %s fails without evidence", name, tc.check)
					}
				} else if tc.check != "" {
					missed = append(missed, name)
				}
				for _, id := range light {
					c, _ := r.Check(id)
					if tc.check == "" && c.Outcome != report.Pass && outcome(before[i], id) == report.Pass {
						t.Errorf("%s: %s is %s at %v (%v)", name, id, c.Outcome, *c.Measure, c.Values)
					}
				}
			}
			t.Logf("%s told on %d of %d, missed %v", tc.check, told, len(people), missed)
			if float64(told) < tc.least*float64(len(people)) {
				t.Errorf("%s told on %d of %d, want %.0f %%", tc.check, told, len(people), 100*tc.least)
			}
		})
	}
}

func evidenceOf(c report.Check, label string) []report.Evidence {
	var out []report.Evidence
	for _, e := range c.Evidence {
		if e.Label == label {
			out = append(out, e)
		}
	}
	return out
}

// What an officer is shown has to lie where the fault is.
func TestEvidenceLiesOnTheFault(t *testing.T) {
	in := newInspector(t, "")
	good := photo(t, testphotos.Biden)
	x, y, ied := headOf(t, inspect(t, in, good))
	photos := spoiled(t, good, x, y, ied)
	photos["curtains"] = good
	for _, tc := range []struct {
		name  string
		check report.CheckID
		label string
		kind  report.EvidenceKind
	}{
		{"three stops darker", report.TooDark, "dark", report.Grid},
		{"three stops brighter", report.TooBright, "bright", report.Grid},
		{"blurred", report.Sharpness, "blur", report.Grid},
		{"highlight on the cheek", report.Glare, "glare", report.Polygon},
		{"curtains", report.Background, "background", report.Polygon},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := inspect(t, in, photos[tc.name])
			c, _ := r.Check(tc.check)
			found := evidenceOf(c, tc.label)
			if c.Outcome != report.Fail || len(found) == 0 || found[0].Kind != tc.kind {
				t.Fatalf("%s with evidence %v", c.Outcome, c.Evidence)
			}
			for _, e := range found {
				px, py := centreOf(e)
				switch d := (point2{(px - x) / ied, (py - y) / ied}); {
				case tc.check == report.Background && d.x > -1.2 && d.x < 1.2 && d.y > -1.2:
					t.Errorf("ground on the face at %.2f,%.2f", d.x, d.y)
				case tc.name == "highlight on the cheek" && (d.x < -.6 || d.x > -.3 || d.y < .5 || d.y > .8):
					t.Errorf("glare at %.2f,%.2f, not on the cheek", d.x, d.y)
				case e.Kind == report.Grid && (d.x < -.2 || d.x > .2 || d.y < .2 || d.y > .7):
					t.Errorf("map centred at %.2f,%.2f, not on the face", d.x, d.y)
				}
			}
		})
	}
}

type point2 struct{ x, y float64 }

func centreOf(e report.Evidence) (x, y float64) {
	for _, p := range e.Points {
		x += p[0] / float64(len(e.Points))
		y += p[1] / float64(len(e.Points))
	}
	return x, y
}

// A map says where: half a face in the shade is dark on that half only.
func TestTheDarkMapTellsTheSides(t *testing.T) {
	in := newInspector(t, "")
	p := portraitOf(t, in, photo(t, testphotos.Obama))
	middle := (p.Eyes[0].X + p.Eyes[1].X) / 2
	img := testphotos.Exposed(-2)(p.Pixels)
	for y := img.Rect.Min.Y; y < img.Rect.Max.Y; y++ { // two stops more on the left
		for x := img.Rect.Min.X; x < int(middle); x++ {
			c := img.RGBAAt(x, y)
			c.R, c.G, c.B = c.R/2, c.G/2, c.B/2
			img.SetRGBA(x, y, c)
		}
	}
	r := inspect(t, in, encodedPortrait(t, simulate.Portrait{Pixels: img}))
	c, _ := r.Check(report.TooDark)
	maps := evidenceOf(c, "dark")
	if len(maps) != 1 {
		t.Fatalf("evidence %v", c.Evidence)
	}
	v := maps[0].Values
	cols, rows := int(v[0]), int(v[1])
	var left, right float64
	for i, s := range v[2:] {
		if i%cols < cols/2 {
			left += s
		} else if i%cols > cols/2 {
			right += s
		}
	}
	if left < 1.2*right {
		t.Errorf("dark on the left %.1f, on the right %.1f, of %d×%d cells", left, right, cols, rows)
	}
	if strings.TrimSpace(maps[0].Label) == "" {
		t.Error("no label")
	}
}
