package occlusion

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
)

// sketch is a face of a few ellipses: what matters here is where effects paint, not what they paint on.
func sketch(ied float64) Portrait {
	w, h := int(5*ied), int(6*ied)
	p := Portrait{Pixels: image.NewRGBA(image.Rect(0, 0, w, h)), Eyes: [2]Point{{2 * ied, 2.5 * ied}, {3 * ied, 2.5 * ied}}}
	for py := range h {
		for px := range w {
			x, y := (float64(px)-2.5*ied)/ied, (float64(py)-2.5*ied)/ied
			c := color.RGBA{225, 225, 230, 255}
			if (x/1.05)*(x/1.05)+((y-.3)/1.55)*((y-.3)/1.55) < 1 {
				c = color.RGBA{200, 150, 125, 255}
			}
			if ex := math.Abs(x) - .5; (ex/.22)*(ex/.22)+((y-.02)/.07)*((y-.02)/.07) < 1 {
				c = color.RGBA{240, 238, 235, 255}
				if math.Hypot(ex, y) < .09 {
					c = color.RGBA{60, 40, 30, 255}
				}
			}
			p.Pixels.SetRGBA(px, py, c)
		}
	}
	return p
}

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 5)) }

// changed is the share of pixels within r IED of a place that differ clearly.
func changed(a, b Portrait, ied, x, y, r float64) float64 {
	n, hit := 0.0, 0.0
	for dy := -r; dy <= r; dy += .02 {
		for dx := -r; dx <= r; dx += .02 {
			px, py := int((2.5+x+dx)*ied), int((2.5+y+dy)*ied)
			p, q := a.Pixels.RGBAAt(px, py), b.Pixels.RGBAAt(px, py)
			n++
			if math.Abs(float64(p.R)-float64(q.R))+math.Abs(float64(p.G)-float64(q.G))+math.Abs(float64(p.B)-float64(q.B)) > 24 {
				hit++
			}
		}
	}
	return hit / n
}

func TestEffectsHideWhatTheySay(t *testing.T) {
	const ied, tries = 50, 6
	face := sketch(ied)
	for _, e := range Effects() {
		t.Run(e.Name, func(t *testing.T) {
			var mouth, left, right float64
			for seed := range uint64(tries) {
				got := e.Apply(face, e.Strengths[1], seeded(seed))
				mouth += changed(face, got, ied, 0, 1.15, .15) / tries
				left += changed(face, got, ied, -.5, 0, .08) / tries
				right += changed(face, got, ied, .5, 0, .08) / tries
			}
			wantMouth, wantLeft, wantRight := e.Hides == Mouth, e.Hides == LeftEye || e.Hides == BothEyes || e.Hides == LeftLid ||
				e.Hides == BothLids,
				e.Hides == BothEyes || e.Hides == BothLids
			if wantMouth != (mouth > .6) && (wantMouth || e.Name != "beard" && e.Name != "lipstick" && e.Name != "moustache" &&
				e.Name != "cast_shadow") {
				t.Errorf("changes %.2f of the mouth", mouth)
			}
			if e.Hides == Partly || e.Name == "cast_shadow" || e.Name == "tinted_glasses" || e.Name == "narrow_eyes" {
				return // these change how eyes look, and hide neither
			}
			if wantLeft != (left > .5) || wantRight != (right > .5) {
				t.Errorf("changes %.2f of the left eye, %.2f of the right one", left, right)
			}
		})
	}
}

func TestTheSameSeedPaintsTheSame(t *testing.T) {
	face := sketch(40)
	before := bytes.Clone(face.Pixels.Pix)
	for _, e := range Effects() {
		a, b, c := e.Apply(face, e.Strengths[1], seeded(3)), e.Apply(face, e.Strengths[1], seeded(3)), e.Apply(face, e.Strengths[1],
			seeded(5))
		if !bytes.Equal(a.Pixels.Pix, b.Pixels.Pix) {
			t.Errorf("%s: two pictures from one seed", e.Name)
		}
		if bytes.Equal(a.Pixels.Pix, c.Pixels.Pix) {
			t.Errorf("%s: one picture from two seeds", e.Name)
		}
	}
	if !bytes.Equal(before, face.Pixels.Pix) {
		t.Error("an effect painted on the portrait itself")
	}
}

// pupil finds the middle of the dark pixels near where a pupil should be.
func pupil(p Portrait, at Point, reach float64) Point {
	var x, y, n float64
	for py := int(at.Y - reach); py <= int(at.Y+reach); py++ {
		for px := int(at.X - reach); px <= int(at.X+reach); px++ {
			if c := p.Pixels.RGBAAt(px, py); c.R < 110 {
				x, y, n = x+float64(px), y+float64(py), n+1
			}
		}
	}
	return Point{x / n, y / n}
}

func TestPupilsStayKnown(t *testing.T) {
	face := sketch(90)
	for seed := range uint64(10) {
		framed := Reframed(face, 50, seeded(seed))
		seen, _ := AnyCamera(framed, seeded(seed))
		for _, p := range []Portrait{framed, seen} {
			for i, eye := range p.Eyes {
				if got := pupil(p, eye, 9); !(math.Hypot(got.X-eye.X, got.Y-eye.Y) < 2.5) {
					t.Errorf("seed %d: eye %d at %.1f, said %.1f", seed, i, got, eye)
				}
			}
			if p.Eyes[0].X >= p.Eyes[1].X {
				t.Errorf("seed %d: the image-left eye is not first", seed)
			}
		}
	}
}
