package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"prportal.example/internal/evaluate/stats"
)

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

// The values are those of R's prop.test(k, n, correct = FALSE), and of Newcombe 1998, table I.
func TestWilson(t *testing.T) {
	for _, tc := range []struct {
		k, n      int
		low, high float64
	}{
		{0, 10, 0, .2775328}, {10, 10, .7224672, 1}, {81, 263, .2552739, .3662132}, {15, 148, .0624037, .1604888},
		{0, 20, 0, .1611252}, {1, 29, .0061130, .1717557}, {5, 10, .2365931, .7634069}, {0, 0, 0, 1}, {0, 163, 0, .0230244},
	} {
		if i := stats.Wilson(tc.k, tc.n); !near(i.Low, tc.low, 2e-4) || !near(i.High, tc.high, 2e-4) {
			t.Errorf("%d of %d: %+v, want %v to %v", tc.k, tc.n, i, tc.low, tc.high)
		}
	}
}

// Newcombe, "Interval estimation for the difference between independent proportions", 1998, table II, method 10.
func TestDifference(t *testing.T) {
	for _, tc := range []struct {
		k1, n1, k2, n2 int
		low, high      float64
	}{
		{56, 70, 48, 80, .0524, .3339}, {9, 10, 3, 10, .1705, .8090}, {5, 56, 0, 29, -.0381, .1926}, {0, 10, 0, 10, -.2775, .2775},
		{10, 10, 0, 10, .6075, 1},
	} {
		if i := stats.Difference(tc.k1, tc.n1, tc.k2, tc.n2); !near(i.Low, tc.low, 1e-4) || !near(i.High, tc.high, 1e-4) {
			t.Errorf("%+v: %+v", tc, i)
		}
	}
}

func TestProbit(t *testing.T) {
	for p, want := range map[float64]float64{.5: 0, .975: 1.959964, .001: -3.090232, .2: -.841621} {
		if got := stats.Probit(p); !near(got, want, 1e-6) {
			t.Errorf("%v: %v", p, got)
		}
	}
}

func TestMcNemar(t *testing.T) {
	for _, tc := range []struct {
		broken, fixed int
		two, one      float64
	}{
		{0, 0, 1, 1}, {1, 0, 1, .5}, {5, 0, .0625, .03125}, {0, 5, .0625, 1}, {10, 2, .0385742, .0192871}, {6, 6, 1, .6127930},
		{121, 59, 4.434e-6, 2.217e-6},
	} {
		if got := stats.McNemar(tc.broken, tc.fixed); !near(got, tc.two, 1e-6) {
			t.Errorf("%d broken, %d fixed: p = %v, want %v", tc.broken, tc.fixed, got, tc.two)
		}
		if got := stats.Sign(tc.broken, tc.fixed); !near(got, tc.one, 1e-6) {
			t.Errorf("%d broken, %d fixed: one-sided p = %v, want %v", tc.broken, tc.fixed, got, tc.one)
		}
	}
}

func TestCurve(t *testing.T) {
	for _, tc := range []struct {
		name         string
		good, faulty []float64
		auc, eer     float64
		points       int
	}{
		{"apart", []float64{1, 2, 3}, []float64{4, 5}, 1, 0, 6},
		{"the wrong way round", []float64{4, 5}, []float64{1, 2, 3}, 0, 1, 6},
		{"all alike", []float64{1, 1}, []float64{1, 1, 1}, .5, .5, 2},
		{"scikit-learn's example", []float64{.1, .4}, []float64{.35, .8}, .75, .5, 5},
		{"one of each overlaps", []float64{1, 2, 3, 6}, []float64{4, 5, 7, 8}, .875, .25, 9},
		{"ties", []float64{0, 1, 1, 2}, []float64{1, 2, 2, 3}, .8125, .25, 5},
	} {
		c := stats.NewCurve(tc.good, tc.faulty)
		if !near(c.AUC, tc.auc, 1e-12) || !near(c.EER, tc.eer, 1e-12) || len(c.Points) != tc.points {
			t.Errorf("%s: AUC %v, EER %v, %d points %v", tc.name, c.AUC, c.EER, len(c.Points), c.Points)
		}
	}
	want := []stats.Point{{math.Inf(1), 0, 0}, {.8, 0, .5}, {.4, .5, .5}, {.35, .5, 1}, {.1, 1, 1}}
	for i, p := range stats.NewCurve([]float64{.1, .4}, []float64{.35, .8}).Points {
		if p != want[i] {
			t.Errorf("point %d: %+v, want %+v", i, p, want[i])
		}
	}
}

// TestAUCIsTheShareOfPairs holds the area against its meaning, on values with many ties.
func TestAUCIsTheShareOfPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var good, faulty []float64
		for range 1 + rng.IntN(40) {
			good = append(good, float64(rng.IntN(12)))
		}
		for range 1 + rng.IntN(40) {
			faulty = append(faulty, float64(2+rng.IntN(12)))
		}
		pairs := 0.0
		for _, g := range good {
			for _, f := range faulty {
				switch {
				case f > g:
					pairs++
				case f == g:
					pairs += .5
				}
			}
		}
		c := stats.NewCurve(good, faulty)
		if want := pairs / float64(len(good)*len(faulty)); !near(c.AUC, want, 1e-12) {
			t.Fatalf("AUC %v, want %v", c.AUC, want)
		}
		last := c.Points[len(c.Points)-1]
		if last.False != 1 || last.Hit != 1 {
			t.Fatalf("the curve ends at %+v", last)
		}
	}
}

func TestThinnedKeepsTheShape(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var good, faulty []float64
	for range 5000 {
		good, faulty = append(good, rng.NormFloat64()), append(faulty, rng.NormFloat64()+2)
	}
	c := stats.NewCurve(good, faulty)
	thin := c.Thinned(100)
	if len(thin) < 50 || len(thin) > 250 || thin[0] != c.Points[0] || thin[len(thin)-1] != c.Points[len(c.Points)-1] {
		t.Fatalf("%d points of %d", len(thin), len(c.Points))
	}
	area := 0.0
	for i := range thin[1:] {
		area += (thin[i+1].False - thin[i].False) * (thin[i+1].Hit + thin[i].Hit) / 2
		if thin[i+1].False < thin[i].False || thin[i+1].Hit < thin[i].Hit {
			t.Fatal("the curve runs back")
		}
	}
	if !near(area, c.AUC, .002) {
		t.Errorf("area %v, AUC %v", area, c.AUC)
	}
	// Small curves stay whole.
	if small := stats.NewCurve([]float64{1, 2, 3}, []float64{2, 3, 4}); len(small.Thinned(100)) != len(small.Points) {
		t.Errorf("%v", small.Thinned(100))
	}
}

func TestBinsAndQuantiles(t *testing.T) {
	got := stats.Bins([]float64{-5, 0, .1, .5, .99, 1, 7}, 0, 1, 4)
	for i, want := range []int{3, 0, 1, 3} {
		if got[i] != want {
			t.Errorf("bins %v", got)
			break
		}
	}
	s := stats.Sorted([]float64{4, 1, 3, 2})
	for q, want := range map[float64]float64{0: 1, 1: 4, .5: 2.5, .25: 1.75} {
		if v := stats.Quantile(s, q); v != want {
			t.Errorf("quantile %v: %v, want %v", q, v, want)
		}
	}
}
