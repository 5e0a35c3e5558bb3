package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

const (
	mouthHalfWidth  = .3  // IED about the middle of the mouth, where teeth would show
	mouthHalfHeight = .16 // IED
	teethColour     = .55 // of the skin's saturation; lips have more
	teethLight      = .8  // of the skin's luminance; the dark of an open mouth has less
	teethWeight     = .6
	leastColour     = .1 // saturation of the skin
)

// cheeks are where the skin's own colour is read.
var cheeks = regionOf(func(x, y float64) bool { return math.Abs(x) > .3 && math.Abs(x) < .6 && y > .45 && y < .75 })

// expression is the width of the mouth in IED, which a smile draws apart, plus a weight for the share of the mouth that shows
// teeth. It tells broad smiles: of the people asked to smile for a studio set about a third, and nobody who was not.
// Values: width in IED, teeth as that share.
func expression(f *Frame) finding {
	fc := f.face
	if !fc.found.hasLandmarks {
		return inconclusive()
	}
	l, r := fc.found.landmarks[3], fc.found.landmarks[4]
	width, teeth := l.distance(r)/fc.ied, fc.teeth(l, r)
	return finding{
		measure:  width + teethWeight*teeth,
		values:   map[string]float64{"width": round4(width), "teeth": round4(teeth)},
		evidence: []report.Evidence{{Kind: report.Line, Label: "mouth", Points: [][2]float64{l.array(), r.array()}}},
	}
}

// teeth is the share of the mouth between its corners that is as light as skin and hardly coloured.
func (f *face) teeth(left, right point) float64 {
	a, b := f.toCanonical.apply(left), f.toCanonical.apply(right)
	mx, my := (a.x+b.x)/2, (a.y+b.y)/2
	saturations := &histogram{}
	for _, i := range cheeks {
		if f.inside[i] {
			saturations.add(float32(f.saturation(int(i))))
		}
	}
	skin := saturations.percentile(.5)
	if skin < leastColour { // teeth and lips look alike in a grey picture
		return 0
	}
	pale := teethColour * skin
	light := float32(teethLight * f.histogramOf(f.linear, cheeks).percentile(.5))
	n, hit := 0.0, 0.0
	for y := int(my - mouthHalfHeight*faceIED); y <= int(my+mouthHalfHeight*faceIED); y++ {
		for x := int(mx - mouthHalfWidth*faceIED); x <= int(mx+mouthHalfWidth*faceIED); x++ {
			if x < 0 || y < 0 || x >= faceW || y >= faceH {
				continue
			}
			n++
			if i := y*faceW + x; f.inside[i] && f.linear.v[i] > light && f.saturation(i) < pale {
				hit++
			}
		}
	}
	return hit / max(1, n)
}
