package simulate

import (
	"image"
	"math"
)

// Homography maps points of one plane to another: rows of a 3×3 matrix.
type Homography [9]float64

// Apply maps a point.
func (m Homography) Apply(p Point) Point {
	w := m[6]*p.X + m[7]*p.Y + m[8]
	return Point{(m[0]*p.X + m[1]*p.Y + m[2]) / w, (m[3]*p.X + m[4]*p.Y + m[5]) / w}
}

// Then is the map that applies m first and next after it.
func (m Homography) Then(next Homography) Homography {
	var out Homography
	for row := range 3 {
		for col := range 3 {
			for k := range 3 {
				out[3*row+col] += next[3*row+k] * m[3*k+col]
			}
		}
	}
	return out
}

// Inverse is the way back. A map that folds the plane onto a line has none; its inverse is not a number.
func (m Homography) Inverse() Homography {
	out := Homography{
		m[4]*m[8] - m[5]*m[7], m[2]*m[7] - m[1]*m[8], m[1]*m[5] - m[2]*m[4],
		m[5]*m[6] - m[3]*m[8], m[0]*m[8] - m[2]*m[6], m[2]*m[3] - m[0]*m[5],
		m[3]*m[7] - m[4]*m[6], m[1]*m[6] - m[0]*m[7], m[0]*m[4] - m[1]*m[3],
	}
	det := m[0]*out[0] + m[1]*out[3] + m[2]*out[6]
	for i := range out {
		out[i] /= det
	}
	return out
}

// Similarity scales by k and turns clockwise by an angle in radians about a point, and then shifts that point onto another.
func Similarity(k, angle float64, from, to Point) Homography {
	sin, cos := math.Sincos(angle)
	sin, cos = k*sin, k*cos
	return Homography{cos, -sin, to.X - cos*from.X + sin*from.Y, sin, cos, to.Y - sin*from.X - cos*from.Y, 0, 0, 1}
}

// ToQuad maps the rectangle (0,0)–(w,h) to four corners, clockwise from top-left (Heckbert, 1989).
func ToQuad(w, h float64, q [4]Point) Homography {
	sx, sy := q[0].X-q[1].X+q[2].X-q[3].X, q[0].Y-q[1].Y+q[2].Y-q[3].Y
	dx1, dy1 := q[1].X-q[2].X, q[1].Y-q[2].Y
	dx2, dy2 := q[3].X-q[2].X, q[3].Y-q[2].Y
	det := dx1*dy2 - dx2*dy1
	g, k := (sx*dy2-dx2*sy)/det, (dx1*sy-sx*dy1)/det
	return Homography{
		(q[1].X - q[0].X + g*q[1].X) / w, (q[3].X - q[0].X + k*q[3].X) / h, q[0].X,
		(q[1].Y - q[0].Y + g*q[1].Y) / w, (q[3].Y - q[0].Y + k*q[3].Y) / h, q[0].Y,
		g / w, k / h, 1,
	}
}

// Warped draws a portrait onto w×h pixels. m maps its points to theirs. What is shrunk is averaged, what lies beyond the border
// repeats it. The eyes go along.
func (p Portrait) Warped(m Homography, w, h int) Portrait {
	p.Eyes = [2]Point{m.Apply(p.Eyes[0]), m.Apply(p.Eyes[1])}
	p.Pixels = Warp(p.Pixels, m, w, h)
	return p
}

// Warp draws a picture onto w×h pixels, as Portrait.Warped does.
func Warp(src *image.RGBA, m Homography, w, h int) *image.RGBA {
	back := m.Inverse()
	// How many pixels become one in the middle of the result: as many are averaged first.
	mid := Point{float64(w) / 2, float64(h) / 2}
	a := back.Apply(mid)
	bx, by := back.Apply(Point{mid.X + 1, mid.Y}), back.Apply(Point{mid.X, mid.Y + 1})
	shrink := int(min(math.Hypot(bx.X-a.X, bx.Y-a.Y), math.Hypot(by.X-a.X, by.Y-a.Y)) + .25)
	if shrink > 1 {
		src = averaged(src, shrink)
		k := float64(shrink)
		// The middle of a block of k pixels lies at its first one's plus (k−1)/2.
		back = back.Then(Homography{1 / k, 0, (1 - k) / 2 / k, 0, 1 / k, (1 - k) / 2 / k, 0, 0, 1})
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	right, bottom := src.Rect.Dx()-1, src.Rect.Dy()-1
	for y := range h {
		dst := out.Pix[y*out.Stride:]
		nx, ny, nw := back[1]*float64(y)+back[2], back[4]*float64(y)+back[5], back[7]*float64(y)+back[8]
		for x := range w {
			fx := float64(x)
			k := 1 / (back[6]*fx + nw)
			sx, sy := (back[0]*fx+nx)*k, (back[3]*fx+ny)*k
			sx, sy = min(max(sx, 0), float64(right)), min(max(sy, 0), float64(bottom))
			x0, y0 := int(sx), int(sy)
			x1, y1 := min(x0+1, right), min(y0+1, bottom)
			// Eight bits of weight are what eight bits of colour can show.
			u, v := uint32((sx-float64(x0))*256), uint32((sy-float64(y0))*256)
			p00, p10 := src.Pix[y0*src.Stride+4*x0:], src.Pix[y0*src.Stride+4*x1:]
			p01, p11 := src.Pix[y1*src.Stride+4*x0:], src.Pix[y1*src.Stride+4*x1:]
			for c := range 3 {
				top := uint32(p00[c])*(256-u) + uint32(p10[c])*u
				low := uint32(p01[c])*(256-u) + uint32(p11[c])*u
				dst[4*x+c] = uint8((top*(256-v) + low*v + 1<<15) >> 16)
			}
			dst[4*x+3] = 255
		}
	}
	return out
}

// averaged shrinks by a whole number. Rows and columns that do not fill a block are left out, but for a picture of less than one.
func averaged(src *image.RGBA, k int) *image.RGBA {
	w, h := max(src.Rect.Dx()/k, 1), max(src.Rect.Dy()/k, 1)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	sums := make([]uint32, 3*w)
	kx, ky := min(k, src.Rect.Dx()), min(k, src.Rect.Dy())
	n := uint32(kx * ky)
	for y := range h {
		clear(sums)
		for j := range ky {
			row := src.Pix[(y*k+j)*src.Stride:]
			for x := range w {
				for i := range kx {
					at := 4 * (x*k + i)
					sums[3*x] += uint32(row[at])
					sums[3*x+1] += uint32(row[at+1])
					sums[3*x+2] += uint32(row[at+2])
				}
			}
		}
		dst := out.Pix[y*out.Stride:]
		for x := range w {
			for c := range 3 {
				dst[4*x+c] = uint8((sums[3*x+c] + n/2) / n)
			}
			dst[4*x+3] = 255
		}
	}
	return out
}

// Resized scales both sides by k.
func (p Portrait) Resized(k float64) Portrait {
	w, h := max(1, int(math.Round(float64(p.Pixels.Rect.Dx())*k))), max(1, int(math.Round(float64(p.Pixels.Rect.Dy())*k)))
	return p.Warped(scaling(k), w, h)
}

// scaling keeps corners on corners: pixels are squares, and points are their middles.
func scaling(k float64) Homography {
	return Homography{k, 0, (k - 1) / 2, 0, k, (k - 1) / 2, 0, 0, 1}
}

// Cut takes a rectangle out of a portrait; what lies beyond its border repeats it.
func (p Portrait) Cut(r image.Rectangle) Portrait {
	return p.Warped(Homography{1, 0, -float64(r.Min.X), 0, 1, -float64(r.Min.Y), 0, 0, 1}, r.Dx(), r.Dy())
}
