// Package stats holds the statistics of an evaluation: shares with intervals, error curves, and tests on pairs.
package stats

import "math"

// z95 is the normal deviate that leaves 2.5 % on each side.
const z95 = 1.959963984540054

// Interval is a 95 % confidence interval.
type Interval struct{ Low, High float64 }

// Wilson returns the 95 % score interval of a share of k in n (E. B. Wilson, 1927). Unlike the textbook one it holds for
// shares of nothing and of all, and for few photos. Of nothing it is everything: (0,1).
func Wilson(k, n int) Interval {
	if n == 0 {
		return Interval{0, 1}
	}
	p, size := float64(k)/float64(n), float64(n)
	middle := p + z95*z95/(2*size)
	spread := z95 * math.Sqrt(p*(1-p)/size+z95*z95/(4*size*size))
	scale := 1 + z95*z95/size
	i := Interval{max(0, (middle-spread)/scale), min(1, (middle+spread)/scale)}
	// The ends that are exactly 0 and 1 are so but for rounding.
	if k == 0 {
		i.Low = 0
	}
	if k == n {
		i.High = 1
	}
	return i
}

// Difference returns the 95 % interval of the difference k1/n1 − k2/n2 of two independent shares (R. G. Newcombe, 1998, method
// 10: made of the two Wilson intervals). Both n must be above 0.
func Difference(k1, n1, k2, n2 int) Interval {
	p1, p2 := float64(k1)/float64(n1), float64(k2)/float64(n2)
	a, b := Wilson(k1, n1), Wilson(k2, n2)
	d := p1 - p2
	return Interval{d - math.Hypot(p1-a.Low, b.High-p2), d + math.Hypot(a.High-p1, p2-b.Low)}
}

// Probit is the normal deviate below which a share p of a normal distribution lies; DET curves are drawn on this scale.
func Probit(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
