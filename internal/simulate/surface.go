package simulate

import "math"

// surfaces are what photos lie on.
var surfaces = []func(d dice, c *canvas){
	func(d dice, c *canvas) { c.fill(d.wood(d.colour(.03, .6, .7), d.chance(.5))) },
	func(d dice, c *canvas) { c.fill(d.wood(ink{.35, .18, .07}.times(d.between(.2, 1.6)), d.chance(.5))) },
	func(d dice, c *canvas) { c.fill(d.cloth()) },
	drawTablecloth, drawPaper, drawKeyboard,
	func(d dice, c *canvas) { // a plain top, white or dark at times
		a, g := d.colour(.01, .95, .5), d.grain()
		if d.chance(.3) {
			a = d.colour(.6, .95, .05)
		}
		c.fill(func(x, y float64) ink { return a.times(1 + .05*g.rough(x/40, y/40)) })
	},
	func(d dice, c *canvas) { drawTiles(d, c, 0, 0, float64(c.h)*d.between(.08, .6)) },
	func(d dice, c *canvas) { // stone, carpet
		a, b, g, s := d.colour(.02, .8, .4), d.colour(.02, .8, .4), d.grain(), d.spread(1.5, 30)
		c.fill(func(x, y float64) ink { return a.mixed(b, .5+.6*g.rough(x/s, y/s)) })
	},
}

// surface paints the top of a table with things on it.
func (d dice) surface(w, h int) *canvas {
	c := newCanvas(w, h)
	surfaces[d.IntN(len(surfaces))](d, c)
	for range d.IntN(4) {
		x, y, s := d.between(0, float64(w)), d.between(0, float64(h)), d.spread(.05, .4)*float64(h)
		switch d.IntN(3) {
		case 0: // another sheet, a book, a phone
			c.block(x+s*.05, y+s*.05, s, s*.7, .3, 0, s*.1, plain(ink{.02, .02, .02}))
			c.block(x, y, s, s*d.between(.4, .8), d.between(-1, 1), s*.03, 1, d.cloth())
		case 1: // a pen, a cable
			a := d.between(0, 6)
			c.limb(x, y, s*.05, x+2*s*math.Cos(a), y+2*s*math.Sin(a), s*.04, 1, plain(d.colour(.01, .9, .9)))
		default: // a cup
			a := d.colour(.02, .9, .8)
			c.limb(x, y, s*.5, x, y+1, s*.5, 2, plain(a))
			c.limb(x, y, s*.42, x, y+1, s*.42, 2, plain(a.times(.4)))
		}
	}
	c.blur(d.spread(.2, 2) * float64(max(w, h)) / 640)
	return c
}

func drawTablecloth(d dice, c *canvas) {
	a, b, g := d.colour(.05, .9, .9), d.colour(.3, .95, .4), d.grain()
	period, angle := d.spread(8, 90), d.between(-.8, .8)
	sin, cos := math.Sincos(angle)
	c.fill(func(x, y float64) ink {
		u, v := wrap(x*cos+y*sin+9e3, period)/period, wrap(y*cos-x*sin+9e3, period)/period
		t := 0.0
		if u < .5 {
			t += .5
		}
		if v < .5 {
			t += .5
		}
		return a.mixed(b, t).times(1 + .08*g.rough(x/3, y/3))
	})
}

func drawPaper(d dice, c *canvas) {
	a, text, line := d.colour(.6, .95, .08), d.colour(.01, .3, .3), d.spread(6, 30)
	g, left := d.grain(), d.between(-.1, .3)*float64(c.w)
	sin, cos := math.Sincos(d.between(-.5, .5))
	c.fill(func(x, y float64) ink {
		u, v := x*cos+y*sin, y*cos-x*sin+9e3
		row := math.Floor(v / line)
		if u > left && v-row*line < line*.45 && g.corner(int(u/line*2.5), int(row)) > -.4 && g.corner(int(u/line*9), int(row)+777) > -.3 {
			return text
		}
		return a
	})
}

func drawKeyboard(d dice, c *canvas) {
	base, key, letter := d.colour(.005, .4, .2), d.colour(.005, .8, .2), d.colour(.3, .9, .1)
	s := d.spread(.05, .16) * float64(c.h)
	sin, cos := math.Sincos(d.between(-.5, .5))
	c.fill(func(x, y float64) ink {
		u, v := x*cos+y*sin+50*s, y*cos-x*sin+50*s
		u += .3 * s * math.Floor(v/s)
		fu, fv := wrap(u, s)/s-.5, wrap(v, s)/s-.5
		switch dist := boxDistance(fu, fv, .43, .43, .08); {
		case math.Abs(fu+.15) < .07 && math.Abs(fv+.12) < .1:
			return letter
		case dist < 0:
			return key.times(1 - .15*fv)
		default:
			return base
		}
	})
}
