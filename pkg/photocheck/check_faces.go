package photocheck

import "prportal.example/pkg/photocheck/report"

// inconclusive is what a check finds that could not look.
func inconclusive() finding { return finding{outcome: report.Inconclusive} }

// failed is what a check finds when the engine fails.
func failed(fault error) finding { return finding{outcome: report.Inconclusive, fault: fault} }

// faceCount is the number of faces. "No face" is only said when a looser search finds none either; in between we could
// not tell, and a person looks.
//
// Value: not_one, 0 to 1, is how far this can't be a photo of one person: 1 without any face, else the width of the widest further
// face over that of the main one. Pictures on a wall and people far behind are small.
func faceCount(f *Frame) finding {
	boxes := f.faces
	out := finding{measure: float64(len(f.faces)), values: map[string]float64{"not_one": 0}}
	switch {
	case len(f.faces) > 1:
		out.values["not_one"] = round2(min(1, f.faces[1].box.width()/f.faces[0].box.width()))
	case len(f.faces) == 0 && len(f.loose) > 0:
		out, boxes = inconclusive(), f.loose
	case len(f.faces) == 0:
		out.values["not_one"] = 1
	}
	for _, d := range boxes[:min(len(boxes), 16)] {
		b := d.box
		out.evidence = append(out.evidence, report.Evidence{Kind: report.Box, Label: "face", Points: [][2]float64{
			f.clamped(point{b.x1, b.y1}).array(), f.clamped(point{b.x2, b.y2}).array()}})
	}
	return out
}

// clamped keeps a point inside the picture.
func (f *Frame) clamped(p point) point {
	return point{min(max(p.x, 0), float64(f.width)), min(max(p.y, 0), float64(f.height))}
}
