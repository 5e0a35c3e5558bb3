package photocheck

import "prportal.example/pkg/photocheck/report"

// expression is the width of the mouth in IED: a smile draws its corners apart. It tells broad smiles only.
func expression(f *Frame) finding {
	if !f.face.found.hasLandmarks {
		return inconclusive()
	}
	l, r := f.face.found.landmarks[3], f.face.found.landmarks[4]
	return finding{
		measure:  l.distance(r) / f.face.ied,
		evidence: []report.Evidence{{Kind: report.Line, Label: "mouth", Points: [][2]float64{l.array(), r.array()}}},
	}
}
