package simulate

import "math"

// hand holds a sheet at a point of its edge.
type hand struct {
	at      Point   // of the sheet's edge, in the picture
	out     float64 // angle that leads away from the sheet
	finger  float64 // radius of a finger in pixels
	fingers int     // before the sheet; 1 is a thumb
	reach   float64 // how far they reach over the sheet, in finger radii
	sleeve  bool
}

// hands places n hands: at the sides, the lower edge or a corner. A centimetre has scale pixels.
func (d dice) hands(s sheet, l lie, n int, scale float64) []hand {
	var out []hand
	w, h := l.w, l.h
	side := d.sign()
	for i := range n {
		g := hand{finger: scale * d.between(.75, 1.15), fingers: 1 + d.IntN(2)*d.IntN(4), reach: d.between(1.5, 5), sleeve: d.chance(.6)}
		var u, v, du, dv float64
		switch place := d.Float64(); {
		case n == 2 || place < .55:
			du = side
			if i == 1 {
				du = -side
			}
			u, v = w/2+du*w/2, h*d.between(.3, .95)
		case place < .85:
			dv = 1
			u, v = w*d.between(.1, .9), h
		default:
			dv = -1
			u, v = w*d.between(.1, .9), 0
		}
		g.at = l.forward(u, v)
		to := l.forward(u+du, v+dv)
		g.out = math.Atan2(to.Y-g.at.Y, to.X-g.at.X) + d.between(-.5, .5)
		// A finger never covers the face: that is what another check is for.
		eyes := Point{(s.eyes[0].X + s.eyes[1].X) / 2, (s.eyes[0].Y + s.eyes[1].Y) / 2}
		face := l.forward(eyes.X, eyes.Y+.6*distance(s.eyes[0], s.eyes[1]))
		room := distance(face, g.at) - 1.3*l.scale*distance(s.eyes[0], s.eyes[1]) - g.finger*float64(g.fingers)
		g.reach = min(g.reach, room/g.finger)
		if g.reach > .3 {
			out = append(out, g)
		}
	}
	return out
}

func flesh(skin ink) func(along, off float64) ink {
	return func(along, off float64) ink {
		return skin.times(1.1 - .45*off*off - .1*along).filtered(ink{1, float32(1 - .1*off), float32(1 - .12*off)})
	}
}

// behind paints the arm, the palm and the fingers at the back.
func (g hand) behind(d dice, c *canvas, skin ink) {
	sin, cos := math.Sincos(g.out)
	r := g.finger
	px, py := g.at.X+cos*r*3.5, g.at.Y+sin*r*3.5
	arm := g.out + d.between(-.6, .6)
	if d.chance(.6) {
		arm = (arm + math.Pi/2) / 2 // arms come from below
	}
	as, ac := math.Sincos(arm)
	shade := flesh(skin.times(.85))
	if g.sleeve {
		cloth := d.cloth()
		c.limb(px+ac*r*5, py+as*r*5, r*3.2, px+ac*r*60, py+as*r*60, r*6, 2, func(along, off float64) ink {
			return cloth(along*300, off*40).times(1.1 - .5*off*off)
		})
	}
	c.limb(px, py, r*3, px+ac*r*7, py+as*r*7, r*2.4, 2, shade)
	if !g.sleeve {
		c.limb(px+ac*r*5, py+as*r*5, r*2.5, px+ac*r*50, py+as*r*50, r*4.5, 2, shade)
	}
}

// before paints the thumb or the fingers over the sheet, with their shadow.
func (g hand) before(d dice, c *canvas, skin ink) {
	sin, cos := math.Sincos(g.out)
	r := g.finger
	for i := range g.fingers {
		off := (float64(i) - float64(g.fingers-1)/2) * 2.05 * r
		reach := r * g.reach * d.between(.8, 1.1)
		spread := d.between(-.12, .12)
		x1, y1 := g.at.X+cos*r*4-sin*off*.8, g.at.Y+sin*r*4+cos*off*.8
		x2, y2 := g.at.X-cos*reach-sin*off+spread*r, g.at.Y-sin*reach+cos*off
		c.limb(x1+r*.2, y1+r*.3, r*1.15, x2+r*.2, y2+r*.3, r*.95, r, func(_, _ float64) ink { return skin.times(.12) })
		c.limb(x1, y1, r*1.15, x2, y2, r*.85, 1.5, flesh(skin.times(d.between(.9, 1.1))))
		if d.chance(.6) { // the nail
			c.limb(x2+cos*r*.1, y2+sin*r*.1, r*.5, x2+cos*r*.7, y2+sin*r*.7, r*.5, 2, plain(skin.times(1.25).mixed(ink{.8, .6, .55}, .3)))
		}
	}
}
