// Package raster draws the evidence of a photo report into a picture, as package overlay's style sheet draws it on a page. It is
// pure Go.
package raster

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"

	"prportal.example/internal/overlay"
)

// The colours of overlay.css.
var (
	black  = color.NRGBA{0, 0, 0, 190}
	white  = color.NRGBA{255, 255, 255, 255}
	orange = color.NRGBA{0xff, 0xb0, 0x00, 255}
	sky    = color.NRGBA{0x7c, 0xd0, 0xff, 255}

	mapTints = map[string]color.NRGBA{
		"dark": {0x3b, 0x6f, 0xe0, 255}, "bright": {0xf0, 0xe4, 0x42, 255}, "glare": {0xf0, 0xe4, 0x42, 255}, "blur": {0xe0, 0x7a, 0xb8, 255},
	}
	cellAlphas = [4]uint8{26, 46, 71, 107}
)

// style is how one look is drawn. Lengths are for a picture whose long side has styleSide pixels.
type style struct {
	line, text color.NRGBA
	width      float64
	dash       []float64 // lengths drawn and left out in turn; empty for a whole line
}

const (
	styleSide = 700
	haloWidth = 3.5 // more than the line
	dotWidth  = 5   // more than the line
)

var styles = map[overlay.Look]style{
	overlay.LookUnknown: {white, white, 2, []float64{1, 6}},
	overlay.LookPass:    {sky, color.NRGBA{0xc8, 0xec, 0xff, 255}, 2, []float64{7, 5}},
	overlay.LookFail:    {orange, color.NRGBA{0xff, 0xd3, 0x7a, 255}, 2, nil},
	overlay.LookReturn:  {orange, color.NRGBA{0xff, 0xd3, 0x7a, 255}, 3, nil},
	overlay.LookFrame:   {white, white, 2, []float64{12, 4, 2, 4}},
}

// Draw draws d into img, which shows exactly what d's view does, at any size.
func Draw(img *image.RGBA, d overlay.Drawing) error {
	if d.Empty() || img.Rect.Empty() {
		return nil
	}
	p := pen{
		img: img, x0: float64(d.View.X), y0: float64(d.View.Y),
		sx: float64(img.Rect.Dx()) / float64(d.View.Width), sy: float64(img.Rect.Dy()) / float64(d.View.Height),
	}
	p.k = d.Unit() * 100 * p.sy / styleSide
	face, err := NewFace(d.TextSize() * p.sy)
	if err != nil {
		return err
	}
	defer face.Close()
	layers := d.Layers()
	for _, l := range layers {
		s := styles[l.Group.Look()]
		for _, shape := range l.Shapes {
			p.surface(shape, s)
		}
		p.strokes(l.Shapes, s)
	}
	for _, l := range layers { // no line may lie over a text
		for _, shape := range l.Shapes {
			if shape.Form == overlay.Text {
				at := p.point(shape.Points[0])
				face.haloed(img, at[0], at[1], shape.Words, styles[l.Group.Look()].text)
			}
		}
	}
	return nil
}

// pen maps the picture's coordinates to img.
type pen struct {
	img            *image.RGBA
	k              float64 // pixels for one of styleSide
	x0, y0, sx, sy float64
}

func (p *pen) point(v [2]float64) [2]float64 {
	return [2]float64{float64(p.img.Rect.Min.X) + (v[0]-p.x0)*p.sx, float64(p.img.Rect.Min.Y) + (v[1]-p.y0)*p.sy}
}

func (p *pen) points(vs [][2]float64) [][2]float64 {
	out := make([][2]float64, len(vs))
	for i, v := range vs {
		out[i] = p.point(v)
	}
	return out
}

// surface shades an area or a cell.
func (p *pen) surface(s overlay.Shape, st style) {
	switch s.Form {
	case overlay.Area:
		tint := st.line
		tint.A = 51
		fill(p.img, [][][2]float64{p.points(s.Points)}, tint)
	case overlay.Cell:
		tint, known := mapTints[s.Map]
		if !known {
			tint = st.line
		}
		tint.A = cellAlphas[min(max(s.Level, 0), 3)]
		a, b := p.point(s.Points[0]), p.point(s.Points[1])
		fill(p.img, [][][2]float64{{a, {b[0], a[1]}, b, {a[0], b[1]}}}, tint)
	case overlay.Line, overlay.Loop, overlay.Contour, overlay.Dot, overlay.Text:
	}
}

// strokes draws the lines and dots of a layer twice, dark below bright, so that they show on any photo.
func (p *pen) strokes(shapes []overlay.Shape, st style) {
	var halo, line [][][2]float64
	for _, s := range shapes {
		switch s.Form {
		case overlay.Line, overlay.Loop:
			pts := p.points(s.Points)
			if s.Form == overlay.Loop {
				pts = append(pts, pts[0])
			}
			halo = append(halo, outline(pts, (st.width+haloWidth)*p.k)...)
			for _, stretch := range dashed(pts, st.dash, p.k) {
				line = append(line, outline(stretch, st.width*p.k)...)
			}
		case overlay.Contour:
			halo = append(halo, outline(p.points(s.Points), 2.5*p.k)...)
			line = append(line, outline(p.points(s.Points), p.k)...)
		case overlay.Dot:
			at := [][2]float64{p.point(s.Points[0])}
			halo = append(halo, outline(at, (st.width+dotWidth+haloWidth)*p.k)...)
			line = append(line, outline(at, (st.width+dotWidth)*p.k)...)
		case overlay.Area, overlay.Cell, overlay.Text:
		}
	}
	fill(p.img, halo, black)
	fill(p.img, line, st.line)
}

// outline returns polygons that together cover a line of that width with round joints and ends. All turn the same way, so that
// where they overlap they do not cancel out.
func outline(pts [][2]float64, width float64) [][][2]float64 {
	r := width / 2
	var out [][][2]float64
	for i, a := range pts {
		out = append(out, disc(a, r))
		if i == 0 {
			continue
		}
		b := pts[i-1]
		dx, dy := b[0]-a[0], b[1]-a[1]
		length := math.Hypot(dx, dy)
		if length == 0 {
			continue
		}
		nx, ny := -dy/length*r, dx/length*r
		out = append(out, [][2]float64{{a[0] + nx, a[1] + ny}, {b[0] + nx, b[1] + ny}, {b[0] - nx, b[1] - ny}, {a[0] - nx, a[1] - ny}})
	}
	return out
}

func disc(middle [2]float64, r float64) [][2]float64 {
	n := 8 + int(r)
	out := make([][2]float64, n)
	for i := range out {
		sin, cos := math.Sincos(-2 * math.Pi * float64(i) / float64(n))
		out[i] = [2]float64{middle[0] + r*cos, middle[1] + r*sin}
	}
	return out
}

// dashed cuts a line into the stretches that are drawn.
func dashed(pts [][2]float64, dash []float64, k float64) [][][2]float64 {
	if len(dash) == 0 {
		return [][][2]float64{pts}
	}
	var out [][][2]float64
	part, left := 0, dash[0]*k
	stretch := [][2]float64{pts[0]}
	for i := 1; i < len(pts); i++ {
		a, b := pts[i-1], pts[i]
		length := math.Hypot(b[0]-a[0], b[1]-a[1])
		for at := 0.0; at < length; {
			step := min(left, length-at)
			at += step
			left -= step
			p := [2]float64{a[0] + (b[0]-a[0])*at/length, a[1] + (b[1]-a[1])*at/length}
			if part%2 == 0 {
				stretch = append(stretch, p)
			}
			if left > 1e-9 {
				continue
			}
			if part%2 == 0 {
				out = append(out, stretch)
			}
			part = (part + 1) % len(dash)
			left, stretch = dash[part]*k, [][2]float64{p}
		}
	}
	if part%2 == 0 && len(stretch) > 1 {
		out = append(out, stretch)
	}
	return out
}

// fill lays a colour over what the polygons cover.
func fill(img *image.RGBA, polygons [][][2]float64, c color.NRGBA) {
	box := image.Rectangle{}
	for _, polygon := range polygons {
		for _, p := range polygon {
			box = box.Union(image.Rect(int(math.Floor(p[0])), int(math.Floor(p[1])), int(math.Floor(p[0]))+2, int(math.Floor(p[1]))+2))
		}
	}
	box = box.Intersect(img.Rect)
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	for _, polygon := range polygons {
		for i, p := range polygon {
			x, y := float32(p[0]-float64(box.Min.X)), float32(p[1]-float64(box.Min.Y))
			if i == 0 {
				r.MoveTo(x, y)
			} else {
				r.LineTo(x, y)
			}
		}
		r.ClosePath()
	}
	r.Draw(img, box, image.NewUniform(c), image.Point{})
}
