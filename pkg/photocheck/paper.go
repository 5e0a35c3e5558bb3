package photocheck

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"slices"

	"gocv.io/x/gocv"
)

// Where the edges of a sheet of paper are looked for. Lengths are face widths (2.2 IED, the width of a finder's box) unless
// they say otherwise.
const (
	paperSide      = 400  // long side in pixels of the picture in which edges are looked for
	paperTilt      = 18.0 // degrees that the edge of a print may lean against the face
	paperContrast  = 24.0 // Lab distance across an edge that counts fully
	paperStrip     = 3.5  // pixels from the edge at which its two sides are compared
	paperSeed      = .22  // shorter segments start no edge, they only lengthen one
	paperPiece     = .08  // and still shorter ones are texture
	paperStraight  = .04  // how far a piece may lie off the edge that it is part of
	paperApart     = .06  // between two edges on one side
	paperGap       = .45  // between two pieces of one edge: hidden by a finger, but not more
	paperChoices   = 4    // edges on each side that may be the sheet's
	paperMeeting   = .8   // weight of a corner against an edge when the sheet is chosen
	paperBins      = 36   // of the stretch that an edge should cover
	faceWidthIED   = 2.2  // of a finder's box
	faceMiddleY    = .45  // IED below the eyes
	paperFaraway   = 4.0  // distance of an edge, or of the picture's border, that is not there
	paperBothSides = .25  // of a line, within which its colours are compared
)

// paperSides are the sides of the face on which an edge of the paper may lie: distance from the middle of the face.
var paperSides = [4]struct {
	name       string
	vertical   bool
	sign       float64
	near, far  float64
	halfLength float64 // of the stretch that an edge should cover
}{
	{"left", true, -1, .45, 2.8, 1.0},
	{"top", false, -1, .5, 2.4, .9},
	{"right", true, 1, .45, 2.8, 1.0},
	{"bottom", false, 1, .7, 3.4, .9},
}

// paperLine is a straight edge on one side of the face: across = distance + slope·along, both in face widths from the middle
// of the face, with distance positive outwards.
type paperLine struct {
	score           float64 // 0 to 1: how much of the stretch it covers, times the contrast across it
	distance, slope float64
	from, to        float64 // along
	thirds          [3]float64
	contrast        float64
	lighter, other  float64 // outside against inside: L*, and distance in a*, b*
	uneven          float64 // standard deviation of L* just outside
	skin            float64 // share of skin-coloured places just outside
}

// paper is what lies around the face: the edges that together look most like a sheet, and on each side the one that scores best
// by itself or, if that is the sheet's, the next.
type paper struct {
	best, second [4]paperLine
	corners      [4]float64 // of one side and the next, 0 to 1
	border       [4]float64 // distance of the picture's own border on that side
	segments     int
	view         paperView

	told               bool // see tellKinds
	byEdges, byContext [4]float64
}

// paperView is the picture in which edges are looked for, with the face's own axes: x along the eyes, y down the face.
type paperView struct {
	toFace, toPicture similarity
	size              image.Point
	pix               []uint8
	perPixel          float64 // face widths
	full              float64 // pixels of this picture for one at full resolution
}

// paper finds the edges around the face once for all checks.
func (f *Frame) paper() (*paper, error) {
	if f.around == nil {
		around, err := findPaper(f)
		if err != nil {
			return nil, err
		}
		f.around = around
	}
	return f.around, nil
}

func findPaper(f *Frame) (*paper, error) {
	small, k := shrunk(f.overview, paperSide)
	defer small.Close()
	grey := gocv.NewMat()
	defer grey.Close()
	gocv.CvtColor(small, &grey, gocv.ColorBGRToGray)
	data, err := small.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("edges around the face: %w", err)
	}
	segments, err := lineSegments(grey.ToBytes(), grey.Rows(), grey.Cols())
	if err != nil {
		return nil, err
	}
	scale := k * f.overviewScale
	const unit = faceIED * faceWidthIED
	c := f.face.toCanonical
	toFace := similarity{c.a / scale / unit, c.b / scale / unit, (c.tx - eyesX) / unit, (c.ty - eyesY - faceMiddleY*faceIED) / unit}
	p := &paper{segments: len(segments), view: paperView{toFace: toFace, toPicture: toFace.inverse(), pix: data, full: scale,
		size: image.Pt(small.Cols(), small.Rows()), perPixel: toFace.scale()}}
	p.findBorder()
	p.choose(segments)
	p.view.pix = nil // it belongs to the small picture
	return p, nil
}

func (p *paper) findBorder() {
	v := p.view
	w, h := float64(v.size.X), float64(v.size.Y)
	middle := v.toPicture.apply(point{})
	for side, s := range paperSides {
		d := v.toPicture.apply(point{s.sign, 0})
		if !s.vertical {
			d = v.toPicture.apply(point{0, s.sign})
		}
		step := d.minus(middle)
		reach := paperFaraway
		for _, hit := range []float64{-middle.x / step.x, (w - middle.x) / step.x, -middle.y / step.y, (h - middle.y) / step.y} {
			if hit > 0 && hit < reach { // never for a step of 0: the division is infinite or no number
				reach = hit
			}
		}
		p.border[side] = reach
	}
}

// choose takes on each side the edge with which the four make the best sheet: a door frame may score better by itself than the
// paper before it, but it meets no other edge.
func (p *paper) choose(segments []segment) {
	var sides [4][]paperLine
	for side := range paperSides {
		sides[side] = append(p.view.edges(side, segments), paperLine{distance: paperFaraway})
	}
	var meet [4][paperChoices + 1][paperChoices + 1]float64
	for side := range paperSides {
		for i, a := range sides[side] {
			for j, b := range sides[(side+1)%4] {
				meet[side][i][j] = corner(side, a, b)
			}
		}
	}
	best, chosen := -1.0, [4]int{}
	for i, a := range sides[0] {
		for j, b := range sides[1] {
			for k, c := range sides[2] {
				for l, d := range sides[3] {
					score := a.score + b.score + c.score + d.score +
						paperMeeting*(meet[0][i][j]+meet[1][j][k]+meet[2][k][l]+meet[3][l][i])
					if score > best {
						best, chosen = score, [4]int{i, j, k, l}
					}
				}
			}
		}
	}
	for side, i := range chosen {
		p.best[side] = sides[side][i]
		p.second[side] = sides[side][0]
		if i == 0 {
			p.second[side] = sides[side][min(1, len(sides[side])-1)]
		}
		p.corners[side] = meet[side][i][chosen[(side+1)%4]]
		p.view.compare(side, &p.best[side])
	}
}

type paperSegment struct {
	from, to       float64 // along
	first, last    float64 // across at from and at to, positive outwards
	contrast       float64
	slope, through float64
}

// edges returns the best edges on one side that lie apart from each other, best first.
func (v paperView) edges(side int, segments []segment) []paperLine {
	s := paperSides[side]
	var pieces []paperSegment
	for _, g := range segments {
		a, b := v.toFace.apply(point{g.x1, g.y1}), v.toFace.apply(point{g.x2, g.y2})
		if !s.vertical {
			a, b = point{a.y, a.x}, point{b.y, b.x}
		}
		if a.y > b.y {
			a, b = b, a
		}
		length, lean := b.y-a.y, math.Abs(b.x-a.x)
		if length < paperPiece || lean > length*math.Tan(paperTilt*math.Pi/180) {
			continue
		}
		if d := s.sign * (a.x + b.x) / 2; d < s.near || d > s.far || a.y > 2.5 || b.y < -2.5 {
			continue
		}
		q := paperSegment{from: a.y, to: b.y, first: s.sign * a.x, last: s.sign * b.x, contrast: v.contrast(g)}
		q.slope = (q.last - q.first) / length
		q.through = q.first - q.slope*q.from
		pieces = append(pieces, q)
	}
	var found []paperLine
	for _, seed := range pieces {
		if seed.to-seed.from >= paperSeed {
			found = append(found, merged(seed, pieces, s.halfLength))
		}
	}
	slices.SortFunc(found, func(a, b paperLine) int { return cmp.Compare(b.score, a.score) })
	var kept []paperLine
	for _, l := range found {
		near := slices.ContainsFunc(kept, func(k paperLine) bool { return math.Abs(k.distance-l.distance) < paperApart })
		if !near {
			kept = append(kept, l)
		}
		if len(kept) == paperChoices {
			break
		}
	}
	return kept
}

// merged is the edge that a seed and the pieces on its line make, as far as they follow each other.
func merged(seed paperSegment, pieces []paperSegment, half float64) paperLine {
	l := paperLine{distance: seed.through, slope: seed.slope, from: seed.from, to: seed.to}
	var onLine []paperSegment
	for _, q := range pieces {
		if math.Abs(q.first-seed.through-seed.slope*q.from) < paperStraight && math.Abs(q.last-seed.through-seed.slope*q.to) < paperStraight {
			onLine = append(onLine, q)
		}
	}
	for grown := true; grown; {
		grown = false
		for _, q := range onLine {
			if (q.from < l.from || q.to > l.to) && q.from < l.to+paperGap && q.to > l.from-paperGap {
				l.from, l.to, grown = min(l.from, q.from), max(l.to, q.to), true
			}
		}
	}
	var bins [paperBins]float64
	for _, q := range onLine {
		if q.to < l.from || q.from > l.to {
			continue
		}
		for b := range bins {
			if at := (float64(b)/(paperBins-1)*2 - 1) * half; at >= q.from && at <= q.to {
				bins[b] = max(bins[b], q.contrast)
			}
		}
	}
	covered, weighted := 0.0, 0.0
	for b, c := range bins {
		if c > 0 {
			covered++
			weighted += c
			l.thirds[b*3/paperBins] += 3. / paperBins
		}
	}
	if covered > 0 {
		l.contrast = weighted / covered
		l.score = min(1, covered/paperBins*1.25) * min(1, l.contrast/paperContrast)
	}
	return l
}

// at is the position of a place along a line, moved outwards, in the face's axes.
func (l paperLine) at(side int, along, outwards float64) point {
	s := paperSides[side]
	across := s.sign * (l.distance + l.slope*along + outwards)
	if s.vertical {
		return point{across, along}
	}
	return point{along, across}
}

// crossing is where the lines of one side and of the next cross: how far along each.
func crossing(side int, a, b paperLine) (alongA, alongB float64, ok bool) {
	next := (side + 1) % 4
	p, q := a.at(side, 0, 0), b.at(next, 0, 0)
	du, dw := a.at(side, 1, 0).minus(p), b.at(next, 1, 0).minus(q)
	det := du.x*dw.y - du.y*dw.x
	if math.Abs(det) < 1e-6 {
		return 0, 0, false
	}
	d := q.minus(p)
	return (d.x*dw.y - d.y*dw.x) / det, (d.x*du.y - d.y*du.x) / det, true
}

// corner is how well two lines meet where their ends are.
func corner(side int, a, b paperLine) float64 {
	if a.score == 0 || b.score == 0 {
		return 0
	}
	s, t, ok := crossing(side, a, b)
	if !ok {
		return 0
	}
	gap := func(along float64, l paperLine) float64 { return min(math.Abs(along-l.from), math.Abs(along-l.to)) }
	const sigma = .22
	g, h := gap(s, a), gap(t, b)
	return math.Sqrt(a.score*b.score) * math.Exp(-(g*g+h*h)/(2*sigma*sigma))
}

// sides are the lines of the sheet; where none is seen, the border of the picture stands for it.
func (p *paper) sides() (lines [4]paperLine, seen int) {
	lines = p.best
	for side := range lines {
		if lines[side].score >= printLineShown {
			seen++
		} else {
			lines[side] = paperLine{distance: p.border[side]}
		}
	}
	return lines, seen
}

// quad is the sheet in the face's axes, clockwise from its top-left corner, where at least three of its sides are seen.
func (p *paper) quad() (corners [4]point, ok bool) {
	lines, seen := p.sides()
	if seen < 3 {
		return corners, false
	}
	for side := range lines {
		along, _, ok := crossing(side, lines[side], lines[(side+1)%4])
		if !ok {
			return corners, false
		}
		corners[side] = lines[side].at(side, along, 0)
	}
	return corners, true
}

// fit says for each side of the sheet which share of the way between its corners is an edge, and how far the edge goes on
// beyond them: the edges of a sheet fill its sides and end at its corners, those of a room do not.
func (p *paper) fit() (filled, beyond [4]float64) {
	lines, _ := p.sides()
	var ends [4][2]float64
	for side := range lines {
		next := (side + 1) % 4
		a, b, ok := crossing(side, lines[side], lines[next])
		if !ok {
			return filled, beyond
		}
		ends[side][1], ends[next][0] = a, b
	}
	for side, l := range lines {
		if l.score == 0 {
			continue
		}
		low, high := min(ends[side][0], ends[side][1]), max(ends[side][0], ends[side][1])
		if high > low {
			filled[side] = max(0, min(l.to, high)-max(l.from, low)) / (high - low)
		}
		beyond[side] = max(0, l.to-high) + max(0, low-l.from)
	}
	return filled, beyond
}

// compare measures the two sides of a line.
func (v paperView) compare(side int, l *paperLine) {
	if l.score == 0 {
		return
	}
	const places = 24
	out := max(paperBothSides/4, paperStrip*v.perPixel)
	var dl, da, db, n, sum, squares, skin float64
	for i := range places {
		along := l.from + (l.to-l.from)*(float64(i)+.5)/places
		l1, a1, b1, ok1 := v.labAt(l.at(side, along, out))
		l2, a2, b2, ok2 := v.labAt(l.at(side, along, -out))
		if !ok1 || !ok2 {
			continue
		}
		n++
		dl, da, db = dl+l1-l2, da+a1-a2, db+b1-b2
		sum, squares = sum+l1, squares+l1*l1
		if skinColoured(l1, a1, b1) {
			skin++
		}
	}
	if n > 0 {
		l.lighter, l.other = dl/n, math.Hypot(da, db)/n
		l.uneven = math.Sqrt(max(0, squares/n-sum/n*sum/n))
		l.skin = skin / n
	}
}

// skinColoured tells hues that skin of any tone has, and wood and cardboard too.
func skinColoured(l, a, b float64) bool {
	return l > 12 && l < 92 && a > 5 && a < 38 && b > 2 && b < 42 && b < 3*a && b > .3*a
}

// contrast is the mean Lab distance between strips on either side of a segment.
func (v paperView) contrast(s segment) float64 {
	dx, dy := s.x2-s.x1, s.y2-s.y1
	length := math.Hypot(dx, dy)
	if length == 0 {
		return 0
	}
	nx, ny := -dy/length*paperStrip, dx/length*paperStrip
	sum, n := 0.0, 0.0
	for t := .1; t < 1; t += .2 {
		x, y := s.x1+t*dx, s.y1+t*dy
		l1, a1, b1, ok1 := v.lab(x+nx, y+ny)
		l2, a2, b2, ok2 := v.lab(x-nx, y-ny)
		if ok1 && ok2 {
			sum += math.Sqrt((l1-l2)*(l1-l2) + (a1-a2)*(a1-a2) + (b1-b2)*(b1-b2))
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

func (v paperView) labAt(p point) (l, a, b float64, ok bool) {
	q := v.toPicture.apply(p)
	return v.lab(q.x, q.y)
}

func (v paperView) lab(x, y float64) (l, a, b float64, ok bool) {
	px, py := int(x), int(y)
	if x < 0 || y < 0 || px >= v.size.X || py >= v.size.Y {
		return 0, 0, 0, false
	}
	i := 3 * (py*v.size.X + px)
	l, a, b = lab(v.pix[i+2], v.pix[i+1], v.pix[i])
	return l, a, b, true
}
