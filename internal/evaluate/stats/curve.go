package stats

import (
	"math"
	"slices"
)

// Point is what one threshold does: a photo counts as faulty when its value is at least Threshold.
type Point struct {
	Threshold float64
	False     float64 // share of good ones taken for faulty
	Hit       float64 // share of faulty ones told
}

// Curve is the ROC curve of a measure. Points run from the threshold that takes none for faulty, +Inf, to one that takes all.
type Curve struct {
	Points []Point
	// AUC is the chance that a faulty one has a higher value than a good one, ties counted half.
	AUC float64
	// EER is where as large a share of good ones is taken for faulty as of faulty ones is missed.
	EER float64
}

// NewCurve returns the curve of the values of good and faulty ones, where higher is worse. Both must hold a value; NaN has no
// place in either.
func NewCurve(good, faulty []float64) Curve {
	good, faulty = slices.Clone(good), slices.Clone(faulty)
	slices.Sort(good)
	slices.Sort(faulty)
	slices.Reverse(good)
	slices.Reverse(faulty)
	c := Curve{Points: []Point{{Threshold: math.Inf(1)}}}
	g, f := 0, 0
	for g < len(good) || f < len(faulty) {
		t := math.Inf(-1)
		if g < len(good) {
			t = good[g]
		}
		if f < len(faulty) {
			t = max(t, faulty[f])
		}
		for g < len(good) && good[g] >= t {
			g++
		}
		for f < len(faulty) && faulty[f] >= t {
			f++
		}
		p := Point{t, float64(g) / float64(len(good)), float64(f) / float64(len(faulty))}
		last := c.Points[len(c.Points)-1]
		c.AUC += (p.False - last.False) * (p.Hit + last.Hit) / 2
		c.Points = append(c.Points, p)
	}
	c.EER = equalError(c.Points)
	return c
}

// equalError is where the straight lines between the points cross False = 1 − Hit.
func equalError(points []Point) float64 {
	for i, p := range points[1:] {
		q := points[i] // the one before
		before, after := q.False-(1-q.Hit), p.False-(1-p.Hit)
		if after >= 0 { // before is below: the first point is at −1
			k := before / (before - after)
			return q.False + k*(p.False-q.False)
		}
	}
	return 1
}

// Thinned returns at most about n of the points, with the corners that a drawing needs: between two that are kept, neither share
// changes by more than 1/n of all.
func (c Curve) Thinned(n int) []Point {
	step := 1 / float64(n)
	out := []Point{c.Points[0]}
	for i := 1; i < len(c.Points); i++ {
		last := out[len(out)-1]
		p := c.Points[i]
		end := i == len(c.Points)-1
		// The next one would go too far: this one is the corner.
		if end || c.Points[i+1].False-last.False > step || c.Points[i+1].Hit-last.Hit > step {
			out = append(out, p)
		}
	}
	return out
}
