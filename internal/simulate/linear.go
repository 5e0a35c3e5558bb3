package simulate

import (
	"image"
	"math"
)

// linear is a picture in linear light: red, green and blue in turn, 0 for black and 1 for white.
type linear struct {
	w, h int
	pix  []float32
}

// encodings is how finely linear light is told apart on the way back to sRGB: two steps for one of the darkest eight-bit values.
const encodings = 1 << 13

// The transfer function of sRGB (IEC 61966-2-1), both ways.
var (
	linearOf = func() (out [256]float32) {
		for i := range out {
			out[i] = float32(decodeSRGB(float64(i) / 255))
		}
		return out
	}()
	encodedOf = func() (out [encodings + 1]uint8) {
		for i := range out {
			out[i] = uint8(math.Round(255 * encodeSRGB(float64(i)/encodings)))
		}
		return out
	}()
)

func decodeSRGB(v float64) float64 {
	if v <= .04045 {
		return v / 12.92
	}
	return math.Pow((v+.055)/1.055, 2.4)
}

func encodeSRGB(v float64) float64 {
	if v <= .0031308 {
		return v * 12.92
	}
	return 1.055*math.Pow(v, 1/2.4) - .055
}

func toLinear(img *image.RGBA) *linear {
	out := &linear{img.Rect.Dx(), img.Rect.Dy(), make([]float32, 3*img.Rect.Dx()*img.Rect.Dy())}
	for y := range out.h {
		src, dst := img.Pix[y*img.Stride:], out.row(y)
		for i, j := 0, 0; i < len(dst); i, j = i+3, j+4 {
			dst[i], dst[i+1], dst[i+2] = linearOf[src[j]], linearOf[src[j+1]], linearOf[src[j+2]]
		}
	}
	return out
}

func (l *linear) row(y int) []float32 { return l.pix[3*y*l.w : 3*(y+1)*l.w] }

// encoded clips a value of linear light and encodes it.
func encoded(v float32) uint8 { return encodedOf[int(min(max(v, 0), 1)*encodings+.5)] }

// picture clips and encodes.
func (l *linear) picture() *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, l.w, l.h))
	for i, j := 0, 0; i < len(l.pix); i, j = i+3, j+4 {
		for c := range 3 {
			out.Pix[j+c] = encoded(l.pix[i+c])
		}
		out.Pix[j+3] = 255
	}
	return out
}

// luminance of a colour in linear light.
func luminance[F float32 | float64](c []F) F { return .2126*c[0] + .7152*c[1] + .0722*c[2] }

// relit multiplies the light at each pixel by what gain says for its position in IED, for each channel. It is computed on a
// coarse grid: light has no edges finer than that.
func relit(p Portrait, gain func(x, y float64) [3]float64) Portrait {
	const cell = 8
	l, r := toLinear(p.Pixels), p.ruler()
	cols := (l.w+cell-1)/cell + 1
	above, below := make([][3]float32, cols), make([][3]float32, cols)
	line := func(to [][3]float32, y int) {
		for i := range to {
			for c, g := range gain(r.position(i*cell, y)) {
				to[i][c] = float32(g)
			}
		}
	}
	line(below, 0)
	for y := range l.h {
		if y%cell == 0 {
			above, below = below, above
			line(below, y+cell)
		}
		row, fy := l.row(y), float32(y%cell)/cell
		for x := range l.w {
			i, fx := x/cell, float32(x%cell)/cell
			for c := range 3 {
				top := above[i][c] + (above[i+1][c]-above[i][c])*fx
				bottom := below[i][c] + (below[i+1][c]-below[i][c])*fx
				row[3*x+c] *= top + (bottom-top)*fy
			}
		}
	}
	p.Pixels = l.picture()
	return p
}
