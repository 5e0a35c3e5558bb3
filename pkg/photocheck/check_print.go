package photocheck

import (
	"image"
	"math"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/report"
)

const (
	printSide      = 480  // long side in pixels of the picture in which edges are looked for
	printTilt      = 15.0 // degrees that the edge of a hand-held print may lean against the face
	printContrast  = 24.0 // Lab distance across an edge that counts fully
	printStrip     = 4.0  // pixels from the edge at which its two sides are compared
	printLeastLine = .25  // of the face's width; shorter segments are texture
)

// side of the face where an edge of the paper may lie: distance from the middle of the face in face widths.
type printEdge struct {
	name       string
	vertical   bool
	sign       float64
	near, far  float64
	halfLength float64 // of the stretch that an edge should cover
}

var printEdges = []printEdge{
	{"left", true, -1, .5, 2.6, 1.0},
	{"top", false, -1, .5, 2.2, .9},
	{"right", true, 1, .5, 2.6, 1.0},
	{"bottom", false, 1, .7, 3.2, .9},
}

// paperPrint is 0 to 1: how much straight edges around the face look like the border of a sheet of paper. For each side
// the best edge at a plausible distance is scored by its length and by the contrast across it; two that meet in a corner,
// and a third, make a sheet. Door frames and white borders can look alike, so a person has to look.
func paperPrint(f *Frame) finding {
	small, k := shrunk(f.overview, printSide)
	defer small.Close()
	grey := gocv.NewMat()
	defer grey.Close()
	gocv.CvtColor(small, &grey, gocv.ColorBGRToGray)
	pix, err := small.DataPtrUint8()
	if err != nil {
		return inconclusive()
	}
	segments, err := lineSegments(grey.ToBytes(), grey.Rows(), grey.Cols())
	if err != nil {
		return inconclusive()
	}
	v := printView{face: f.face, scale: k * f.overviewScale, size: image.Pt(small.Cols(), small.Rows()), pix: pix}
	var scores [4]float64
	out := finding{values: map[string]float64{}}
	for i, e := range printEdges {
		score, line := v.best(e, segments)
		scores[i] = score
		out.values[e.name] = round4(score)
		if score > .3 {
			out.evidence = append(out.evidence, report.Evidence{Kind: report.Line, Label: "edge_" + e.name,
				Points: [][2]float64{f.clamped(line[0]).array(), f.clamped(line[1]).array()}})
		}
	}
	corner := 0.0
	for i := range scores {
		corner = max(corner, math.Sqrt(scores[i]*scores[(i+1)%4]))
	}
	sorted := scores
	for i := range sorted { // four values: insertion is shortest
		for j := i; j > 0 && sorted[j] > sorted[j-1]; j-- {
			sorted[j], sorted[j-1] = sorted[j-1], sorted[j]
		}
	}
	out.measure = round4(.5*corner + .5*sorted[2])
	return out
}

// printView is the picture in which edges are looked for, with the face's own axes: x along the eyes, y down the face, in
// face widths from the middle of the face.
type printView struct {
	face  *face
	scale float64
	size  image.Point
	pix   []uint8
}

const faceWidthIED = 2.2 // of a finder's box

func (v printView) toFace(p point) point {
	c := v.face.toCanonical.apply(point{p.x / v.scale, p.y / v.scale})
	return point{(c.x - eyesX) / faceIED / faceWidthIED, ((c.y-eyesY)/faceIED - .45) / faceWidthIED}
}

func (v printView) toPicture(p point) point {
	return v.face.at(p.x*faceWidthIED, p.y*faceWidthIED+.45)
}

// best returns the best score of an edge on one side, and the edge in pixels at full resolution.
func (v printView) best(e printEdge, segments []segment) (float64, [2]point) {
	// Segments are projected to one axis; those at the same distance are pieces of one edge.
	type piece struct{ distance, from, to, contrast float64 }
	var pieces []piece
	for _, s := range segments {
		p, q := v.toFace(point{s.x1, s.y1}), v.toFace(point{s.x2, s.y2})
		along, across := point{p.y, q.y}, point{p.x, q.x}
		if !e.vertical {
			along, across = across, along
		}
		length := math.Abs(along.x - along.y)
		if length < printLeastLine*.5 || math.Abs(across.x-across.y) > length*math.Tan(printTilt*math.Pi/180) {
			continue
		}
		d := e.sign * (across.x + across.y) / 2
		if d < e.near || d > e.far {
			continue
		}
		pieces = append(pieces, piece{d, min(along.x, along.y), max(along.x, along.y), v.contrast(s)})
	}
	const sameEdge = .06
	var best float64
	var line [2]point
	for _, p := range pieces {
		var covered, weighted float64
		from, to := p.from, p.to
		var bins [40]float64
		for _, q := range pieces {
			if math.Abs(q.distance-p.distance) > sameEdge {
				continue
			}
			from, to = min(from, q.from), max(to, q.to)
			for b := range bins {
				at := (float64(b)/float64(len(bins)-1)*2 - 1) * e.halfLength
				if at >= q.from && at <= q.to {
					bins[b] = max(bins[b], q.contrast)
				}
			}
		}
		for _, c := range bins {
			if c > 0 {
				covered++
				weighted += c
			}
		}
		if covered == 0 || to-from < printLeastLine {
			continue
		}
		score := min(1, covered/float64(len(bins))*1.25) * min(1, weighted/covered/printContrast)
		if score > best {
			best = score
			a, b := point{e.sign * p.distance, from}, point{e.sign * p.distance, to}
			if !e.vertical {
				a, b = point{from, e.sign * p.distance}, point{to, e.sign * p.distance}
			}
			line = [2]point{v.toPicture(a), v.toPicture(b)}
		}
	}
	return best, line
}

// contrast is the mean Lab distance between strips on either side of a segment.
func (v printView) contrast(s segment) float64 {
	dx, dy := s.x2-s.x1, s.y2-s.y1
	length := math.Hypot(dx, dy)
	if length == 0 {
		return 0
	}
	nx, ny := -dy/length*printStrip, dx/length*printStrip
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

func (v printView) lab(x, y float64) (l, a, b float64, ok bool) {
	px, py := int(x), int(y)
	if px < 0 || py < 0 || px >= v.size.X || py >= v.size.Y {
		return 0, 0, 0, false
	}
	i := 3 * (py*v.size.X + px)
	l, a, b = lab(v.pix[i+2], v.pix[i+1], v.pix[i])
	return l, a, b, true
}
