package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

// leastIEDForLids is the inter-eye distance in pixels under which an iris is too small to be told from a lid.
const leastIEDForLids = 40

// leastDetailForLids is the sharpness (see sharpness) under which its rim is washed out.
const leastDetailForLids = .02

// coveredEyeSeen is the network's score from which an eye is drawn as covered; closedEyeSeen that of a closed one.
const coveredEyeSeen, closedEyeSeen = .5, .5

// eyesVisible is the score, 0 to 1, for an eye that is covered or for eyes that are closed, the worse of the two. Covered counts
// for each eye, closed for both together. A network judges each eye; the contrast of the iris against the white, which closed lids
// do not have, speaks against "closed". In a blurred or tiny face neither can be told: then we could not look, unless something
// covers the eyes.
func eyesVisible(f *Frame) finding {
	scores, ok, err := f.learned.run("eyes", f)
	if err != nil {
		return failed(err)
	}
	if !ok {
		return inconclusive()
	}
	var closed, covered [2]float64
	for i := range closed {
		closed[i] = withIris(float64(scores[2*i]), f.face.iris[i], f.face.hidden[i])
		covered[i] = odds(float64(scores[2*i+1])).times(1 / coveredTooOften).share()
	}
	both := math.Sqrt(closed[0] * closed[1])
	out := finding{measure: max(covered[0], covered[1]), values: map[string]float64{
		"covered": round4(max(covered[0], covered[1])), "closed": round4(both), "closed_left": round4(float64(scores[0])),
		"closed_right": round4(float64(scores[2])), "iris": round2((f.face.iris[0] + f.face.iris[1]) / 2)}}
	canTell := f.face.ied >= leastIEDForLids && f.face.detail >= leastDetailForLids
	if !canTell && out.measure < coveredEyeSeen {
		return inconclusive()
	}
	if canTell {
		out.measure = max(out.measure, both)
	}
	out.measure = round4(out.measure)
	for i, x := range []float64{-.5, .5} {
		label := "eye"
		switch {
		case covered[i] > coveredEyeSeen:
			label = "covered_eye"
		case canTell && both > closedEyeSeen:
			label = report.EyesClosedEvidence
		}
		out.evidence = append(out.evidence, f.face.quad(label, x-.3, -.17, x+.3, .17))
	}
	return out
}

// irisOpen is the contrast at which an iris says nothing for or against a closed eye, irisPerDouble by how much more it has to
// be to halve the odds. A reflection hides what would be seen.
const irisOpen, irisPerDouble = 27.0, 4.0

func withIris(closed, iris float64, hidden bool) float64 {
	if hidden {
		return closed
	}
	return odds(closed).times(math.Exp2((irisOpen - iris) / irisPerDouble)).share()
}

// coveredTooOften is by how much the network's odds for a covered eye are taken down: dusk, spectacles and coarse pictures of
// real faces raise them, while what really covers an eye scores near 1.
const coveredTooOften = 4.0

// chance is a share as odds.
type chance float64

func odds(share float64) chance { return chance(share / max(1e-6, 1-share)) }

func (c chance) times(k float64) chance { return c * chance(k) }

func (c chance) share() float64 { return float64(c / (1 + c)) }

// quad is a rectangle on the face, in IED, as evidence on the picture.
func (f *face) quad(label string, x1, y1, x2, y2 float64) report.Evidence {
	return report.Evidence{Kind: report.Quad, Label: label, Points: [][2]float64{
		f.at(x1, y1).array(), f.at(x2, y1).array(), f.at(x2, y2).array(), f.at(x1, y2).array()}}
}
