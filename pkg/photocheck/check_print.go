package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

// kinds of pictures that the networks print_edges and print_context tell apart, in the order of their outputs.
var printKinds = [4]string{"direct", "scan", "print", "screen"}

const (
	printLineShown = .3 // score from which an edge is shown
	printScanPlays = .5 // share of the kind "scan" among the two from which it is taken for one
)

// paperPrint is 0 to 1: how much the picture looks like one of a paper photo. Two networks look: print_edges at the straight
// edges around the face, print_context at what surrounds it. The measure is the mean of both in the logarithm of their odds;
// the weaker of the two is the value agreed, so that a photo is returned only where both are sure. Scans are allowed: what
// looks like one lowers agreed.
func paperPrint(f *Frame) finding {
	p, err := f.paper()
	if err != nil {
		return inconclusive()
	}
	edges, ok1, err1 := f.learned.run("print_edges", f)
	context, ok2, err2 := f.learned.run("print_context", f)
	if err1 != nil || err2 != nil || !ok1 || !ok2 {
		return inconclusive()
	}
	byEdges, byContext := kindShares(edges), kindShares(context)
	out := finding{values: map[string]float64{"edges": round4(byEdges[2]), "context": round4(byContext[2])}}
	for i, kind := range printKinds {
		out.values[kind] = round4((byEdges[i] + byContext[i]) / 2)
	}
	out.measure = round4(sigmoid((logit(byEdges[2]) + logit(byContext[2])) / 2))
	agreed := min(byEdges[2], byContext[2])
	out.values["agreed"] = round4(agreed)
	for side, l := range p.best {
		if l.score < printLineShown {
			continue
		}
		a, b := p.view.toFull(l.at(side, l.from, 0)), p.view.toFull(l.at(side, l.to, 0))
		out.evidence = append(out.evidence, report.Evidence{Kind: report.Line, Label: "edge_" + paperSides[side].name,
			Points: [][2]float64{f.clamped(a).array(), f.clamped(b).array()}})
	}
	return out
}

func (v paperView) toFull(p point) point {
	q := v.toPicture.apply(p)
	return point{q.x / v.full, q.y / v.full}
}

// kindShares turns a network's outputs into shares that sum to 1.
func kindShares(outputs []float32) (shares [4]float64) {
	sum := 0.0
	for i := range shares {
		shares[i] = math.Exp(float64(outputs[i]))
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
