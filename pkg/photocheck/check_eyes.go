package photocheck

import "prportal.example/pkg/photocheck/report"

// leastIEDForIris is the inter-eye distance in pixels under which an iris is too small to be told from a lid.
const leastIEDForIris = 40

// leastDetailForIris is the sharpness (see sharpness) under which its rim is washed out.
const leastDetailForIris = .02

// eyesVisible is the mean contrast of both irises against the whites beside them, 0 to 40 grey levels of a face whose
// bright parts reach 200. Closed lids show no such rim. A blurred face shows none either: then we could not look.
func eyesVisible(f *Frame) finding {
	if f.face.ied < leastIEDForIris || !(f.face.detail >= leastDetailForIris) {
		return inconclusive()
	}
	out := finding{measure: round2((f.face.iris[0] + f.face.iris[1]) / 2)}
	for i, x := range []float64{-.5, .5} {
		label := "eye"
		if f.face.iris[i] < closedIris && !f.face.hidden[i] {
			label = report.EyesClosedEvidence
		}
		out.evidence = append(out.evidence, f.face.quad(label, x-.3, -.17, x+.3, .17))
	}
	return out
}

// closedIris is the contrast under which one eye is drawn as closed.
const closedIris = 17

// quad is a rectangle on the face, in IED, as evidence on the picture.
func (f *face) quad(label string, x1, y1, x2, y2 float64) report.Evidence {
	return report.Evidence{Kind: report.Quad, Label: label, Points: [][2]float64{
		f.at(x1, y1).array(), f.at(x2, y1).array(), f.at(x2, y2).array(), f.at(x1, y2).array()}}
}
