package simulate

import (
	"image"
	"math"
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// placingEffects put the head elsewhere in the picture, turn it, or cut it. Strengths of cuts are how far the picture's edge
// reaches into the head, in inter-eye distances; those of turns are degrees.
var placingEffects = []Effect{
	{"cut_left", Direct, report.FeaturesVisible, [2]float64{.15, .7}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return p.within(-.95+s, -9, 9, 9)
	}},
	{"cut_right", Direct, report.FeaturesVisible, [2]float64{.15, .7}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return p.within(-9, -9, .95-s, 9)
	}},
	{"cut_top", Direct, report.FeaturesVisible, [2]float64{.1, .8}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return p.within(-9, -1.1+s, 9, 9)
	}},
	{"cut_bottom", Direct, report.FeaturesVisible, [2]float64{.1, .9}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return p.within(-9, -9, 9, 1.6-s)
	}},
	// Chin to crown as a share of the picture's height.
	{"head_large", Direct, report.HeadSize, [2]float64{.62, .85}, headLarge},
	// How many times smaller than the printed frame needs.
	{"head_far", Direct, report.PixelSize, [2]float64{1.3, 3}, headFar},
	// How far the edge is nearer than it may be.
	{"off_side", Direct, report.HeadPosition, [2]float64{.3, .9}, offSide},
	{"off_bottom", Direct, report.HeadPosition, [2]float64{.3, 1}, func(p Portrait, s float64, _ *rand.Rand) Portrait {
		return p.within(-9, -9, 9, 3.2-s).printable()
	}},
	// Width over height.
	{"panorama", Direct, report.Aspect, [2]float64{2.2, 3}, shaped},
	{"landscape", Direct, "", [2]float64{1.05, 1.6}, shaped},
	{"tilt", Direct, report.Pose, [2]float64{12, 45}, tilted},
	{"slight_tilt", Direct, "", [2]float64{1, 5}, tilted},
	{"sideways", Direct, report.Pose, [2]float64{90, 90}, quarterTurn},
	{"upside_down", Direct, report.Pose, [2]float64{180, 180}, func(p Portrait, _ float64, _ *rand.Rand) Portrait {
		return p.turned(2)
	}},
	{"mirrored", Direct, "", [2]float64{1, 1}, mirrored},
}

// within cuts a portrait by edges in IED from between the eyes, where they lie inside the picture.
func (p Portrait) within(left, top, right, bottom float64) Portrait {
	m, ied := p.ruler().middle, p.ruler().ied
	px := func(v float64) int { return int(math.Round(v)) }
	r := image.Rect(px(m.X+left*ied), px(m.Y+top*ied), px(m.X+right*ied), px(m.Y+bottom*ied))
	return p.Cut(r.Intersect(p.Pixels.Rect))
}

// headHeight is chin to crown of most people, in IED.
const headHeight = 3.55

// headLarge cuts a 5:7 frame in which the head fills a share of the height.
func headLarge(p Portrait, strength float64, _ *rand.Rand) Portrait {
	h := headHeight / strength
	return p.within(-h*5/14, -.5*h, h*5/14, .5*h).printable()
}

// printable enlarges a picture that could not be printed for want of pixels: that would be another fault. A little more than the
// frame's 1000 pixels of height are needed.
func (p Portrait) printable() Portrait {
	frame := min(float64(p.Pixels.Rect.Dy()), float64(p.Pixels.Rect.Dx())*7/5)
	return p.Resized(max(1, 1100/frame))
}

// headFar takes the camera away: the head is small before much wall, with the body down to the lower edge.
func headFar(p Portrait, strength float64, _ *rand.Rand) Portrait {
	w, h := p.Pixels.Rect.Dx(), p.Pixels.Rect.Dy()
	k := min(110/strength/p.ruler().ied, 1/strength)
	side := int(float64(w) * (1/k - 1) / 2)
	p = p.extended(side, int(float64(h)*(1/k-1)), side)
	return p.Resized(float64(w) / float64(p.Pixels.Rect.Dx()))
}

// extended gives a portrait more wall at its left, top and right, by so many pixels. What the old edge cut, long hair and arms,
// fades into the wall before it, or a straight line would be seen there.
func (p Portrait) extended(left, top, right int) Portrait {
	if left+top+right == 0 {
		return p
	}
	wall, _ := p.wall()
	r, b := p.ruler(), p.Pixels.Rect
	out := image.NewRGBA(image.Rect(0, 0, left+b.Dx()+right, top+b.Dy()))
	fade := .7 * r.ied
	for py := range out.Rect.Dy() {
		for px := range out.Rect.Dx() {
			dst := out.Pix[out.PixOffset(px, py):]
			dst[3] = 255
			sx, sy := px-left, py-top
			share := 1.0 // of the old picture
			if left > 0 {
				share *= step(0, fade, float64(sx))
			}
			if right > 0 {
				share *= step(0, fade, float64(b.Dx()-1-sx))
			}
			if top > 0 {
				share *= step(0, fade, float64(sy))
			}
			if share == 1 {
				copy(dst[:3], p.Pixels.Pix[p.Pixels.PixOffset(sx, sy):])
				continue
			}
			x, y := r.position(sx, sy)
			// The wall's colour is known where the picture is; far away it stays what it was.
			colour := wall.at(min(max(x, -3), 3), min(max(y, -3), 2))
			if share == 0 {
				dst[0], dst[1], dst[2] = clip(colour[0]), clip(colour[1]), clip(colour[2])
				continue
			}
			if math.Hypot(x/1.2, y/1.9) < 1 { // never the face
				share = 1
			}
			src := p.Pixels.Pix[p.Pixels.PixOffset(sx, sy):]
			for c := range 3 {
				dst[c] = clip(colour[c] + (float64(src[c])-colour[c])*share)
			}
		}
	}
	p.Pixels = out
	for i := range p.Eyes {
		p.Eyes[i].X += float64(left)
		p.Eyes[i].Y += float64(top)
	}
	return p
}

func clip(v float64) uint8 { return uint8(min(max(v+.5, 0), 255)) }

// offSide puts the head to one side.
func offSide(p Portrait, strength float64, rng *rand.Rand) Portrait {
	if (dice{rng}).sign() < 0 {
		return p.within(-2.2+strength, -9, 9, 9).printable()
	}
	return p.within(-9, -9, 2.2-strength, 9).printable()
}

// shaped gives a picture another width over its height, by more wall or less of it.
func shaped(p Portrait, strength float64, _ *rand.Rand) Portrait {
	h := p.Pixels.Rect.Dy()
	w := int(math.Round(strength * float64(h)))
	left := w/2 - int(math.Round(p.ruler().middle.X)) // pixels before the old edge
	p = p.extended(max(left, 0), 0, max(w-left-p.Pixels.Rect.Dx(), 0))
	left = max(-left, 0)
	return p.Cut(image.Rect(left, 0, left+w, h))
}

// tilted turns a portrait about the face, either way.
func tilted(p Portrait, strength float64, rng *rand.Rand) Portrait {
	return p.rotated(dice{rng}.sign() * strength * math.Pi / 180)
}

// rotated turns a portrait clockwise about the face by an angle in radians, with more wall where none was in the picture.
func (p Portrait) rotated(angle float64) Portrait {
	w, h := p.Pixels.Rect.Dx(), p.Pixels.Rect.Dy()
	more := int(math.Abs(math.Sin(angle)) * float64(max(w, h)) / 2)
	wide := p.extended(more, more, more)
	from, to := wide.ruler().pixel(0, .5), p.ruler().pixel(0, .5)
	return wide.Warped(Similarity(1, angle, from, to), w, h)
}

// Upright turns a portrait so that its eyes lie level.
func (p Portrait) Upright() Portrait {
	a := p.ruler().along
	return p.rotated(-math.Atan2(a.Y, a.X))
}

func quarterTurn(p Portrait, _ float64, rng *rand.Rand) Portrait { return p.turned(1 + 2*rng.IntN(2)) }

// turned turns by quarters, clockwise, without any loss.
func (p Portrait) turned(quarters int) Portrait {
	for range quarters {
		src := p.Pixels
		w, h := src.Rect.Dx(), src.Rect.Dy()
		out := image.NewRGBA(image.Rect(0, 0, h, w))
		for y := range h {
			for x := range w {
				copy(out.Pix[x*out.Stride+4*(h-1-y):][:4], src.Pix[y*src.Stride+4*x:][:4])
			}
		}
		p.Pixels = out
		for i, e := range p.Eyes {
			p.Eyes[i] = Point{float64(h-1) - e.Y, e.X}
		}
	}
	return p
}

// mirrored is what the front cameras of some phones save.
func mirrored(p Portrait, _ float64, _ *rand.Rand) Portrait {
	w := p.Pixels.Rect.Dx()
	out := image.NewRGBA(p.Pixels.Rect)
	for y := range p.Pixels.Rect.Dy() {
		src, dst := p.Pixels.Pix[y*p.Pixels.Stride:], out.Pix[y*out.Stride:]
		for x := range w {
			copy(dst[4*(w-1-x):][:4], src[4*x:][:4])
		}
	}
	p.Pixels = out
	right := float64(w - 1)
	p.Eyes = [2]Point{{right - p.Eyes[1].X, p.Eyes[1].Y}, {right - p.Eyes[0].X, p.Eyes[0].Y}}
	return p
}

func copied(src *image.RGBA) *image.RGBA {
	out := image.NewRGBA(src.Rect)
	copy(out.Pix, src.Pix)
	return out
}
