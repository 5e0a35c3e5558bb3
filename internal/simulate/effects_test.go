package simulate

import (
	"bytes"
	"image"
	"math"
	"slices"
	"testing"

	"prportal.example/pkg/photocheck/report"
)

func apply(e Effect, p Portrait, strength float64) Portrait {
	return e.Apply(p, strength, Seeded(7, e.Name))
}

func TestEveryEffect(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Effects() {
		t.Run(e.Name, func(t *testing.T) {
			if seen[e.Name] {
				t.Fatal("the name stands twice")
			}
			seen[e.Name] = true
			if e.Expect != "" && !slices.Contains(report.CheckIDs(), e.Expect) {
				t.Errorf("there is no check %s", e.Expect)
			}
			if !slices.Contains([]Kind{Direct, Scan, Print, Screen}, e.Kind) {
				t.Errorf("kind %q", e.Kind)
			}
			p := drawn(240, 320)
			before := slices.Clone(p.Pixels.Pix)
			weak, full := apply(e, p, e.Strengths[0]), apply(e, p, e.Strengths[1])
			if !bytes.Equal(before, p.Pixels.Pix) {
				t.Error("the portrait itself was changed")
			}
			for name, out := range map[string]Portrait{"weakest": weak, "full": full} {
				if _, err := NewPortrait(out.Pixels, out.Eyes); err != nil && e.Expect != report.FeaturesVisible {
					t.Errorf("%s: %v", name, err)
				}
				if out.Pixels.Rect.Min != (image.Point{}) {
					t.Errorf("%s: the picture starts at %v", name, out.Pixels.Rect.Min)
				}
				for i := 3; i < len(out.Pixels.Pix); i += 4 * 7 {
					if out.Pixels.Pix[i] != 255 {
						t.Fatalf("%s: not opaque", name)
					}
				}
				if out.Pixels.Rect == p.Pixels.Rect && out.Quality == 0 && difference(out.Pixels, p.Pixels) == 0 {
					t.Errorf("%s: nothing has changed", name)
				}
			}
			again := apply(e, drawn(240, 320), e.Strengths[1])
			if !bytes.Equal(again.Pixels.Pix, full.Pixels.Pix) || again.Eyes != full.Eyes || again.Quality != full.Quality {
				t.Error("the same seed gives another picture")
			}
		})
	}
}

func TestSelect(t *testing.T) {
	some, err := Select([]string{"dim", "dark"})
	if err != nil || len(some) != 2 || some[0].Name != "dark" {
		t.Errorf("%d effects, %v", len(some), err)
	}
	if all, err := Select([]string{"all"}); err != nil || len(all) != len(Effects()) {
		t.Errorf("%d of %d effects, %v", len(all), len(Effects()), err)
	}
	if lights, err := Select([]string{"soft_s*"}); err != nil || len(lights) != 1 {
		t.Errorf("%d effects, %v", len(lights), err)
	}
	if _, err := Select([]string{"dark", "magic"}); err == nil {
		t.Error("an unknown effect is no error")
	}
}

// What an effect does to the portrait has to grow with its strength, or a limit could not be read off simulated photos.
func TestStrengthsAreOrdered(t *testing.T) {
	p := drawn(240, 320)
	for _, e := range slices.Concat(exposureEffects, glareEffects, blurEffects, sensorEffects, toneEffects, wallEffects[:3]) {
		last := 0.0
		for _, share := range []float64{0, .25, .5, .75, 1} {
			out := apply(e, p, e.At(share))
			d := difference(out.Pixels, p.Pixels)
			switch {
			case out.Pixels.Rect != p.Pixels.Rect: // the more pixels are gone or come in, the stronger
				d = math.Abs(math.Log(float64(len(out.Pixels.Pix)) / float64(len(p.Pixels.Pix))))
			case e.Name == "jpeg": // the smaller the file
				data, err := out.Encode()
				if err != nil {
					t.Fatal(err)
				}
				d = 1 / float64(len(data))
			}
			if d <= last {
				t.Errorf("%s: %g at %g of its strength, %g before", e.Name, d, share, last)
			}
			last = d
		}
	}
}
