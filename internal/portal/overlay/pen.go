package overlay

import (
	"math"
	"strconv"
	"strings"

	"prportal.example/pkg/photocheck/report"
)

const (
	// maxShapes and maxPoints bound what one check may draw. A report of 64 KB stays below; a page must not choke on
	// a larger one.
	maxShapes = 256
	maxPoints = 4096
	maxSide   = 64
)

// pen turns evidence into SVG path data. What is no number is left out; what lies off the picture is moved to its edge.
type pen struct {
	width, height float64
	lines, dots   strings.Builder
	cells         [4]strings.Builder
	count, points int
}

func newPen(width, height int) *pen { return &pen{width: float64(width), height: float64(height)} }

func (p *pen) levels() (out [4]string) {
	for i := range p.cells {
		out[i] = p.cells[i].String()
	}
	return out
}

func (p *pen) draw(e report.Evidence) {
	if p.count >= maxShapes || p.points+len(e.Points) > maxPoints {
		return
	}
	pts := make([][2]float64, len(e.Points))
	for i, pt := range e.Points {
		if !finite(pt[0]) || !finite(pt[1]) {
			return
		}
		pts[i] = [2]float64{clamp(pt[0], p.width), clamp(pt[1], p.height)}
	}
	if !p.shape(e, pts) {
		return
	}
	p.count++
	p.points += len(pts)
}

func (p *pen) shape(e report.Evidence, pts [][2]float64) bool {
	switch {
	case e.Kind == report.Box && len(pts) == 2:
		a, b := corners(pts)
		p.trace([][2]float64{a, {b[0], a[1]}, b, {a[0], b[1]}}, true)
	case e.Kind == report.Point && len(pts) == 1:
		p.dots.WriteString("M" + number(pts[0][0]) + " " + number(pts[0][1]) + "h0")
	case e.Kind == report.Line && len(pts) >= 2:
		p.trace(pts, false)
	case e.Kind == report.Polygon && len(pts) >= 3, e.Kind == report.Quad && len(pts) == 4:
		p.trace(pts, true)
	case e.Kind == report.Grid && len(pts) == 2:
		return p.grid(pts, e.Values)
	default:
		return false
	}
	return true
}

func (p *pen) trace(pts [][2]float64, closed bool) {
	for i, pt := range pts {
		if i == 0 {
			p.lines.WriteByte('M')
		} else {
			p.lines.WriteByte('L')
		}
		p.lines.WriteString(number(pt[0]) + " " + number(pt[1]))
	}
	if closed {
		p.lines.WriteByte('Z')
	}
}

// grid draws cells by strength: values from 0 to 1 count as they are, larger ones relative to the largest. Cells of the same
// strength that touch in a row become one rectangle.
func (p *pen) grid(pts [][2]float64, values []float64) bool {
	if len(values) < 3 || !(values[0] >= 1 && values[0] <= maxSide && values[1] >= 1 && values[1] <= maxSide) {
		return false
	}
	cols, rows, cells := int(values[0]), int(values[1]), values[2:]
	if len(cells) != cols*rows {
		return false
	}
	a, b := corners(pts)
	w, h := (b[0]-a[0])/float64(cols), (b[1]-a[1])/float64(rows)
	if w <= 0 || h <= 0 {
		return false
	}
	top := 1.0
	for _, v := range cells {
		if finite(v) {
			top = max(top, v)
		}
	}
	drawn := false
	for r := range rows {
		for c := 0; c < cols; {
			l, from := level(cells[r*cols+c], top), c
			for c++; c < cols && level(cells[r*cols+c], top) == l; c++ {
			}
			if l < 0 {
				continue
			}
			drawn = true
			run := number(w * float64(c-from))
			p.cells[l].WriteString("M" + number(a[0]+w*float64(from)) + " " + number(a[1]+h*float64(r)) +
				"h" + run + "v" + number(h) + "h-" + run + "Z")
		}
	}
	return drawn
}

// level is 0 to 3, or -1 for a cell that is not drawn.
func level(v, top float64) int {
	if !finite(v) || v <= 0 {
		return -1
	}
	return min(3, int(v/top*4))
}

// corners returns the top-left and the bottom-right corner, whichever way round they were given.
func corners(pts [][2]float64) (a, b [2]float64) {
	return [2]float64{min(pts[0][0], pts[1][0]), min(pts[0][1], pts[1][1])},
		[2]float64{max(pts[0][0], pts[1][0]), max(pts[0][1], pts[1][1])}
}

func clamp(v, top float64) float64 { return math.Max(0, math.Min(v, top)) }

// number writes v with at most one decimal: a tenth of a pixel is finer than any screen shows.
func number(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}
