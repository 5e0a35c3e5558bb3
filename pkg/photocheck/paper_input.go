package photocheck

import (
	"image"
	"image/color"
	"math"

	"gocv.io/x/gocv"
)

// paperValues is the number of measures that the network print_edges looks at.
const paperValues = 4*19 + 4 + 12

// paperEdgesInput describes the straight edges around the face in numbers of about 0 to 1.
func paperEdgesInput(f *Frame) ([]float32, bool) {
	p, err := f.paper()
	if err != nil {
		return nil, false
	}
	out := make([]float32, 0, paperValues)
	add := func(values ...float64) {
		for _, v := range values {
			out = append(out, float32(v))
		}
	}
	filled, beyond := p.fit()
	for side, l := range p.best {
		s := p.second[side]
		add(l.score, l.thirds[0], l.thirds[1], l.thirds[2], min(l.contrast, 60)/60, l.lighter/50, l.other/40, l.uneven/20, l.skin,
			l.distance/paperFaraway, l.slope*3, (l.to-l.from)/3, max(-1, l.from/2), min(1, l.to/2), s.score,
			(s.distance-l.distance)/2, p.border[side]/paperFaraway, filled[side], min(beyond[side], 2)/2)
	}
	add(p.corners[0], p.corners[1], p.corners[2], p.corners[3])
	b := p.best
	parallel := func(i, j int) (together, lean float64) {
		return math.Sqrt(b[i].score * b[j].score), math.Sqrt(b[i].score*b[j].score) * math.Abs(b[i].slope+b[j].slope) * 3
	}
	sides, sidesLean := parallel(0, 2)
	ends, endsLean := parallel(1, 3)
	scores := [4]float64{b[0].score, b[1].score, b[2].score, b[3].score}
	sorted := descending(scores)
	roll := f.face.roll() * math.Pi / 180
	// The tangent is bounded: of a face on its side it is no number to reckon with.
	add(sides, sidesLean, ends, endsLean, sorted[1], sorted[2], sorted[3], min(1, math.Abs(math.Tan(roll))), math.Log1p(float64(p.segments))/7,
		1/(1+p.view.perPixel*40), filled[0]*filled[2], filled[1]*filled[3])
	return out, true
}

func descending(v [4]float64) [4]float64 {
	for i := range v { // four values: insertion is shortest
		for j := i; j > 0 && v[j] > v[j-1]; j-- {
			v[j], v[j-1] = v[j-1], v[j]
		}
	}
	return v
}

// The network print_context looks at a square around the face, brought upright: contextSide pixels that show contextIED
// inter-eye distances, the middle of the eyes at contextEyes of its height.
const (
	contextSide = 128
	contextIED  = 11.5
	contextEyes = .42
)

// contextInput is blue, green and red from −1 to 1, and 1 where the picture goes on, 0 beyond its border.
func contextInput(f *Frame) ([]float32, bool) {
	const perIED = contextSide / contextIED
	k := perIED / faceIED // from the canonical face
	c := f.face.toCanonical
	to := similarity{c.a * k, c.b * k, (c.tx-eyesX)*k + contextSide/2, (c.ty-eyesY)*k + contextSide*contextEyes}
	// The overview is averaged down first, so that the warp skips nothing.
	scale := min(1, 1.3*to.scale()/f.overviewScale)
	small := gocv.NewMat()
	defer small.Close()
	size := image.Pt(max(1, int(math.Round(float64(f.overview.Cols())*scale))), max(1, int(math.Round(float64(f.overview.Rows())*scale))))
	gocv.Resize(f.overview, &small, size, 0, 0, gocv.InterpolationArea)
	kx := float64(size.X) / float64(f.width)
	ky := float64(size.Y) / float64(f.height)
	m := gocv.NewMatWithSize(2, 3, gocv.MatTypeCV64F)
	defer m.Close()
	for i, row := range [2][3]float64{{to.a / kx, -to.b / ky, to.tx}, {to.b / kx, to.a / ky, to.ty}} {
		for j, v := range row {
			m.SetDoubleAt(i, j, v)
		}
	}
	seen := gocv.NewMat()
	defer seen.Close()
	gocv.WarpAffineWithParams(small, &seen, m, image.Pt(contextSide, contextSide), gocv.InterpolationLinear, gocv.BorderConstant,
		color.RGBA{R: 127, G: 127, B: 127})
	pix, err := seen.DataPtrUint8()
	if err != nil {
		return nil, false
	}
	const plane = contextSide * contextSide
	out := make([]float32, 4*plane)
	from := to.inverse()
	for i := range plane {
		p := from.apply(point{float64(i%contextSide) + .5, float64(i/contextSide) + .5})
		if p.x < 0 || p.y < 0 || p.x >= float64(f.width) || p.y >= float64(f.height) {
			continue // 0 in every plane
		}
		for ch := range 3 {
			out[ch*plane+i] = float32(pix[3*i+ch])/127.5 - 1
		}
		out[3*plane+i] = 1
	}
	return out, true
}
