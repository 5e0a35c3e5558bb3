package simulate

import "math"

// ruler measures a portrait in the face's own units: x and y in inter-eye distances (IED) from the middle of the pupils, x along
// the eye line.
type ruler struct {
	middle Point
	along  Point // one IED along the eye line, in pixels
	ied    float64
}

func (p Portrait) ruler() ruler {
	a, b := p.Eyes[0], p.Eyes[1]
	along := Point{b.X - a.X, b.Y - a.Y}
	return ruler{Point{(a.X + b.X) / 2, (a.Y + b.Y) / 2}, along, math.Hypot(along.X, along.Y)}
}

// pixel is where a position of the face lies in the picture.
func (r ruler) pixel(x, y float64) Point {
	return Point{r.middle.X + x*r.along.X - y*r.along.Y, r.middle.Y + x*r.along.Y + y*r.along.X}
}

// position is the reverse: the middle of pixel (px,py) in IED.
func (r ruler) position(px, py int) (x, y float64) {
	dx, dy := float64(px)-r.middle.X, float64(py)-r.middle.Y
	n := r.ied * r.ied
	return (dx*r.along.X + dy*r.along.Y) / n, (dy*r.along.X - dx*r.along.Y) / n
}

// oval is 0 in the middle of the face and 1 on its outline.
func oval(x, y float64) float64 { return math.Hypot(x/.85, (y-.45)/1.25) }

// step rises smoothly from 0 at low to 1 at high; high may be the lower number.
func step(low, high, v float64) float64 {
	t := min(max((v-low)/(high-low), 0), 1)
	return t * t * (3 - 2*t)
}
