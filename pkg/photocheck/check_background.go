package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

// The ground around the head is sampled in cells on a grid in IED from the middle of the eyes, above the shoulders.
const (
	groundStep = .08
	groundCols = 85 // x from -3.4 to 3.4
	groundRows = 42 // y from -2.2 to 1.16
	groundLeft = -3.4
	groundTop  = -2.2
)

const (
	groundEdge      = 10.2 // luma a pixel of the overview: 4 steps of L*
	groundEdges     = .06  // share of edges that counts as 1
	groundDistance  = 20.  // Lab distance from the ground's own colour that is another colour
	groundShade     = 1.6  // a shadow on a wall is another lightness, hardly another colour: lightness counts for less
	groundOthers    = .12  // share of other colours that counts as 1
	groundSpread    = 2.5  // median Lab distance from a smooth surface that counts as 1
	groundRough     = 5.   // distance of a cell that is drawn
	groundDark      = 40.  // L* that counts as 1; the office asks for a light ground
	groundLight     = 60.  // L* from which nothing counts
	groundSamples   = 120  // cells below which there is too little ground to judge: the face fills the picture
	groundLeastSeen = .12  // share of the cells in the picture that has to be ground, for the same reason
	hairStep        = 16.  // Lab distance between neighbours that still belong to one lock of hair or one scarf
	hairDistance    = 20.  // Lab distance from what shows around the forehead that still looks like it
	hairShade       = 2.   // hair shines: lightness counts for less
	shoulders       = .6   // IED below the eyes; clothes reach no higher
	headHalf        = 1.75 // IED: what is nearer to the face's axis is never taken for ground
)

// groundCell is one sample of the picture beside the head.
type groundCell struct {
	seen, ground, person bool
	edge, other, rough   bool // of ground: what is wrong with it
	l, a, b              float64
}

// groundMap holds the cells row by row.
type groundMap [groundCols * groundRows]groundCell

func groundPosition(i int) (x, y float64) {
	return groundLeft + groundStep*(float64(i%groundCols)+.5), groundTop + groundStep*(float64(i/groundCols)+.5)
}

// background is the worst of four, each over its limit: the share of the ground on an edge, the share in another colour than the
// ground's median, how far its colour lies from a smooth surface, and how dark that median is. The ground is what lies beside and
// above the head and shoulders and does not belong to the person: hair, scarves and clothes are followed outwards from the head and
// from below, as far as they differ from the ground.
// Values: edges_share, others_share, spread (Lab), lightness (median L*) and samples (cells of ground); with too few samples the
// face fills the picture and there is no ground to judge.
func background(f *Frame) finding {
	pix, err := f.overview.DataPtrUint8()
	if err != nil {
		return failed(err)
	}
	m := &groundMap{}
	m.sample(f, pix)
	var ground [3]float64
	for range 2 { // the second time without the person
		ground = m.colour()
		m.followPerson(ground)
	}
	n, seen, edges, others := 0.0, 0.0, 0.0, 0.0
	for i := range m {
		c := &m[i]
		if !c.seen || !outsideHead(i) {
			continue
		}
		seen++
		if c.ground = !c.person && !m.besidePerson(i); !c.ground {
			c.edge = false
			continue
		}
		n++
		if c.edge {
			edges++
		}
		if c.other = c.distance(ground) > groundDistance; c.other {
			others++
		}
	}
	values := map[string]float64{"samples": n}
	if n < groundSamples || n < groundLeastSeen*seen {
		return finding{measure: 0, values: values}
	}
	spread := m.spread()
	values["edges_share"], values["others_share"], values["spread"] = round4(edges/n), round4(others/n), round2(spread)
	values["lightness"] = round2(ground[0])
	out := finding{
		measure: max(edges/n/groundEdges, others/n/groundOthers, spread/groundSpread, (groundLight-ground[0])/(groundLight-groundDark)),
		values:  values, evidence: m.evidence(f.face),
	}
	if len(out.evidence) == 0 { // nothing stands out: it is all dark, or all the same, and good
		out.evidence = []report.Evidence{m.bounds(f.face)}
	}
	return out
}

// bounds is the box around the ground.
func (m *groundMap) bounds(fc *face) report.Evidence {
	a, b := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for i, c := range m {
		if c.ground {
			p := fc.at(groundPosition(i))
			a, b = point{min(a.x, p.x), min(a.y, p.y)}, point{max(b.x, p.x), max(b.y, p.y)}
		}
	}
	return report.Evidence{Kind: report.Box, Label: "background", Points: [][2]float64{a.array(), b.array()}}
}

// quadratic is a surface over the ground, for each Lab channel: a sum of 1, x, y, x², xy and y².
type quadratic [3][quadraticTerms]float64

const quadraticTerms = 6

func quadraticBasis(i int) [quadraticTerms]float64 {
	x, y := groundPosition(i)
	return [quadraticTerms]float64{1, x, y, x * x, x * y, y * y}
}

// at is the surface at a cell.
func (q quadratic) at(i int) (v [3]float64) {
	b := quadraticBasis(i)
	for c := range v {
		for j := range b {
			v[c] += q[c][j] * b[j]
		}
	}
	return v
}

// surface fits a quadratic to the ground's cells that use takes, by least squares.
func (m *groundMap) surface(use func(i int) bool) quadratic {
	var a [quadraticTerms][quadraticTerms + 3]float64 // normal equations, one right side for each channel
	for i, c := range m {
		if !c.ground || !use(i) {
			continue
		}
		b := quadraticBasis(i)
		for j := range b {
			for k := range b {
				a[j][k] += b[j] * b[k]
			}
			for k, v := range [3]float64{c.l, c.a, c.b} {
				a[j][quadraticTerms+k] += b[j] * v
			}
		}
	}
	for j := range a { // Gauss-Jordan; the small addition keeps a ground on a line solvable
		a[j][j] += 1e-3
		for k := range a {
			if f := a[k][j] / a[j][j]; k != j {
				for l := range a[k] {
					a[k][l] -= f * a[j][l]
				}
			}
		}
	}
	var q quadratic
	for c := range q {
		for j := range q[c] {
			q[c][j] = a[j][quadraticTerms+c] / a[j][j]
		}
	}
	return q
}

// spread marks the rough cells and returns the median distance of the ground's colour from a smooth surface, in Lab: vignettes and
// light that falls off are smooth, patterns and folds are not, and a strand of hair does not count.
func (m *groundMap) spread() float64 {
	smooth := m.surface(func(int) bool { return true })
	off := func(i int) float64 {
		v := smooth.at(i)
		return labDistance(m[i].l-v[0], m[i].a-v[1], m[i].b-v[2])
	}
	smooth = m.surface(func(i int) bool { return off(i) < groundDistance })
	var all []float64
	for i, c := range m {
		if c.ground {
			d := off(i)
			m[i].rough = d > groundRough
			all = append(all, d)
		}
	}
	return percentile(all, .5)
}

func outsideHead(i int) bool {
	x, y := groundPosition(i)
	return math.Abs(x) > headHalf || y < -groundHead
}

// groundHead is how far above the eyes, in IED, hair may reach before the picture above it is taken for ground.
const groundHead = 2.0

// sample reads the cells that lie in the picture.
func (m *groundMap) sample(f *Frame, pix []uint8) {
	cols, rows, k := f.overview.Cols(), f.overview.Rows(), f.overviewScale
	luma := func(x, y int) float64 {
		i := 3 * (y*cols + x)
		return .299*float64(pix[i+2]) + .587*float64(pix[i+1]) + .114*float64(pix[i])
	}
	for i := range m {
		p := f.face.at(groundPosition(i))
		x, y := int(p.x*k), int(p.y*k)
		if x < 1 || y < 1 || x >= cols-1 || y >= rows-1 || p.x < 0 || p.y < 0 {
			continue
		}
		c, at := &m[i], 3*(y*cols+x)
		c.seen = true
		c.l, c.a, c.b = lab(pix[at+2], pix[at+1], pix[at])
		c.edge = math.Hypot(luma(x+1, y)-luma(x-1, y), luma(x, y+1)-luma(x, y-1))/2 > groundEdge
	}
}

// colour is the median of each Lab channel over the ground as far as it is known.
func (m *groundMap) colour() [3]float64 {
	var l, a, b []float64
	for i, c := range m {
		if c.seen && !c.person && outsideHead(i) {
			l, a, b = append(l, c.l), append(a, c.a), append(b, c.b)
		}
	}
	return [3]float64{percentile(l, .5), percentile(a, .5), percentile(b, .5)}
}

func (c groundCell) distance(to [3]float64) float64 {
	return labDistance((c.l-to[0])/groundShade, c.a-to[1], c.b-to[2])
}

func labDistance(l, a, b float64) float64 { return math.Sqrt(l*l + a*a + b*b) }

// followPerson marks the cells of the person, as far as they differ from the ground: hair or a scarf, which hangs together with the
// head and looks like the head's outline above the forehead or at the temples; and clothes, which rise from below.
func (m *groundMap) followPerson(ground [3]float64) {
	looks := [][3]float64{
		m.medianOf(func(x, y float64) bool { return math.Abs(x) < .5 && y > -1.3 && y < -.95 }),
		m.medianOf(func(x, y float64) bool { return x > -1 && x < -.8 && y > -.6 && y < 0 }),
		m.medianOf(func(x, y float64) bool { return x > .8 && x < 1 && y > -.6 && y < 0 }),
	}
	like := func(c *groundCell) bool {
		for _, h := range looks {
			if labDistance((c.l-h[0])/hairShade, c.a-h[1], c.b-h[2]) < hairDistance {
				return true
			}
		}
		return false
	}
	var todo []int
	for i := range m {
		c := &m[i]
		differs := c.seen && c.distance(ground) > groundDistance/2
		c.person = c.seen && (inHead(i) || (differs && i/groundCols == groundRows-1))
		if c.person {
			todo = append(todo, i)
		}
	}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		from := m[i]
		for _, j := range neighbours(i) {
			c := &m[j]
			if !c.seen || c.person || c.distance(ground) <= groundDistance/2 {
				continue
			}
			_, y := groundPosition(j)
			step := labDistance(from.l-c.l, from.a-c.a, from.b-c.b)
			if like(c) && (inHead(i) || step < hairStep) || y > shoulders && step < hairStep {
				c.person = true
				todo = append(todo, j)
			}
		}
	}
}

// inHead tells whether a cell lies on the head for certain.
func inHead(i int) bool {
	x, y := groundPosition(i)
	return math.Abs(x) < 1.1 && y > -1.3
}

// medianOf is the median of each Lab channel over a part of the head.
func (m *groundMap) medianOf(in func(x, y float64) bool) [3]float64 {
	var l, a, b []float64
	for i, c := range m {
		if x, y := groundPosition(i); c.seen && in(x, y) {
			l, a, b = append(l, c.l), append(a, c.a), append(b, c.b)
		}
	}
	return [3]float64{percentile(l, .5), percentile(a, .5), percentile(b, .5)}
}

// besidePerson tells whether a cell touches the person: its edge is the person's outline.
func (m *groundMap) besidePerson(i int) bool {
	for _, j := range neighbours(i) {
		if m[j].person {
			return true
		}
		for _, k := range neighbours(j) {
			if m[k].person {
				return true
			}
		}
	}
	return false
}

// neighbours are the up to four cells beside a cell.
func neighbours(i int) []int {
	out := make([]int, 0, 4)
	if i%groundCols > 0 {
		out = append(out, i-1)
	}
	if i%groundCols < groundCols-1 {
		out = append(out, i+1)
	}
	if i >= groundCols {
		out = append(out, i-groundCols)
	}
	if i < groundCols*(groundRows-1) {
		out = append(out, i+groundCols)
	}
	return out
}

// backgroundPatches is how many patches of the ground are drawn at most.
const backgroundPatches = 12

// evidence are the patches of the ground that are off, largest first, as polygons; specks of fewer than four cells are left out.
func (m *groundMap) evidence(fc *face) []report.Evidence {
	off := make([]bool, len(m))
	for i, c := range m {
		off[i] = c.ground && (c.edge || c.other || c.rough)
	}
	var out []report.Evidence
	for _, blob := range blobsOf(off, groundCols) {
		if len(blob) < 4 || len(out) == backgroundPatches {
			break
		}
		var corners []point
		for _, i := range blob {
			x, y := groundPosition(i)
			for _, d := range []point{{-1, -1}, {1, -1}, {-1, 1}, {1, 1}} {
				corners = append(corners, point{x + d.x*groundStep/2, y + d.y*groundStep/2})
			}
		}
		e := report.Evidence{Kind: report.Polygon, Label: "background"}
		for _, p := range convexHull(corners) {
			e.Points = append(e.Points, fc.at(p.x, p.y).array())
		}
		out = append(out, e)
	}
	return out
}
