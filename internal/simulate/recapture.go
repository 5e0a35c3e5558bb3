package simulate

import (
	"math"
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// recaptureEffects are pictures of paper photos, and people before what may look like the edge of one. The strength says
// how much around a print is seen: 0 is a print that fills the picture.
var recaptureEffects = append(append([]Effect{
	printEffect("print_held", heldScene), printEffect("print_two_hands", twoHandsScene), printEffect("print_desk", deskScene),
	printEffect("print_sheet", copiesScene), printEffect("print_wall", wallScene), printEffect("print_webcam", webcamScene),
}, directEffects()...), decoyEffects...)

// printScene says how a print is shown.
type printScene struct {
	room, copies, holder, webcam bool
	hands                        int
	least, most                  float64 // height of the print as a share of the picture, at full strength
}

func heldScene(d dice) printScene {
	return printScene{room: d.chance(.8), holder: d.chance(.3), hands: 1, least: .4, most: 1}
}

func twoHandsScene(d dice) printScene {
	return printScene{room: true, holder: d.chance(.6), hands: 2, least: .35, most: .95}
}

func deskScene(d dice) printScene { return printScene{hands: d.IntN(5) / 4, least: .4, most: 1} }

func copiesScene(d dice) printScene {
	return printScene{copies: true, hands: d.IntN(4) / 3, least: .8, most: 1.6}
}

func wallScene(dice) printScene { return printScene{room: true, least: .35, most: 1} }

func webcamScene(d dice) printScene {
	return printScene{room: true, holder: d.chance(.75), webcam: true, hands: 1 + d.IntN(2), least: .35, most: .95}
}

func printEffect(name string, scene func(dice) printScene) Effect {
	return Effect{Name: name, Kind: Print, Expect: report.PaperPrint, Strengths: [2]float64{0, 1},
		Apply: func(p Portrait, strength float64, rng *rand.Rand) Portrait {
			d := dice{rng}
			return d.recapture(p, scene(d), strength)
		}}
}

// recapture takes a picture of a print. Hands, paper and what is behind get light of their own.
func (d dice) recapture(p Portrait, scene printScene, strength float64) Portrait {
	w, h := d.frameSize()
	if scene.webcam {
		w, h = 640, 480
	}
	high := float64(h) * d.between(scene.least, scene.most)
	high += (1 - strength) * (1.25*float64(max(w, h)) - high) // towards full bleed
	s := d.print(p, min(max(high*.71, 150), 700), scene.copies)
	lie := d.lie(s, w, h, high/float64(s.c.h), scene)

	var c *canvas
	mid := lie.forward(float64(s.c.w)/2, float64(s.c.h)/2)
	if scene.room {
		c = d.room(roomStyles[d.IntN(len(roomStyles))], w, h, mid.X, mid.Y, high*.4)
	} else {
		c = d.surface(w, h)
	}
	scale := lie.scale * float64(s.c.w) / s.width // pixels a centimetre
	if scene.holder {
		head := 11 * scale * d.between(.55, 1.1)
		d.bystander(c, mid.X+d.between(-.5, .5)*head, mid.Y-head*d.between(.8, 4.5), head)
		c.blur(d.spread(.2, 3))
	}
	skin := d.skin()
	hands := d.hands(s, lie, scene.hands, scale)
	for _, g := range hands {
		g.behind(d, c, skin)
	}
	d.lay(c, s, lie, scene.room)
	for _, g := range hands {
		g.before(d, c, skin)
	}
	d.camera(c, scene.webcam)
	return Portrait{Pixels: c.picture(), Eyes: [2]Point{lie.forward(s.eyes[0].X, s.eyes[0].Y), lie.forward(s.eyes[1].X, s.eyes[1].Y)}}
}

// lie is how a sheet lies in the picture: a plane seen in perspective, bent a little.
type lie struct {
	scale        float64
	to, from     [9]float64
	w, h         float64 // of the sheet
	bendX, bendY float64 // sheet pixels at the border by which the paper's edges bow
}

// lie places a sheet so that the face that is looked at is in the picture.
func (d dice) lie(s sheet, w, h int, scale float64, scene printScene) lie {
	l := lie{scale: scale, w: float64(s.c.w), h: float64(s.c.h)}
	turn := d.NormFloat64() * .07
	tilt := .25
	if !scene.room {
		tilt = .3
	}
	sin, cos := math.Sincos(turn)
	lean := [2]float64{d.NormFloat64() * tilt * .5, d.NormFloat64() * tilt * .5} // perspective across the sheet
	if scene.hands > 0 || d.chance(.3) {
		l.bendX, l.bendY = d.NormFloat64()*.02*l.w, d.NormFloat64()*.02*l.h
	}
	squeeze := d.between(.88, 1)
	l.to = [9]float64{
		scale * cos * squeeze, -scale * sin, 0,
		scale * sin, scale * cos, 0,
		lean[0] / l.w * .5, lean[1] / l.h * .5, 1,
	}
	// The middle of the sheet is the origin; the face is then moved to a place where all of it is seen.
	face := Point{(s.eyes[0].X + s.eyes[1].X) / 2, (s.eyes[0].Y + s.eyes[1].Y) / 2}
	ied := distance(s.eyes[0], s.eyes[1]) * scale
	at := l.forward(face.X, face.Y)
	want := func(size, now, before, after float64) float64 {
		low, high := before*ied, size-after*ied
		if low > high {
			return (size+(before-after)*ied)/2 - now
		}
		return min(max(size*d.between(.3, .7)-now*d.between(0, 1), low-now), high-now)
	}
	dx, dy := want(float64(w), at.X, 1.2, 1.2), want(float64(h), at.Y, 1.2, 2)
	for i := range 3 {
		l.to[i] += dx * l.to[6+i]
		l.to[3+i] += dy * l.to[6+i]
	}
	l.from = inverse(l.to)
	return l
}

func (l lie) forward(x, y float64) Point {
	x, y = x-l.w/2, y-l.h/2
	k := l.to[6]*x + l.to[7]*y + l.to[8]
	return Point{(l.to[0]*x + l.to[1]*y + l.to[2]) / k, (l.to[3]*x + l.to[4]*y + l.to[5]) / k}
}

func (l lie) back(x, y float64) (float64, float64) {
	m := l.from
	k := m[6]*x + m[7]*y + m[8]
	if k <= 0 {
		return -1e6, -1e6
	}
	u, v := (m[0]*x+m[1]*y+m[2])/k, (m[3]*x+m[4]*y+m[5])/k
	fu, fv := 2*u/l.w, 2*v/l.h
	if math.Abs(fu) > 1.6 || math.Abs(fv) > 1.6 {
		return u + l.w/2, v + l.h/2
	}
	return u + l.w/2 + l.bendX*fv*fv, v + l.h/2 + l.bendY*fu*fu
}

func inverse(m [9]float64) [9]float64 {
	a := m[4]*m[8] - m[5]*m[7]
	b := m[5]*m[6] - m[3]*m[8]
	c := m[3]*m[7] - m[4]*m[6]
	det := m[0]*a + m[1]*b + m[2]*c
	out := [9]float64{
		a, m[2]*m[7] - m[1]*m[8], m[1]*m[5] - m[2]*m[4],
		b, m[0]*m[8] - m[2]*m[6], m[2]*m[3] - m[0]*m[5],
		c, m[1]*m[6] - m[0]*m[7], m[0]*m[4] - m[1]*m[3],
	}
	for i := range out {
		out[i] /= det
	}
	return out
}

// lay puts the sheet on the canvas with its shadow, its own light and what it mirrors.
func (d dice) lay(c *canvas, s sheet, l lie, room bool) {
	light := ink{1, 1, 1}.mixed(d.colour(.75, 1.2, .3), d.Float64()).times(d.spread(.5, 1.8))
	shade, angle := d.between(-.25, .25), d.between(0, 2*math.Pi)
	sin, cos := math.Sincos(angle)
	bent := d.between(-.25, .25)
	reach := math.Hypot(l.w, l.h) * .02
	drop := Point{d.NormFloat64() * reach, d.NormFloat64() * reach}
	dark, soft := d.between(0, .75), reach*d.between(.3, 2)
	if room {
		dark *= .3 // nothing is right behind it
	}
	veil, sheen, centre, width := 0.0, 0.0, d.between(-.6, .6), d.spread(.08, .8)
	if d.chance(.5) {
		veil = d.spread(.005, .08)
	}
	if d.chance(.45) {
		sheen = d.spread(.03, .7)
	}
	across := d.between(0, 2*math.Pi)
	ss, sc := math.Sincos(across)
	rim := d.between(0, 1)
	for y := range c.h {
		for x := range c.w {
			u, v := l.back(float64(x), float64(y))
			i := y*c.w + x
			cu, cv := u-l.w/2, v-l.h/2
			edge := boxDistance(cu, cv, l.w/2, l.h/2, s.round) * l.scale
			if edge > .5 {
				if edge < 12*reach*l.scale {
					far := boxDistance(cu-drop.X, cv-drop.Y, l.w/2, l.h/2, s.round)
					c.p[i] = c.p[i].times(1 - dark*(.5-.5*math.Tanh(far/soft)))
				}
				continue
			}
			p, q := cu/l.w*2, cv/l.h*2
			k := 1 + shade*(p*cos+q*sin) + bent*(p*p-.4)
			out := s.c.at(u, v).filtered(light).times(max(k, .1))
			t := (p*sc + q*ss - centre) / width
			add := float32(veil + sheen*math.Exp(-t*t))
			if edge > -1.5 {
				out = out.mixed(ink{.8, .8, .78}.filtered(light), rim*.4) // the cut edge of the paper
			}
			c.blend(x, y, .5-edge, ink{out[0] + add, out[1] + add, out[2] + add})
		}
	}
}
