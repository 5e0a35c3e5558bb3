package simulate

import (
	"image"
	"math"
	"math/rand/v2"
)

// ink is a colour in linear light, red, green and blue from 0 (black) to 1 (white); highlights may be brighter.
type ink [3]float32

func (a ink) times(k float64) ink {
	return ink{a[0] * float32(k), a[1] * float32(k), a[2] * float32(k)}
}

func (a ink) mixed(b ink, t float64) ink {
	f := float32(t)
	return ink{a[0] + (b[0]-a[0])*f, a[1] + (b[1]-a[1])*f, a[2] + (b[2]-a[2])*f}
}

func (a ink) filtered(b ink) ink { return ink{a[0] * b[0], a[1] * b[1], a[2] * b[2]} }

func (a ink) luminance() float64 { return float64(luminance(a[:])) }

// canvas is a picture in linear light, in which scenes are put together.
type canvas struct {
	w, h int
	p    []ink
}

func newCanvas(w, h int) *canvas { return &canvas{w, h, make([]ink, w*h)} }

func (c *canvas) fill(shade func(x, y float64) ink) {
	for y := range c.h {
		for x := range c.w {
			c.p[y*c.w+x] = shade(float64(x), float64(y))
		}
	}
}

// at samples between pixels; beyond the border it repeats the border.
func (c *canvas) at(x, y float64) ink {
	x, y = min(max(x, 0), float64(c.w-1)), min(max(y, 0), float64(c.h-1))
	x0, y0 := int(x), int(y)
	x1, y1 := min(x0+1, c.w-1), min(y0+1, c.h-1)
	fx, fy := x-float64(x0), y-float64(y0)
	return c.p[y0*c.w+x0].mixed(c.p[y0*c.w+x1], fx).mixed(c.p[y1*c.w+x0].mixed(c.p[y1*c.w+x1], fx), fy)
}

func (c *canvas) blend(x, y int, a float64, with ink) {
	if a > 0 {
		i := y*c.w + x
		c.p[i] = c.p[i].mixed(with, min(a, 1))
	}
}

// within visits the pixels of a box that lie on the canvas.
func (c *canvas) within(x1, y1, x2, y2 float64, visit func(x, y int)) {
	for y := max(0, int(y1)); y <= min(c.h-1, int(y2)); y++ {
		for x := max(0, int(x1)); x <= min(c.w-1, int(x2)); x++ {
			visit(x, y)
		}
	}
}

func plain(a ink) func(u, v float64) ink { return func(_, _ float64) ink { return a } }

// block paints a box of half sizes hw and hh with rounded corners about (cx,cy), turned by angle; shade gets the position
// from its middle. soft is the width of its edge in pixels.
func (c *canvas) block(cx, cy, hw, hh, angle, round, soft float64, shade func(u, v float64) ink) {
	sin, cos := math.Sincos(angle)
	reach := math.Hypot(hw, hh) + soft
	bx, by := reach, reach
	if angle == 0 {
		bx, by = hw+soft, hh+soft
	}
	c.within(cx-bx, cy-by, cx+bx, cy+by, func(x, y int) {
		dx, dy := float64(x)-cx, float64(y)-cy
		u, v := dx*cos+dy*sin, -dx*sin+dy*cos
		if a := .5 - boxDistance(u, v, hw, hh, round)/max(soft, 1); a > 0 {
			c.blend(x, y, a, shade(u, v))
		}
	})
}

// boxDistance is the distance of (u,v) from a box about the origin, negative inside.
func boxDistance(u, v, hw, hh, round float64) float64 {
	qx, qy := math.Abs(u)-hw+round, math.Abs(v)-hh+round
	return math.Hypot(max(qx, 0), max(qy, 0)) + min(max(qx, qy), 0) - round
}

// limb paints a rod between two points whose radius changes; shade gets the share of the way along it and the distance from
// its axis, 0 to 1.
func (c *canvas) limb(x1, y1, r1, x2, y2, r2, soft float64, shade func(along, off float64) ink) {
	reach := max(r1, r2) + soft
	dx, dy := x2-x1, y2-y1
	length := max(dx*dx+dy*dy, 1e-6)
	c.within(min(x1, x2)-reach, min(y1, y2)-reach, max(x1, x2)+reach, max(y1, y2)+reach, func(x, y int) {
		px, py := float64(x)-x1, float64(y)-y1
		t := min(max((px*dx+py*dy)/length, 0), 1)
		r := r1 + (r2-r1)*t
		d := math.Hypot(px-t*dx, py-t*dy)
		if a := .5 - (d-r)/max(soft, 1); a > 0 {
			c.blend(x, y, a, shade(t, min(d/r, 1)))
		}
	})
}

// blur smooths the canvas by three passes of a box, which come close to a Gaussian of that standard deviation in pixels.
func (c *canvas) blur(sigma float64) {
	r := int(math.Round(math.Sqrt(4*sigma*sigma+1)/2 - .5))
	if r < 1 {
		if sigma > .25 {
			c.soften(sigma)
		}
		return
	}
	line := make([]ink, max(c.w, c.h))
	for range 3 {
		for y := range c.h {
			boxPass(c.p[y*c.w:], 1, c.w, r, line)
		}
		for x := range c.w {
			boxPass(c.p[x:], c.w, c.h, r, line)
		}
	}
}

// soften is a Gaussian below one pixel.
func (c *canvas) soften(sigma float64) {
	k := float32(math.Exp(-1 / (2 * sigma * sigma)))
	norm := 1 / (1 + 2*k)
	line := make([]ink, max(c.w, c.h))
	pass := func(p []ink, step, n int) {
		for i := range n {
			line[i] = p[i*step]
		}
		for i := range n {
			a, b := line[max(i-1, 0)], line[min(i+1, n-1)]
			for ch := range 3 {
				p[i*step][ch] = (line[i][ch] + k*(a[ch]+b[ch])) * norm
			}
		}
	}
	for y := range c.h {
		pass(c.p[y*c.w:], 1, c.w)
	}
	for x := range c.w {
		pass(c.p[x:], c.w, c.h)
	}
}

func boxPass(p []ink, step, n, r int, line []ink) {
	for i := range n {
		line[i] = p[i*step]
	}
	var sum ink
	for i := -r; i <= r; i++ {
		v := line[min(max(i, 0), n-1)]
		for ch := range 3 {
			sum[ch] += v[ch]
		}
	}
	norm := 1 / float32(2*r+1)
	for i := range n {
		out, in := line[max(i-r, 0)], line[min(i+r+1, n-1)]
		for ch := range 3 {
			p[i*step][ch] = sum[ch] * norm
			sum[ch] += in[ch] - out[ch]
		}
	}
}

// fitted is the part of an sRGB picture from (x1,y1) to (x2,y2), averaged to w×h pixels; beyond its border it repeats it.
func fitted(m *image.RGBA, x1, y1, x2, y2 float64, w, h int) *canvas {
	out := newCanvas(w, h)
	kx, ky := (x2-x1)/float64(w), (y2-y1)/float64(h)
	nx, ny := int(min(max(math.Round(kx), 1), 4)), int(min(max(math.Round(ky), 1), 4))
	norm := 1 / float32(nx*ny)
	b := m.Bounds()
	for y := range h {
		for x := range w {
			var sum ink
			for j := range ny {
				sy := min(max(int(y1+(float64(y)+(float64(j)+.5)/float64(ny))*ky), b.Min.Y), b.Max.Y-1)
				for i := range nx {
					sx := min(max(int(x1+(float64(x)+(float64(i)+.5)/float64(nx))*kx), b.Min.X), b.Max.X-1)
					o := m.PixOffset(sx, sy)
					sum[0] += linearOf[m.Pix[o]]
					sum[1] += linearOf[m.Pix[o+1]]
					sum[2] += linearOf[m.Pix[o+2]]
				}
			}
			out.p[y*w+x] = sum.times(float64(norm))
		}
	}
	return out
}

func (c *canvas) picture() *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
	for i, v := range c.p {
		o := out.Pix[4*i : 4*i+4]
		o[0], o[1], o[2], o[3] = encoded(v[0]), encoded(v[1]), encoded(v[2]), 255
	}
	return out
}

// dice draws what a scene is made of.
type dice struct{ *rand.Rand }

func (d dice) between(a, b float64) float64 { return a + (b-a)*d.Float64() }

// spread draws evenly in the logarithm.
func (d dice) spread(a, b float64) float64 { return a * math.Pow(b/a, d.Float64()) }
func (d dice) chance(p float64) bool       { return d.Float64() < p }
func (d dice) sign() float64               { return float64(2*d.IntN(2) - 1) }

// colour draws a surface's colour: lightness and saturation at most as given.
func (d dice) colour(dark, light, saturation float64) ink {
	v, s, hue := d.between(dark, light), d.Float64()*saturation, d.Float64()*6
	f := func(n float64) float32 {
		k := wrap(n+hue, 6)
		return float32(v * (1 - s*max(0, min(k, 4-k, 1))))
	}
	return ink{f(5), f(3), f(1)}
}

// skin draws a colour from pale to very dark skin.
func (d dice) skin() ink {
	tones := [][2]ink{{{.75, .50, .38}, {.55, .31, .20}}, {{.55, .31, .20}, {.30, .15, .085}}, {{.30, .15, .085}, {.075, .038, .024}}}
	t := tones[d.IntN(len(tones))]
	return t[0].mixed(t[1], d.Float64()).filtered(ink{1, float32(d.between(.9, 1.1)), float32(d.between(.85, 1.15))})
}

// grain is smooth noise of about −1 to 1 that varies over one unit of x and y.
type grain uint64

func (g grain) corner(x, y int) float64 {
	h := uint64(g) + uint64(uint32(x))*0x9E3779B97F4A7C15 + uint64(uint32(y))*0xC2B2AE3D27D4EB4F
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	h ^= h >> 32
	return float64(h&0xffff)/32768 - 1
}

func (g grain) at(x, y float64) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	fx, fy = fx*fx*(3-2*fx), fy*fy*(3-2*fy)
	i, j := int(x0), int(y0)
	top := g.corner(i, j)*(1-fx) + g.corner(i+1, j)*fx
	return top*(1-fy) + (g.corner(i, j+1)*(1-fx)+g.corner(i+1, j+1)*fx)*fy
}

// rough is noise of several sizes.
func (g grain) rough(x, y float64) float64 {
	return g.at(x, y)*.55 + (g+1).at(2.1*x, 2.1*y)*.3 + (g+2).at(4.3*x, 4.3*y)*.15
}

func (d dice) grain() grain { return grain(d.Uint64()) }

// wrap is v modulo n, never negative.
func wrap(v, n float64) float64 { return v - n*math.Floor(v/n) }
