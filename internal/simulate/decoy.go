package simulate

import (
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// decoyEffects are photos of people that are no prints, whatever their edges look like.
var decoyEffects = []Effect{
	{Name: "webcam", Kind: Direct, Strengths: [2]float64{1, 1}, Apply: func(p Portrait, _ float64, rng *rand.Rand) Portrait {
		d := dice{rng}
		return d.direct(p, roomStyles[d.IntN(len(roomStyles))], 640, 480, true)
	}},
	{Name: "studio", Kind: Direct, Strengths: [2]float64{1, 1}, Apply: func(p Portrait, _ float64, rng *rand.Rand) Portrait {
		d := dice{rng}
		w, h := d.frameSize()
		return d.direct(p, []string{"studio", ""}[d.IntN(2)], w, h, false)
	}},
	{Name: "cut_out", Kind: Direct, Expect: report.Background, Strengths: [2]float64{1, 1},
		Apply: func(p Portrait, _ float64, rng *rand.Rand) Portrait {
			d := dice{rng}
			w, h := d.frameSize()
			ied := float64(min(w, h)) * d.between(.1, .28)
			c, eyes := d.scene(p, "studio", w, h, float64(w)/2, float64(h)*d.between(.35, .5), ied)
			return Portrait{Pixels: c.picture(), Eyes: eyes}
		}},
	{Name: "digital_border", Kind: Direct, Strengths: [2]float64{0, 1}, Apply: func(p Portrait, strength float64, rng *rand.Rand) Portrait {
		d := dice{rng}
		return d.bordered(d.anyDirect(p), strength, false)
	}},
	{Name: "screenshot", Kind: Direct, Strengths: [2]float64{0, 1}, Apply: func(p Portrait, strength float64, rng *rand.Rand) Portrait {
		d := dice{rng}
		return d.bordered(d.anyDirect(p), strength, true)
	}},
}

// directEffects are people before each room.
func directEffects() []Effect {
	var out []Effect
	for _, style := range roomStyles {
		out = append(out, Effect{Name: "room_" + style, Kind: Direct, Strengths: [2]float64{1, 1},
			Apply: func(p Portrait, _ float64, rng *rand.Rand) Portrait {
				d := dice{rng}
				w, h := d.frameSize()
				return d.direct(p, style, w, h, false)
			}})
	}
	return out
}

func (d dice) anyDirect(p Portrait) Portrait {
	w, h := d.frameSize()
	style := "studio"
	if d.chance(.6) {
		style = roomStyles[d.IntN(len(roomStyles))]
	}
	return d.direct(p, style, w, h, false)
}

// direct is a photo of a person, near or far.
func (d dice) direct(p Portrait, style string, w, h int, webcam bool) Portrait {
	ied := float64(min(w, h)) * d.spread(.07, .3)
	ex, ey := float64(w)*d.between(.3, .7), float64(h)*d.between(.25, .55)
	ex = min(max(ex, 1.3*ied), float64(w)-1.3*ied)
	ey = min(max(ey, 1.3*ied), float64(h)-2*ied)
	c, eyes := d.scene(p, style, w, h, ex, ey, ied)
	d.camera(c, webcam)
	return Portrait{Pixels: c.picture(), Eyes: eyes}
}

// bordered puts a photo in a uniform border made by software, or among the bars of a phone's screen.
func (d dice) bordered(p Portrait, strength float64, bars bool) Portrait {
	b := p.Pixels.Bounds()
	w, h := float64(b.Dx()), float64(b.Dy())
	size := (.01 + .2*strength) * w
	left, right, top, bottom := size, size, size, size
	back := []ink{{1, 1, 1}, {1, 1, 1}, {0, 0, 0}, d.colour(.02, 1, .5)}[d.IntN(4)]
	switch {
	case bars:
		left, right = 0, 0
		top, bottom = h*d.between(.02, .5)*strength, h*d.between(.02, .5)*strength
	case d.chance(.3):
		bottom = size * d.between(1, 4) // like an instant photo
	case d.chance(.3):
		left, right = 0, 0
	case d.chance(.3):
		top, bottom = 0, 0
	}
	c := newCanvas(int(w+left+right), int(h+top+bottom))
	c.fill(func(_, _ float64) ink { return back })
	if bars {
		d.bars(c, top, bottom, back)
	}
	for y := range b.Dy() {
		for x := range b.Dx() {
			o := p.Pixels.PixOffset(b.Min.X+x, b.Min.Y+y)
			px := p.Pixels.Pix[o : o+3]
			c.p[(int(top)+y)*c.w+int(left)+x] = ink{linearOf[px[0]], linearOf[px[1]], linearOf[px[2]]}
		}
	}
	eyes := p.Eyes
	for i := range eyes {
		eyes[i].X += float64(int(left))
		eyes[i].Y += float64(int(top))
	}
	return Portrait{Pixels: c.picture(), Eyes: eyes}
}

// bars draws what a phone shows around a photo: a clock, buttons, lines of text.
func (d dice) bars(c *canvas, top, bottom float64, back ink) {
	front := ink{1, 1, 1}
	if back.luminance() > .3 {
		front = ink{.02, .02, .02}
	}
	w, h := float64(c.w), float64(c.h)
	for range 2 + d.IntN(6) {
		y, s := d.between(0, top), w*d.between(.008, .03)
		if d.chance(.6) {
			y = h - d.between(0, bottom)
		}
		if y > top-s && y < h-bottom+s {
			continue
		}
		if d.chance(.5) {
			c.block(d.between(0, w), y, s, s, 0, s*d.between(0, 1), 1, plain(front.mixed(d.colour(.1, .9, .9), d.Float64())))
			continue
		}
		for x := d.between(0, .3) * w; x < w*d.between(.4, .95); x += s * d.between(.8, 1.4) {
			c.block(x, y, s*.35, s*d.between(.3, .6), 0, 0, 1, plain(front))
		}
	}
}
