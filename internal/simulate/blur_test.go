package simulate

import (
	"math"
	"testing"
)

// spread draws a point of light and tells how a blur spreads it: its sum, middle, and variance along each axis.
func spread(w, h int, blur func(*linear) *linear) (sum float64, middle Point, xx, yy float64) {
	l := &linear{w, h, make([]float32, 3*w*h)}
	l.pix[3*((h/2)*w+w/2)+1] = 1
	out := blur(l)
	for y := range h {
		for x := range w {
			v := float64(out.row(y)[3*x+1])
			sum += v
			middle.X += v * float64(x-w/2)
			middle.Y += v * float64(y-h/2)
			xx += v * float64((x-w/2)*(x-w/2))
			yy += v * float64((y-h/2)*(y-h/2))
		}
	}
	return sum, middle, xx / sum, yy / sum
}

func within(a, b, by float64) bool { return math.Abs(a-b) <= by }

func TestBlursHaveTheirWidth(t *testing.T) {
	for _, sigma := range []float64{.3, 1, 1.7, 4, 9} {
		sum, middle, xx, yy := spread(121, 121, func(l *linear) *linear { return l.gaussian(sigma) })
		want := sigma * sigma
		if !within(sum, 1, 1e-3) || !near(middle, Point{}, .01) || !within(xx, want, .01*want+.01) || !within(xx, yy, .01*xx+.01) {
			t.Errorf("gaussian %g: sum %.4f, middle %v, variance %.3f %.3f, want %.3f", sigma, sum, middle, xx, yy, want)
		}
	}
	for _, radius := range []float64{1.5, 3, 4.9, 8, 16, 30} {
		sum, middle, xx, yy := spread(121, 121, func(l *linear) *linear { return l.disc(radius) })
		want := radius * radius / 4
		if !within(sum, 1, 1e-3) || !near(middle, Point{}, .15*radius+.5) || !within(xx, want, .15*want+.2) || !within(xx, yy, .1*xx) {
			t.Errorf("disc %g: sum %.4f, middle %v, variance %.3f %.3f, want %.3f", radius, sum, middle, xx, yy, want)
		}
	}
	for _, path := range []Point{{20, 0}, {0, 33}, {14, -14}} {
		sum, middle, xx, yy := spread(121, 121, func(l *linear) *linear { return l.moved(path.X, path.Y) })
		if !within(sum, 1, 1e-3) || !near(middle, Point{}, 1) || !within(xx, path.X*path.X/12, .15*xx+.1) ||
			!within(yy, path.Y*path.Y/12, .15*yy+.1) {
			t.Errorf("path %v: sum %.4f, middle %v, variance %.2f %.2f", path, sum, middle, xx, yy)
		}
	}
}

func TestBlursLeavePlainColourAlone(t *testing.T) {
	l := &linear{37, 23, make([]float32, 3*37*23)}
	for i := range l.pix {
		l.pix[i] = .25
	}
	for name, out := range map[string]*linear{
		"gaussian": l.gaussian(3.3), "disc": l.disc(2.7), "large disc": l.disc(11), "motion": l.moved(9, -4),
	} {
		for _, v := range out.pix {
			if math.Abs(float64(v)-.25) > 1e-4 {
				t.Fatalf("%s makes %g of .25", name, v)
			}
		}
	}
}

func BenchmarkEffects(b *testing.B) {
	p := drawn(1060, 1414) // 1.5 megapixels
	for _, e := range Effects() {
		b.Run(e.Name, func(b *testing.B) {
			for b.Loop() {
				apply(e, p, e.Strengths[1])
			}
		})
	}
}
