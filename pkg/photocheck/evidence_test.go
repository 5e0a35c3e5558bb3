package photocheck_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"golang.org/x/image/draw"

	"prportal.example/internal/simulate"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/describe"
	"prportal.example/pkg/photocheck/report"
)

// cropped keeps a part of a photo.
func cropped(r image.Rectangle) photoChange {
	return func(img *image.RGBA) *image.RGBA {
		out := image.NewRGBA(image.Rectangle{Max: r.Size()})
		draw.Draw(out, out.Rect, img, r.Min, draw.Src)
		return out
	}
}

// shadowed darkens the right half of the photo.
func shadowed(x int) photoChange {
	return func(img *image.RGBA) *image.RGBA {
		dark := testphotos.Exposed(-3)(&image.RGBA{Pix: append([]byte{}, img.Pix...), Stride: img.Stride, Rect: img.Rect})
		draw.Draw(img, image.Rect(x, 0, img.Rect.Dx(), img.Rect.Dy()), dark, image.Pt(x, 0), draw.Src)
		return img
	}
}

// addSimulated adds a simulated fault for each check at its full strength.
func addSimulated(t *testing.T, to map[string][]byte, photo []byte, x, y, ied float64) {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	// The head and shoulders, as a portrait shows them.
	part := image.Rect(int(x-3*ied), int(y-2.6*ied), int(x+3*ied), int(y+6*ied)).Intersect(img.Bounds())
	portrait := simulate.Portrait{Pixels: image.NewRGBA(image.Rectangle{Max: part.Size()})}
	draw.Draw(portrait.Pixels, portrait.Pixels.Rect, img, part.Min, draw.Src)
	for i, side := range []float64{-.5, .5} {
		portrait.Eyes[i] = simulate.Point{X: x + side*ied - float64(part.Min.X), Y: y - float64(part.Min.Y)}
	}
	of := map[report.CheckID]int{}
	for _, e := range simulate.Effects() {
		if of[e.Expect]++; e.Expect == "" || of[e.Expect] > 1 {
			continue
		}
		out := e.Apply(portrait, e.At(1), rand.New(rand.NewPCG(7, 11)))
		var b bytes.Buffer
		if err := jpeg.Encode(&b, out.Pixels, &jpeg.Options{Quality: 90}); err != nil {
			t.Fatal(err)
		}
		to["simulated "+e.Name] = b.Bytes()
	}
}

// TestFailuresShowWhere looks at portraits that are bad in many ways: each check that fails says where, within the picture, under
// labels that its description names. What fails without evidence is a check whose description says why.
func TestFailuresShowWhere(t *testing.T) {
	in := newInspector(t, "")
	good := photo(t, testphotos.Biden)
	x, y, ied := headOf(t, inspect(t, in, good))
	bad := spoiled(t, good, x, y, ied)
	maps.Copy(bad, map[string][]byte{
		"half in shadow":     edit(t, good, shadowed(int(x))),
		"head at the edge":   edit(t, good, cropped(image.Rect(int(x-1.3*ied), int(y-2*ied), 970, 2204))),
		"head fills":         edit(t, good, cropped(image.Rect(int(x-2*ied), int(y-2.2*ied), int(x+2*ied), int(y+2.4*ied))), testphotos.Resized(2.5)),
		"cut by the top":     edit(t, good, cropped(image.Rect(0, int(y-.6*ied), 970, 2204))),
		"cut by the left":    edit(t, good, cropped(image.Rect(int(x-.6*ied), 0, 970, 2204))),
		"partial":            photo(t, testphotos.Partial),
		"before a flag":      photo(t, testphotos.Astronaut),
		"spots on both eyes": edit(t, good, testphotos.Spotted(x-.5*ied, y, .25*ied), testphotos.Spotted(x+.5*ied, y, .25*ied)),
	})
	addSimulated(t, bad, good, x, y, ied)
	if root, ok := testphotos.Labelled(); ok {
		for _, folder := range []string{"london_faces/direct_studio_smiling", "nuaa/recapture_print_face"} {
			paths, err := filepath.Glob(filepath.Join(root, folder, "*.jpg"))
			if err != nil {
				t.Fatal(err)
			}
			for i, path := range paths {
				if i%12 == 0 {
					bad[filepath.Base(path)] = read(t, path)
				}
			}
		}
	}
	shown, unnamed := map[report.CheckID]bool{}, map[string]bool{}
	for name, data := range bad {
		r := inspect(t, in, data)
		if b, err := json.Marshal(r); err != nil || len(b) > report.MaxBytes {
			t.Errorf("%s: a report of %d bytes (%v)", name, len(b), err)
		}
		for _, c := range r.Checks {
			d, ok := describe.Of(c.ID)
			if !ok {
				t.Fatalf("%s is not described", c.ID)
			}
			if c.Outcome == report.Fail {
				shown[c.ID] = true
				if len(c.Evidence) == 0 && d.NoEvidence == "" {
					t.Errorf("%s: %s fails and does not show where", name, c.ID)
				}
			}
			for _, e := range c.Evidence {
				if !d.Has(e.Label, e.Kind) {
					unnamed[fmt.Sprintf("%s gives evidence %q as %s", c.ID, e.Label, e.Kind)] = true
				}
				for _, p := range e.Points {
					if p[0] < 0 || p[1] < 0 || p[0] > float64(r.Width) || p[1] > float64(r.Height) {
						t.Errorf("%s: %s of %s at %v is not on the picture of %d×%d", name, e.Label, c.ID, p, r.Width, r.Height)
					}
				}
			}
			for value := range c.Values {
				if !d.HasValue(value) {
					unnamed[fmt.Sprintf("%s gives the value %q", c.ID, value)] = true
				}
			}
		}
	}
	for what := range unnamed {
		t.Errorf("%s, which pkg/photocheck/describe does not name", what)
	}
	// The photos above are bad enough to see these fail; the others need photos that can't be made of a good one.
	for _, id := range []report.CheckID{report.PixelSize, report.FaceCount, report.HeadSize, report.Pose, report.FeaturesVisible, report.TooDark,
		report.TooBright, report.EvenLight, report.Glare, report.Sharpness, report.Background, report.PaperPrint} {
		if !shown[id] {
			t.Errorf("%s never failed", id)
		}
	}
}
