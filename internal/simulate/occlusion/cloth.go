package occlusion

import (
	"math"
	"math/rand/v2"
)

// cloth is how a piece of fabric, paper or plastic looks: a pattern in its own coordinates, its folds, and how soft its edge is.
type cloth struct {
	seed               uint64
	first, second      rgb
	pattern            int
	size, turn         float64 // of the pattern: IED a period, radians
	folds, foldLength  float64 // depth, and how much longer than wide
	foldTurn           float64
	weave, round, soft float64
	pleats             int
	pleatTop, pleatGap float64
	ridge              float64 // how sharply the middle stands out
}

const (
	plain = iota
	plainToo
	stripes
	checks
	dots
	flecks
	flowers
	rib
	patterns
)

func anyCloth(rng *rand.Rand) cloth {
	return cloth{seed: rng.Uint64(), first: anyColour(rng), second: anyColour(rng), pattern: rng.IntN(patterns),
		size: between(rng, .06, .5), turn: between(rng, 0, math.Pi), folds: between(rng, .05, .35), foldLength: between(rng, 1, 4),
		foldTurn: between(rng, -.6, .6), weave: between(rng, 0, .08), round: between(rng, 0, .35), soft: between(rng, 0, .03)}
}

// medical colours: blue, light blue, green, white, pink, grey, black, lilac.
func medical(rng *rand.Rand) rgb {
	c := oneOf(rng, rgb{120, 170, 215}, rgb{165, 205, 230}, rgb{130, 190, 175}, rgb{238, 240, 242}, rgb{235, 180, 200},
		rgb{160, 162, 168}, rgb{28, 28, 32}, rgb{190, 175, 215}, rgb{240, 235, 225})
	for k := range c {
		c[k] = min(250, max(8, c[k]*between(rng, .88, 1.08)))
	}
	return c
}

// at gives the albedo with folds, without the light of the scene.
func (t cloth) at(x, y float64) rgb {
	sin, cos := math.Sincos(t.turn)
	u, v := (x*cos+y*sin)/t.size, (y*cos-x*sin)/t.size
	out := t.first
	frac := func(v float64) float64 { return v - math.Floor(v) }
	switch t.pattern {
	case stripes:
		if frac(u) < .45 {
			out = t.second
		}
	case checks:
		k := 0.0
		if frac(u) < .5 {
			k += .5
		}
		if frac(v) < .5 {
			k += .5
		}
		out = t.first.mix(t.second, k)
	case dots:
		if math.Hypot(frac(u)-.5, frac(v)-.5) < .3 {
			out = t.second
		}
	case flecks:
		out = t.first.mix(t.second, smoothstep(.45, .55, clouds(t.seed^3, u, v)))
	case flowers:
		if a := noise(t.seed^5, 2*u, 2*v); a > .68 {
			out = t.second
		} else if a > .6 {
			out = t.second.mix(grey(60), .6)
		}
	case rib:
		out = t.first.times(.85 + .15*math.Sin(2*math.Pi*u*4))
	}
	fs, fc := math.Sincos(t.foldTurn)
	fold := clouds(t.seed, (x*fc+y*fs)*2.2/t.foldLength, (y*fc-x*fs)*2.2*1.6) - .5
	return out.times(1 + 2*t.folds*fold + t.weave*(noise(t.seed^9, x*55, y*55)-.5))
}

// lay paints cloth over the inside of an outline, with the scene's light and a shadow beside it.
func (c *canvas) lay(t cloth, o outline, strength float64, rng *rand.Rand) {
	shadow, lightDepth := between(rng, 0, .35), between(rng, .5, 1)
	wide, tone := between(rng, .02, .08), c.exposure*between(rng, .75, 1.05)
	tilt := between(rng, -.25, .25)
	x1, y1, x2, y2 := o.bounds(wide + .05)
	middleX, half := (x1+x2)/2, max(.1, (x2-x1)/2)
	c.paint(x1, y1, x2, y2, func(x, y float64, under rgb) (rgb, float64) {
		d := o.distance(x, y)
		a := c.edge(d, t.soft) * strength
		if a <= .002 {
			return under.times(.35), shadow * smoothstep(-wide, 0, d) // what the cloth shades beside its edge
		}
		s := (x - middleX) / half
		k := 1 - t.round*s*s + tilt*s - t.ridge*math.Min(.6, math.Abs(s))*.35 + t.ridge*.1
		if t.pleats > 0 {
			k *= t.pleat(y + .06*s*s)
		}
		k *= 1 + lightDepth*(c.lit(x, y)-1)
		k *= .8 + .2*smoothstep(0, .05, d)
		return t.at(x, y).times(k * tone), a
	})
}

// pleat is the shading of folds across a mask: each catches light above its edge and throws a line of shadow below.
func (t cloth) pleat(y float64) float64 {
	v := (y - t.pleatTop) / t.pleatGap
	if v < 0 || v >= float64(t.pleats) {
		return 1
	}
	f := v - math.Floor(v)
	return 1.06 - .3*smoothstep(.86, .97, f)*(1-smoothstep(.97, 1, f)) - .1*f
}

// maskOutline is the edge of a mask: how high it sits on the nose, how wide at the cheeks, how far down the chin.
func maskOutline(rng *rand.Rand, noseTop float64) outline {
	side, sideTop := between(rng, .78, 1.08), noseTop+between(rng, .12, .35)
	jaw := side * between(rng, .82, .98)
	chin := between(rng, 1.68, 2.05)
	return rounded(symmetric(Point{0, noseTop}, Point{-.22, noseTop + between(rng, .02, .09)}, Point{-.6, noseTop + between(rng,
		.1, .22)},
		Point{-side, sideTop}, Point{-side * between(rng, .95, 1.02), (sideTop + 1.25) / 2}, Point{-jaw, between(rng, 1.2, 1.42)},
		Point{-.55, chin - between(rng, .12, .3)}, Point{0, chin})...)
}

// slanted turns and shifts a shape a little: nobody wears anything quite straight.
func slanted(rng *rand.Rand, o outline) outline {
	return o.moved(between(rng, -.08, .08), between(rng, -.05, .05), between(rng, -.04, .04))
}

// loops draws the bands of a mask to the ears.
func (c *canvas) loops(rng *rand.Rand, colour rgb, strength float64) {
	w, ear := between(rng, .012, .045), between(rng, .1, .5)
	colour = colour.mix(grey(235), between(rng, 0, .8)).times(c.exposure)
	for _, side := range []float64{-1, 1} {
		c.stroke(w, colour, strength, Point{side * .85, between(rng, .5, .7)}, Point{side * between(rng, 1.05, 1.2), ear})
		c.stroke(w, colour, strength, Point{side * .8, between(rng, 1.2, 1.35)}, Point{side * between(rng, 1.05, 1.2), ear + .35})
	}
}

func (c *canvas) done() Portrait { return c.Portrait }

func surgicalMask(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	t.pattern, t.first, t.weave, t.folds = plain, medical(rng), between(rng, 0, .04), between(rng, .03, .2)
	top := between(rng, .16, .52)
	t.pleats, t.pleatTop, t.pleatGap = rng.IntN(5), top+between(rng, .2, .45), between(rng, .16, .3)
	c.loops(rng, t.first, strength)
	o := slanted(rng, maskOutline(rng, top))
	c.lay(t, o, strength, rng)
	if chance(rng, .6) { // the hem and the wire
		hem := t.first.times(between(rng, .8, 1.1) * c.exposure)
		y := top + between(rng, .08, .14)
		c.stroke(between(rng, .02, .06), hem, .6*strength, Point{-.55, y + .16}, Point{-.2, y + .04}, Point{0, y}, Point{.2,
			y + .04}, Point{.55, y + .16})
	}
	return c.done()
}

// foldedMask is an FFP2 with a fold down its middle.
func foldedMask(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	t.pattern, t.weave, t.folds = plain, between(rng, 0, .05), between(rng, .02, .12)
	t.first, t.ridge, t.round = medical(rng), between(rng, .3, 1), 0
	if chance(rng, .5) {
		t.first = grey(between(rng, 225, 250))
	}
	top, side := between(rng, .1, .42), between(rng, .75, 1)
	o := rounded(symmetric(Point{0, top}, Point{-.16, top + .1}, Point{-.5, top + between(rng, .28, .42)}, Point{-side,
		between(rng, .75, .95)},
		Point{-side * .95, between(rng, 1.0, 1.2)}, Point{-.6, between(rng, 1.5, 1.7)}, Point{0, between(rng, 1.75, 2.05)})...)
	c.loops(rng, t.first, strength)
	c.lay(t, slanted(rng, o), strength, rng)
	c.stroke(between(rng, .01, .03), t.first.times(.7*c.exposure), .7*strength, Point{0, top + .08}, Point{between(rng, -.03,
		.03), 1.75})
	if chance(rng, .4) {
		c.valve(rng, strength)
	}
	return c.done()
}

// cupMask is a moulded respirator.
func cupMask(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	t.pattern, t.first, t.folds, t.round = plain, medical(rng), between(rng, .02, .1), between(rng, .25, .5)
	if chance(rng, .5) {
		t.first = grey(between(rng, 215, 245))
	}
	w, top, bottom := between(rng, .68, .95), between(rng, .2, .5), between(rng, 1.6, 1.95)
	middle := (top + bottom) / 2
	o := rounded(symmetric(Point{0, top}, Point{-w * .55, top + .18}, Point{-w, middle - .1}, Point{-w * .9, middle + .3},
		Point{-w * .45, bottom - .1}, Point{0, bottom})...)
	for _, y := range []float64{middle - .25, middle + .15} {
		band := oneOf(rng, rgb{235, 230, 210}, rgb{225, 200, 60}, rgb{40, 40, 40}, rgb{200, 60, 50}).times(c.exposure)
		c.stroke(between(rng, .02, .06), band, strength, Point{-.7, y}, Point{-1.25, y - between(rng, .1, .6)})
		c.stroke(between(rng, .02, .06), band, strength, Point{.7, y}, Point{1.25, y - between(rng, .1, .6)})
	}
	c.lay(t, slanted(rng, o), strength, rng)
	if chance(rng, .5) {
		c.valve(rng, strength)
	}
	return c.done()
}

func (c *canvas) valve(rng *rand.Rand, strength float64) {
	x, y, r := oneOf(rng, 0, between(rng, -.4, .4)), between(rng, .95, 1.3), between(rng, .12, .24)
	colour := medical(rng).times(c.exposure)
	c.paint(x-r, y-r, x+r, y+r, func(px, py float64, _ rgb) (rgb, float64) {
		d := r - math.Hypot(px-x, py-y)
		k := .75 + .4*smoothstep(0, .05, d) - .25*math.Abs(math.Sin((py-y)*40))*smoothstep(.04, .06, d)
		return colour.times(k * c.lit(px, py)), strength * c.edge(d, 0)
	})
}

func clothMask(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	if chance(rng, .12) { // the colour of skin
		t.pattern, t.first = plain, c.skin.times(between(rng, .8, 1.2)/c.exposure)
	}
	if chance(rng, .3) {
		t.ridge = between(rng, .2, .8)
	}
	if chance(rng, .25) {
		t.pleats, t.pleatTop, t.pleatGap = 1+rng.IntN(4), between(rng, .5, .8), between(rng, .18, .32)
	}
	c.loops(rng, t.first, strength)
	c.lay(t, slanted(rng, maskOutline(rng, between(rng, .08, .55))), strength, rng)
	return c.done()
}

// maskUnderNose leaves the nose free.
func maskUnderNose(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	if chance(rng, .6) {
		t.pattern, t.first = plain, medical(rng)
	}
	top := between(rng, .68, .8)
	t.pleats, t.pleatTop, t.pleatGap = rng.IntN(4), top+.2, between(rng, .16, .3)
	side := between(rng, .8, 1.05)
	o := rounded(symmetric(Point{0, top}, Point{-.35, top + between(rng, -.06, .03)}, Point{-side, top + between(rng, -.15, .1)},
		Point{-side * .95, 1.25}, Point{-.55, between(rng, 1.65, 1.8)}, Point{0, between(rng, 1.75, 2.1)})...)
	c.loops(rng, t.first, strength)
	c.lay(t, o, strength, rng)
	return c.done()
}

func scarfOverMouth(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	t.folds, t.soft, t.foldLength = between(rng, .15, .45), between(rng, .01, .05), between(rng, 2, 5)
	top, side := between(rng, .15, .72), between(rng, 1.1, 1.6)
	o := rounded(Point{0, top}, Point{-.5, top + between(rng, -.05, .2)}, Point{-1.05, top + between(rng, -.15, .3)},
		Point{-side, top + .3},
		Point{-side - .1, 2}, Point{-1.4, 3}, Point{1.4, 3}, Point{side + .1, 2}, Point{side, top + .3}, Point{1.05,
			top + between(rng, -.15, .3)},
		Point{.5, top + between(rng, -.05, .2)})
	c.lay(t, o, strength, rng)
	return c.done()
}

// niqab covers everything but the eyes; so do a balaclava and a scarf wound around the head.
func niqab(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	if chance(rng, .6) {
		t.pattern, t.first = plain, anyColour(rng).times(.35)
	}
	t.folds, t.soft = between(rng, .1, .4), between(rng, .005, .03)
	up, down, w := between(rng, .28, .75), between(rng, .2, .5), between(rng, .8, 1.05)
	slit := rounded(Point{0, -up}, Point{-w * .7, -up + .04}, Point{-w, between(rng, -.15, .1)}, Point{-w * .65, down}, Point{0,
		down - between(rng, -.03, .12)},
		Point{w * .65, down}, Point{w, between(rng, -.15, .1)}, Point{w * .7, -up + .04})
	c.around(t, slit, headCloth(rng), strength, rng)
	return c.done()
}

// headCloth is the outer edge of cloth around a head.
func headCloth(rng *rand.Rand) outline {
	w, top := between(rng, 1.35, 1.75), between(rng, -2.1, -1.6)
	return rounded(Point{0, top}, Point{-w * .75, top + .35}, Point{-w, -.3}, Point{-w * .98, .9}, Point{-w * 1.1, 2},
		Point{-w * 1.3, 3.2},
		Point{w * 1.3, 3.2}, Point{w * 1.1, 2}, Point{w * .98, .9}, Point{w, -.3}, Point{w * .75, top + .35})
}

// around lays cloth between an outer edge and a hole that the face looks out of.
func (c *canvas) around(t cloth, hole, outer outline, strength float64, rng *rand.Rand) {
	tone, shadow := c.exposure*between(rng, .75, 1.05), between(rng, 0, .35)
	const far = .3 // from the hole its distance does not matter
	left, top, right, bottom := hole.bounds(far)
	x1, y1, x2, y2 := outer.bounds(.05)
	c.paint(x1, y1, x2, y2, func(x, y float64, under rgb) (rgb, float64) {
		in := far
		if x > left && x < right && y > top && y < bottom {
			in = -hole.distance(x, y)
		}
		d := min(outer.distance(x, y), in)
		a := c.edge(d, t.soft) * strength
		if a <= .002 {
			return under.times(.35), shadow * smoothstep(-.1, 0, in)
		}
		k := (.6 + .4*c.lit(x, y)) * (.7 + .3*smoothstep(0, .08, d)) * (1 - .12*x*x)
		return t.at(x, y).times(k * tone), a
	})
}

func headScarf(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	w := between(rng, .88, 1.12)
	top, chin := between(rng, -1.25, -.75), between(rng, 1.62, 1.95)
	hole := rounded(symmetric(Point{0, top}, Point{-w * .6, top + .15}, Point{-w * .97, -.35}, Point{-w, .35}, Point{-w * .88, 1.05},
		Point{-w * .55, 1.5 + .3*(chin-1.62)}, Point{0, chin})...)
	c.around(t, hole, headCloth(rng), strength, rng)
	return c.done()
}

// hat is anything on the head that leaves the face free: cap, beanie, turban, kippah, straw.
func hat(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	t.foldTurn, t.foldLength = between(rng, -1, 1), between(rng, 1, 6)
	c.crown(t, between(rng, -1.25, -.5), strength, rng)
	return c.done()
}

// crown lays cloth over the head above a line.
func (c *canvas) crown(t cloth, edge, strength float64, rng *rand.Rand) {
	w, sag := between(rng, 1.1, 1.55), between(rng, -.2, .25)
	top := between(rng, -2.4, -1.8)
	o := rounded(Point{0, edge - sag}, Point{-.6, edge - sag*.6}, Point{-w * .95, edge + between(rng, 0, .35)}, Point{-w,
		edge - .4}, Point{-w * .8, top + .3},
		Point{0, top}, Point{w * .8, top + .3}, Point{w, edge - .4}, Point{w * .95, edge + between(rng, 0, .35)}, Point{.6,
			edge - sag*.6})
	if chance(rng, .5) { // a brim and its shadow
		deep := between(rng, .15, .6)
		c.paint(-1.2, edge-.2, 1.2, edge+1.2, func(x, y float64, under rgb) (rgb, float64) {
			return under.times(.4), .6 * smoothstep(edge+deep+.15, edge+deep-.1, y) * smoothstep(1.1, .9, math.Abs(x))
		})
	}
	c.lay(t, o, strength, rng)
}

func hatOverEyes(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	c.crown(anyCloth(rng), between(rng, .16, .32), strength, rng)
	return c.done()
}

// collar is a roll-neck, a scarf around the neck, a high coat or a hood's edge, up to the chin.
func collar(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	t.folds, t.soft = between(rng, .1, .45), between(rng, .005, .04)
	chin := between(rng, 1.82, 2.15)
	w := between(rng, .95, 1.25)
	o := rounded(Point{0, chin}, Point{-.45, chin - between(rng, 0, .12)}, Point{-w, chin - between(rng, .1, .5)}, Point{-w - .4,
		chin + .4}, Point{-1.8, 3.4},
		Point{1.8, 3.4}, Point{w + .4, chin + .4}, Point{w, chin - between(rng, .1, .5)}, Point{.45, chin - between(rng, 0, .12)})
	c.lay(t, o, strength, rng)
	return c.done()
}

// otherSurrounds puts another background, with hair or shadows, around the head.
func otherSurrounds(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	t.size = between(rng, .2, 3)
	t.soft, t.folds, t.weave = between(rng, .02, .12), between(rng, 0, .4), between(rng, 0, .3)
	w := between(rng, 1.15, 1.5)
	hole := rounded(Point{0, between(rng, -1.8, -1.3)}, Point{-w * .75, -1.1}, Point{-w, 0}, Point{-w * .9, .9}, Point{-.62,
		1.75}, Point{-.6, 2.2}, Point{-2, 3.2},
		Point{2, 3.2}, Point{.6, 2.2}, Point{.62, 1.75}, Point{w * .9, .9}, Point{w, 0}, Point{w * .75, -1.1})
	outer := outline{{-6, -5}, {6, -5}, {6, 6}, {-6, 6}}
	c.around(t, hole, outer, strength, rng)
	return c.done()
}

// blindfold is a band over both eyes: cloth, or the black bar of a censored picture.
func blindfold(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	w, up, down := between(rng, .95, 1.3), between(rng, .2, .45), between(rng, .18, .4)
	o := rounded(Point{-w, -up}, Point{0, -up + between(rng, -.05, .05)}, Point{w, -up}, Point{w, down}, Point{0,
		down + between(rng, -.05, .08)}, Point{-w, down})
	if chance(rng, .3) {
		t.pattern, t.first, t.folds, t.soft = plain, grey(between(rng, 0, 30)), 0, 0
		o = outline{{-w, -up}, {w, -up}, {w, down}, {-w, down}}
	}
	c.lay(t, slanted(rng, o), strength, rng)
	return c.done()
}

func eyePatch(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	t.pattern = plain
	switch rng.IntN(3) {
	case 0:
		t.first = grey(between(rng, 5, 50))
	case 1:
		t.first = grey(between(rng, 200, 245))
	}
	w, h := between(rng, .3, .48), between(rng, .24, .42)
	o := rounded(Point{-.5, -h}, Point{-.5 + w*.8, -h * .6}, Point{-.5 + w, between(rng, -.1, .1)}, Point{-.5 + w*.6, h * .8},
		Point{-.5, h}, Point{-.5 - w*.7, h * .7},
		Point{-.5 - w, 0}, Point{-.5 - w*.8, -h * .7})
	if chance(rng, .6) {
		band := t.first.times(c.exposure)
		c.stroke(between(rng, .02, .1), band, strength, Point{-1.1, between(rng, -.1, .2)}, Point{-.5, -.1}, Point{.9, between(rng,
			-1, -.6)})
	}
	c.lay(t, o, strength, rng)
	return c.done()
}

// plaster is a strip of medical tape or a small dressing that hides no feature.
func plaster(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, t := newCanvas(p), anyCloth(rng)
	t.pattern, t.first, t.folds = plain, oneOf(rng, rgb{222, 184, 150}, rgb{245, 243, 238}, rgb{170, 120, 85}), .05
	w, h := between(rng, .12, .3), between(rng, .06, .14)
	at := oneOf(rng, Point{-.62, .6}, Point{.62, .6}, Point{-.6, 1}, Point{.6, 1.05}, Point{0, 1.6}, Point{.3, -.7}, Point{-.3,
		-.75}, Point{.45, 1.5}, Point{0, .2})
	o := rounded(Point{-w, -h}, Point{0, -h}, Point{w, -h}, Point{w, h}, Point{0, h}, Point{-w, h})
	c.lay(t, o.moved(between(rng, -1.2, 1.2), at.X, at.Y), strength, rng)
	return c.done()
}
