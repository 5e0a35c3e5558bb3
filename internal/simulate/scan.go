package simulate

import (
	"math/rand/v2"
)

// scanEffects are paper photos on a flat-bed scanner: allowed. The strength says how much of the scanner's bed is seen.
var scanEffects = []Effect{
	{Name: "scan_photo", Kind: Scan, Strengths: [2]float64{0, .15}, Apply: func(p Portrait, strength float64, rng *rand.Rand) Portrait {
		return dice{rng}.scan(p, strength, false)
	}},
	{Name: "scan_page", Kind: Scan, Strengths: [2]float64{.15, 1}, Apply: func(p Portrait, strength float64, rng *rand.Rand) Portrait {
		return dice{rng}.scan(p, strength, true)
	}},
}

// scan has no perspective, even light and a uniform ground; dust, dots, a sharpened edge, an old print's tint.
func (d dice) scan(p Portrait, strength float64, copies bool) Portrait {
	long := d.spread(400, 600)
	px := long * .71 / (1 + strength)
	s := d.print(p, px, copies && d.chance(.3))
	w, h := int(float64(s.c.w)*(1+strength*d.between(.5, 2))), int(float64(s.c.h)*(1+strength*d.between(.3, 1.5)))
	l := lie{scale: 1, w: float64(s.c.w), h: float64(s.c.h)}
	x, y := float64(s.c.w)/2+float64(w-s.c.w)*d.Float64(), float64(s.c.h)/2+float64(h-s.c.h)*d.Float64()
	turn := d.NormFloat64() * .012
	if strength < .02 {
		turn = 0
	}
	l.to = [9]float64{1, -turn, x, turn, 1, y, 0, 0, 1}
	l.from = inverse(l.to)
	lid := []ink{{.9, .9, .9}, {.75, .76, .78}, {.01, .01, .012}, {.3, .3, .3}, {1, 1, 1}}[d.IntN(5)]
	c := newCanvas(w, h)
	g := d.grain()
	c.fill(func(x, y float64) ink { return lid.times(1 + .02*g.at(x/50, y/50)) })
	shadow := d.between(0, .3)
	for y := range h {
		for x := range w {
			u, v := l.back(float64(x), float64(y))
			edge := boxDistance(u-l.w/2, v-l.h/2, l.w/2, l.h/2, s.round)
			i := y*w + x
			if edge > .5 {
				if edge < 3 {
					c.p[i] = c.p[i].times(1 - shadow)
				}
				continue
			}
			c.blend(x, y, .5-edge, s.c.at(u, v))
		}
	}
	for range d.IntN(20) { // dust and hairs on the glass
		x, y, r := d.between(0, float64(w)), d.between(0, float64(h)), d.spread(.4, 1.5)
		c.limb(x, y, r, x+d.between(-4, 4)*r, y+d.between(-4, 4)*r, r, 1, plain(ink{.9, .9, .9}.times(float64(d.IntN(2)))))
	}
	c.blur(d.spread(.25, .9))
	d.noise(c, d.spread(.001, .01), false)
	c.sharpen(d.between(0, 1), d.spread(.6, 1.5))
	if d.chance(.3) {
		c.saturate(0)
		if d.chance(.6) {
			sepia := ink{1.1, .95, float32(d.between(.5, .85))}
			for i, v := range c.p {
				c.p[i] = v.filtered(sepia)
			}
		}
	}
	at := func(e Point) Point { return l.forward(e.X, e.Y) }
	return Portrait{Pixels: c.picture(), Eyes: [2]Point{at(s.eyes[0]), at(s.eyes[1])}}
}
