package photocheck

import (
	"fmt"
	"math"

	"prportal.example/pkg/photocheck/report"
)

// kinds of pictures that the networks print_edges and print_context tell apart, in the order of their outputs.
var printKinds = [4]string{"direct", "scan", "print", "screen"}

const (
	printKind  = 2
	screenKind = 3
)

const (
	printEdges     = .35 // weight of the edges against what surrounds the face
	printDoubt     = .5  // the most that hints of a scan, or of a display, leave of the networks' agreement
	printTilted    = 12  // degrees of roll from which the picture's own border lies askew around the face
	printDim       = 80  // grey levels that the brightest skin has to reach
	printGrey      = 3   // deviation of Lab a and b below which a picture is grey or toned
	printFlat      = .5  // degrees by which the edges of a sheet on a scanner's glass lean at most
	printLineShown = .3  // score from which an edge is shown, and counts as a side of the sheet
)

// paperPrint is 0 to 1: how much the picture looks like one of a paper photo, or of a display. Two networks look: print_edges at
// the straight edges around the face, print_context at what surrounds it. The measure is their weighted mean in the logarithm
// of the odds; the weaker of the two is the value agreed, so that a photo is returned only where both are sure. Scans are
// allowed, and other faults have checks of their own: hints of either lower agreed.
func paperPrint(f *Frame) finding {
	p, err := f.paper()
	if err != nil {
		return failed(err)
	}
	if err := f.tellKinds(p); err != nil {
		return failed(err)
	}
	byEdges, byContext := p.byEdges, p.byContext
	copied := func(shares [4]float64) float64 { return shares[printKind] + shares[screenKind] }
	e, c := copied(byEdges), copied(byContext)
	out := finding{
		measure: round4(sigmoid(printEdges*logit(e) + (1-printEdges)*logit(c))),
		values:  map[string]float64{"edges": round4(e), "context": round4(c)},
	}
	for i, kind := range printKinds {
		out.values[kind] = round4(p.share(i))
	}
	agreed := min(e, c)
	if f.scanned(p) {
		out.values["scanned"], agreed = 1, min(agreed, printDoubt)
	}
	if p.share(screenKind) > p.share(printKind) || f.otherwiseTold() {
		agreed = min(agreed, printDoubt)
	}
	out.values["agreed"] = round4(agreed)
	if quad, ok := p.quad(); ok {
		e := report.Evidence{Kind: report.Quad, Label: "paper"}
		for _, c := range quad {
			e.Points = append(e.Points, f.clamped(p.view.toFull(c)).array())
		}
		out.evidence = append(out.evidence, e)
	}
	for side, l := range p.best {
		if l.score < printLineShown {
			continue
		}
		a, b := p.view.toFull(l.at(side, l.from, 0)), p.view.toFull(l.at(side, l.to, 0))
		out.evidence = append(out.evidence, report.Evidence{Kind: report.Line, Label: "edge_" + paperSides[side].name,
			Points: [][2]float64{f.clamped(a).array(), f.clamped(b).array()}})
	}
	if len(out.evidence) == 0 { // what surrounds the face is all that tells
		b := f.face.found.box
		out.evidence = []report.Evidence{{Kind: report.Box, Label: "face", Points: [][2]float64{
			point{b.x1, b.y1}.array(), point{b.x2, b.y2}.array()}}}
	}
	return out
}

// tellKinds asks both networks, once for all checks.
func (f *Frame) tellKinds(p *paper) error {
	if p.told {
		return nil
	}
	for name, shares := range map[string]*[4]float64{"print_edges": &p.byEdges, "print_context": &p.byContext} {
		outputs, ok, err := f.learned.run(name, f)
		if err != nil {
			return err
		}
		if !ok || len(outputs) != len(printKinds) {
			return fmt.Errorf("%s: %d kinds, want %d", name, len(outputs), len(printKinds))
		}
		*shares = kindShares(outputs)
	}
	p.told = true
	return nil
}

// share is the mean of both networks.
func (p *paper) share(kind int) float64 { return (p.byEdges[kind] + p.byContext[kind]) / 2 }

// otherwiseTold tells pictures of which the networks have seen none, and that other checks judge: several faces, a tilted head, a
// face in the dark. A picture of a display has a reason of its own too.
func (f *Frame) otherwiseTold() bool {
	if len(f.faces) > 1 || math.Abs(f.face.roll()) > printTilted {
		return true
	}
	var luma []float64
	f.face.eachInside(func(i int, x, y float64) {
		if oval(x, y) {
			luma = append(luma, float64(f.face.luma.v[i]))
		}
	})
	return percentile(luma, .95) < printDim
}

// scanned tells hints of a scan, which is allowed: the file says so, the picture is grey or toned, or three sides of the sheet
// run exactly along the picture's own.
func (f *Frame) scanned(p *paper) bool {
	if f.header.Scanner {
		return true
	}
	if c := colour(f); c.outcome == "" && c.measure < printGrey {
		return true
	}
	roll, along, leaning := f.face.roll(), 0, 0
	for side, l := range p.best {
		if l.score < printLineShown {
			continue
		}
		lean := math.Atan(l.slope)*180/math.Pi*paperSides[side].sign + roll
		if paperSides[side].vertical {
			lean = math.Atan(l.slope)*180/math.Pi*paperSides[side].sign - roll
		}
		if along++; math.Abs(lean) > printFlat {
			leaning++
		}
	}
	return along >= 3 && leaning == 0
}

func (v paperView) toFull(p point) point {
	q := v.toPicture.apply(p)
	return point{q.x / v.full, q.y / v.full}
}

// kindShares turns a network's outputs into shares that sum to 1.
func kindShares(outputs []float32) (shares [4]float64) {
	sum, top := 0.0, float64(outputs[0])
	for i := range shares {
		top = max(top, float64(outputs[i]))
	}
	for i := range shares {
		shares[i] = math.Exp(float64(outputs[i]) - top) // which never overflows
		sum += shares[i]
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

func sigmoid(v float64) float64 { return 1 / (1 + math.Exp(-v)) }

func logit(p float64) float64 {
	p = min(max(p, 1e-6), 1-1e-6)
	return math.Log(p / (1 - p))
}
