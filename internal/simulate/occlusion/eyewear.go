package occlusion

import (
	"math"
	"math/rand/v2"
)

// eyewear is a pair of glasses: the image-left lens, its rim and what both let through.
type eyewear struct {
	lens         outline // about (0,0) at the lens's centre
	apart, y     float64 // of the lenses' centres from the middle, and their height
	rim          float64 // width in IED; 0 for rimless
	frame        rgb
	rimOpacity   float64
	tint, top    rgb     // the lens's colours at its bottom and top
	clear        float64 // how much more the bottom lets through than the top
	gloss        float64
	seed         uint64
	mirrored     bool
	halfRim      bool
	shadow, turn float64
}

func anyEyewear(rng *rand.Rand) eyewear {
	w, h := between(rng, .3, .48), between(rng, .17, .38)
	power := between(rng, 2, 4.5)
	tear, flare, cat := between(rng, -.04, .1), between(rng, -.12, .12), between(rng, -.05, .05)
	var lens outline
	const corners = 40
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		x := w * math.Copysign(math.Pow(math.Abs(cos), 2/power), cos)
		y := h * math.Copysign(math.Pow(math.Abs(sin), 2/power), sin)
		x += flare * x * -y / h                       // wider at the top
		y += tear*math.Max(0, y/h)*(.5-x/w) - cat*x/w // a drop towards the cheek, a lift at the temple
		lens = append(lens, Point{x, y})
	}
	e := eyewear{lens: lens, apart: .5 + between(rng, -.03, .06) + max(0, w-.44), y: between(rng, -.02, .12), rim: between(rng,
		.012, .09),
		frame: anyColour(rng), rimOpacity: between(rng, .85, 1), tint: anyColour(rng), seed: rng.Uint64(), shadow: between(rng, 0, .3),
		turn: between(rng, -.05, .05)}
	switch rng.IntN(4) {
	case 0:
		e.frame = grey(between(rng, 5, 50))
	case 1: // metal
		e.frame, e.rim = oneOf(rng, rgb{190, 160, 90}, rgb{180, 180, 185}, rgb{120, 90, 60}), between(rng, .01, .03)
	case 2:
		if chance(rng, .3) {
			e.rim = 0
		}
		e.halfRim = chance(rng, .5)
	}
	return e
}

// dark gives it lenses that hide the eyes.
func (e *eyewear) dark(rng *rand.Rand) {
	v := between(rng, 4, 55)
	e.tint = oneOf(rng, grey(v), grey(v), rgb{v * 1.3, v, v * .7}, rgb{v * .8, v, v * .8}, rgb{v * .8, v * .9, v * 1.3},
		anyColour(rng).times(.35))
	e.top = e.tint.times(between(rng, .6, 1.2))
	e.clear, e.gloss = between(rng, 0, .25), between(rng, 0, 1)
	if chance(rng, .35) {
		for i := range e.lens {
			e.lens[i].X, e.lens[i].Y = e.lens[i].X*1.1, e.lens[i].Y*1.25
		}
	}
}

// wear draws the glasses; alpha is how opaque the lenses are at the top.
func (c *canvas) wear(e eyewear, alpha float64, rng *rand.Rand) {
	frame := e.frame.times(c.exposure)
	sheen, sheenTurn := between(rng, .1, .5)*e.gloss, between(rng, -2, 2)
	spots := rng.IntN(3)
	var spotAt [2]Point
	for i := range spotAt {
		spotAt[i] = Point{between(rng, -.25, .25), between(rng, -.2, .15)}
	}
	spot := between(rng, .02, .08)
	for _, side := range []float64{-1, 1} {
		o := make(outline, len(e.lens))
		for i, p := range e.lens {
			o[i] = Point{-side * p.X, p.Y}
		}
		o = o.moved(e.turn, side*e.apart, e.y+side*e.apart*math.Sin(e.turn))
		x1, y1, x2, y2 := o.bounds(.15)
		c.paint(x1, y1, x2, y2, func(x, y float64, under rgb) (rgb, float64) {
			d := o.distance(x, y)
			if d < -e.rim {
				return under.times(.4), e.shadow * smoothstep(-e.rim-.12, -e.rim, d) * smoothstep(-.1, .1, y)
			}
			down := min(1, max(0, (y-y1)/(y2-y1)))
			glass := e.top.mix(e.tint, down)
			if e.mirrored {
				glass = c.reflected(e, x+side*.1, down)
			}
			k := .75 + .25*c.lit(x, y)
			a := alpha * (1 - e.clear*down)
			out, opaque := glass.times(k*c.exposure), a*c.edge(d, 0)
			if s := sheen * smoothstep(-.3, .3, math.Sin(3*(x*math.Cos(sheenTurn)+y*math.Sin(sheenTurn)))); s > 0 && d > 0 {
				out, opaque = out.mix(grey(235*c.exposure), s*.5), min(1, opaque+s*.2)
			}
			for _, at := range spotAt[:spots] {
				if m := c.edge(spot-math.Hypot(x-side*e.apart-at.X, y-e.y-at.Y), .01); m > 0 && d > 0 && e.gloss > .3 {
					out, opaque = out.mix(grey(250), m*e.gloss), max(opaque, m*e.gloss)
				}
			}
			if e.rim > 0 && !(e.halfRim && y > e.y) {
				if r := c.edge(e.rim/2-math.Abs(d+e.rim/2), 0) * e.rimOpacity; r > 0 {
					lift := .9 + .35*smoothstep(-e.rim*.7, -e.rim*.3, d)*(1-smoothstep(-e.rim*.3, 0, d))
					return out.mix(frame.times(lift*k), r), max(opaque, r)
				}
			}
			return out, opaque
		})
	}
	bridge := max(.015, e.rim*.8)
	inner := e.apart - e.lens[0].X
	c.stroke(bridge, frame, e.rimOpacity, Point{-inner, e.y - .08}, Point{-inner * .5, e.y - .14}, Point{inner * .5, e.y - .14},
		Point{inner, e.y - .08})
	outer := e.apart + e.lens[0].X
	for _, side := range []float64{-1, 1} {
		c.stroke(max(.02, e.rim), frame, e.rimOpacity, Point{side * outer, e.y - .1}, Point{side * max(outer+.1, 1.15), e.y - .08})
	}
}

// reflected is what a mirror shows: sky over ground, with something in between.
func (c *canvas) reflected(e eyewear, x, down float64) rgb {
	horizon := .5 + .15*(noise(e.seed, x*4, 1)-.5)
	v := e.top.mix(e.tint, smoothstep(horizon-.06, horizon+.06, down))
	return v.times(.7 + .6*clouds(e.seed, x*3, down*3))
}

func sunglasses(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, e := newCanvas(p), anyEyewear(rng)
	e.dark(rng)
	c.wear(e, strength, rng)
	return c.done()
}

func mirrorGlasses(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, e := newCanvas(p), anyEyewear(rng)
	e.dark(rng)
	e.mirrored, e.clear, e.gloss = true, 0, between(rng, .2, 1)
	e.top, e.tint = anyColour(rng), anyColour(rng)
	if chance(rng, .4) {
		e.tint = e.top.times(.4)
	}
	c.wear(e, strength, rng)
	return c.done()
}

// spectacles have clear lenses; strength is how much they reflect, beside the pupils.
func spectacles(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, e := newCanvas(p), anyEyewear(rng)
	e.tint, e.top, e.gloss = grey(200), grey(200), between(rng, 0, .25)*strength
	if chance(rng, .4) {
		c.coat(e, strength, rng)
	}
	c.wear(e, between(rng, 0, .06), rng)
	for range rng.IntN(3) { // windows and lamps
		side := oneOf(rng, -1.0, 1)
		w, h := between(rng, .03, .12), between(rng, .02, .12)
		at := Point{side * (.5 + oneOf(rng, -1.0, 1)*between(rng, .12, .26)), between(rng, -.12, .2)}
		o := outline{{-w, -h}, {w, -h}, {w, h}, {-w, h}}.moved(between(rng, -.4, .4), at.X, at.Y)
		soft, alpha := between(rng, 0, .03), between(rng, .1, .7)*strength
		tone := oneOf(rng, rgb{250, 250, 250}, rgb{220, 235, 255}, rgb{210, 255, 230}, rgb{255, 240, 210})
		x1, y1, x2, y2 := o.bounds(.05)
		c.paint(x1, y1, x2, y2, func(x, y float64, _ rgb) (rgb, float64) { return tone, alpha * c.edge(o.distance(x, y), soft) })
	}
	return c.done()
}

// coat adds what coated lenses mirror of a window or a screen: a coloured veil, also over the iris, through which the eye
// stays plain.
func (c *canvas) coat(e eyewear, strength float64, rng *rand.Rand) {
	tone := oneOf(rng, rgb{60, 230, 150}, rgb{90, 100, 255}, rgb{150, 90, 240}, rgb{235, 240, 255}, rgb{80, 200, 230}, rgb{240,
		220, 160})
	veil, size, seed := between(rng, .05, .45)*strength, between(rng, 1.5, 9), rng.Uint64()
	threshold := between(rng, .2, .6)
	x, w, h := e.apart, e.lens[0].X, .3
	c.paint(-x-w-.1, e.y-h, x+w+.1, e.y+h, func(px, py float64, under rgb) (rgb, float64) {
		dx, dy := (math.Abs(px)-x)/w, (py-e.y)/h
		in := smoothstep(1, .8, dx*dx+dy*dy) * smoothstep(threshold-.1, threshold+.1, clouds(seed, px*size, py*size))
		lit := under
		for k := range lit {
			lit[k] += veil * tone[k] * c.exposure * (1 - .5*under[k]/255)
		}
		return lit, in
	})
}

// tintedGlasses have a light tint through which the eyes are plain to see.
func tintedGlasses(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, e := newCanvas(p), anyEyewear(rng)
	e.tint = anyColour(rng).times(.6)
	e.top, e.clear, e.gloss = e.tint, between(rng, 0, .8), between(rng, 0, .2)
	c.wear(e, strength, rng)
	return c.done()
}

// glassesOnHead are sunglasses pushed up over the forehead or the hair.
func glassesOnHead(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, e := newCanvas(p), anyEyewear(rng)
	e.dark(rng)
	e.mirrored = chance(rng, .3)
	e.y = between(rng, -1.6, -.85)
	c.wear(e, strength, rng)
	return c.done()
}
