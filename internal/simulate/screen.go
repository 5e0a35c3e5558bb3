package simulate

import (
	"math"
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// screenEffects are pictures of displays. The strength says how well the display's pixels are seen.
var screenEffects = []Effect{
	{Name: "screen_monitor", Kind: Screen, Expect: report.ScreenCapture, Strengths: [2]float64{.1, 1},
		Apply: func(p Portrait, strength float64, rng *rand.Rand) Portrait {
			return dice{rng}.display(p, strength, false)
		}},
	{Name: "screen_phone", Kind: Screen, Expect: report.ScreenCapture, Strengths: [2]float64{.1, 1},
		Apply: func(p Portrait, strength float64, rng *rand.Rand) Portrait {
			return dice{rng}.display(p, strength, true)
		}},
}

// display is a picture of a screen with a portrait on it: its frame, its pixels that beat with the camera's, a bluish white,
// raised blacks, mirrored light, bands of its refresh.
func (d dice) display(p Portrait, strength float64, phone bool) Portrait {
	w, h := d.frameSize()
	high := float64(h) * d.spread(.5, 1.6)
	ratio := 16. / 9
	if phone {
		ratio = 9. / 17
		high = float64(h) * d.spread(.7, 1.5)
	}
	s := sheet{width: 40}
	sh := min(high, 700)
	sw := sh * ratio
	s.c = newCanvas(int(sw), int(sh))
	back := []ink{{.9, .9, .95}, {.01, .01, .012}, {.03, .03, .035}, {.4, .45, .6}}[d.IntN(4)]
	s.c.fill(func(_, _ float64) ink { return back })
	pw := min(sw*.96, sh*d.between(.5, .9)*.75)
	ph := min(pw*d.between(1, 1.5), sh*.94)
	photo, eyes := d.portrait(p, int(pw), int(ph))
	ox, oy := int((sw-pw)*d.between(.3, .7)), int((sh-ph)*d.between(.2, .7))
	d.bars(s.c, float64(oy), sh-float64(oy)-ph, back)
	for y := range photo.h {
		copy(s.c.p[(oy+y)*s.c.w+ox:], photo.p[y*photo.w:(y+1)*photo.w])
	}
	for i, e := range eyes {
		s.eyes[i] = Point{e.X + float64(ox), e.Y + float64(oy)}
	}
	for i, v := range s.c.p {
		s.c.p[i] = v.filtered(ink{.92, 1, 1.15}).mixed(ink{.9, 1, 1.2}, .004)
	}
	l := d.lie(s, w, h, high/sh, printScene{room: true})
	c := d.room(roomStyles[d.IntN(len(roomStyles))], w, h, float64(w)/2, float64(h)/2, high*.4)
	c.scale(d.spread(.05, 1))
	bezel, round := sw*d.spread(.012, .06), 0.0
	if phone {
		round = sw * d.between(0, .12)
	}
	frame := plain(d.colour(.005, .03, .2))
	if d.chance(.2) {
		frame = plain(d.colour(.3, .9, .05))
	}
	d.glow(c, s, l, bezel, round, frame, strength)
	d.camera(c, false)
	return Portrait{Pixels: c.picture(), Eyes: [2]Point{l.forward(s.eyes[0].X, s.eyes[0].Y), l.forward(s.eyes[1].X, s.eyes[1].Y)}}
}

func (c *canvas) scale(k float64) {
	for i := range c.p {
		c.p[i] = c.p[i].times(k)
	}
}

// glow puts the display on the canvas. Its pixels are sampled as a camera does, over the area of its own pixel, so that they
// beat where the two grids are near.
func (d dice) glow(c *canvas, s sheet, l lie, bezel, round float64, frame func(u, v float64) ink, strength float64) {
	pitch := d.spread(.55, 3.2) / l.scale // sheet pixels between two pixels of the display
	depth := strength * d.between(.3, .9)
	glare, gx, gy, gs := 0.0, d.between(0, l.w), d.between(0, l.h), l.w*d.spread(.05, .5)
	if d.chance(.4) {
		glare = d.spread(.05, 1)
	}
	bands, phase := d.between(0, .25)*float64(d.IntN(2)), d.spread(.1, 1)*float64(c.h)
	const taps = 3
	for y := range c.h {
		for x := range c.w {
			u, v := l.back(float64(x), float64(y))
			cu, cv := u-l.w/2, v-l.h/2
			if outer := boxDistance(cu, cv, l.w/2+bezel, l.h/2+bezel, round) * l.scale; outer > .5 {
				continue
			} else if inner := boxDistance(cu, cv, l.w/2, l.h/2, max(0, round-bezel)) * l.scale; inner > 0 {
				c.blend(x, y, .5-outer, frame(cu, cv))
				continue
			}
			var grid ink
			for j := range taps {
				for i := range taps {
					gu, gv := l.back(float64(x)+(float64(i)+.5)/taps-.5, float64(y)+(float64(j)+.5)/taps-.5)
					column, row := wrap(gu/pitch+1e4, 1), wrap(gv/pitch+1e4, 1)
					if row < .85 { // stripes of red, green and blue, dark lines between
						grid[int(column*3)%3] += 1. / (taps * taps)
					}
				}
			}
			value := s.c.at(u, v)
			for ch := range 3 {
				value[ch] *= float32(1 - depth + depth*3.5*float64(grid[ch]))
			}
			value = value.times(1 + bands*math.Sin(2*math.Pi*float64(y)/phase))
			q := ((u-gx)*(u-gx) + (v-gy)*(v-gy)) / (gs * gs)
			add := float32(glare * math.Exp(-q))
			c.p[y*c.w+x] = ink{value[0] + add, value[1] + add, value[2] + add}
		}
	}
}
