package photocheck

import "prportal.example/pkg/photocheck/report"

// pixelSize is the height in pixels of the largest frame that can be printed: with a face that of the crop, without one
// that of the largest 5:7 rectangle in the picture.
func pixelSize(f *Frame) finding {
	if f.framing.frameHeight > 0 {
		return finding{measure: f.framing.frameHeight}
	}
	unit := min(f.width/f.rules.AspectWidth, f.height/f.rules.AspectHeight)
	return finding{measure: float64(unit * f.rules.AspectHeight)}
}

// aspect is width over height of the picture. The frame that is printed is cut to 5:7 in any case; the check finds strips
// and panoramas.
func aspect(f *Frame) finding { return finding{measure: float64(f.width) / float64(f.height)} }

// headSize is chin to crown over the height of the frame (ICAO 9303 part 3 calls it head height).
// Where no frame large enough for a print fits into the picture, there is nothing to hold the head against.
func headSize(f *Frame) finding {
	if f.framing.headShare == 0 {
		return finding{outcome: report.NotApplicable}
	}
	h := f.face.head()
	return finding{
		measure:  f.framing.headShare,
		values:   map[string]float64{"head_px": round2(h.height())},
		evidence: []report.Evidence{{Kind: report.Line, Label: "head", Points: [][2]float64{h.crown.array(), h.chin.array()}}},
	}
}

// headPosition is how far the eyes lie from their nominal place in the frame, where 1 is the edge of the band that
// ISO/IEC 19794-5 permits.
func headPosition(f *Frame) finding {
	if f.framing.headShare == 0 || f.framing.fails == report.HeadSize {
		return finding{outcome: report.NotApplicable}
	}
	measure := f.framing.offset
	if f.framing.fails == report.PixelSize {
		measure = min(measure, 1) // the one thing wrong is told by pixel_size
	}
	return finding{
		measure: measure,
		evidence: []report.Evidence{{Kind: report.Line, Label: "eyes",
			Points: [][2]float64{f.face.pupils[0].array(), f.face.pupils[1].array()}}},
	}
}
