package simulate

import (
	"image"
	"math"
	"testing"
)

func near(a, b Point, by float64) bool { return math.Hypot(a.X-b.X, a.Y-b.Y) <= by }

func TestMapsGoBackAndForth(t *testing.T) {
	quad := [4]Point{{10, 20}, {210, 5}, {190, 320}, {25, 300}}
	m := ToQuad(100, 150, quad)
	for i, corner := range []Point{{0, 0}, {100, 0}, {100, 150}, {0, 150}} {
		if got := m.Apply(corner); !near(got, quad[i], 1e-6) {
			t.Errorf("corner %d lies at %v, want %v", i, got, quad[i])
		}
	}
	turn := Similarity(2, math.Pi/2, Point{3, 4}, Point{30, 40})
	if got := turn.Apply(Point{4, 4}); !near(got, Point{30, 42}, 1e-9) {
		t.Errorf("a quarter turn clockwise takes the right to %v", got)
	}
	for _, one := range []Homography{m, turn, m.Then(turn)} {
		if got := one.Then(one.Inverse()).Apply(Point{17, 23}); !near(got, Point{17, 23}, 1e-6) {
			t.Errorf("there and back leads to %v", got)
		}
	}
}

// dot finds the middle of what is dark in a picture.
func dot(img *image.RGBA) Point {
	var x, y, n float64
	for py := range img.Rect.Dy() {
		for px := range img.Rect.Dx() {
			d := 255 - float64(img.Pix[img.PixOffset(px, py)])
			x, y, n = x+d*float64(px), y+d*float64(py), n+d
		}
	}
	return Point{x / n, y / n}
}

func TestPixelsGoWhereTheMapSays(t *testing.T) {
	src := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for i := range src.Pix {
		src.Pix[i] = 255
	}
	at := Point{120, 90}
	for y := 80; y <= 100; y++ {
		for x := 110; x <= 130; x++ {
			for c := range 3 {
				src.Pix[src.PixOffset(x, y)+c] = 0
			}
		}
	}
	for name, tc := range map[string]struct {
		m    Homography
		w, h int
	}{
		"as it is":        {Homography{1, 0, 0, 0, 1, 0, 0, 0, 1}, 300, 200},
		"turned":          {Similarity(1, .4, Point{150, 100}, Point{150, 100}), 300, 200},
		"a third":         {scaling(1. / 3), 100, 67},
		"seven times":     {scaling(7), 2100, 1400},
		"a skewed corner": {ToQuad(300, 200, [4]Point{{0, 0}, {290, 20}, {270, 190}, {10, 170}}), 300, 200},
	} {
		if got, want := dot(Warp(src, tc.m, tc.w, tc.h)), tc.m.Apply(at); !near(got, want, .5) {
			t.Errorf("%s: the dot is at %v, want %v", name, got, want)
		}
	}
}

func TestShrinkingAverages(t *testing.T) {
	src := image.NewRGBA(image.Rect(0, 0, 240, 240))
	for y := range 240 {
		for x := range 240 {
			v := uint8(255 * ((x + y) % 2)) // a chessboard: its mean is grey, its pixels are not
			copy(src.Pix[src.PixOffset(x, y):], []uint8{v, v, v, 255})
		}
	}
	small := Portrait{Pixels: src}.Resized(1. / 6).Pixels
	for i := 0; i < len(small.Pix); i += 4 {
		if v := small.Pix[i]; v < 120 || v > 135 {
			t.Fatalf("a pixel of %d", v)
		}
	}
}
