package simulate

import (
	"math"
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// toneEffects change colours, of all or of the pupils. Strength is how far, 1 for all the way.
var toneEffects = []Effect{
	{"grey", Direct, report.Colour, [2]float64{.95, 1}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return toned(p, s, [3]float64{1, 1, 1})
	}},
	{"sepia", Direct, "", [2]float64{.5, 1}, func(p Portrait, s float64, rng *rand.Rand) Portrait {
		warm := dice{rng}.between(.15, .4)
		return toned(p, s, [3]float64{1 + warm, 1, 1 - 1.3*warm})
	}},
	{"red_eyes", Direct, "", [2]float64{.3, 1}, redEyes},
}

// toned draws a picture in one colour, for white light.
func toned(p Portrait, strength float64, colour [3]float64) Portrait {
	k := float32(strength)
	whole := luminance(colour[:])
	return p.inLight(func(l *linear) *linear {
		for i := 0; i < len(l.pix); i += 3 {
			c := l.pix[i : i+3]
			grey := luminance(c)
			for n := range c {
				c[n] += (grey*float32(colour[n]/whole) - c[n]) * k
			}
		}
		return l
	})
}

// redEyes is the light of a flash out of wide pupils.
func redEyes(p Portrait, strength float64, rng *rand.Rand) Portrait {
	size := dice{rng}.between(.05, .075)
	bright := .45 * strength
	return lit(p, func(x, y float64) float64 {
		return bright * (1 - step(.75*size, size, min(math.Hypot(x-.5, y), math.Hypot(x+.5, y))))
	}, [3]float64{1, .12, .1})
}
