package simulate

import (
	"image"
	"math"
)

// drawn is a face for tests: no photo is needed to see what an effect does. Its skin has pores, its wall is plain.
func drawn(w, h int) Portrait {
	ied := float64(w) * .2
	eyes := [2]Point{{float64(w) * .4, float64(h) * .42}, {float64(w) * .6, float64(h) * .42}}
	p := Portrait{Pixels: image.NewRGBA(image.Rect(0, 0, w, h)), Eyes: eyes}
	r := p.ruler()
	rng := Seeded(1, "pores")
	for py := range h {
		for px := range w {
			x, y := r.position(px, py)
			c := [3]float64{205, 208, 212}
			blend := func(to [3]float64, k float64) {
				for i := range c {
					c[i] += (to[i] - c[i]) * k
				}
			}
			edge := 1.5 / ied
			blend([3]float64{60, 70, 110}, person(x, y)*step(1.7, 1.9, y))
			blend([3]float64{60, 40, 30}, 1-step(1-edge, 1+edge, math.Hypot(x/1.05, (y+.1)/1.6)))
			blend([3]float64{190, 140, 120}, 1-step(1-edge, 1+edge, oval(x, y)))
			for _, side := range []float64{-.5, .5} {
				blend([3]float64{240, 240, 238}, 1-step(1-edge, 1+edge, math.Hypot((x-side)/.22, y/.09)))
				blend([3]float64{40, 30, 25}, 1-step(1-edge, 1+edge, math.Hypot(x-side, y)/.085))
			}
			blend([3]float64{150, 80, 80}, 1-step(1-edge, 1+edge, math.Hypot(x/.4, (y-1.05)/.1)))
			pores := rng.NormFloat64() * 4
			i := p.Pixels.PixOffset(px, py)
			for k := range 3 {
				p.Pixels.Pix[i+k] = uint8(min(max(c[k]+pores, 0), 255))
			}
			p.Pixels.Pix[i+3] = 255
		}
	}
	return p
}

// difference is the mean difference of two pictures of one size; infinite for those of another.
func difference(a, b *image.RGBA) float64 {
	if a.Rect != b.Rect {
		return math.Inf(1)
	}
	sum := 0.0
	for i := range a.Pix {
		sum += math.Abs(float64(a.Pix[i]) - float64(b.Pix[i]))
	}
	return sum / float64(len(a.Pix)) * 4 / 3
}
