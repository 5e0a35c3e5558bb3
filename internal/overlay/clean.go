package overlay

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

const (
	// maxPieces and maxPoints bound what one check may draw. A report of 64 KB stays below; a page must not choke on
	// a larger one.
	maxPieces = 256
	maxPoints = 4096
	maxSide   = 64
)

// piece is evidence that can be drawn: its points are finite and lie on the picture, a box or grid has its corners in order,
// and the cells of a grid are levels from 0 (faint) to 3 (strong), or none.
type piece struct {
	kind       report.EvidenceKind
	label      string
	points     [][2]float64
	cols, rows int
	levels     []int8
}

const none = -1 // level of a cell that is not drawn

// clean keeps the evidence that can be drawn. What is no number is left out; what lies off the picture is moved to its edge.
func clean(evidence []report.Evidence, width, height int) []piece {
	var out []piece
	total := 0
	for _, e := range evidence {
		if len(out) >= maxPieces || total+len(e.Points) > maxPoints {
			continue
		}
		p := piece{kind: e.Kind, label: e.Label, points: make([][2]float64, len(e.Points))}
		whole := true
		for i, pt := range e.Points {
			whole = whole && finite(pt[0]) && finite(pt[1])
			p.points[i] = [2]float64{clamp(pt[0], float64(width)), clamp(pt[1], float64(height))}
		}
		if whole && p.hasShape() && (e.Kind != report.Grid || p.readCells(e.Values)) {
			out = append(out, p)
			total += len(e.Points)
		}
	}
	return out
}

// hasShape tells whether the piece has as many points as its kind needs, and puts corners in order.
func (p *piece) hasShape() bool {
	n := len(p.points)
	switch p.kind {
	case report.Box, report.Grid:
		if n != 2 {
			return false
		}
		a, b := p.points[0], p.points[1]
		p.points = [][2]float64{{min(a[0], b[0]), min(a[1], b[1])}, {max(a[0], b[0]), max(a[1], b[1])}}
		return true
	case report.Point:
		return n == 1
	case report.Line:
		return n >= 2
	case report.Polygon:
		return n >= 3
	case report.Quad:
		return n == 4
	default:
		return false
	}
}

// readCells reads a grid's values: those from 0 to 1 count as they are, larger ones relative to the largest.
func (p *piece) readCells(values []float64) bool {
	if len(values) < 3 || !(values[0] >= 1 && values[0] <= maxSide && values[1] >= 1 && values[1] <= maxSide) {
		return false
	}
	p.cols, p.rows = int(values[0]), int(values[1])
	cells := values[2:]
	if len(cells) != p.cols*p.rows || p.points[1][0] <= p.points[0][0] || p.points[1][1] <= p.points[0][1] {
		return false
	}
	top := 1.0
	for _, v := range cells {
		if finite(v) {
			top = max(top, v)
		}
	}
	drawn := false
	p.levels = make([]int8, len(cells))
	for i, v := range cells {
		p.levels[i] = level(v, top)
		drawn = drawn || p.levels[i] != none
	}
	return drawn
}

func level(v, top float64) int8 {
	if !finite(v) || v <= 0 {
		return none
	}
	return int8(min(3, v/top*4))
}

// at is the level of a cell; beyond the grid there is none.
func (p *piece) at(col, row int) int8 {
	if col < 0 || row < 0 || col >= p.cols || row >= p.rows {
		return none
	}
	return p.levels[row*p.cols+col]
}

// cell is the size of one cell of a grid.
func (p *piece) cell() (w, h float64) {
	return (p.points[1][0] - p.points[0][0]) / float64(p.cols), (p.points[1][1] - p.points[0][1]) / float64(p.rows)
}

func clamp(v, top float64) float64 { return math.Max(0, math.Min(v, top)) }
