package occlusion

import (
	"image"
	"math"
	"math/rand/v2"
)

// copied returns the portrait with pixels of its own.
func (p Portrait) copied() Portrait {
	img := image.NewRGBA(p.Pixels.Rect)
	copy(img.Pix, p.Pixels.Pix)
	return Portrait{Pixels: img, Eyes: p.Eyes}
}

// hairColour is natural or dyed.
func hairColour(rng *rand.Rand) rgb {
	c := oneOf(rng, rgb{22, 18, 16}, rgb{22, 18, 16}, rgb{52, 36, 26}, rgb{92, 62, 40}, rgb{150, 108, 66}, rgb{140, 68, 36},
		rgb{150, 148, 146}, rgb{225, 222, 215})
	return c.times(between(rng, .8, 1.15))
}

// strands paints hair in an outline: fine streaks along a direction that wanders. density is how much skin they hide.
func (c *canvas) strands(o outline, colour rgb, density, soft, turn, fine float64, free func(x, y float64) float64,
	rng *rand.Rand) {
	seed := rng.Uint64()
	contrast, curl := between(rng, .3, .9), between(rng, 0, .5)
	x1, y1, x2, y2 := o.bounds(soft + .02)
	c.paint(x1, y1, x2, y2, func(x, y float64, under rgb) (rgb, float64) {
		in := smoothstep(-soft, soft, o.distance(x, y)+soft*(noise(seed^1, x*14, y*14)-.5))
		if in <= 0 {
			return under, 0
		}
		angle := turn + curl*(clouds(seed^2, x*2, y*2)-.5)*4
		sin, cos := math.Sincos(angle)
		across, along := x*cos+y*sin, y*cos-x*sin
		v := noise(seed, across*fine, along*fine/8)*.6 + noise(seed^7, across*fine*2.1, along*fine/5)*.4
		a := in * min(1, density*(.55+1.1*v))
		if free != nil {
			a *= 1 - free(x, y)
		}
		return colour.times((1 - contrast/2 + contrast*v) * c.exposure * (.5 + .5*c.lit(x, y))), a
	})
}

// mouthFree is 1 on the lips, so that hair leaves them out.
func mouthFree(x, y float64) float64 {
	d := (x/.38)*(x/.38) + ((y-1.1)/.13)*((y-1.1)/.13)
	return smoothstep(1.25, .8, d)
}

func beard(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	long := 0.0
	if chance(rng, .4) {
		long = between(rng, 0, .8)
	}
	cheek := between(rng, .75, 1.15)
	top := between(rng, .3, .7)
	o := rounded(symmetric(Point{0, between(rng, .74, .84)}, Point{-.3, .86}, Point{-.5, between(rng, .9, 1.0)}, Point{-.72,
		cheek}, Point{-.9, cheek - .2}, Point{-1.0, top},
		Point{-1.08, top}, Point{-1.02, 1.1}, Point{-.8, 1.55 + long*.5}, Point{-.35, 1.9 + long}, Point{0, 1.95 + long})...)
	if chance(rng, .25) { // goatee
		o = rounded(symmetric(Point{0, .8}, Point{-.3, .86}, Point{-.48, 1.05}, Point{-.45, 1.4}, Point{-.3, 1.75 + long*.5},
			Point{0, 1.85 + long})...)
	}
	c.strands(o, hairColour(rng), strength, between(rng, .03, .14), between(rng, -.5, .5), between(rng, 25, 70), mouthFree, rng)
	return c.done()
}

func moustache(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	w, drop := between(rng, .3, .6), between(rng, 0, .3)
	o := rounded(symmetric(Point{0, .8}, Point{-.22, .82}, Point{-w, 1 + drop}, Point{-w + .05, 1.1 + drop}, Point{-.22, 1.0},
		Point{0, .97})...)
	c.strands(o, hairColour(rng), strength, between(rng, .02, .06), between(rng, -.4, .4), between(rng, 30, 70), nil, rng)
	return c.done()
}

func lipstick(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	tone := oneOf(rng, rgb{180, 20, 40}, rgb{120, 20, 50}, rgb{210, 90, 110}, rgb{60, 15, 30}, rgb{170, 80, 60})
	c.paint(-.45, .9, .45, 1.32, func(x, y float64, under rgb) (rgb, float64) {
		d := (x/.4)*(x/.4) + ((y-1.1)/.14)*((y-1.1)/.14)
		return tone.times(under.luma() / 130), strength * smoothstep(1.1, .8, d)
	})
	return c.done()
}

// fringe is hair down to the brows or beside the eyes.
func fringe(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	low := between(rng, -.55, -.22)
	o := rounded(Point{0, low + between(rng, -.3, .05)}, Point{-.5, low}, Point{-.95, low + between(rng, 0, .5)}, Point{-1.3,
		between(rng, .2, 2)}, Point{-1.6, 0}, Point{-1.2, -1.5},
		Point{0, -2}, Point{1.2, -1.5}, Point{1.6, 0}, Point{1.3, between(rng, .2, 2)}, Point{.95, low + between(rng, 0, .5)},
		Point{.5, low})
	c.strands(o, hairColour(rng), 1.2*strength, between(rng, .02, .1), between(rng, -.5, .5), between(rng, 20, 60), nil, rng)
	return c.done()
}

// hairOverEye falls over the image-left eye.
func hairOverEye(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	inner := between(rng, -.22, .05)
	o := rounded(Point{between(rng, -.1, .4), -1.3}, Point{inner + .05, -.5}, Point{inner, .1}, Point{inner - .2, between(rng,
		.5, 1.2)}, Point{-.8, between(rng, 1, 2.2)},
		Point{-1.4, between(rng, 1, 2.4)}, Point{-1.5, -.5}, Point{-1, -1.6})
	c.strands(o, hairColour(rng), 1.6*strength, between(rng, .02, .06), between(rng, -.3, .3), between(rng, 20, 60), nil, rng)
	return c.done()
}

// castShadow darkens one part of the face behind a straight or a soft edge.
func castShadow(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	sin, cos := math.Sincos(between(rng, 0, 2*math.Pi))
	at, soft := between(rng, -.6, .6), between(rng, .03, .6)
	c.paint(-6, -6, 6, 7, func(x, y float64, under rgb) (rgb, float64) {
		return under.times(.25), strength * smoothstep(-soft, soft, x*cos+(y-.5)*sin-at)
	})
	return c.done()
}

// finger is a capsule of skin from a to b.
type finger struct {
	a, b   Point
	radius float64
}

// hand draws fingers and a palm in the face's own skin.
func (c *canvas) hand(fingers []finger, strength float64, rng *rand.Rand) {
	skin := c.skin.times(between(rng, .82, 1.12))
	seed, light, nails := rng.Uint64(), between(rng, -.3, .3), chance(rng, .5)
	for i, f := range fingers {
		dx, dy := f.b.X-f.a.X, f.b.Y-f.a.Y
		n := math.Hypot(dx, dy)
		r := f.radius
		knuckle := between(rng, .35, .6)
		c.paint(min(f.a.X, f.b.X)-1.4*r, min(f.a.Y, f.b.Y)-1.4*r, max(f.a.X, f.b.X)+1.4*r, max(f.a.Y, f.b.Y)+1.4*r,
			func(x, y float64, under rgb) (rgb, float64) {
				along := ((x-f.a.X)*dx + (y-f.a.Y)*dy) / n
				across := ((x-f.a.X)*-dy + (y-f.a.Y)*dx) / n
				t := min(n, max(0, along))
				d := r - math.Hypot(x-f.a.X-t*dx/n, y-f.a.Y-t*dy/n)
				a := strength * c.edge(d, .008)
				if a < .002 {
					return under.times(.3), .35 * smoothstep(-.35*r, 0, d)
				}
				s := across / r
				k := (1 - .28*s*s + light*s) * (.95 + .1*clouds(seed+uint64(i), x*6, y*6))
				k -= .12 * math.Exp(-(along/n-knuckle)*(along/n-knuckle)/(.03*.03))
				out := skin.times(k * (.5 + .5*c.lit(x, y)))
				if nails && n-along < .6*r && math.Abs(s) < .6 && n-along > -.5*r {
					out = out.mix(rgb{235, 195, 190}.times(c.exposure), .5)
				}
				return out, a
			})
	}
}

// handShape lays four fingers and a palm across (0,y), from one side.
func handShape(rng *rand.Rand, y float64) []finger {
	side := oneOf(rng, -1.0, 1)
	turn := between(rng, -.5, .5)
	r := between(rng, .13, .19)
	out := []finger{{Point{side * 1.5, y + .35 + turn}, Point{side * .75, y + .1 + turn*.4}, between(rng, .45, .6)}}
	for i := range 4 {
		v := (float64(i) - 1.5) * r * between(rng, 1.75, 2.1)
		out = append(out, finger{Point{side * .8, y + v + turn*.4}, Point{-side * between(rng, .25, .8), y + v*between(rng, .9,
			1.3) - turn*.4}, r * between(rng, .9, 1.05)})
	}
	return out
}

func handOverMouth(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	c.hand(handShape(rng, between(rng, .88, 1.2)), strength, rng)
	return c.done()
}

func handOverEyes(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	fingers := handShape(rng, between(rng, -.1, .1))
	for i := range fingers[1:] { // to the far temple
		fingers[i+1].b.X = math.Copysign(between(rng, .8, 1), fingers[i+1].b.X)
	}
	c.hand(fingers, strength, rng)
	return c.done()
}

// thing is a phone, a card, a book, a cup: a rectangle with something on it.
func (c *canvas) thing(x, y, w, h float64, strength float64, rng *rand.Rand) {
	t := anyCloth(rng)
	t.folds, t.weave, t.soft = between(rng, 0, .08), between(rng, 0, .03), between(rng, 0, .01)
	kind := rng.IntN(3)
	switch kind {
	case 0: // phone
		t.pattern, t.first = plain, grey(between(rng, 8, 60))
		if chance(rng, .4) {
			t.first = anyColour(rng)
		}
	case 1: // paper, card
		t.pattern, t.first = plain, grey(between(rng, 200, 245))
	}
	r := between(rng, 0, .12)
	o := outline{{-w + r, -h}, {w - r, -h}, {w, -h + r}, {w, h - r}, {w - r, h}, {-w + r, h}, {-w, h - r}, {-w, -h + r}}
	o = o.moved(between(rng, -.7, .7), x, y)
	c.lay(t, o, strength, rng)
	switch kind {
	case 0:
		for i := range 1 + rng.IntN(3) {
			lens := Point{x - w*.5, y - h*.6 + float64(i)*.14}
			c.stroke(.1, grey(15), strength, lens, Point{lens.X + .001, lens.Y})
		}
	case 1:
		for i := range rng.IntN(6) {
			v := y - h*.6 + float64(i)*h*.22
			c.stroke(.03, grey(50), strength*.8, Point{x - w*.7, v}, Point{x + w*between(rng, .1, .7), v})
		}
	}
}

func objectOverMouth(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	c.thing(between(rng, -.15, .15), between(rng, 1.0, 1.3), between(rng, .5, 1.2), between(rng, .4, .9), strength, rng)
	return c.done()
}

func objectOverEye(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	w := between(rng, .33, .6)
	c.thing(-.5-max(0, w-.42), between(rng, -.1, .2), w, between(rng, .45, .9), strength, rng)
	return c.done()
}

// tintedVisor is a dark face shield.
func tintedVisor(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	tint, seed := anyColour(rng).times(.5), rng.Uint64()
	w, top := between(rng, 1.1, 1.4), between(rng, .25, .5)
	o := rounded(symmetric(Point{0, top}, Point{-w, top - .05}, Point{-w, 1.4}, Point{-.6, between(rng, 1.9, 2.4)}, Point{0,
		between(rng, 2, 2.5)})...)
	x1, y1, x2, y2 := o.bounds(.05)
	c.paint(x1, y1, x2, y2, func(x, y float64, _ rgb) (rgb, float64) {
		s := smoothstep(.55, .75, clouds(seed, x*1.2, y*.6))
		return tint.times(c.exposure).mix(grey(240*c.exposure), .5*s), min(1, strength+.1) * c.edge(o.distance(x, y), 0)
	})
	return c.done()
}
