package simulate

import (
	"math"
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// sensorEffects are what sensors, old phones and files do to a picture.
var sensorEffects = []Effect{
	// Strength is the noise's standard deviation at white, where white is 1.
	{"noise", Direct, "", [2]float64{.005, .04}, func(p Portrait, s float64, rng *rand.Rand) Portrait {
		return p.inLight(func(l *linear) *linear { l.noise(s, .3, rng); return l })
	}},
	{"colour_noise", Direct, "", [2]float64{.005, .03}, func(p Portrait, s float64, rng *rand.Rand) Portrait {
		return p.inLight(func(l *linear) *linear { l.noise(s, 1, rng); return l })
	}},
	// Strength is how far the JPEG's quality lies below 100.
	{"jpeg", Direct, "", [2]float64{15, 55}, func(p Portrait, s float64, _ *rand.Rand) Portrait { return p.written(100 - s) }},
	{"old_phone", Direct, "", [2]float64{.2, 1}, oldPhone},
	{"sharpened", Direct, "", [2]float64{.3, 1.5}, sharpened},
	// Strength is how often the pixels of the printed frame would have to be doubled; the eyes are 110 pixels apart at 1.
	{"few_pixels", Direct, report.PixelSize, [2]float64{1.2, 3.5}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return p.Resized(min(110/s/p.ruler().ied, 1/s))
	}},
	// The same, and enlarged again: the eyes were 22 pixels apart at 1.
	{"enlarged", Direct, report.Sharpness, [2]float64{1, 2.2}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		w, h := p.Pixels.Rect.Dx(), p.Pixels.Rect.Dy()
		small := p.Resized(min(22/s/p.ruler().ied, 1/s))
		k := float64(w) / float64(small.Pixels.Rect.Dx())
		return small.Warped(scaling(k), w, h)
	}},
	// Strength is how many times as many pixels there are: phones enlarge too.
	{"many_pixels", Direct, "", [2]float64{2, 12}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return p.Resized(math.Sqrt(s))
	}},
}

// written says of what quality the JPEG should be.
func (p Portrait) written(quality float64) Portrait {
	p.Pixels = copied(p.Pixels)
	p.Quality = int(math.Round(quality))
	return p
}

// normals is a table of random numbers; each row of a picture starts elsewhere in it.
const normals = 1 << 15

// noise adds shot noise of a standard deviation at white, and the sensor's own in the dark. chroma is how much of it differs
// between the colours: little after a camera's noise filter.
func (l *linear) noise(strength, chroma float64, rng *rand.Rand) {
	table := make([]float32, normals)
	for i := range table {
		table[i] = float32(rng.NormFloat64())
	}
	common, own := float32(strength*math.Sqrt(1-chroma*chroma*.75)), float32(strength*chroma)
	for y := range l.h {
		row := l.row(y)
		at := rng.IntN(normals)
		for x := range l.w {
			grey := table[(at+4*x)&(normals-1)] * common
			for c := range 3 {
				v := row[3*x+c]
				row[3*x+c] += (grey + own*table[(at+4*x+1+c)&(normals-1)]) * float32(math.Sqrt(float64(max(v, 0)+.01)))
			}
		}
	}
}

// oldPhone is a small lens, a small sensor and a maker who wanted small files.
func oldPhone(p Portrait, strength float64, rng *rand.Rand) Portrait {
	ied, half := p.ruler().ied, math.Hypot(float64(p.Pixels.Rect.Dx()), float64(p.Pixels.Rect.Dy()))/2
	fall, pale := .35*strength, float32(.35*strength)
	p = p.inLight(func(l *linear) *linear {
		l = l.gaussian(.009 * strength * ied)
		for y := range l.h {
			row := l.row(y)
			for x := range l.w {
				d := math.Hypot(float64(x-l.w/2), float64(y-l.h/2)) / half
				k := float32(1 - fall*d*d)
				c := row[3*x : 3*x+3]
				grey := luminance(c)
				for i := range c {
					c[i] = (c[i] + (grey-c[i])*pale) * k
				}
			}
		}
		l.noise(.025*strength, .6, rng)
		return l
	})
	return p.written(92 - 32*strength)
}

// sharpened adds what a blur takes away, as phones do; strength is how much of it.
func sharpened(p Portrait, strength float64, rng *rand.Rand) Portrait {
	sigma := p.ruler().ied * dice{rng}.between(.006, .015)
	return p.inLight(func(l *linear) *linear {
		soft := l.gaussian(sigma)
		for i, v := range soft.pix {
			l.pix[i] += float32(strength) * (l.pix[i] - v)
		}
		return l
	})
}
