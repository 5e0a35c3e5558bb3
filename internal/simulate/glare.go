package simulate

import (
	"math"
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// glareEffects add light that comes off a surface instead of out of it. Strengths of spots, windows and bands are sizes in
// inter-eye distances; those of sheens are light, where 1 is white.
var glareEffects = []Effect{
	{"glare_spots", Direct, report.Glare, [2]float64{.08, .2}, spots},
	{"glare_band", Direct, report.Glare, [2]float64{.06, .25}, band},
	{"glare_wash", Direct, report.Glare, [2]float64{.3, .8}, wash},
	{"glare_lenses", Direct, report.Glare, [2]float64{.1, .24}, lenses},
	{"glare_lens_sheen", Direct, report.Glare, [2]float64{.15, .5}, lensSheen},
	{"glare_veil", Direct, report.Glare, [2]float64{.1, .35}, veil},
	{"shine", Direct, "", [2]float64{.03, .15}, shine},
}

// lit adds light, which gain gives for a position in IED and for a colour.
func lit(p Portrait, extra func(x, y float64) float64, colour [3]float64) Portrait {
	l, r := toLinear(p.Pixels), p.ruler()
	for py := range l.h {
		row := l.row(py)
		for px := range l.w {
			if v := extra(r.position(px, py)); v > 0 {
				for c := range 3 {
					row[3*px+c] += float32(v * colour[c])
				}
			}
		}
	}
	p.Pixels = l.picture()
	return p
}

// white is a lamp's or a sky's colour.
func white(rng *rand.Rand) [3]float64 {
	warm := dice{rng}.between(-.12, .12)
	return [3]float64{1 + warm, 1, 1 - warm}
}

// blob is a round highlight with a soft rim: as bright as full sun within its radius, and gone at 1.6 of it.
type blob struct{ x, y, rx, ry, bright float64 }

func (b blob) light(x, y float64) float64 {
	d := math.Hypot((x-b.x)/b.rx, (y-b.y)/b.ry)
	if d > 1.6 {
		return 0
	}
	return b.bright * (1 - step(.7, 1.6, d))
}

// Where skin bulges, in IED: both cheeks, forehead, nose, chin.
var bulges = []Point{{-.55, .62}, {.55, .62}, {-.3, -.62}, {.3, -.6}, {0, .5}, {.05, 1.55}}

// spots are lamps' clipped highlights on skin. The first has the full size.
func spots(p Portrait, strength float64, rng *rand.Rand) Portrait {
	var all []blob
	for i, k := range rng.Perm(len(bulges))[:1+rng.IntN(3)] {
		size := strength
		if i > 0 {
			size *= dice{rng}.between(.4, .9)
		}
		long := dice{rng}.between(1, 1.5)
		x, y := bulges[k].X+dice{rng}.between(-.08, .08), bulges[k].Y+dice{rng}.between(-.08, .08)
		all = append(all, blob{x, y, size * long, size / long, 3})
	}
	return lit(p, sum(all), white(rng))
}

func sum(all []blob) func(x, y float64) float64 {
	return func(x, y float64) float64 {
		v := 0.0
		for _, b := range all {
			v += b.light(x, y)
		}
		return v
	}
}

// band is a strip of sun or of a lamp's reflection across the face, strength wide.
func band(p Portrait, strength float64, rng *rand.Rand) Portrait {
	sin, cos := math.Sincos(dice{rng}.between(0, math.Pi))
	cx, cy := dice{rng}.between(-.25, .25), dice{rng}.between(.1, .8)
	soft := dice{rng}.between(.02, .1)
	return lit(p, func(x, y float64) float64 {
		off := math.Abs((x-cx)*cos + (y-cy)*sin)
		return 2.5 * (1 - step(strength/2, strength/2+soft, off)) * (1 - step(1, 1.3, oval(x, y)))
	}, white(rng))
}

// wash is a flash from near by: a part of the face goes white. strength is the radius of that part.
func wash(p Portrait, strength float64, rng *rand.Rand) Portrait {
	cx, cy := dice{rng}.between(-.4, .4), dice{rng}.between(-.1, .6)
	return lit(p, func(x, y float64) float64 {
		return 2 * (1 - step(.7*strength, 1.5*strength, math.Hypot(x-cx, y-cy)))
	}, white(rng))
}

// lens is a spectacle lens: a window is mirrored in it, of one or four panes.
type lens struct {
	cx, cy, size, lean float64
	panes              bool
}

func (g lens) light(x, y float64) float64 {
	u, v := x-g.cx, y-g.cy
	if math.Abs(u) > .6 || math.Abs(v) > .6 {
		return 0
	}
	u, v = u+g.lean*v+.3*v*v, v-.2*u*u // glass is curved
	soft := .02
	inside := (1 - step(g.size, g.size+soft, math.Abs(u))) * (1 - step(.8*g.size, .8*g.size+soft, math.Abs(v)))
	if g.panes {
		inside *= step(.03*g.size, .09*g.size, math.Abs(u)) * step(.03*g.size, .09*g.size, math.Abs(v))
	}
	return inside
}

// spectacles darkens a thin rim about both eyes.
func spectacles(p Portrait, rng *rand.Rand) Portrait {
	width, dark, square := dice{rng}.between(.02, .05), dice{rng}.between(.1, .5), dice{rng}.between(2, 5)
	return relitSharply(p, func(x, y float64) float64 {
		if math.Abs(x) > 1.1 || math.Abs(y-.06) > .5 {
			return 1
		}
		u, v := (math.Abs(x)-.5)/.4, (y-.06)/.31
		d := math.Abs(math.Pow(math.Pow(math.Abs(u), square)+math.Pow(math.Abs(v), square), 1/square)-1) * .33
		bridge := math.Max(math.Abs(x)-.12, math.Abs(y+.04)-.5*width)
		return 1 - (1-dark)*(1-step(.5*width, .5*width+.015, math.Min(d, bridge+.5*width)))
	})
}

// relitSharply is relit for what has edges.
func relitSharply(p Portrait, gain func(x, y float64) float64) Portrait {
	l, r := toLinear(p.Pixels), p.ruler()
	for py := range l.h {
		row := l.row(py)
		for px := range l.w {
			if g := float32(gain(r.position(px, py))); g != 1 {
				for c := range 3 {
					row[3*px+c] *= g
				}
			}
		}
	}
	p.Pixels = l.picture()
	return p
}

// lenses are windows in both lenses, or a streak that covers them. strength is half the window's width.
func lenses(p Portrait, strength float64, rng *rand.Rand) Portrait {
	p = spectacles(p, rng)
	dx, dy, lean, panes := dice{rng}.between(-.1, .1), dice{rng}.between(-.05, .05), dice{rng}.between(-.3, .3), rng.IntN(2) == 0
	left, right := lens{-.5 + dx, dy, strength, lean, panes}, lens{.5 + dx, dy, strength * dice{rng}.between(.7, 1), lean, panes}
	return lit(p, func(x, y float64) float64 { return 3 * (left.light(x, y) + right.light(x, y)) }, white(rng))
}

// lensSheen is a screen that is mirrored in spectacles: bluish, and no white in it.
func lensSheen(p Portrait, strength float64, rng *rand.Rand) Portrait {
	p = spectacles(p, rng)
	lean, blue := dice{rng}.between(-.3, .3), dice{rng}.between(1.2, 1.8)
	left, right := lens{-.5, .02, .24, lean, false}, lens{.5, .02, .24, lean, false}
	return lit(p, func(x, y float64) float64 { return strength * (left.light(x, y) + right.light(x, y)) }, [3]float64{.7, 1, blue})
}

// veil is a sheen over all of the picture, stronger to one side, that takes contrast and does not clip.
func veil(p Portrait, strength float64, rng *rand.Rand) Portrait {
	sin, cos := math.Sincos(dice{rng}.between(0, 2*math.Pi))
	blue := dice{rng}.between(1.05, 1.5)
	return lit(p, func(x, y float64) float64 {
		return strength * (.25 + .75*step(-1.5, 1.5, x*cos+(y-.45)*sin))
	}, [3]float64{.85, 1, blue})
}

// shine is what powder is for: forehead, nose and cheeks gleam, and nothing is lost.
func shine(p Portrait, strength float64, rng *rand.Rand) Portrait {
	all := []blob{{0, -.6, dice{rng}.between(.2, .4), .18, strength}, {0, .4, .07, dice{rng}.between(.1, .25), strength},
		{-.55, .5, .15, .12, .6 * strength}, {.55, .5, .15, .12, .6 * strength}}
	return lit(p, sum(all), white(rng))
}
