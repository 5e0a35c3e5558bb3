package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

// The part of the face that has to be in the picture, in IED from the middle of the eyes: brow to chin, temple to temple.
const (
	browAbove, chinBelow, templeBeside = 1.45, 1.75, 1.1
)

// featuresVisible is how far, in IED, the picture's edge cuts into the face between brow, chin and temples; 0 if it does
// not.
func featuresVisible(f *Frame) finding {
	cut := 0.0
	outside := func(p point) float64 {
		return max(-p.x, -p.y, p.x-float64(f.width), p.y-float64(f.height)) / f.face.ied
	}
	for _, p := range []point{{0, -browAbove}, {0, chinBelow}, {-templeBeside, 0}, {templeBeside, 0}} {
		cut = max(cut, outside(f.face.at(p.x, p.y)))
	}
	out := finding{measure: math.Max(0, cut)}
	e := f.face.quad("face", -templeBeside, -browAbove, templeBeside, chinBelow)
	for i, p := range e.Points {
		e.Points[i] = f.clamped(point{p[0], p[1]}).array()
	}
	out.evidence = []report.Evidence{e}
	return out
}
