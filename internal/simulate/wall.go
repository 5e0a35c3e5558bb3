package simulate

import (
	"math"
	"math/rand/v2"
	"slices"

	"prportal.example/pkg/photocheck/report"
)

// wallEffects change what is behind the person. Strengths are shares of the wall's light, but for pictures on the wall: the
// distance of their eyes over that of the person's.
var wallEffects = []Effect{
	{"wallpaper", Direct, report.Background, [2]float64{.25, .9}, wallpaper},
	{"wall_shadow", Direct, report.Background, [2]float64{.35, .8}, wallShadow},
	{"wall_falloff", Direct, "", [2]float64{.04, .15}, wallFalloff},
	{"wall_picture", Direct, "", [2]float64{.06, .2}, wallPicture},
}

// behind tells for each pixel how much of the wall is seen there, 1 for nothing else. A plain wall's colour changes evenly from
// side to side and from top to bottom: what comes near to it and is not about the face is wall. Behind a busy background there
// is no wall to find, and the outline of most people has to do.
func behind(p Portrait) []float32 {
	w, r := p.Pixels.Rect.Dx(), p.ruler()
	wall, plain := p.wall()
	out := make([]float32, w*p.Pixels.Rect.Dy())
	for i := range out {
		x, y := r.position(i%w, i/w)
		if math.Abs(x) < .9 && y < 1.5 && y > -.9 || math.Abs(x) < .5 && y > 0 {
			continue // face, neck
		}
		if plain {
			pix := p.Pixels.Pix[p.Pixels.PixOffset(i%w, i/w):]
			out[i] = float32((1 - step(20, 50, wall.distance(x, y, pix))) * step(.95, 1.1, oval(x, y)))
			if y > 1.6 { // white shirts before white walls
				out[i] *= float32(1 - person(x, y))
			}
		} else {
			out[i] = float32(1 - person(x, y))
		}
	}
	return out
}

// shade is a wall's colour, which changes evenly: for each channel a·x + b·y + c at a position in IED.
type shade [3][3]float64

func (s shade) at(x, y float64) (out [3]float64) {
	for c, k := range s {
		out[c] = k[0]*x + k[1]*y + k[2]
	}
	return out
}

func (s shade) distance(x, y float64, pix []uint8) float64 {
	d := 0.0
	for c, v := range s.at(x, y) {
		d += (float64(pix[c]) - v) * (float64(pix[c]) - v)
	}
	return math.Sqrt(d)
}

// wall finds the colour of what is behind the person, and whether it is a plain wall.
func (p Portrait) wall() (shade, bool) {
	var xs, ys []float64
	var pixels [][]uint8
	r := p.ruler()
	for py := 1; py < p.Pixels.Rect.Dy(); py += 5 {
		for px := 1; px < p.Pixels.Rect.Dx(); px += 5 {
			if x, y := r.position(px, py); y < 2 && person(x, y) == 0 {
				xs, ys = append(xs, x), append(ys, y)
				pixels = append(pixels, p.Pixels.Pix[p.Pixels.PixOffset(px, py):][:3])
			}
		}
	}
	if len(xs) == 0 {
		return shade{{0, 0, 210}, {0, 0, 210}, {0, 0, 210}}, false
	}
	// Hair is mostly dark and may fill much of the picture: the colour to start from is a light one.
	var wall shade
	for c := range wall {
		values := make([]float64, len(pixels))
		for i, v := range pixels {
			values[i] = float64(v[c])
		}
		slices.Sort(values)
		wall[c][2] = values[len(values)*4/5]
	}
	near := 0
	for _, within := range []float64{60, 40} {
		var planes [3]fit
		near = 0
		for i, v := range pixels {
			if wall.distance(xs[i], ys[i], v) < within {
				near++
				for c := range planes {
					planes[c].add(xs[i], ys[i], float64(v[c]))
				}
			}
		}
		if near == 0 {
			return wall, false
		}
		for c := range wall {
			wall[c] = planes[c].solve()
		}
	}
	return wall, near > len(pixels)/2
}

// fit is a plane through measured values, by least squares.
type fit struct{ n, x, y, xx, xy, yy, v, xv, yv float64 }

func (f *fit) add(x, y, v float64) {
	f.n++
	f.x, f.y, f.xx, f.xy, f.yy = f.x+x, f.y+y, f.xx+x*x, f.xy+x*y, f.yy+y*y
	f.v, f.xv, f.yv = f.v+v, f.xv+x*v, f.yv+y*v
}

// solve gives the a, b and c of v = a·x + b·y + c; a level plane where the values do not tell.
func (f *fit) solve() (out [3]float64) {
	mx, my, mv := f.x/f.n, f.y/f.n, f.v/f.n
	xx, xy, yy := f.xx/f.n-mx*mx, f.xy/f.n-mx*my, f.yy/f.n-my*my
	xv, yv := f.xv/f.n-mx*mv, f.yv/f.n-my*mv
	if det := xx*yy - xy*xy; det > 1e-3 {
		out[0], out[1] = (xv*yy-yv*xy)/det, (yv*xx-xv*xy)/det
	}
	out[2] = mv - out[0]*mx - out[1]*my
	return out
}

// rewalled multiplies the wall's light.
func rewalled(p Portrait, gain func(x, y float64) [3]float64) Portrait {
	wall, l, r := behind(p), toLinear(p.Pixels), p.ruler()
	for py := range l.h {
		row := l.row(py)
		for px := range l.w {
			k := wall[py*l.w+px]
			if k == 0 {
				continue
			}
			for c, g := range gain(r.position(px, py)) {
				row[3*px+c] *= 1 + (float32(g)-1)*k
			}
		}
	}
	p.Pixels = l.picture()
	return p
}

// wallpaper is a pattern behind the person: stripes, tiles, leaves or shelves.
func wallpaper(p Portrait, strength float64, rng *rand.Rand) Portrait {
	kind, size := rng.IntN(4), dice{rng}.between(.3, .9)
	shiftX, shiftY := rng.Float64(), rng.Float64()
	tint := [3]float64{dice{rng}.between(.5, 1.2), dice{rng}.between(.5, 1.2), dice{rng}.between(.5, 1.2)}
	return rewalled(p, func(x, y float64) [3]float64 {
		u, v := x/size+shiftX, y/size+shiftY
		var on float64
		switch kind {
		case 0: // stripes
			on = step(.45, .55, math.Abs(2*(u-math.Floor(u))-1))
		case 1: // tiles
			on = 1 - step(.03, .07, min(math.Abs(u-math.Round(u)), math.Abs(v-math.Round(v))))
		case 2: // leaves
			on = step(.1, .4, math.Sin(5*u+2*math.Sin(3*v))*math.Sin(5*v+2*math.Sin(2.3*u)))
		default: // shelves with books
			if f := v - math.Floor(v); f < .12 {
				on = .8
			} else {
				book := math.Floor(5 * u)
				on = .5 + .5*math.Sin(book*12.9898+math.Floor(v)*78.233)
			}
		}
		var out [3]float64
		for c := range out {
			out[c] = 1 - strength*on*min(tint[c], 1)
		}
		return out
	})
}

// wallShadow is the person's own shadow, from a lamp on one side.
func wallShadow(p Portrait, strength float64, rng *rand.Rand) Portrait {
	dx, dy := dice{rng}.sign()*dice{rng}.between(.6, 1.2), dice{rng}.between(.1, .5)
	return rewalled(p, func(x, y float64) [3]float64 { return even(1 - strength*person(x-dx, y-dy)) })
}

// wallFalloff is a wall that the lamps do not light evenly; strength is the loss over one inter-eye distance from the middle.
func wallFalloff(p Portrait, strength float64, rng *rand.Rand) Portrait {
	side := dice{rng}.between(-.5, .5)
	return rewalled(p, func(x, y float64) [3]float64 {
		return even(math.Exp(-strength * math.Hypot(x-side, .5*y)))
	})
}
