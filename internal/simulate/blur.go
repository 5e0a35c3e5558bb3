package simulate

import (
	"math"
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// blurEffects take detail away, in linear light as a lens does. Strengths are in inter-eye distances: standard deviations of the
// blur along one axis, so that a disc and a Gaussian of the same strength are about as blurred; the length of the path for
// motion.
var blurEffects = []Effect{
	{"defocus", Direct, report.Sharpness, [2]float64{.03, .12}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return p.inLight(func(l *linear) *linear { return l.disc(2 * s * p.ruler().ied) })
	}},
	{"gaussian", Direct, report.Sharpness, [2]float64{.03, .12}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return p.inLight(func(l *linear) *linear { return l.gaussian(s * p.ruler().ied) })
	}},
	{"motion", Direct, report.Sharpness, [2]float64{.12, .4}, func(p Portrait, s float64, rng *rand.Rand) Portrait {
		sin, cos := math.Sincos(rng.Float64() * math.Pi)
		length := s * p.ruler().ied
		return p.inLight(func(l *linear) *linear { return l.moved(length*cos, length*sin) })
	}},
	{"soft", Direct, "", [2]float64{.002, .01}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return p.inLight(func(l *linear) *linear { return l.gaussian(s * p.ruler().ied) })
	}},
}

func (p Portrait) inLight(change func(*linear) *linear) Portrait {
	p.Pixels = change(toLinear(p.Pixels)).picture()
	return p
}

// gaussian smooths by three passes of a box whose variances add up to sigma² pixels. The box takes in a part of the next pixel on
// either side, so that a little more strength is always a little more blur.
func (l *linear) gaussian(sigma float64) *linear {
	variance := sigma * sigma / 3
	r := int((math.Sqrt(12*variance+1) - 1) / 2) // whole pixels on either side
	whole, next := float64(r*(r+1)*(2*r+1))/3, float64(2*(r+1)*(r+1))
	part := (variance*float64(2*r+1) - whole) / (next - 2*variance)
	for range 3 {
		l = l.acrossRows(r, float32(part)).downColumns(r, float32(part))
	}
	return l
}

// acrossRows averages each pixel with r whole ones and a part of the next on either side.
func (l *linear) acrossRows(r int, part float32) *linear {
	out := &linear{l.w, l.h, make([]float32, len(l.pix))}
	norm := 1 / (float32(2*r+1) + 2*part)
	padded := make([]float32, 3*(l.w+2*r+2))
	for y := range l.h {
		l.pad(padded, y, r+1)
		dst := out.row(y)
		for c := range 3 {
			var sum float32
			for i := 1; i <= 2*r+1; i++ {
				sum += padded[3*i+c]
			}
			for i := c; i < len(dst); i += 3 {
				before, after := padded[i], padded[i+6*r+6]
				dst[i] = (sum + part*(before+after)) * norm
				sum += after - padded[i+3]
			}
		}
	}
	return out
}

// pad copies a row with n repetitions of its ends.
func (l *linear) pad(to []float32, y, n int) {
	row := l.row(y)
	copy(to[3*n:], row)
	for i := range n {
		copy(to[3*i:3*i+3], row[:3])
		copy(to[3*(n+l.w+i):3*(n+l.w+i)+3], row[3*l.w-3:])
	}
}

// downColumns is acrossRows in the other direction.
func (l *linear) downColumns(r int, part float32) *linear {
	out := &linear{l.w, l.h, make([]float32, len(l.pix))}
	norm := 1 / (float32(2*r+1) + 2*part)
	row := func(y int) []float32 { return l.row(min(max(y, 0), l.h-1)) }
	sums := make([]float32, 3*l.w)
	for y := -r; y <= r; y++ {
		for i, v := range row(y) {
			sums[i] += v
		}
	}
	for y := range l.h {
		before, after, gone := row(y-r-1), row(y+r+1), row(y-r)
		dst := out.row(y)
		for i := range dst {
			dst[i] = (sums[i] + part*(before[i]+after[i])) * norm
			sums[i] += after[i] - gone[i]
		}
	}
	return out
}

// largestDisc is the radius in pixels beyond which a disc is drawn on half as many pixels: nobody sees the difference.
const largestDisc = 5

// disc smooths by a disc of some radius in pixels, the shape of a point of light that is out of focus.
func (l *linear) disc(radius float64) *linear {
	if radius > largestDisc && min(l.w, l.h) > 4*largestDisc {
		return l.halved().disc(radius/2).enlarged(l.w, l.h)
	}
	reach := int(radius) + 1
	// sums holds, for each row, what lies left of each pixel of the padded row: the part of a row under the disc is a difference.
	stride := 3 * (l.w + 2*reach + 2)
	sums := make([]float64, stride*l.h)
	padded := make([]float32, 3*(l.w+2*reach))
	for y := range l.h {
		l.pad(padded, y, reach)
		line := sums[y*stride:]
		for i, v := range padded {
			line[i+3] = line[i] + float64(v)
		}
	}
	out := &linear{l.w, l.h, make([]float32, len(l.pix))}
	acc := make([]float64, 3*l.w)
	for y := range l.h {
		clear(acc)
		norm := 0.0
		for dy := -reach; dy <= reach; dy++ {
			half := 0.0 // of the disc's width in this row, on average over the row's height
			for part := -.375; part < .5; part += .25 {
				half += math.Sqrt(max(radius*radius-(float64(dy)+part)*(float64(dy)+part), 0)) / 4
			}
			norm += 2 * half
			line := sums[min(max(y+dy, 0), l.h-1)*stride:]
			left, right := float64(reach)+.5-half, float64(reach)+.5+half
			a, b := int(left), int(right)
			u, v := left-float64(a), right-float64(b)
			for i := range acc {
				low, high := line[i+3*a:], line[i+3*b:]
				acc[i] += high[0] + (high[3]-high[0])*v - low[0] - (low[3]-low[0])*u
			}
		}
		dst := out.row(y)
		for i, v := range acc {
			dst[i] = float32(v / norm)
		}
	}
	return out
}

// halved averages blocks of two by two pixels; a last odd row or column counts twice.
func (l *linear) halved() *linear {
	out := &linear{(l.w + 1) / 2, (l.h + 1) / 2, nil}
	out.pix = make([]float32, 3*out.w*out.h)
	for y := range out.h {
		a, b := l.row(2*y), l.row(min(2*y+1, l.h-1))
		dst := out.row(y)
		for x := range out.w {
			i, j := 6*x, 3*min(2*x+1, l.w-1)
			for c := range 3 {
				dst[3*x+c] = (a[i+c] + a[j+c] + b[i+c] + b[j+c]) / 4
			}
		}
	}
	return out
}

// enlarged is the way back from halved, with what lies between filled in evenly.
func (l *linear) enlarged(w, h int) *linear {
	out := &linear{w, h, make([]float32, 3*w*h)}
	for y := range h {
		// The middle of every second pixel lies a quarter to the left of, or right of, that of the small picture's.
		near, far := y/2, min(max(y/2+2*(y%2)-1, 0), l.h-1)
		a, b, dst := l.row(near), l.row(far), out.row(y)
		for x := range w {
			i, j := 3*(x/2), 3*min(max(x/2+2*(x%2)-1, 0), l.w-1)
			for c := range 3 {
				dst[3*x+c] = .5625*a[i+c] + .1875*(a[j+c]+b[i+c]) + .0625*b[j+c]
			}
		}
	}
	return out
}

// moved smears along a straight path of (dx,dy) pixels, as a shaking hand does. Each pass doubles the number of steps of the
// path.
func (l *linear) moved(dx, dy float64) *linear {
	for math.Max(math.Abs(dx), math.Abs(dy)) >= 1 {
		l = l.doubled(int(math.Round(dx/4)), int(math.Round(dy/4)), int(math.Round(dx/2)), int(math.Round(dy/2)))
		dx, dy = dx/2, dy/2
	}
	return l
}

// doubled is the mean of two copies that lie (dx,dy) pixels apart, the first of them moved back by (bx,by).
func (l *linear) doubled(bx, by, dx, dy int) *linear {
	out := &linear{l.w, l.h, make([]float32, len(l.pix))}
	for y := range l.h {
		a, b := l.row(min(max(y-by, 0), l.h-1)), l.row(min(max(y-by+dy, 0), l.h-1))
		dst := out.row(y)
		for x := range l.w {
			i, j := 3*min(max(x-bx, 0), l.w-1), 3*min(max(x-bx+dx, 0), l.w-1)
			for c := range 3 {
				dst[3*x+c] = (a[i+c] + b[j+c]) / 2
			}
		}
	}
	return out
}
