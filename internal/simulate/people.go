package simulate

import (
	"image"
	"math"
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// peopleEffects put several people into one picture. A face finder does not care that they are one and the same.
var peopleEffects = []Effect{
	// Strength is the number of people.
	{"group", Direct, report.FaceCount, [2]float64{2, 10}, group},
	// Strength is the distance of the other one's eyes over that of the person's.
	{"bystander", Direct, report.FaceCount, [2]float64{.4, .8}, bystander},
}

// pasted draws a person over a picture, with the eyes in another place, k times as large, and of another light.
func (p Portrait) pasted(onto *image.RGBA, eyes Point, k, angle, stops float64, mirror bool) {
	if mirror {
		p = mirrored(p, 1, nil)
	}
	r := p.ruler()
	reach := math.Ceil(4 * k * r.ied)
	corner := Point{math.Floor(eyes.X - reach), math.Floor(eyes.Y - reach)}
	size := 2 * int(reach)
	there := exposed(p.Warped(Similarity(k, angle, r.middle, Point{eyes.X - corner.X, eyes.Y - corner.Y}), size, size), stops)
	at := there.ruler()
	// Below the portrait's own edge there is no body to show.
	foot := (float64(p.Pixels.Rect.Dy()-1) - r.middle.Y) / r.ied
	for py := range size {
		for px := range size {
			x, y := px+int(corner.X), py+int(corner.Y)
			if !image.Pt(x, y).In(onto.Rect) {
				continue
			}
			fx, fy := at.position(px, py)
			if fy > foot {
				continue
			}
			share := person(fx, fy)
			if share == 0 {
				continue
			}
			src, dst := there.Pixels.Pix[there.Pixels.PixOffset(px, py):], onto.Pix[onto.PixOffset(x, y):]
			for c := range 3 {
				dst[c] = uint8(math.Round(float64(dst[c]) + (float64(src[c])-float64(dst[c]))*share))
			}
		}
	}
}

// group is a photo of n people in rows, the last one behind. The eyes of the result are those of a person in front.
func group(p Portrait, strength float64, rng *rand.Rand) Portrait {
	n := int(math.Round(strength))
	w, h := p.Pixels.Rect.Dx(), p.Pixels.Rect.Dy()
	rows := 1 + (n-1)/4
	inFront := (n + rows - 1) / rows
	// Heads are 3.5 IED apart: the faces are free, shoulders may hide each other.
	k := float64(w) / (float64(inFront)*3.5 + 1) / p.ruler().ied
	height := min(h, int(float64(w)*(.5+.25*float64(rows))))
	wall, _ := p.wall()
	colour := wall.at(0, -1)
	out := image.NewRGBA(image.Rect(0, 0, w, height))
	fill(out, out.Rect, [4]uint8{clip(colour[0]), clip(colour[1]), clip(colour[2]), 255})
	unit := k * p.ruler().ied
	var eyes [2]Point
	left := n
	for row := range rows {
		inRow := min(left, inFront)
		if row == 0 {
			inRow = n - (rows-1)*inFront
		}
		left -= inRow
		for i := range inRow {
			middle := Point{
				float64(w)/2 + (float64(i)-float64(inRow-1)/2)*3.5*unit + dice{rng}.between(-.2, .2)*unit,
				float64(height)/2 + (float64(row)-float64(rows-1)/2)*2.9*unit + dice{rng}.between(-.3, .3)*unit,
			}
			size, angle := k*dice{rng}.between(.8, 1.05), dice{rng}.between(-.15, .15)
			p.pasted(out, middle, size, angle, dice{rng}.between(-.5, .2), rng.IntN(2) == 0)
			half := .5 * size * p.ruler().ied
			eyes = [2]Point{{middle.X - half*math.Cos(angle), middle.Y - half*math.Sin(angle)},
				{middle.X + half*math.Cos(angle), middle.Y + half*math.Sin(angle)}}
		}
	}
	p.Pixels, p.Eyes = out, eyes
	return p
}

// bystander is somebody who stands behind the person.
func bystander(p Portrait, strength float64, rng *rand.Rand) Portrait {
	side := dice{rng}.sign()
	out := p.wider()
	r := out.ruler()
	behindWhom := copied(out.Pixels)
	eyes := r.pixel(side*(1.4+1.2*strength), dice{rng}.between(-.4, .3))
	p.pasted(behindWhom, eyes, strength, dice{rng}.between(-.1, .1), dice{rng}.between(-.4, 0), rng.IntN(2) == 0)
	p.pasted(behindWhom, r.middle, 1, 0, 0, false)
	out.Pixels = behindWhom
	return out
}

// wider gives a portrait as much wall as somebody beside the person needs.
func (p Portrait) wider() Portrait {
	r, b := p.ruler(), p.Pixels.Rect
	return p.extended(max(0, int(4*r.ied-r.middle.X)), 0, max(0, int(4*r.ied+r.middle.X)-b.Max.X))
}

// wallPicture hangs a framed photo of somebody on the wall, far smaller than the person.
func wallPicture(p Portrait, strength float64, rng *rand.Rand) Portrait {
	out := p.wider()
	r := out.ruler()
	wall := out.Pixels
	side := dice{rng}.sign()
	centre := r.pixel(side*dice{rng}.between(2, 2.6), -dice{rng}.between(.3, .8))
	unit := strength * r.ied
	half, tall := int(math.Ceil(1.7*unit)), int(math.Ceil(2.3*unit))
	rim := max(1, int(.25*unit))
	frame := image.Rect(int(centre.X)-half, int(centre.Y)-tall+int(.3*unit), int(centre.X)+half, int(centre.Y)+tall+int(.3*unit))
	dark := [4]uint8{uint8(30 + rng.IntN(80)), uint8(20 + rng.IntN(50)), uint8(20 + rng.IntN(30)), 255}
	fill(wall, frame.Inset(-rim), dark)
	fill(wall, frame, [4]uint8{200, 205, 210, 255})
	inside, ok := wall.SubImage(frame).(*image.RGBA)
	if ok && !inside.Rect.Empty() {
		p.pasted(inside, centre, strength, 0, dice{rng}.between(-.5, 0), rng.IntN(2) == 0)
	}
	return out
}

func fill(img *image.RGBA, r image.Rectangle, colour [4]uint8) {
	r = r.Intersect(img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			copy(img.Pix[img.PixOffset(x, y):][:4], colour[:])
		}
	}
}
