package occlusion

import (
	"math"
	"math/rand/v2"
)

// lids is one eye's opening, in IED from its pupil: the upper and the lower lid as functions of x.
type lids struct{ upper, lower []Point }

// meanLids were read from the landmarks of 36 studio portraits; each point differs between people by .01 to .02. x runs from the
// inner corner to the outer one.
var meanLids = lids{
	upper: []Point{{-.23, .06}, {-.12, -.03}, {0, -.06}, {.12, -.035}, {.2, .03}},
	lower: []Point{{-.23, .06}, {-.12, .08}, {0, .1}, {.12, .08}, {.2, .03}},
}

func alongCurve(ps []Point, x float64) float64 {
	for i := 1; i < len(ps); i++ {
		if x <= ps[i].X || i == len(ps)-1 {
			a, b := ps[i-1], ps[i]
			t := min(1, max(0, (x-a.X)/(b.X-a.X)))
			t = .5*t + .5*smoothstep(0, 1, t) // no corners where pieces meet
			return a.Y + (b.Y-a.Y)*t
		}
	}
	return 0
}

// closure is how lids come down, the same for both eyes.
type closure struct {
	by, sag      float64 // share of the opening; how much lower than the lower lid the lashes end
	skin         float64 // height of the skin above the lid that is drawn down
	rim          float64 // how much of the open lid's dark rim comes with it
	soft         float64
	lash, length float64 // opacity of the line of lashes, and how long they are
	width        float64
	shade        float64
	colour       rgb
	seed         uint64
}

func anyClosure(rng *rand.Rand, by float64) closure {
	return closure{by: by, sag: between(rng, -.005, .035), skin: between(rng, .05, .13), rim: between(rng, -.03, .012),
		soft: between(rng, .004, .015),
		lash: between(rng, 0, .85), length: between(rng, 0, .045), width: between(rng, .006, .022), shade: between(rng, -.12, .1),
		colour: oneOf(rng, rgb{20, 15, 12}, rgb{50, 35, 28}, rgb{90, 65, 50}), seed: rng.Uint64()}
}

// lower draws the skin above an eye down over it, as the lid does, and the lashes with it.
func (c *canvas) lower(side float64, k closure) {
	open := c.Portrait // what was there before
	from := newSampler(c, open)
	const left, right, top, bottom = -.3, .28, -.22, .2
	end := func(x float64) (upper, lower, line float64) {
		upper, lower = alongCurve(meanLids.upper, x), alongCurve(meanLids.lower, x)
		bow := 1 - min(1, (x/.22)*(x/.22))
		return upper, lower, upper + (lower-upper)*k.by + k.sag*bow*smoothstep(.7, 1, k.by)
	}
	x1, x2 := side*.5+left, side*.5+right
	if side < 0 {
		x1, x2 = side*.5-right, side*.5-left
	}
	c.paint(x1, top, x2, bottom, func(x, y float64, under rgb) (rgb, float64) {
		dx := (x - side*.5) * side
		upper, lower, line := end(dx)
		border := smoothstep(left, left+.06, dx) * smoothstep(right, right-.06, dx)
		source := upper - k.skin
		out, alpha := under, 0.0
		if y > source && line > upper {
			// Rows between the top of the drawn skin and the line come from between that top and the lid's rim.
			v := source + (y-source)*(upper+k.rim-source)/(line-source)
			out = from(x, min(v, upper+k.rim))
			t := (y - source) / (line - source)
			out = out.times(1 + k.shade*math.Sin(math.Pi*min(1, t)))
			alpha = border * c.edge(line-y, k.soft)
		}
		if k.by > .85 && y > line && y < lower+.05 { // no eye shows under a shut lid
			out, alpha = from(x, lower+.055+.3*(y-line)), border*smoothstep(lower+.05, lower+.03, y)
		}
		d := y - line
		fan := k.length * (.4 + .6*noise(k.seed, dx*70+40*d*dx, 3)) * smoothstep(-.24, -.1, dx)
		lash := max(c.edge(k.width-math.Abs(d), k.width/2), .8*smoothstep(fan, 0, d)*smoothstep(-k.width, 0, d)*noise(k.seed,
			dx*90+60*d*dx, 9))
		if a := border * k.lash * lash; a > 0 && lower > upper+.01 {
			out, alpha = out.mix(k.colour.times(c.exposure), a), max(alpha, a)
		}
		return out, alpha
	})
}

// newSampler reads a picture as it is now while the canvas is painted on.
func newSampler(c *canvas, p Portrait) func(x, y float64) rgb {
	frozen := newFrozen(c, p)
	return frozen.colourAt
}

func newFrozen(c *canvas, p Portrait) *canvas {
	out := *c
	out.Portrait = p.copied()
	return &out
}

func closedEyes(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, k := newCanvas(p), anyClosure(rng, strength)
	c.lower(-1, k)
	c.lower(1, k)
	return c.done()
}

func oneClosedEye(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c := newCanvas(p)
	c.lower(-1, anyClosure(rng, strength))
	return c.done()
}

// loweredLids narrows both eyes.
func loweredLids(p Portrait, strength float64, rng *rand.Rand) Portrait {
	c, k := newCanvas(p), anyClosure(rng, strength)
	k.lash *= .6
	c.lower(-1, k)
	c.lower(1, k)
	return c.done()
}
