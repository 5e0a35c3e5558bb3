package overlay

import (
	"math"
	"strings"

	"prportal.example/pkg/photocheck/report"
)

// Form is what a shape is.
type Form int

const (
	Line    Form = iota // an open line
	Loop                // a closed line
	Contour             // a thin line around the cells of a map
	Dot                 // one point
	Area                // what a closed line surrounds, shaded
	Cell                // two corners of a rectangle, shaded by Level from 0 to 3
	Text                // Words, from its left end on the base line
)

// Shape is one thing to draw. Points are pixels of the upright picture at full resolution.
type Shape struct {
	Form   Form
	Points [][2]float64
	Level  int
	Map    string // label of the grid that a Cell is of; "" if it is none of the known ones
	Words  string
}

// Layer is the shapes of one group, in the order in which they are drawn.
type Layer struct {
	Group  Group
	Shapes []Shape
}

// Unit is the length in pixels of the picture that marks and texts are measured by: a hundredth of the long side of what is shown,
// or less for strips.
func (d Drawing) Unit() float64 {
	long, short := max(d.View.Width, d.View.Height), min(d.View.Width, d.View.Height)
	return min(float64(long), 1.4*float64(short)) / 100
}

// TextSize is the height of a line of text in pixels of the picture.
func (d Drawing) TextSize() float64 { return math.Round(3.2*d.Unit()*10) / 10 }

// Layers returns what there is to draw, group by group. No two texts lie over each other as long as there is room elsewhere.
func (d Drawing) Layers() []Layer {
	out := make([]Layer, len(d.Groups))
	room := newRoom(d)
	order := make([]int, 0, len(d.Groups)) // what failed has the first choice of places
	for _, failing := range []bool{true, false} {
		for i, g := range d.Groups {
			if g.Failing() == failing {
				order = append(order, i)
			}
		}
	}
	for _, i := range order {
		g := d.Groups[i]
		b := builder{group: g, unit: d.Unit(), view: d.View, lang: d.lang, room: room, named: map[string]bool{}}
		for _, p := range g.pieces {
			b.piece(p)
		}
		out[i] = Layer{Group: g, Shapes: append(b.shapes, b.texts...)}
	}
	return out
}

// builder turns the pieces of one group into shapes.
type builder struct {
	group  Group
	unit   float64
	view   report.Rect
	lang   string
	room   *room
	shapes []Shape
	texts  []Shape
	named  map[string]bool // texts that stand already
}

func (b *builder) add(form Form, points ...[2]float64) {
	b.shapes = append(b.shapes, Shape{Form: form, Points: points})
}

// name writes a text beside what lies within the bounds, once for each text of a group.
func (b *builder) name(words string, points ...[2]float64) {
	if b.named[words] {
		return
	}
	if at, ok := b.room.place(words, bounds(points)); ok {
		b.named[words] = true
		b.texts = append(b.texts, Shape{Form: Text, Points: [][2]float64{at}, Words: words})
	}
}

func (b *builder) piece(p piece) {
	name, style := styleOf(p.label)
	switch p.kind {
	case report.Point:
		b.add(Dot, p.points[0])
	case report.Line:
		b.line(p, style)
	case report.Grid:
		b.grid(p, name)
	case report.Box:
		from, to := p.points[0], p.points[1]
		b.closed([][2]float64{from, {to[0], from[1]}, to, {from[0], to[1]}}, style)
	default:
		b.closed(p.points, style)
	}
	b.name(b.group.text(p.label, b.lang), p.points...)
}

func (b *builder) closed(points [][2]float64, style labelStyle) {
	const most = .25 // of what is shown: a larger part would only change its colour
	r := bounds(points)
	if style.fill && (r.x2-r.x1)*(r.y2-r.y1) < most*float64(b.view.Width)*float64(b.view.Height) {
		b.add(Area, points...)
	}
	b.add(Loop, points...)
}

func (b *builder) line(p piece, style labelStyle) {
	points := b.offTheEdge(p.points)
	b.add(Line, points...)
	from, to := points[0], points[len(points)-1]
	switch style.ends {
	case rings:
		for _, end := range [][2]float64{from, to} {
			b.add(Loop, circle(end, 1.1*b.unit)...)
			b.add(Dot, end)
		}
	case ruler:
		if len(points) == 2 && from != to {
			b.ruler(from, to)
		}
	case plain:
	}
}

// offTheEdge moves a line that runs along an edge of what is shown a little inwards: half of it would be hidden.
func (b *builder) offTheEdge(points [][2]float64) [][2]float64 {
	out := append([][2]float64{}, points...)
	low := [2]float64{float64(b.view.X), float64(b.view.Y)}
	high := [2]float64{low[0] + float64(b.view.Width), low[1] + float64(b.view.Height)}
	for axis := range 2 {
		for _, edge := range []struct{ at, inwards float64 }{{low[axis], b.unit}, {high[axis], -b.unit}} {
			r := bounds(points)
			along := [2]float64{r.x2 - r.x1, r.y2 - r.y1}[1-axis] > 2*b.unit
			for _, p := range points {
				along = along && math.Abs(p[axis]-edge.at) < b.unit/2
			}
			for i := range out {
				if along {
					out[i][axis] = edge.at + edge.inwards
				}
			}
		}
	}
	return out
}

// ruler marks a length from its far end (the chin) to its near one (the crown) in tenths, and the length that the limits permit as
// a band along it.
func (b *builder) ruler(crown, chin [2]float64) {
	dx, dy := crown[0]-chin[0], crown[1]-chin[1]
	length := math.Hypot(dx, dy)
	dx, dy = dx/length, dy/length
	at := func(along, aside float64) [2]float64 {
		return [2]float64{chin[0] + along*dx - aside*dy, chin[1] + along*dy + aside*dx}
	}
	for tenth := range 11 {
		half := .7 * b.unit
		if tenth%10 == 0 {
			half = 3 * b.unit
		} else if tenth%5 == 0 {
			half = 1.2 * b.unit
		}
		b.add(Line, at(length*float64(tenth)/10, -half), at(length*float64(tenth)/10, half))
	}
	low, high, ok := permitted(b.group.check, length)
	if !ok {
		return
	}
	band := [][2]float64{at(low, -1.6*b.unit), at(high, -1.6*b.unit), at(high, 1.6*b.unit), at(low, 1.6*b.unit)}
	b.add(Area, band...)
	b.add(Contour, append(band, band[0])...)
	for _, end := range []float64{low, high} {
		if end > 0 {
			b.add(Line, at(end, -4*b.unit), at(end, 4*b.unit))
		}
	}
	b.name(words(b.lang).limit, at(high, -4*b.unit), at(high, 4*b.unit))
}

// permitted is the band that the limits of a check leave to a length that was measured. The measure is proportional to it.
func permitted(c report.Check, length float64) (low, high float64, ok bool) {
	if c.Measure == nil || !(*c.Measure > 0) || c.Limit.Max == nil || !finite(*c.Limit.Max) || *c.Limit.Max <= 0 {
		return 0, 0, false
	}
	if px := c.Values["head_px"]; px > 0 && finite(px) { // the line may have been cut at the picture's edge
		length = px
	}
	if c.Limit.Min != nil && *c.Limit.Min > 0 {
		low = length * *c.Limit.Min / *c.Measure
	}
	high = length * *c.Limit.Max / *c.Measure
	return low, high, finite(high) && low < high
}

// grid shades the cells, those of the same strength that touch in a row as one, and draws a line around what is shaded.
func (b *builder) grid(p piece, name string) {
	w, h := p.cell()
	x := func(col int) float64 { return p.points[0][0] + w*float64(col) }
	y := func(row int) float64 { return p.points[0][1] + h*float64(row) }
	for row := range p.rows {
		for col := 0; col < p.cols; {
			l, from := p.at(col, row), col
			for col++; col < p.cols && p.at(col, row) == l; col++ {
			}
			if l != none {
				b.shapes = append(b.shapes, Shape{Form: Cell, Map: name, Level: int(l),
					Points: [][2]float64{{x(from), y(row)}, {x(col), y(row + 1)}}})
			}
		}
	}
	for row := range p.rows + 1 {
		for _, run := range runs(p.cols, func(col int) bool { return (p.at(col, row-1) != none) != (p.at(col, row) != none) }) {
			b.add(Contour, [2]float64{x(run[0]), y(row)}, [2]float64{x(run[1]), y(row)})
		}
	}
	for col := range p.cols + 1 {
		for _, run := range runs(p.rows, func(row int) bool { return (p.at(col-1, row) != none) != (p.at(col, row) != none) }) {
			b.add(Contour, [2]float64{x(col), y(run[0])}, [2]float64{x(col), y(run[1])})
		}
	}
}

// runs returns the stretches of 0 to n-1 in which is holds, as first and one past the last.
func runs(n int, is func(int) bool) [][2]int {
	var out [][2]int
	for i := range n {
		switch {
		case !is(i):
		case len(out) > 0 && out[len(out)-1][1] == i:
			out[len(out)-1][1] = i + 1
		default:
			out = append(out, [2]int{i, i + 1})
		}
	}
	return out
}

func circle(middle [2]float64, radius float64) [][2]float64 {
	const corners = 16
	out := make([][2]float64, corners)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		out[i] = [2]float64{middle[0] + radius*cos, middle[1] + radius*sin}
	}
	return out
}

// rect is an upright rectangle.
type rect struct{ x1, y1, x2, y2 float64 }

func (r rect) overlaps(o rect) bool { return r.x1 < o.x2 && o.x1 < r.x2 && r.y1 < o.y2 && o.y1 < r.y2 }

func bounds(points [][2]float64) rect {
	r := rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, p := range points {
		r = rect{min(r.x1, p[0]), min(r.y1, p[1]), max(r.x2, p[0]), max(r.y2, p[1])}
	}
	return r
}

// room is where texts stand.
type room struct {
	view  rect
	size  float64 // of a line of text
	taken []rect
}

func newRoom(d Drawing) *room {
	x, y := float64(d.View.X), float64(d.View.Y)
	return &room{view: rect{x, y, x + float64(d.View.Width), y + float64(d.View.Height)}, size: d.TextSize()}
}

// place finds a place for words beside r: above it, below, to its sides, or inside; false if r is not in view.
func (m *room) place(words string, r rect) (at [2]float64, ok bool) {
	const runeWidth, ascent, descent = .66, .8, .25 // of the size, roughly those of any sans serif
	if !(rect{r.x1 - 1, r.y1 - 1, r.x2 + 1, r.y2 + 1}).overlaps(m.view) {
		return at, false
	}
	gap, width := .45*m.size, runeWidth*m.size*float64(len([]rune(words)))
	middle := (r.y1 + r.y2) / 2
	var first rect
	for i, c := range [][2]float64{
		{r.x1, r.y1 - gap}, {r.x1, r.y2 + gap + ascent*m.size}, {r.x2 + gap, middle}, {r.x1 - gap - width, middle},
		{r.x1 + gap, r.y1 + gap + ascent*m.size}, {r.x2 - width, r.y1 - gap}, {r.x2 - width, r.y2 + gap + ascent*m.size},
		{r.x1, r.y1 - gap - m.size}, {r.x1, r.y2 + gap + (1+ascent)*m.size}, {r.x1 + gap, middle}, {r.x1 + gap, middle + 1.2*m.size},
		{r.x1 + gap, middle - 1.2*m.size},
	} {
		x := max(m.view.x1+gap, min(c[0], m.view.x2-gap-width))
		y := max(m.view.y1+ascent*m.size, min(c[1], m.view.y2-descent*m.size))
		box := rect{x, y - ascent*m.size, x + width, y + descent*m.size}
		if i == 0 {
			first = box
		}
		free := true
		for _, t := range m.taken {
			free = free && !t.overlaps(box)
		}
		if free {
			m.taken = append(m.taken, box)
			return [2]float64{x, y}, true
		}
	}
	m.taken = append(m.taken, first)
	return [2]float64{first.x1, first.y1 + ascent*m.size}, true
}

// describe names what is drawn, for those who do not see it.
func (l Layer) describe() string {
	var names []string
	for _, s := range l.Shapes {
		if s.Form == Text && s.Words != l.Group.Title {
			names = append(names, s.Words)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}
