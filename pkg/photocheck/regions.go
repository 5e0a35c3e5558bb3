package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

// region is a part of the canonical face, as indices of its pixels row by row.
type region []int32

// regionOf lists the canonical pixels whose position in IED lies in it.
func regionOf(in func(x, y float64) bool) region {
	var out region
	for i := range faceW * faceH {
		if x, y := position(i%faceW, i/faceW); in(x, y) {
			out = append(out, int32(i))
		}
	}
	return out
}

// smallerOval tells whether a position lies on the face drawn in by a factor about its middle.
func smallerOval(k float64) func(x, y float64) bool {
	return func(x, y float64) bool { return oval(x/k, .45+(y-.45)/k) }
}

var (
	wholeFace = regionOf(oval)
	// upperFace leaves out the rim, where hair and background show, and all below the nose: teeth and beards.
	upperFace = regionOf(func(x, y float64) bool { return smallerOval(.92)(x, y) && y < .8 })
	eyeAreas  = [2]region{eyeArea(-.5), eyeArea(.5)}
)

func eyeArea(eye float64) region {
	return regionOf(func(x, y float64) bool { return math.Abs(x-eye) < .24 && math.Abs(y) < .1 })
}

// histogramBins is the number of steps between black and white.
const histogramBins = 4096

// histogram counts values from 0 to 1. It finds a percentile in one pass, where sorting would cost more than the check.
type histogram struct {
	bins [histogramBins]int32
	n    int
}

func (h *histogram) add(v float32) {
	h.bins[min(max(int(v*histogramBins), 0), histogramBins-1)]++
	h.n++
}

// percentile is the value below which the share q lies; 0 without values.
func (h *histogram) percentile(q float64) float64 {
	left := q * float64(h.n)
	for i, n := range h.bins {
		if c := float64(n); c > 0 && left <= c {
			return (float64(i) + left/c) / histogramBins
		}
		left -= float64(n)
	}
	return 0
}

// histogramOf counts the values of a plane, 0 to 1, in those pixels of a region that lie inside the picture.
func (f *face) histogramOf(p plane, r region) *histogram {
	h := &histogram{}
	for _, i := range r {
		if f.inside[i] {
			h.add(p.v[i])
		}
	}
	return h
}

// gridCols and gridRows divide the box around the face's oval into cells for a map.
const gridCols, gridRows = 17, 25

// mapOf draws a map over the face: strength gives a value from 0 to 1 for the cell whose middle lies at (x,y) in IED. Nothing
// is drawn off the face, and there is no evidence at all if every cell is 0.
func (f *face) mapOf(label string, strength func(x, y float64) float64) []report.Evidence {
	outline := f.ovalOutline(label).Points
	a, b := outline[0], outline[0]
	for _, p := range outline {
		a = [2]float64{min(a[0], p[0]), min(a[1], p[1])}
		b = [2]float64{max(b[0], p[0]), max(b[1], p[1])}
	}
	e := report.Evidence{Kind: report.Grid, Label: label, Points: [][2]float64{a, b}, Values: []float64{gridCols, gridRows}}
	any := false
	for row := range gridRows {
		for col := range gridCols {
			c := f.toCanonical.apply(point{a[0] + (b[0]-a[0])*(float64(col)+.5)/gridCols, a[1] + (b[1]-a[1])*(float64(row)+.5)/gridRows})
			x, y := (c.x-eyesX)/faceIED, (c.y-eyesY)/faceIED
			v := 0.0
			if i := int(c.y)*faceW + int(c.x); oval(x, y) && i >= 0 && i < len(f.inside) && f.inside[i] {
				v = round2(min(max(strength(x, y), 0), 1))
			}
			any = any || v > 0
			e.Values = append(e.Values, v)
		}
	}
	if !any {
		return nil
	}
	return []report.Evidence{e}
}

// cellRadius is half the side of a map's cell in canonical pixels.
const cellRadius = 3

// around is the mean of a value over the canonical pixels of the map's cell at (x,y) in IED.
func around(x, y float64, value func(i int) float64) float64 {
	col, row := int(eyesX+x*faceIED), int(eyesY+y*faceIED)
	n, sum := 0.0, 0.0
	for r := max(0, row-cellRadius); r <= min(faceH-1, row+cellRadius); r++ {
		for c := max(0, col-cellRadius); c <= min(faceW-1, col+cellRadius); c++ {
			n++
			sum += value(r*faceW + c)
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}
