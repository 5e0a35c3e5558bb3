package simulate

import "math"

// camera turns light into a photo: exposure, lens, noise, and what the maker's software does.
func (d dice) camera(c *canvas, webcam bool) {
	n := float64(len(c.p))
	mean := 0.0
	for _, v := range c.p {
		mean += v.luminance() / n
	}
	gain := d.spread(.12, .5) / max(mean, .01)
	tint := ink{1, 1, 1}.mixed(d.colour(.7, 1.3, .5), d.between(0, .6)).times(gain)
	veil := d.between(0, .02)
	falloff := d.between(0, .4)
	half := math.Hypot(float64(c.w), float64(c.h)) / 2
	for y := range c.h {
		for x := range c.w {
			i := y*c.w + x
			r := math.Hypot(float64(x)-float64(c.w)/2, float64(y)-float64(c.h)/2) / half
			k := 1 - falloff*r*r
			v := c.p[i].filtered(tint).times(k)
			for ch := range 3 {
				v[ch] = float32(shoulder(float64(v[ch]) + veil))
			}
			c.p[i] = v
		}
	}
	size := float64(max(c.w, c.h)) / 640
	blur, noise, sharpen := d.spread(.25, 1.3)*size, d.spread(.001, .025), d.between(0, 1.2)
	if webcam {
		blur, noise, sharpen = d.spread(.6, 1.8)*size, d.spread(.006, .05), d.between(0, 2)
	}
	c.blur(blur)
	d.noise(c, noise, webcam || d.chance(.5))
	if sharpen > .2 {
		c.sharpen(sharpen, d.spread(.6, 2)*size)
	}
	saturation := d.between(.6, 1.35)
	if d.chance(.04) {
		saturation = 0
	}
	c.saturate(saturation)
}

// shoulder rolls highlights off as cameras do.
func shoulder(v float64) float64 {
	if v < .7 {
		return v
	}
	return .7 + .3*(1-math.Exp(-(v-.7)/.3))
}

// noise adds shot and read noise; smeared noise is what is left after a maker's noise filter.
func (d dice) noise(c *canvas, strength float64, smeared bool) {
	rough := newCanvas(c.w, c.h)
	for i := range rough.p {
		for ch := range 3 {
			rough.p[i][ch] = float32(d.NormFloat64())
		}
	}
	if smeared {
		s := d.between(.4, .9)
		rough.soften(s)
		strength *= 1 + s
	}
	for i, v := range c.p {
		for ch := range 3 {
			at := math.Sqrt(max(float64(v[ch]), 0))
			c.p[i][ch] += float32(strength * (.15 + at) * float64(rough.p[i][ch]) * .7)
		}
	}
}

// sharpen adds what a blur takes away.
func (c *canvas) sharpen(amount, sigma float64) {
	soft := newCanvas(c.w, c.h)
	copy(soft.p, c.p)
	soft.blur(sigma)
	for i := range c.p {
		for ch := range 3 {
			c.p[i][ch] = max(0, c.p[i][ch]+float32(amount)*(c.p[i][ch]-soft.p[i][ch]))
		}
	}
}

func (c *canvas) saturate(k float64) {
	for i, v := range c.p {
		grey := float32(v.luminance())
		c.p[i] = ink{grey, grey, grey}.mixed(v, k)
	}
}

// frameSize draws the size of a picture: portrait, landscape or square.
func (d dice) frameSize() (w, h int) {
	long := int(d.spread(400, 600))
	ratio := []float64{3. / 4, 3. / 4, 2. / 3, 9. / 16, 5. / 7, 4. / 5, 1}[d.IntN(7)]
	if w, h = long, int(float64(long)*ratio); d.chance(.55) {
		w, h = h, w
	}
	return w, h
}
