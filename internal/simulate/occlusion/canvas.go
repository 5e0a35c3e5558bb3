package occlusion

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
)

// rgb is a colour, 0 to 255 a channel, in the picture's own sRGB.
type rgb [3]float64

func (c rgb) times(k float64) rgb { return rgb{c[0] * k, c[1] * k, c[2] * k} }

func (c rgb) mix(d rgb, k float64) rgb {
	return rgb{c[0] + (d[0]-c[0])*k, c[1] + (d[1]-c[1])*k, c[2] + (d[2]-c[2])*k}
}

func (c rgb) luma() float64 { return .299*c[0] + .587*c[1] + .114*c[2] }

func grey(v float64) rgb { return rgb{v, v, v} }

// canvas paints on a copy of a portrait in the face's own coordinates.
type canvas struct {
	Portrait
	middle   Point
	along    Point   // one IED along the eye line, in pixels
	ied      float64 // pixels
	pixel    float64 // IED
	exposure float64 // what a white thing would measure, over 255
	skin     rgb     // the cheeks' colour
	light    [lightRows][lightCols]float64
}

// The light on the face is read on a coarse grid, where features do not show.
const (
	lightCols, lightRows = 17, 21
	lightLeft, lightTop  = -2.0, -2.0
	lightStep            = .25
)

func newCanvas(p Portrait) *canvas {
	img := image.NewRGBA(p.Pixels.Rect)
	copy(img.Pix, p.Pixels.Pix)
	c := &canvas{Portrait: Portrait{Pixels: img, Eyes: p.Eyes}}
	c.along = Point{p.Eyes[1].X - p.Eyes[0].X, p.Eyes[1].Y - p.Eyes[0].Y}
	c.middle = Point{(p.Eyes[0].X + p.Eyes[1].X) / 2, (p.Eyes[0].Y + p.Eyes[1].Y) / 2}
	c.ied = math.Hypot(c.along.X, c.along.Y)
	c.pixel = 1 / c.ied
	c.readLight()
	return c
}

// at gives the pixel of a position in IED.
func (c *canvas) at(x, y float64) Point {
	return Point{c.middle.X + x*c.along.X - y*c.along.Y, c.middle.Y + x*c.along.Y + y*c.along.X}
}

// position gives the position in IED of a pixel.
func (c *canvas) position(px, py float64) (x, y float64) {
	dx, dy := px-c.middle.X, py-c.middle.Y
	n := c.ied * c.ied
	return (dx*c.along.X + dy*c.along.Y) / n, (dy*c.along.X - dx*c.along.Y) / n
}

func (c *canvas) colour(px, py int) rgb {
	b := c.Pixels.Rect
	i := c.Pixels.PixOffset(min(max(px, b.Min.X), b.Max.X-1), min(max(py, b.Min.Y), b.Max.Y-1))
	return rgb{float64(c.Pixels.Pix[i]), float64(c.Pixels.Pix[i+1]), float64(c.Pixels.Pix[i+2])}
}

// colourAt samples between pixels.
func (c *canvas) colourAt(x, y float64) rgb {
	p := c.at(x, y)
	fx, fy := math.Floor(p.X), math.Floor(p.Y)
	ix, iy := int(fx), int(fy)
	top := c.colour(ix, iy).mix(c.colour(ix+1, iy), p.X-fx)
	return top.mix(c.colour(ix, iy+1).mix(c.colour(ix+1, iy+1), p.X-fx), p.Y-fy)
}

func (c *canvas) readLight() {
	var skins [3][]float64
	var lumas []float64
	mean, n := 0.0, 0.0
	for row := range lightRows {
		for col := range lightCols {
			x, y := lightLeft+float64(col)*lightStep, lightTop+float64(row)*lightStep
			v := 0.0
			for i := range 25 {
				dx, dy := (float64(i%5)-2)*lightStep/4, (float64(i/5)-2)*lightStep/4
				p := c.colourAt(x+dx, y+dy)
				v += p.luma() / 25
				if math.Abs(x) < .7 && y > .3 && y < .8 {
					for k := range skins {
						skins[k] = append(skins[k], p[k])
					}
				}
			}
			lumas = append(lumas, v)
			c.light[row][col] = v
			if math.Abs(x) < .8 && y > -.8 && y < 1.5 {
				mean, n = mean+v, n+1
			}
		}
	}
	mean /= n
	for k := range skins {
		slices.Sort(skins[k])
		c.skin[k] = skins[k][len(skins[k])/2]
	}
	slices.Sort(lumas)
	c.exposure = min(1.1, max(.15, lumas[len(lumas)*19/20]/225))
	for row := range lightRows {
		for col := range lightCols {
			c.light[row][col] = min(1.5, max(.5, c.light[row][col]/max(1, mean)))
		}
	}
}

// lit is how much light falls on a place of the face, about 1 on average.
func (c *canvas) lit(x, y float64) float64 {
	fx := min(max((x-lightLeft)/lightStep, 0), lightCols-1.001)
	fy := min(max((y-lightTop)/lightStep, 0), lightRows-1.001)
	ix, iy := int(fx), int(fy)
	dx, dy := fx-float64(ix), fy-float64(iy)
	top := c.light[iy][ix]*(1-dx) + c.light[iy][ix+1]*dx
	return top*(1-dy) + (c.light[iy+1][ix]*(1-dx)+c.light[iy+1][ix+1]*dx)*dy
}

// paint lays colours over every pixel whose position lies in the rectangle. shade gets the position and what is there, and
// returns what lies over it and how opaque that is.
func (c *canvas) paint(x1, y1, x2, y2 float64, shade func(x, y float64, under rgb) (over rgb, alpha float64)) {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range []Point{c.at(x1, y1), c.at(x2, y1), c.at(x1, y2), c.at(x2, y2)} {
		left, right, top, bottom = min(left, p.X), max(right, p.X), min(top, p.Y), max(bottom, p.Y)
	}
	area := image.Rect(int(left), int(top), int(right)+2, int(bottom)+2).Intersect(c.Pixels.Rect)
	for py := area.Min.Y; py < area.Max.Y; py++ {
		for px := area.Min.X; px < area.Max.X; px++ {
			x, y := c.position(float64(px), float64(py))
			if x < x1 || x > x2 || y < y1 || y > y2 {
				continue
			}
			under := c.colour(px, py)
			over, alpha := shade(x, y, under)
			if alpha <= 0 {
				continue
			}
			out := under.mix(over, min(alpha, 1))
			i := c.Pixels.PixOffset(px, py)
			for k := range 3 {
				c.Pixels.Pix[i+k] = uint8(min(255, max(0, out[k]+.5)))
			}
		}
	}
}

// edge turns a signed distance in IED, positive inside, into an opacity with a border as soft as softness (and a pixel).
func (c *canvas) edge(distance, softness float64) float64 {
	w := max(softness, .7*c.pixel)
	return smoothstep(-w, w, distance)
}

func smoothstep(low, high, v float64) float64 {
	t := min(1, max(0, (v-low)/(high-low)))
	return t * t * (3 - 2*t)
}

// outline is a closed polygon in IED.
type outline []Point

// rounded draws a smooth closed curve through the points (Catmull and Rom, 1974).
func rounded(through ...Point) outline {
	const steps = 6
	n := len(through)
	out := make(outline, 0, n*steps)
	for i := range n {
		a, b, c, d := through[(i+n-1)%n], through[i], through[(i+1)%n], through[(i+2)%n]
		for k := range steps {
			t := float64(k) / steps
			curve := func(a, b, c, d float64) float64 {
				return .5 * (2*b + t*(c-a+t*(2*a-5*b+4*c-d+t*(3*(b-c)+d-a))))
			}
			out = append(out, Point{curve(a.X, b.X, c.X, d.X), curve(a.Y, b.Y, c.Y, d.Y)})
		}
	}
	return out
}

// symmetric completes the image-left half of a shape, given from top to bottom, by its mirror image; the ends lie on the axis.
func symmetric(half ...Point) []Point {
	out := slices.Clone(half)
	for i := len(half) - 2; i > 0; i-- {
		out = append(out, Point{-half[i].X, half[i].Y})
	}
	return out
}

// distance to the outline, positive inside.
func (o outline) distance(x, y float64) float64 {
	best, inside := math.Inf(1), false
	for i, a := range o {
		b := o[(i+1)%len(o)]
		dx, dy := b.X-a.X, b.Y-a.Y
		t := 0.0
		if n := dx*dx + dy*dy; n > 0 {
			t = min(1, max(0, ((x-a.X)*dx+(y-a.Y)*dy)/n))
		}
		ex, ey := x-a.X-t*dx, y-a.Y-t*dy
		best = min(best, ex*ex+ey*ey)
		if (a.Y > y) != (b.Y > y) && x < a.X+(y-a.Y)/dy*dx {
			inside = !inside
		}
	}
	if inside {
		return math.Sqrt(best)
	}
	return -math.Sqrt(best)
}

// bounds of the outline, widened by margin.
func (o outline) bounds(margin float64) (x1, y1, x2, y2 float64) {
	x1, y1, x2, y2 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range o {
		x1, x2, y1, y2 = min(x1, p.X), max(x2, p.X), min(y1, p.Y), max(y2, p.Y)
	}
	return x1 - margin, y1 - margin, x2 + margin, y2 + margin
}

// moved returns the outline turned by an angle in radians about its origin, then shifted.
func (o outline) moved(angle, x, y float64) outline {
	sin, cos := math.Sincos(angle)
	out := make(outline, len(o))
	for i, p := range o {
		out[i] = Point{p.X*cos - p.Y*sin + x, p.X*sin + p.Y*cos + y}
	}
	return out
}

// stroke draws a line through points, of some width in IED.
func (c *canvas) stroke(width float64, colour rgb, alpha float64, through ...Point) {
	for i := 1; i < len(through); i++ {
		a, b := through[i-1], through[i]
		w := width / 2
		dx, dy := b.X-a.X, b.Y-a.Y
		c.paint(min(a.X, b.X)-2*w, min(a.Y, b.Y)-2*w, max(a.X, b.X)+2*w, max(a.Y, b.Y)+2*w,
			func(x, y float64, _ rgb) (rgb, float64) {
				t := 0.0
				if n := dx*dx + dy*dy; n > 0 {
					t = min(1, max(0, ((x-a.X)*dx+(y-a.Y)*dy)/n))
				}
				d := math.Hypot(x-a.X-t*dx, y-a.Y-t*dy)
				round := 1.1 - .5*min(1, d/w)*min(1, d/w)
				return colour.times(round * c.lit(x, y)), alpha * c.edge(w-d, w/4)
			})
	}
}

// noise is smooth value noise, 0 to 1, with features about one unit wide.
func noise(seed uint64, x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	at := func(i, j float64) float64 {
		h := seed ^ uint64(int64(i))*0x9e3779b97f4a7c15 ^ uint64(int64(j))*0xc2b2ae3d27d4eb4f
		h ^= h >> 29
		h *= 0xbf58476d1ce4e5b9
		h ^= h >> 32
		h *= 0x94d049bb133111eb
		return float64((h^h>>31)>>11) / (1 << 53)
	}
	tx, ty := smoothstep(0, 1, x-fx), smoothstep(0, 1, y-fy)
	top := at(fx, fy)*(1-tx) + at(fx+1, fy)*tx
	return top*(1-ty) + (at(fx, fy+1)*(1-tx)+at(fx+1, fy+1)*tx)*ty
}

// clouds adds four octaves of noise, 0 to 1.
func clouds(seed uint64, x, y float64) float64 {
	v, weight := 0.0, .5
	for i := range uint64(4) {
		v += weight * noise(seed+i*977, x, y)
		x, y, weight = 2.03*x+5.1, 2.03*y+1.7, weight/2
	}
	return v / .9375
}

// anyColour is a random colour: greys, pastels and strong ones.
func anyColour(rng *rand.Rand) rgb {
	v := between(rng, 15, 250)
	saturation := between(rng, 0, 1)
	saturation *= saturation
	hue := between(rng, 0, 6)
	var c rgb
	for k := range 3 {
		d := math.Abs(math.Mod(hue+float64(2*k), 6) - 3)
		c[k] = v * (1 - saturation*min(1, max(0, 2-d)))
	}
	return c
}
