package simulate

import (
	"image"
	"math"
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// exposureEffects change how much light there is, in linear light; strengths are stops (EV) but for colour casts.
var exposureEffects = []Effect{
	{"dark", Direct, report.TooDark, [2]float64{2, 4}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return exposed(p, -s)
	}},
	{"dim", Direct, "", [2]float64{.2, .6}, func(p Portrait, s float64, _ *rand.Rand) Portrait { return exposed(p, -s) }},
	{"bright", Direct, report.TooBright, [2]float64{2, 3}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return exposed(p, s)
	}},
	{"lifted", Direct, "", [2]float64{.1, .4}, func(p Portrait, s float64, _ *rand.Rand) Portrait { return exposed(p, s) }},
	{"back_light", Direct, report.TooDark, [2]float64{2, 4}, backLit},
	{"side_light", Direct, report.EvenLight, [2]float64{1.5, 3}, sideLit},
	{"soft_side_light", Direct, "", [2]float64{.1, .4}, sideLit},
	{"top_light", Direct, "", [2]float64{.2, .8}, topLit},
	{"colour_cast", Direct, "", [2]float64{.1, .45}, cast},
	{"dull", Direct, "", [2]float64{.1, .6}, dull},
}

// exposed changes the exposure by that many stops.
func exposed(p Portrait, stops float64) Portrait {
	gain := math.Exp2(stops)
	var table [256]uint8
	for i := range table {
		table[i] = uint8(math.Round(255 * encodeSRGB(min(decodeSRGB(float64(i)/255)*gain, 1))))
	}
	return mapped(p, table)
}

// mapped sends each value of each channel through a table.
func mapped(p Portrait, table [256]uint8) Portrait {
	out := image.NewRGBA(p.Pixels.Rect)
	for i := 0; i < len(out.Pix); i += 4 {
		src, dst := p.Pixels.Pix[i:i+4], out.Pix[i:i+4]
		dst[0], dst[1], dst[2], dst[3] = table[src[0]], table[src[1]], table[src[2]], 255
	}
	p.Pixels = out
	return p
}

// person is 1 on head and shoulders of most people and 0 on the background, with a soft border.
func person(x, y float64) float64 {
	if y > 3.2 && math.Abs(x) < 1.2 || math.Abs(x) < .8 && math.Abs(y) < 1.2 {
		return 1
	}
	if math.Abs(x) > 1.6 && y < 1.9 || y < -2.2 {
		return 0
	}
	head := 1 - step(.95, 1.15, math.Hypot(x/1.25, (y-.2)/1.95))
	shoulders := step(1.9, 2.4, y) * (1 - step(0, .5, math.Abs(x)-1.2-max(0, y-2.2)*1.2))
	return max(head, shoulders)
}

// backLit darkens the person and not what is behind; a camera that saw a window lifts that a little.
func backLit(p Portrait, strength float64, rng *rand.Rand) Portrait {
	lift, fall := dice{rng}.between(0, .4)*strength, strength
	wall, l := behind(p), toLinear(p.Pixels)
	for i, k := range wall {
		gain := float32(math.Exp2(lift*float64(k) - fall*float64(1-k)))
		for c := range 3 {
			l.pix[3*i+c] *= gain
		}
	}
	p.Pixels = l.picture()
	return p
}

// sideLit takes light from one half of the face and from what lies on that side.
func sideLit(p Portrait, strength float64, rng *rand.Rand) Portrait {
	side, width, lean := dice{rng}.sign(), dice{rng}.between(.25, .7), dice{rng}.between(-.15, .15)
	return relit(p, func(x, y float64) [3]float64 {
		return even(math.Exp2(-strength * step(-width, width, side*(x+lean*(y-.5)))))
	})
}

// topLit is a lamp over the head: the forehead gains what the chin loses.
func topLit(p Portrait, strength float64, _ *rand.Rand) Portrait {
	return relit(p, func(_, y float64) [3]float64 {
		return even(math.Exp2(-strength * step(-1, 2, y)))
	})
}

// cast is a camera's white balance gone wrong: towards a lamp's orange, the sky's blue, a tube's green or a wall's pink.
// strength is the share that the weakest channel loses.
func cast(p Portrait, strength float64, rng *rand.Rand) Portrait {
	casts := [][3]float64{{0, .45, 1}, {1, .5, 0}, {1, 0, .8}, {0, 1, .5}}
	loss := casts[rng.IntN(len(casts))]
	var gain [3]float64
	for c := range gain {
		gain[c] = 1 - strength*loss[c]
	}
	whole := luminance(gain[:])
	for c := range gain {
		gain[c] /= whole
	}
	return relit(p, func(_, _ float64) [3]float64 { return gain })
}

// dull takes contrast and colour from a picture, as haze and cheap lenses do.
func dull(p Portrait, strength float64, rng *rand.Rand) Portrait {
	l := toLinear(p.Pixels)
	veil, grey := float32(strength*dice{rng}.between(.05, .12)), float32(strength*dice{rng}.between(.3, .7))
	for i := 0; i < len(l.pix); i += 3 {
		c := l.pix[i : i+3]
		y := luminance(c)
		for k := range c {
			c[k] = (c[k]+(y-c[k])*grey)*(1-veil) + veil
		}
	}
	p.Pixels = l.picture()
	return p
}

func even(v float64) [3]float64 { return [3]float64{v, v, v} }
