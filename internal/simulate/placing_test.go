package simulate

import (
	"image"
	"math"
	"slices"
	"testing"
)

// pupil finds the dark middle of an eye near a point.
func pupil(img *image.RGBA, near Point, reach float64) Point {
	var x, y, n float64
	for py := int(near.Y - reach); py <= int(near.Y+reach); py++ {
		for px := int(near.X - reach); px <= int(near.X+reach); px++ {
			if !image.Pt(px, py).In(img.Rect) || math.Hypot(float64(px)-near.X, float64(py)-near.Y) > reach {
				continue
			}
			i := img.PixOffset(px, py)
			if d := 110 - (float64(img.Pix[i])+float64(img.Pix[i+1])+float64(img.Pix[i+2]))/3; d > 0 {
				x, y, n = x+d*float64(px), y+d*float64(py), n+d
			}
		}
	}
	return Point{x / n, y / n}
}

// Training and judging take the pupils' places from here: they have to be where the pixels are.
func TestEyesLieWhereTheEffectSays(t *testing.T) {
	p := drawn(240, 320)
	sizes, err := Select([]string{"few_pixels", "many_pixels"})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range slices.Concat(placingEffects, wallEffects, peopleEffects, sizes) {
		for _, share := range []float64{0, 1} {
			out := apply(e, p, e.At(share))
			reach := .14 * out.ruler().ied
			for i, eye := range out.Eyes {
				if !image.Pt(int(eye.X), int(eye.Y)).In(out.Pixels.Rect.Inset(int(reach) + 1)) {
					continue // cut off, or nearly
				}
				if at := pupil(out.Pixels, eye, reach); !(math.Hypot(at.X-eye.X, at.Y-eye.Y) < .02*out.ruler().ied+.5) {
					t.Errorf("%s at %g: eye %d is said to be at %v, and is at %v", e.Name, e.At(share), i, eye, at)
				}
			}
		}
	}
}

func TestTilts(t *testing.T) {
	p := drawn(240, 320)
	roll := func(p Portrait) float64 {
		a := p.ruler().along
		return math.Atan2(a.Y, a.X) * 180 / math.Pi
	}
	for name, want := range map[string]float64{"tilt": 45, "slight_tilt": 5, "sideways": 90, "upside_down": 180} {
		some, err := Select([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		e := some[0]
		for seed := range uint64(4) {
			out := e.Apply(p, e.At(1), Seeded(seed, name))
			if got := math.Abs(roll(out)); math.Abs(got-want) > .01 {
				t.Errorf("%s: turned by %.2f°", name, got)
			}
			if name != "upside_down" && name != "sideways" && math.Abs(roll(out.Upright())) > .01 {
				t.Errorf("%s: not upright again: %.2f°", name, roll(out.Upright()))
			}
		}
	}
	if out := mirrored(p, 1, nil); out.Eyes[0].X >= out.Eyes[1].X {
		t.Errorf("a mirrored face has its eyes at %v", out.Eyes)
	}
}

func TestCutsReachIntoTheFace(t *testing.T) {
	p := drawn(240, 320)
	for name, edge := range map[string]func(p Portrait) float64{
		"cut_left":   func(p Portrait) float64 { x, _ := p.ruler().position(0, 0); return x },
		"cut_right":  func(p Portrait) float64 { x, _ := p.ruler().position(p.Pixels.Rect.Dx(), 0); return -x },
		"cut_top":    func(p Portrait) float64 { _, y := p.ruler().position(0, 0); return y },
		"cut_bottom": func(p Portrait) float64 { _, y := p.ruler().position(0, p.Pixels.Rect.Dy()); return -y },
	} {
		some, err := Select([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		weak, full := edge(apply(some[0], p, some[0].At(0))), edge(apply(some[0], p, some[0].At(1)))
		if want := some[0].Strengths[1] - some[0].Strengths[0]; math.Abs(full-weak-want) > .03 {
			t.Errorf("%s: the edge moves by %.2f IED, want %.2f", name, full-weak, want)
		}
	}
}
