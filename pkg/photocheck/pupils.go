package photocheck

import "math"

// The search for the pupils looks for the best iris in the canonical face: a disc darker than what lies to its left and
// right. It works for every colour of iris and skin, as both are compared with the white of the same eye.
const (
	irisLeast, irisMost, irisStep = 5.0, 7.25, 0.75 // radii in canonical pixels; an iris is about 0.19 IED wide
	irisRim                       = 1.2             // samples lie this far inside and outside of the rim
	irisCap                       = 40.0            // grey levels; a highlight must not outweigh the rest
	irisReach                     = 12              // how far the search goes, in canonical pixels
	irisPull                      = 0.02            // price of a shift, grey levels per squared pixel
	irisCentre                    = 0.15            // price of a bright centre
	irisWeight                    = 0.9             // sharpness of the soft maximum, per grey level
)

// irisDirections are within 40° of the horizontal on both sides: lids cover the rest of the rim.
var irisDirections = func() []point {
	var out []point
	for _, side := range []float64{0, math.Pi} {
		for d := -40.0; d <= 40; d += 10 {
			out = append(out, point{math.Cos(side + d*math.Pi/180), math.Sin(side + d*math.Pi/180)})
		}
	}
	return out
}()

// irisContrast is the mean step from inside to outside of a rim of radius r at c, in grey levels from 0 to irisCap.
func irisContrast(red plane, c point, r float64) float64 {
	sum := 0.0
	for _, d := range irisDirections {
		inside := red.at(c.x+d.x*(r-irisRim), c.y+d.y*(r-irisRim))
		outside := red.at(c.x+d.x*(r+irisRim), c.y+d.y*(r+irisRim))
		sum += min(irisCap, outside-inside)
	}
	return max(0, sum/float64(len(irisDirections)))
}

// findPupil returns the pupil near start in the smoothed red plane of a canonical face, and the best iris contrast.
func findPupil(red plane, start point) (pupil point, contrast float64) {
	type candidate struct {
		p     point
		score float64
	}
	var all []candidate
	best := math.Inf(-1)
	for dy := -irisReach; dy <= irisReach; dy++ {
		for dx := -irisReach; dx <= irisReach; dx++ {
			p := point{start.x + float64(dx), start.y + float64(dy)}
			rim := 0.0
			for r := irisLeast; r <= irisMost; r += irisStep {
				rim = max(rim, irisContrast(red, p, r))
			}
			s := rim - irisCentre*red.at(p.x, p.y) - irisPull*float64(dx*dx+dy*dy)
			contrast = max(contrast, rim)
			best = max(best, s)
			all = append(all, candidate{p, s})
		}
	}
	var weight float64
	for _, c := range all {
		w := math.Exp(irisWeight * (c.score - best))
		pupil.x += w * c.p.x
		pupil.y += w * c.p.y
		weight += w
	}
	return point{pupil.x / weight, pupil.y / weight}, contrast
}
