package occlusion

import (
	"image"
	"math"
	"math/rand/v2"

	"golang.org/x/image/draw"
)

// Reframed cuts a random frame around the head and scales it so that the eyes lie ied pixels apart, turned and stretched a
// little, as heads and lenses differ. What lies outside of the picture repeats its border.
func Reframed(p Portrait, ied float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	left, right := between(rng, 1.6, 2.8), between(rng, 1.6, 2.8)
	up, down := between(rng, 1.9, 3), between(rng, 2.1, 3.4)
	sin, cos := math.Sincos(between(rng, -.12, .12))
	wide, tall := between(rng, .94, 1.06), between(rng, .93, 1.07)
	turnX := between(rng, -.05, .05) // a head turned a little: one half is wider than the other
	bendX, bendY, seed := between(rng, 0, .1), between(rng, 0, .1), rng.Uint64()
	// Shrinking needs an average, or it aliases.
	source := c
	if c.ied > 1.5*ied {
		source = newCanvas(p.scaled(1.2 * ied / c.ied))
	}
	out := image.NewRGBA(image.Rect(0, 0, int((left+right)*ied), int((up+down)*ied)))
	from := func(x, y float64) (float64, float64) {
		x, y = (x*cos-y*sin)/wide, (x*sin+y*cos)/tall
		x += turnX * (1 - x*x) * math.Exp(-y*y/2)
		fade := math.Exp(-(x*x + (y-.5)*(y-.5)) / 2)
		return x + bendX*fade*(noise(seed, x*1.3, y*1.3)-.5)*2, y + bendY*fade*(noise(seed^1, x*1.3, y*1.3)-.5)*2
	}
	for py := range out.Rect.Dy() {
		for px := range out.Rect.Dx() {
			v := source.colourAt(from(float64(px)/ied-left, float64(py)/ied-up))
			i := out.PixOffset(px, py)
			for k := range 3 {
				out.Pix[i+k] = uint8(v[k] + .5)
			}
			out.Pix[i+3] = 255
		}
	}
	result := Portrait{Pixels: out}
	for i, x := range []float64{-.5, .5} { // where the pupils went: the inverse, by repetition
		u, v := x, 0.0
		for range 20 {
			gotX, gotY := from(u, v)
			u, v = u+x-gotX, v-gotY
		}
		result.Eyes[i] = Point{(u + left) * ied, (v + up) * ied}
	}
	return result
}

// scaled returns the portrait at k times its size.
func (p Portrait) scaled(k float64) Portrait {
	b := p.Pixels.Rect
	out := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*k)), max(1, int(float64(b.Dy())*k))))
	draw.ApproxBiLinear.Scale(out, out.Rect, p.Pixels, b, draw.Src, nil)
	kx, ky := float64(out.Rect.Dx())/float64(b.Dx()), float64(out.Rect.Dy())/float64(b.Dy())
	at := func(e Point) Point { return Point{(e.X - float64(b.Min.X)) * kx, (e.Y - float64(b.Min.Y)) * ky} }
	return Portrait{Pixels: out, Eyes: [2]Point{at(p.Eyes[0]), at(p.Eyes[1])}}
}

// AnyCamera lets a portrait look as if another camera had taken it in another light: exposure, white balance, contrast,
// saturation, light from one side, softness, sharpening, noise; sometimes grey, sometimes mirrored. It tells whether it mirrored.
func AnyCamera(p Portrait, rng *rand.Rand) (Portrait, bool) {
	c := newCanvas(p)
	b := c.Pixels.Rect
	w, h := b.Dx(), b.Dy()
	v := make([]rgb, w*h)
	stops, side, sideTurn := between(rng, -1.1, .9), between(rng, 0, .8), between(rng, 0, 2*math.Pi)
	if chance(rng, .5) {
		side = 0
	}
	warm, green := between(rng, -.2, .2), between(rng, -.08, .08)
	gain := rgb{1 + warm, 1 + green, 1 - warm}
	gamma, saturation, lift := between(rng, .8, 1.25), between(rng, .4, 1.5), between(rng, 0, 22)
	if chance(rng, .12) {
		saturation = 0
	}
	sin, cos := math.Sincos(sideTurn)
	// Tables by the square root of what they are asked for: powers are slow, and steps near black must be fine.
	const fine = 2048
	var toLinear, toPicture [fine + 1]float64
	for i := range toLinear {
		root := float64(i) / fine
		toLinear[i] = math.Pow(root*root, 2.2*gamma)
		toPicture[i] = lift + (255-lift)*math.Pow(root*root, 1/2.2)
	}
	for py := range h {
		for px := range w {
			x, y := c.position(float64(px), float64(py))
			o := c.colour(px, py)
			l := o.luma()
			k := math.Exp2(stops + side*math.Tanh(x*cos+(y-.5)*sin))
			for i := range o {
				linear := toLinear[int(fine*math.Sqrt(min(1, max(0, l+(o[i]-l)*saturation)/255)))] * gain[i] * k
				o[i] = toPicture[int(fine*math.Sqrt(min(1, linear)))]
			}
			v[py*w+px] = o
		}
	}
	soft := between(rng, 0, .022) * c.ied
	if chance(rng, .5) {
		soft *= .2
	}
	v = smoothed(v, w, h, soft)
	if chance(rng, .3) {
		amount := between(rng, .2, 1)
		base := smoothed(v, w, h, .8)
		for i := range v {
			for k := range v[i] {
				v[i][k] += amount * (v[i][k] - base[i][k])
			}
		}
	}
	grain, same := between(rng, 0, 7), chance(rng, .5)
	if chance(rng, .4) {
		grain = 0
	}
	mirror := chance(rng, .5)
	for py := range h {
		for px := range w {
			o := v[py*w+px]
			to := px
			if mirror {
				to = w - 1 - px
			}
			i := c.Pixels.PixOffset(b.Min.X+to, b.Min.Y+py)
			n := rng.NormFloat64()
			for k := range o {
				if !same && grain > 0 {
					n = rng.NormFloat64()
				}
				c.Pixels.Pix[i+k] = uint8(min(255, max(0, o[k]+grain*n+.5)))
			}
		}
	}
	if mirror {
		l, r := c.Eyes[0], c.Eyes[1]
		c.Eyes = [2]Point{{float64(2*b.Min.X+w-1) - r.X, r.Y}, {float64(2*b.Min.X+w-1) - l.X, l.Y}}
	}
	return c.Portrait, mirror
}

// smoothed is a Gaussian of standard deviation sigma in pixels.
func smoothed(v []rgb, w, h int, sigma float64) []rgb {
	if sigma < .3 {
		return v
	}
	r := int(math.Ceil(2.5 * sigma))
	kernel, sum := make([]float64, 2*r+1), 0.0
	for i := range kernel {
		d := float64(i - r)
		kernel[i] = math.Exp(-d * d / (2 * sigma * sigma))
		sum += kernel[i]
	}
	pass := func(in []rgb, n, step, lines, line int) []rgb {
		out := make([]rgb, len(in))
		for l := range lines {
			for i := range n {
				var o rgb
				for k, weight := range kernel {
					p := in[l*line+min(max(i+k-r, 0), n-1)*step]
					for j := range o {
						o[j] += p[j] * weight / sum
					}
				}
				out[l*line+i*step] = o
			}
		}
		return out
	}
	return pass(pass(v, w, 1, h, w), h, w, w, 1)
}
