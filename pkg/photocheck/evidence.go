package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

// onPicture keeps evidence within the picture: a face may reach beyond its edge, and a page can't draw there. What lies outside as
// a whole is left out.
func (f *Frame) onPicture(evidence []report.Evidence) []report.Evidence {
	var out []report.Evidence
	for _, e := range evidence {
		if e, ok := f.clip(e); ok {
			out = append(out, e)
		}
	}
	return out
}

func (f *Frame) clip(e report.Evidence) (report.Evidence, bool) {
	w, h := float64(f.width), float64(f.height)
	within, beyond := true, [4]int{}
	for _, p := range e.Points {
		if math.IsNaN(p[0]) || math.IsNaN(p[1]) {
			return e, false
		}
		within = within && p[0] >= 0 && p[1] >= 0 && p[0] <= w && p[1] <= h
		for i, out := range [4]bool{p[0] < 0, p[1] < 0, p[0] > w, p[1] > h} {
			if out {
				beyond[i]++
			}
		}
	}
	for _, n := range beyond {
		if n == len(e.Points) {
			return e, false
		}
	}
	switch {
	case within:
		return e, true
	case e.Kind == report.Grid:
		return clipGrid(e, w, h)
	case e.Kind == report.Polygon:
		e.Points = clipPolygon(e.Points, w, h)
		return e, len(e.Points) >= 3
	case e.Kind == report.Line && len(e.Points) == 2:
		return clipLine(e, w, h)
	}
	points := make([][2]float64, len(e.Points))
	for i, p := range e.Points {
		points[i] = f.clamped(point{p[0], p[1]}).array()
	}
	e.Points = points
	return e, true
}

// clipGrid leaves out the columns and rows that reach beyond the picture.
func clipGrid(e report.Evidence, w, h float64) (report.Evidence, bool) {
	cols, rows := int(e.Values[0]), int(e.Values[1])
	a, b := e.Points[0], e.Points[1]
	cw, ch := (b[0]-a[0])/float64(cols), (b[1]-a[1])/float64(rows)
	kept := func(n int, start, size, limit float64) (from, to int) {
		for to = n; from < n && start+size*float64(from) < 0; from++ {
		}
		for ; to > from && start+size*float64(to) > limit; to-- {
		}
		return from, to
	}
	c1, c2 := kept(cols, a[0], cw, w)
	r1, r2 := kept(rows, a[1], ch, h)
	if c1 == c2 || r1 == r2 {
		return e, false
	}
	values := []float64{float64(c2 - c1), float64(r2 - r1)}
	for r := r1; r < r2; r++ {
		values = append(values, e.Values[2+r*cols+c1:2+r*cols+c2]...)
	}
	corner := func(c, r int) [2]float64 {
		return [2]float64{min(w, max(0, round2(a[0]+cw*float64(c)))), min(h, max(0, round2(a[1]+ch*float64(r))))}
	}
	e.Points, e.Values = [][2]float64{corner(c1, r1), corner(c2, r2)}, values
	return e, true
}

// clipPolygon is Sutherland and Hodgman's cut of a polygon by the four edges of the picture.
func clipPolygon(points [][2]float64, w, h float64) [][2]float64 {
	for _, edge := range []struct {
		axis int
		at   float64
		keep float64 // +1 for what lies above at
	}{{0, 0, 1}, {1, 0, 1}, {0, w, -1}, {1, h, -1}} {
		inside := func(p [2]float64) bool { return edge.keep*(p[edge.axis]-edge.at) >= 0 }
		var out [][2]float64
		for i, q := range points {
			p := points[(i+len(points)-1)%len(points)]
			if inside(p) != inside(q) {
				t := (edge.at - p[edge.axis]) / (q[edge.axis] - p[edge.axis])
				cut := [2]float64{round2(p[0] + t*(q[0]-p[0])), round2(p[1] + t*(q[1]-p[1]))}
				cut[edge.axis] = edge.at
				out = append(out, cut)
			}
			if inside(q) {
				out = append(out, q)
			}
		}
		points = out
	}
	return points
}

// clipLine is Liang and Barsky's cut of a line by the picture.
func clipLine(e report.Evidence, w, h float64) (report.Evidence, bool) {
	p, q := e.Points[0], e.Points[1]
	from, to := 0.0, 1.0
	for axis, limit := range [2]float64{w, h} {
		d := q[axis] - p[axis]
		if d == 0 {
			continue // it lies within: whatever is beyond as a whole was left out
		}
		t1, t2 := -p[axis]/d, (limit-p[axis])/d
		from, to = max(from, min(t1, t2)), min(to, max(t1, t2))
	}
	if from >= to {
		return e, false
	}
	at := func(t float64) [2]float64 {
		return [2]float64{min(w, max(0, round2(p[0]+t*(q[0]-p[0])))), min(h, max(0, round2(p[1]+t*(q[1]-p[1]))))}
	}
	e.Points = [][2]float64{at(from), at(to)}
	return e, true
}
