package simulate

import "math"

// cutout is a person without the ground that the portrait was taken before. Its picture goes on beyond its borders: a
// portrait ends at the shoulders, and a body that ended there in a room would have edges of its own.
type cutout struct {
	c           *canvas
	alpha       []float32
	left, right float64 // rows at which the shoulders meet the borders
	eyes        [2]Point
	cloth       func(u, v float64) ink // new clothes; nil for those of the portrait
}

const cutoutIED = 80 // pixels; no scene needs more of a face

// cutOut tells a person from a plain ground by its colour: what is joined to the upper borders and looks like them is
// ground. False when the portrait has no plain ground.
func cutOut(p Portrait) (cutout, bool) {
	b := p.Pixels.Bounds()
	k := min(1, cutoutIED/distance(p.Eyes[0], p.Eyes[1]))
	w, h := int(float64(b.Dx())*k), int(float64(b.Dy())*k)
	cut := cutout{c: fitted(p.Pixels, 0, 0, float64(b.Dx()), float64(b.Dy()), w, h), alpha: make([]float32, w*h)}
	for i, e := range p.Eyes {
		cut.eyes[i] = Point{e.X * k, e.Y * k}
	}
	far := cut.groundDistance()
	ground := flood(far, w, h, int(cut.eyes[0].Y))
	share := 0
	for i, g := range ground {
		cut.alpha[i] = 1
		if g {
			cut.alpha[i] = 0
			share++
		}
	}
	for y := 1; y < h-1; y++ { // hair thins out over a few pixels
		for x := 1; x < w-1; x++ {
			i := y*w + x
			if !ground[i] && (ground[i-1] || ground[i+1] || ground[i-w] || ground[i+w]) {
				cut.alpha[i] = float32(min(max((far[i]-.04)/.2, .1), 1))
			}
		}
	}
	ied := distance(cut.eyes[0], cut.eyes[1])
	edge := func(x int) float64 {
		for y := range h {
			if !ground[y*w+x] {
				return float64(y)
			}
		}
		return float64(h)
	}
	cut.left, cut.right = edge(2), edge(w-3)
	chin := cut.eyes[0].Y + 1.5*ied
	face := int(cut.eyes[0].Y+.6*ied)*w + int((cut.eyes[0].X+cut.eyes[1].X)/2)
	ok := share > w*h/8 && share < w*h*3/4 && cut.left > chin && cut.right > chin && !ground[face]
	return cut, ok
}

func distance(a, b Point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }

// groundDistance is how far each pixel's colour is from the ground's in its row, which runs from the left border's colour
// to the right border's.
func (cut cutout) groundDistance() []float64 {
	w, h := cut.c.w, cut.c.h
	root := func(v ink) [3]float64 {
		return [3]float64{math.Sqrt(float64(v[0])), math.Sqrt(float64(v[1])), math.Sqrt(float64(v[2]))}
	}
	mean := func(x0, y int) (out [3]float64) {
		for x := x0; x < x0+6; x++ {
			for ch, v := range root(cut.c.p[y*w+x]) {
				out[ch] += v / 6
			}
		}
		return out
	}
	off := func(a, b [3]float64) float64 {
		return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
	}
	out := make([]float64, w*h)
	l, r := mean(0, 0), mean(w-6, 0)
	frozen := false
	for y := range h {
		nl, nr := mean(0, y), mean(w-6, y)
		if frozen = frozen || off(nl, l) > .05 || off(nr, r) > .05; !frozen {
			l, r = nl, nr
		}
		for x := range w {
			t := float64(x) / float64(w)
			ground := [3]float64{l[0] + (r[0]-l[0])*t, l[1] + (r[1]-l[1])*t, l[2] + (r[2]-l[2])*t}
			out[y*w+x] = off(root(cut.c.p[y*w+x]), ground)
		}
	}
	return out
}

// flood marks what is joined to the upper borders and near to the ground's colour.
// A light shirt is near to it too: below the eyes the ground has to be nearer.
func flood(far []float64, w, h, eyes int) []bool {
	ground := make([]bool, w*h)
	var open []int
	add := func(i int, from float64) {
		limit := .25
		if i/w > eyes {
			limit = .12
		}
		if !ground[i] && far[i] < limit && math.Abs(far[i]-from) < .022 {
			ground[i] = true
			open = append(open, i)
		}
	}
	for x := range w {
		add(x, far[x])
	}
	for y := range h / 2 {
		add(y*w, far[y*w])
		add(y*w+w-1, far[y*w+w-1])
	}
	for len(open) > 0 {
		i := open[len(open)-1]
		open = open[:len(open)-1]
		if x := i % w; x > 0 {
			add(i-1, far[i])
		}
		if x := i % w; x < w-1 {
			add(i+1, far[i])
		}
		if i >= w {
			add(i-w, far[i])
		}
		if i < w*(h-1) {
			add(i+w, far[i])
		}
	}
	return ground
}

// at gives colour and cover at a position of the cutout, or beyond it.
func (cut cutout) at(x, y float64) (ink, float64) {
	w, h := float64(cut.c.w), float64(cut.c.h)
	x0 := x
	fall := func(d float64) float64 { return .5*d + 1.2*d*d/w }
	switch {
	case x < 2:
		y -= fall(2 - x)
		x = 2
	case x > w-3:
		y -= fall(x - w + 3)
		x = w - 3
	}
	row := y
	if y > h-3 { // below, the neck narrows and the clothes go on
		ied := distance(cut.eyes[0], cut.eyes[1])
		mid := (cut.eyes[0].X + cut.eyes[1].X) / 2
		if off := x - mid; math.Abs(off) < 1.5*ied {
			x = mid + math.Copysign(min(math.Hypot(off, 1.5*(y-h+3)), max(1.5*ied, math.Abs(off))), off)
		}
		y = h - 3
	}
	if y < 0 {
		return ink{}, 0
	}
	i := min(int(y+.5), cut.c.h-1)*cut.c.w + int(min(max(x, 0), w-1)+.5)
	v := cut.c.at(x, y)
	if cut.cloth != nil && y > cut.eyes[0].Y+1.7*distance(cut.eyes[0], cut.eyes[1]) {
		// Clothes that are light, which all people of a studio set may share.
		if high, low := max(v[0], v[1], v[2]), min(v[0], v[1], v[2]); high > .2 && high-low < .35*high {
			v = cut.cloth(x0, row).times(v.luminance() * 1.3)
		}
	}
	return v, float64(cut.alpha[i])
}

// scene is a picture of a person with the eyes' middle at (ex,ey), ied pixels apart, before one of the rooms, before a plain
// ground of any colour ("studio"), or as the portrait was taken ("").
func (d dice) scene(p Portrait, style string, w, h int, ex, ey, ied float64) (*canvas, [2]Point) {
	k := ied / distance(p.Eyes[0], p.Eyes[1])
	mid := Point{(p.Eyes[0].X + p.Eyes[1].X) / 2, (p.Eyes[0].Y + p.Eyes[1].Y) / 2}
	cut, ok := cutOut(p)
	if !ok || style == "" { // no more than the portrait shows
		b := p.Pixels.Bounds()
		k = max(k, float64(w)/float64(b.Dx()), float64(h)/float64(b.Dy()))
		x1 := min(max(mid.X-ex/k, 0), float64(b.Dx())-float64(w)/k)
		y1 := min(max(mid.Y-ey/k, 0), float64(b.Dy())-float64(h)/k)
		var eyes [2]Point
		for i, e := range p.Eyes {
			eyes[i] = Point{(e.X - x1) * k, (e.Y - y1) * k}
		}
		return fitted(p.Pixels, x1, y1, x1+float64(w)/k, y1+float64(h)/k, w, h), eyes
	}
	var c *canvas
	if style == "studio" {
		c = d.ground(w, h)
	} else {
		c = d.room(style, w, h, ex, ey, 1.6*ied)
	}
	if d.chance(.7) {
		cut.cloth = d.cloth()
	}
	light := d.colour(.6, 1.3, .25)
	dark, side := d.between(0, .5), d.between(0, 2*math.Pi)
	if style == "studio" {
		light, dark = d.colour(.8, 1.1, .08), 0
	}
	sin, cos := math.Sincos(side)
	q := distance(cut.eyes[0], cut.eyes[1]) / ied
	mx, my := (cut.eyes[0].X+cut.eyes[1].X)/2, (cut.eyes[0].Y+cut.eyes[1].Y)/2
	for y := range h {
		for x := range w {
			dx, dy := float64(x)-ex, float64(y)-ey
			v, a := cut.at(mx+dx*q, my+dy*q)
			if a > 0 {
				shade := 1 - dark*(.5+.5*math.Tanh((dx*cos+dy*sin)/(1.5*ied)))
				c.blend(x, y, a, v.filtered(light).times(shade))
			}
		}
	}
	return c, [2]Point{{ex - ied/2, ey}, {ex + ied/2, ey}}
}

// ground is a plain studio ground: white, grey, blue, red or any other.
func (d dice) ground(w, h int) *canvas {
	c := newCanvas(w, h)
	a := []ink{{.9, .9, .9}, {.6, .6, .6}, {.2, .35, .7}, {.6, .05, .05}, {.75, .8, .9}, d.colour(.05, .95, .8)}[d.IntN(6)]
	fall, x0, y0 := d.between(0, .4), d.between(.2, .8)*float64(w), d.between(.1, .8)*float64(h)
	c.fill(func(x, y float64) ink { return a.times(1 - fall*math.Hypot(x-x0, y-y0)/float64(w)) })
	return c
}

var roomStyles = []string{"plain", "door", "curtain", "tiles", "window", "frame", "shelf", "office", "backdrop", "panels", "outdoors"}

// portrait is a picture as it is printed or shown: mostly head and shoulders before a plain ground.
func (d dice) portrait(p Portrait, w, h int) (*canvas, [2]Point) {
	style := "studio"
	switch {
	case d.chance(.35):
		style = roomStyles[d.IntN(len(roomStyles))]
	case d.chance(.3):
		style = ""
	}
	ied := float64(w) * d.between(.13, .3)
	ex, ey := float64(w)*d.between(.42, .58), float64(h)*d.between(.32, .5)
	ey = max(ey, 1.5*ied)
	return d.scene(p, style, w, h, ex, ey, ied)
}
