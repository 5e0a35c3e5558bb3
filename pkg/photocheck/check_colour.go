package photocheck

import "math"

// colour is the largest principal deviation of Lab a and b over the picture: close to 0 for a grey picture, toned or not.
func colour(f *Frame) finding {
	pix, err := f.overview.DataPtrUint8()
	if err != nil {
		return failed(err)
	}
	var n, sa, sb, saa, sbb, sab float64
	for i := 0; i+2 < len(pix); i += 3 * 29 { // ten thousand pixels are plenty
		_, a, b := lab(pix[i+2], pix[i+1], pix[i])
		n++
		sa, sb, saa, sbb, sab = sa+a, sb+b, saa+a*a, sbb+b*b, sab+a*b
	}
	if n == 0 {
		return inconclusive()
	}
	va, vb, cov := saa/n-sa/n*sa/n, sbb/n-sb/n*sb/n, sab/n-sa/n*sb/n
	largest := (va+vb)/2 + math.Sqrt((va-vb)*(va-vb)/4+cov*cov)
	return finding{measure: math.Sqrt(max(0, largest))}
}

// lab converts sRGB to CIE L*a*b* (D65).
func lab(r, g, b uint8) (l, a, bb float64) {
	rl, gl, bl := linearOf[r], linearOf[g], linearOf[b]
	x := (.4124*rl + .3576*gl + .1805*bl) / .9505
	y := .2126*rl + .7152*gl + .0722*bl
	z := (.0193*rl + .1192*gl + .9505*bl) / 1.089
	cube := func(t float64) float64 {
		if t > .008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16.0/116
	}
	fx, fy, fz := cube(x), cube(y), cube(z)
	return 116*fy - 16, 500 * (fx - fy), 200 * (fy - fz)
}
