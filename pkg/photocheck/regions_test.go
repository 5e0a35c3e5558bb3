package photocheck

import (
	"math"
	"testing"
)

func TestHistogramFindsPercentiles(t *testing.T) {
	h := &histogram{}
	if h.percentile(.5) != 0 {
		t.Error("a percentile of nothing")
	}
	for i := range 1001 {
		h.add(float32(i) / 1000)
	}
	h.add(-3) // what lies outside counts at the end
	h.add(7)
	for _, q := range []float64{.005, .25, .5, .98} {
		if got := h.percentile(q); math.Abs(got-q) > .002 {
			t.Errorf("percentile %g is %g", q, got)
		}
	}
}

// Detail that is there along one direction only is no sharpness.
func TestLeastRatioIsThatOfTheWorstDirection(t *testing.T) {
	sum := func(xx, xy, yy float64) tensor { return tensor{xx, xy, yy, 1} }
	for _, tc := range []struct {
		name         string
		fine, coarse tensor
		want         float64
	}{
		{"the same in all directions", sum(4, 0, 4), sum(2, 0, 2), 2},
		{"moved along x", sum(.4, 0, 4), sum(2, 0, 2), .2},
		{"moved along the diagonal", sum(2.2, -1.8, 2.2), sum(2, 0, 2), .2},
		{"coarse detail in one direction", sum(4, 0, 4), sum(8, 0, 2), .5},
		{"nothing fine", sum(0, 0, 0), sum(2, 0, 2), 0},
		{"nothing at all", tensor{}, tensor{}, 0},
	} {
		if got := leastRatio(tc.fine, tc.coarse); math.Abs(got-tc.want) > .02*max(1, tc.want) {
			t.Errorf("%s: %.3f, want %.3f", tc.name, got, tc.want)
		}
	}
}

// A wall in uneven light is smooth; the same wall with stripes is not, and a strand of hair before it changes nothing.
func TestSpreadTellsPatternsFromVignettes(t *testing.T) {
	wall := func(pattern func(x, y float64) float64) float64 {
		m := &groundMap{}
		for i := range m {
			x, y := groundPosition(i)
			m[i] = groundCell{seen: true, ground: true, l: 80 - 2*x*x - y*y + x + pattern(x, y), a: 1, b: x}
		}
		return m.spread()
	}
	for _, tc := range []struct {
		name    string
		pattern func(x, y float64) float64
		plain   bool
	}{
		{"vignette", func(x, y float64) float64 { return 0 }, true},
		{"hair", func(x, y float64) float64 {
			if x > 1.8 && x < 2.4 {
				return -60
			}
			return 0
		}, true},
		{"stripes", func(x, y float64) float64 { return 8 * math.Copysign(1, math.Sin(8*x)) }, false},
	} {
		if s := wall(tc.pattern); (s < groundSpread) != tc.plain {
			t.Errorf("%s: spread %.2f, plain is under %.1f", tc.name, s, groundSpread)
		}
	}
}
