package simulate

import "math"

// rooms are what people stand before: each adds its own furniture to a wall. The head is about (hx,hy), r wide.
var rooms = map[string]func(d dice, c *canvas, hx, hy, r float64){
	"plain": func(dice, *canvas, float64, float64, float64) {}, "door": drawDoor, "curtain": drawCurtain, "tiles": drawTiles,
	"window": drawWindow, "frame": drawFrames, "shelf": drawShelf, "office": drawOffice, "backdrop": drawBackdrop, "panels": drawPanels,
	"outdoors": drawOutdoors,
}

// room paints a wall with what the style adds, and clutter at times, lit unevenly and out of focus.
func (d dice) room(style string, w, h int, hx, hy, r float64) *canvas {
	c := newCanvas(w, h)
	base, g, rough := d.colour(.08, .85, .45), d.grain(), d.spread(.01, .12)
	scale := d.spread(8, 200)
	tilt := d.between(-.5, .5)
	c.fill(func(x, y float64) ink {
		k := 1 + rough*g.at(x/scale, y/scale) + tilt*(x/float64(w)-.5)
		return base.times(max(k, .1))
	})
	if draw := rooms[style]; draw != nil {
		draw(d, c, hx, hy, r)
	}
	if style != "plain" && style != "backdrop" && d.chance(.4) {
		for range d.IntN(4) {
			d.clutter(c)
		}
	}
	c.blur(d.spread(.2, 5) * float64(max(w, h)) / 640)
	d.lamp(c)
	return c
}

// lamp makes one side or one spot lighter.
func (d dice) lamp(c *canvas) {
	x0, y0 := d.between(-.2, 1.2)*float64(c.w), d.between(-.3, .8)*float64(c.h)
	size, strength := d.between(.3, 1.2)*float64(c.w), d.between(0, 1.2)
	if d.chance(.4) {
		return
	}
	for y := range c.h {
		for x := range c.w {
			q := ((float64(x)-x0)*(float64(x)-x0) + (float64(y)-y0)*(float64(y)-y0)) / (size * size)
			i := y*c.w + x
			c.p[i] = c.p[i].times((1 + strength/(1+4*q)) / (1 + .3*strength))
		}
	}
}

func (d dice) clutter(c *canvas) {
	w, h := float64(c.w), float64(c.h)
	x, y, s := d.between(0, w), d.between(.1*h, h), d.spread(.03, .25)*h
	switch d.IntN(5) {
	case 0: // a thing with straight edges
		c.block(x, y, s*d.between(.3, 1.5), s*d.between(.3, 1.2), d.between(-.2, .2), d.between(0, .2)*s, 1, d.cloth())
	case 1: // a lamp, a ball, a face far away
		c.limb(x, y, s, x, y+s*.3, s, 2, plain(d.colour(.02, .9, .8)))
	case 2: // a plant
		green := ink{.05, .18, .04}.mixed(d.colour(.02, .3, .9), .3)
		for range 14 {
			a := d.between(-math.Pi, 0)
			c.limb(x, y, s*.08, x+s*math.Cos(a), y+s*math.Sin(a), s*.02, 1, plain(green.times(d.between(.4, 1.6))))
		}
	case 3: // somebody else
		d.bystander(c, x, y, s)
	default: // a cable, a rail, a pole
		a := d.between(0, 2*math.Pi)
		c.limb(x, y, s*.04, x+3*s*math.Cos(a), y+3*s*math.Sin(a), s*.04, 1, plain(d.colour(.01, .9, .5)))
	}
}

// bystander is somebody at a distance, or the one who holds a print: hair, head, and a body down to the lower edge.
func (d dice) bystander(c *canvas, x, y, head float64) {
	shirt, skin := d.cloth(), d.skin()
	c.block(x, y+head*3.4, head*d.between(1.2, 1.9), head*2.2, 0, head*.8, 2, shirt)
	c.limb(x, y+head*.8, head*.4, x, y+head*1.5, head*.45, 2, plain(skin.times(.7)))
	c.limb(x, y-head*.2, head*.78, x, y+head*.35, head*.6, 2, plain(skin))
	c.limb(x-head*.3, y-head*.75, head*.45, x+head*.3, y-head*.75, head*.45, 2, plain(d.colour(.005, .15, .6)))
	if d.chance(.4) { // long hair
		for _, side := range []float64{-1, 1} {
			c.limb(x+side*head*.7, y-head*.4, head*.25, x+side*head*.8, y+head*d.between(.8, 2), head*.3, 2, plain(ink{.02, .015, .012}))
		}
	}
}

// cloth is plain, striped or checked, with folds.
func (d dice) cloth() func(u, v float64) ink {
	a, b, g := d.colour(.01, .9, .8), d.colour(.01, .9, .8), d.grain()
	if d.chance(.4) {
		a = d.colour(.5, .9, .1) // white shirts are common
	}
	period, kind, angle, fold := d.spread(4, 50), d.IntN(5), d.between(-.4, .4), d.between(.05, .35)
	sin, cos := math.Sincos(angle)
	return func(u, v float64) ink {
		p, q := u*cos+v*sin, v*cos-u*sin
		out := a
		switch kind {
		case 0:
			if wrap(math.Abs(p), period) < period/3 {
				out = b
			}
		case 1:
			t := 0.0
			if wrap(math.Abs(p), period) < period/2 {
				t += .5
			}
			if wrap(math.Abs(q), period) < period/2 {
				t += .5
			}
			out = a.mixed(b, t)
		}
		return out.times(1 + fold*g.rough(u/60, v/60))
	}
}

func drawDoor(d dice, c *canvas, hx, hy, r float64) {
	// A door in its frame behind the head or beside it.
	w, h := float64(c.w), float64(c.h)
	half := r * d.between(.9, 2.6)
	x, top := hx+d.between(-1.2, 1.2)*r, hy-r*d.between(.7, 2.4)
	frame, leaf := d.colour(.03, .9, .6), d.wood(d.colour(.04, .8, .7), d.chance(.5))
	c.block(x, h/2+top/2, half+r*.14, (h-top)/2+r*.14, 0, 0, 1, plain(frame))
	c.block(x, h/2+top/2, half, (h-top)/2, 0, 0, 1, leaf)
	if d.chance(.6) { // panels of the leaf
		edge := frame.times(d.between(.5, 1.2))
		for _, side := range []float64{-1, 1} {
			for row := range 3 {
				cy := top + (float64(row)+.5)*(h-top)/3
				c.block(x+side*half*.48, cy, half*.36, (h-top)/7.5, 0, 2, 1, plain(edge))
				c.block(x+side*half*.48, cy, half*.33, (h-top)/8.3, 0, 2, 1, leaf)
			}
		}
	}
	if d.chance(.4) { // the wall ends in a corner of the room
		c.block(w*d.between(-.1, .25), h/2, w*.2, h, 0, 0, 1, plain(d.colour(.1, .8, .2)))
	}
}

// wood is a shade with grain along one axis.
func (d dice) wood(base ink, upright bool) func(u, v float64) ink {
	g, strength, scale := d.grain(), d.between(.05, .45), d.spread(3, 25)
	return func(u, v float64) ink {
		if upright {
			u, v = v, u
		}
		n := g.rough(u/(scale*12), v/scale)
		return base.times(1 + strength*n + strength*.5*math.Sin(v/scale*2+4*g.at(u/300, v/90)))
	}
}

func drawCurtain(d dice, c *canvas, hx, hy, r float64) {
	paint := func(x1, x2 float64) {
		a, period, depth, g := d.colour(.03, .9, .9), r*d.between(.15, .7), d.between(.15, .6), d.grain()
		c.block((x1+x2)/2, float64(c.h)/2, (x2-x1)/2, float64(c.h), 0, 0, 1, func(u, v float64) ink {
			return a.times(1 + depth*math.Sin(2*math.Pi*(u/period+.4*g.at(u/period/3, v/400))))
		})
	}
	w := float64(c.w)
	if d.chance(.4) {
		paint(0, w)
		return
	}
	paint(hx+r*d.between(.4, 1.5), w)
	if d.chance(.7) {
		paint(0, hx-r*d.between(.4, 1.5))
	}
	if d.chance(.4) {
		c.block(w/2, hy-r*d.between(.8, 1.8), w, r*.1, 0, 0, 1, plain(d.colour(.02, .8, .5)))
	}
}

func drawTiles(d dice, c *canvas, _, _, r float64) {
	tile, joint, g := d.colour(.15, .9, .5), d.colour(.03, .8, .2), d.grain()
	tw := r * d.between(.25, 1.6)
	th := tw * []float64{1, 1, .5, 1.5, .33}[d.IntN(5)]
	gap, angle, vary := max(1, r*d.between(.012, .05)), d.between(-.06, .06), d.between(0, .15)
	brick := d.chance(.35)
	sin, cos := math.Sincos(angle)
	ox, oy := d.between(0, tw), d.between(0, th)
	c.fill(func(x, y float64) ink {
		u, v := x*cos+y*sin+ox+9*tw, y*cos-x*sin+oy+9*th
		row := math.Floor(v / th)
		if brick && int(row)%2 == 0 {
			u += tw / 2
		}
		if wrap(u, tw) < gap || wrap(v, th) < gap {
			return joint
		}
		return tile.times(1 + vary*g.corner(int(u/tw), int(row)))
	})
}

func drawWindow(d dice, c *canvas, hx, hy, r float64) {
	x, y := hx+d.between(-2.5, 2.5)*r, hy+d.between(-1.5, .5)*r
	hw, hh := r*d.between(.8, 2.2), r*d.between(.9, 2.5)
	frame, sky := d.colour(.05, .9, .3), d.colour(.5, 1.6, .3)
	c.block(x, y, hw+r*.12, hh+r*.12, 0, 0, 1, plain(frame))
	g, blinds := d.grain(), d.chance(.3)
	period := r * d.between(.06, .25)
	c.block(x, y, hw, hh, 0, 0, 1, func(u, v float64) ink {
		if blinds {
			return sky.times(.45 + .4*math.Sin(2*math.Pi*v/period))
		}
		if v > hh*.3*g.at(u/60, 3) {
			return sky.times(.25).filtered(ink{.8, 1, .6}).times(1 + .5*g.rough(u/12, v/12))
		}
		return sky
	})
	for i := range d.IntN(3) {
		c.block(x+float64(i)*hw*.9-hw*.4, y, r*.06, hh, 0, 0, 1, plain(frame))
		c.block(x, y+float64(i)*hh*.8-hh*.4, hw, r*.05, 0, 0, 1, plain(frame))
	}
}

// drawFrames hangs pictures, notices and boards behind the head: rectangles about a face that are no print, since the body
// stands before them.
func drawFrames(d dice, c *canvas, hx, hy, r float64) {
	for i := range 1 + d.IntN(4) {
		x, y := hx+d.between(-3.5, 3.5)*r, hy+d.between(-2, .8)*r
		hw, hh := r*d.between(.3, 1.2), r*d.between(.3, 1.4)
		if i == 0 && d.chance(.6) {
			x, y, hw, hh = hx+d.between(-.3, .3)*r, hy+d.between(-.4, .4)*r, r*d.between(.8, 1.8), r*d.between(.9, 2)
		}
		angle := d.between(-.04, .04)
		c.block(x+r*.05, y+r*.07, hw, hh, angle, 0, r*.15, plain(ink{.03, .03, .03}))
		c.block(x, y, hw, hh, angle, 0, 1, plain(d.colour(.01, .95, .6)))
		if d.chance(.6) {
			c.block(x, y, hw*.88, hh*.9, angle, 0, 1, plain(d.colour(.5, .95, .1)))
		}
		inner, g := d.colour(.02, .9, .9), d.grain()
		other := d.colour(.02, .9, .9)
		scale := d.spread(10, 80)
		c.block(x, y, hw*.75, hh*.78, angle, 0, 1, func(u, v float64) ink { return inner.mixed(other, .5+.5*g.rough(u/scale, v/scale)) })
	}
}

func drawShelf(d dice, c *canvas, hx, hy, r float64) {
	w, h := float64(c.w), float64(c.h)
	x1, x2 := 0.0, w
	if d.chance(.6) {
		x1 = hx + d.between(-3, 1)*r
		x2 = x1 + d.between(2, 6)*r
	}
	c.block((x1+x2)/2, h/2, (x2-x1)/2, h, 0, 0, 1, d.wood(d.colour(.02, .6, .6), true))
	board := d.colour(.04, .8, .6)
	step := r * d.between(.9, 2)
	for y := hy - 3*r + d.between(0, 1)*step; y < h; y += step {
		c.block((x1+x2)/2, y-step/2, (x2-x1)/2-r*.1, step/2-r*.06, 0, 0, 1, plain(board.times(.3)))
		for x := x1 + r*.1; x < x2-r*.2; {
			wide := r * d.between(.06, .3)
			if d.chance(.85) {
				high := step * d.between(.5, .9)
				c.block(x+wide/2, y-high/2-r*.05, wide/2, high/2, d.between(-.03, .03), 0, 1, plain(d.colour(.01, .8, .95)))
			}
			x += wide
		}
		c.block((x1+x2)/2, y, (x2-x1)/2, r*.06, 0, 0, 1, plain(board))
	}
}

func drawOffice(d dice, c *canvas, hx, hy, r float64) {
	w, h := float64(c.w), float64(c.h)
	if d.chance(.5) { // a ceiling of panels with lights
		top := hy - r*d.between(1, 2)
		grid := d.colour(.3, .8, .1)
		c.block(w/2, top-h/2, w, h/2, 0, 0, 1, plain(d.colour(.3, .9, .1)))
		for i := -8; i < 9; i++ {
			x := w/2 + float64(i)*r*1.2
			c.limb(x*1.5-w*.25, top-h, 2, w/2+(x-w/2)*.8, top, 1.5, 1, plain(grid))
		}
		for y := top; y > 0; y -= r * .5 {
			c.block(w/2, y, w, 1.2, 0, 0, 1, plain(grid))
		}
		c.block(d.between(0, w), top*.5, r*.6, r*.15, 0, 0, 2, plain(ink{3, 3, 3}))
	}
	desk := hy + r*d.between(.8, 2.2)
	for range 1 + d.IntN(5) {
		x, s := d.between(0, w), r*d.between(.3, .9)
		switch d.IntN(4) {
		case 0: // a monitor
			c.block(x, desk-s*.7, s, s*.65, 0, s*.05, 1, plain(ink{.01, .01, .012}))
			c.block(x, desk-s*.7, s*.93, s*.58, 0, 0, 1, plain(d.colour(.01, .7, .5)))
		case 1:
			c.block(x, desk, s*.7, s, 0, s*.3, 1, plain(d.colour(.01, .3, .8))) // the back of a chair
		case 2:
			d.bystander(c, x, desk-s*1.5, s*.6)
		default:
			c.block(x, desk-s*.4, s*.5, s*.5, 0, 0, 1, plain(d.colour(.05, .7, .7))) // a box
		}
	}
	if d.chance(.7) {
		c.block(w/2, desk+h/2, w, h/2, d.between(-.04, .04), 0, 1, d.wood(d.colour(.05, .8, .5), false))
	}
	if d.chance(.3) {
		drawDoor(d, c, d.between(0, w), hy, r*.6)
	}
}

// drawBackdrop is a studio's roll or screen, narrower than the picture.
func drawBackdrop(d dice, c *canvas, hx, hy, r float64) {
	half := r * d.between(1.1, 3.2)
	x := hx + d.between(-.5, .5)*r
	top := -float64(c.h)
	if d.chance(.4) {
		top = hy - r*d.between(.8, 2.2)
	}
	back, g := d.colour(.15, .95, .5), d.grain()
	c.block(x, float64(c.h)/2+top/2, half, float64(c.h)/2-top/2+9, d.between(-.02, .02), 0, 1, func(u, v float64) ink {
		return back.times(1 + .08*g.at(u/90, v/90) - .2*math.Abs(u)/half)
	})
}

func drawPanels(d dice, c *canvas, hx, _, r float64) {
	// Boards, stripes, flags: long parallel edges of several colours.
	a, b, third := d.colour(.02, .9, .9), d.colour(.02, .9, .9), d.colour(.02, .9, .9)
	period, angle := r*d.between(.3, 2.5), 0.0
	if d.chance(.3) {
		angle = math.Pi / 2
	}
	angle += d.between(-.1, .1)
	sin, cos := math.Sincos(angle)
	c.fill(func(x, y float64) ink {
		u := (x-hx)*cos + y*sin
		switch t := wrap(u/period+99.3, 3); {
		case t < 1:
			return a
		case t < 2:
			return b
		default:
			return third
		}
	})
}

func drawOutdoors(d dice, c *canvas, _, hy, r float64) {
	sky, ground, g := d.colour(.4, 1.2, .4), d.colour(.05, .3, .7), d.grain()
	horizon, green := hy+d.between(-1, 2)*r, d.colour(.03, .25, .8).filtered(ink{.6, 1, .4})
	c.fill(func(x, y float64) ink {
		switch edge := horizon + r*g.rough(x/r, 1); {
		case y < edge-r*.8:
			return sky.times(1 + .2*g.rough(x/r/2, y/r/2))
		case y < edge:
			return green.times(1 + .7*g.rough(x/9, y/9))
		default:
			return ground.times(1 + .3*g.rough(x/25, y/12))
		}
	})
	for range d.IntN(4) { // buildings
		hw := r * d.between(.3, 1.5)
		d.facade(c, d.between(0, float64(c.w)), horizon-r*d.between(0, 2), hw)
	}
}

func (d dice) facade(c *canvas, x, top, hw float64) {
	wall, glass := d.colour(.1, .7, .4), d.colour(.01, .4, .4)
	c.block(x, top+float64(c.h)/2, hw, float64(c.h)/2, 0, 0, 1, func(u, v float64) ink {
		if wrap(u+9*hw, hw*.4) < hw*.18 && wrap(v+9*float64(c.h), hw*.5) < hw*.25 {
			return glass
		}
		return wall
	})
}
