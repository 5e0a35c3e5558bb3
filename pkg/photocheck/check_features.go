package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

// The part of the face that has to be in the picture, in IED from the middle of the eyes: brow to chin, temple to temple.
const (
	browAbove, chinBelow, templeBeside = 1.45, 1.75, 1.1
)

// What counts as cut, in IED, and as covered, in the network's own score: from where a person should look, and from where it is
// all but certain. Both are brought to one measure, on which these are 1 and 2.
const (
	cutSeen, cutSure         = .05, .25
	coveredSeen, coveredSure = .5, .98
)

// leastIEDForMouth is the inter-eye distance in pixels under which nothing smaller was learnt from.
const leastIEDForMouth = 24

// featuresVisible is the worse of two: how far the picture's edge cuts into the face between brow, chin and temples, and whether
// something lies over nose or mouth. Values: cut in IED, covered as the network scores it, from 0 to 1.
func featuresVisible(f *Frame) finding {
	cut, edge := f.cut()
	out := finding{measure: twoLimits(cut, cutSeen, cutSure), values: map[string]float64{"cut": round4(cut)}}
	e := f.face.quad("face", -templeBeside, -browAbove, templeBeside, chinBelow)
	for i, p := range e.Points {
		e.Points[i] = f.clamped(point{p[0], p[1]}).array()
	}
	out.evidence = []report.Evidence{e}
	if cut > cutSeen {
		out.evidence = append(out.evidence, edge)
	}
	if f.face.ied < leastIEDForMouth {
		return out
	}
	scores, ok, err := f.learned.run("mouth", f)
	if err != nil {
		return failed(err)
	}
	if !ok {
		return inconclusive()
	}
	covered := float64(scores[0])
	out.values["covered"] = round4(covered)
	out.measure = round4(max(out.measure, twoLimits(covered, coveredSeen, coveredSure)))
	if covered > coveredSeen {
		out.evidence = append(out.evidence, f.face.lowerFace("covered"))
	}
	return out
}

// twoLimits is 0 at 0, 1 at seen and 2 at sure.
func twoLimits(v, seen, sure float64) float64 {
	if v <= seen {
		return v / seen
	}
	return 1 + (v-seen)/(sure-seen)
}

// cut is how far, in IED, the picture's edge cuts into the face, and the edge that cuts deepest.
func (f *Frame) cut() (deepest float64, edge report.Evidence) {
	w, h := float64(f.width), float64(f.height)
	edges := [4][2]point{{{0, 0}, {0, h}}, {{0, 0}, {w, 0}}, {{w, 0}, {w, h}}, {{0, h}, {w, h}}}
	for _, at := range []point{{0, -browAbove}, {0, chinBelow}, {-templeBeside, 0}, {templeBeside, 0}} {
		p := f.face.at(at.x, at.y)
		for i, beyond := range [4]float64{-p.x, -p.y, p.x - w, p.y - h} {
			if v := beyond / f.face.ied; v > deepest {
				deepest = v
				edge = report.Evidence{Kind: report.Line, Label: "cut", Points: [][2]float64{edges[i][0].array(), edges[i][1].array()}}
			}
		}
	}
	return math.Max(0, deepest), edge
}

// lowerFace is the outline of nose, mouth and chin on the average face.
func (f *face) lowerFace(label string) report.Evidence {
	e := report.Evidence{Kind: report.Polygon, Label: label}
	for _, p := range []point{{0, .3}, {.45, .5}, {.95, .6}, {.95, 1.1}, {.6, 1.6}, {0, 1.85}, {-.6, 1.6}, {-.95, 1.1}, {-.95,
		.6}, {-.45, .5}} {
		e.Points = append(e.Points, f.at(p.x, p.y).array())
	}
	return e
}
