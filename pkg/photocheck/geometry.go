package photocheck

import (
	"image"
	"image/color"
	"math"

	"gocv.io/x/gocv"
)

// point is a position in pixels, x to the right, y down.
type point struct{ x, y float64 }

func (p point) array() [2]float64        { return [2]float64{round2(p.x), round2(p.y)} }
func (p point) minus(q point) point      { return point{p.x - q.x, p.y - q.y} }
func (p point) distance(q point) float64 { return math.Hypot(p.x-q.x, p.y-q.y) }

func round2(v float64) float64 { return math.Round(v*100) / 100 }

// similarity maps (x,y) to (a·x − b·y + tx, b·x + a·y + ty): rotation, scale and shift.
type similarity struct{ a, b, tx, ty float64 }

func (s similarity) apply(p point) point {
	return point{s.a*p.x - s.b*p.y + s.tx, s.b*p.x + s.a*p.y + s.ty}
}

func (s similarity) scale() float64 { return math.Hypot(s.a, s.b) }

func (s similarity) inverse() similarity {
	d := s.a*s.a + s.b*s.b
	a, b := s.a/d, -s.b/d
	return similarity{a, b, -(a*s.tx - b*s.ty), -(b*s.tx + a*s.ty)}
}

// fitSimilarity returns the least-squares similarity from one set of points to another of the same length.
func fitSimilarity(from, to []point) similarity {
	n := float64(len(from))
	var fc, tc point
	for i := range from {
		fc.x += from[i].x / n
		fc.y += from[i].y / n
		tc.x += to[i].x / n
		tc.y += to[i].y / n
	}
	var re, im, norm float64
	for i := range from {
		f, t := from[i].minus(fc), to[i].minus(tc)
		re += f.x*t.x + f.y*t.y
		im += f.x*t.y - f.y*t.x
		norm += f.x*f.x + f.y*f.y
	}
	if norm == 0 {
		return similarity{1, 0, tc.x - fc.x, tc.y - fc.y}
	}
	a, b := re/norm, im/norm
	return similarity{a, b, tc.x - (a*fc.x - b*fc.y), tc.y - (b*fc.x + a*fc.y)}
}

// warp gives the picture from as the similarity brings it to a picture of that size.
func (s similarity) warp(from gocv.Mat, to *gocv.Mat, size image.Point, border gocv.BorderType) {
	m := gocv.NewMatWithSize(2, 3, gocv.MatTypeCV64F)
	defer m.Close()
	for i, row := range [2][3]float64{{s.a, -s.b, s.tx}, {s.b, s.a, s.ty}} {
		for j, v := range row {
			m.SetDoubleAt(i, j, v)
		}
	}
	gocv.WarpAffineWithParams(from, to, m, size, gocv.InterpolationLinear, border, color.RGBA{})
}

// box is an upright rectangle in pixels.
type box struct{ x1, y1, x2, y2 float64 }

func (b box) width() float64  { return b.x2 - b.x1 }
func (b box) height() float64 { return b.y2 - b.y1 }
func (b box) area() float64   { return max(0, b.width()) * max(0, b.height()) }

func (b box) intersection(o box) float64 {
	return box{max(b.x1, o.x1), max(b.y1, o.y1), min(b.x2, o.x2), min(b.y2, o.y2)}.area()
}

func (b box) scaled(k float64) box { return box{b.x1 * k, b.y1 * k, b.x2 * k, b.y2 * k} }

func (b box) top() point    { return point{(b.x1 + b.x2) / 2, b.y1} }
func (b box) bottom() point { return point{(b.x1 + b.x2) / 2, b.y2} }
