package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// framing is what can be printed of a picture with one head: the crop, or the one check that says why there is none.
type framing struct {
	crop *report.Rect
	// fails is the check that fails when there is no crop.
	fails report.CheckID
	// headShare is chin to crown over the height of the frame, frameHeight that height in pixels, and offset how far the
	// eyes lie from their nominal place, where 1 is the edge of the permitted band.
	headShare, frameHeight, offset float64
}

// headMargin is what the measured height of a head errs by at p95: see TestHeadHeight. A photo is not returned for too few pixels
// when its head may well be large enough for the smallest print.
const headMargin = .06

// frameHead finds the largest frame of the profile's shape inside the picture in which the head has the right size and
// place; among equally large ones, that with the eyes nearest to the middle of their band.
func frameHead(h head, width, height int, rules profile.Frame) framing {
	aw, ah := rules.AspectWidth, rules.AspectHeight
	unit := min(width/aw, height/ah) // the largest frame is unit·aw × unit·ah
	largest := float64(unit * ah)
	if whole, ok := wholePicture(h, width, height, rules); ok {
		return whole
	}
	out := framing{frameHeight: largest}
	if unit*ah < rules.MinHeight || unit*aw < rules.MinWidth {
		out.fails = report.PixelSize
		return out
	}
	if out.headShare = h.height() / largest; out.headShare > rules.HeadMax {
		out.fails = report.HeadSize
		return out
	}
	top := min(float64(unit), h.height()/rules.HeadMin/float64(ah))
	smallest := float64(max((rules.MinWidth+aw-1)/aw, (rules.MinHeight+ah-1)/ah))
	if top < smallest && h.height() >= (1-headMargin)*rules.HeadMin*smallest*float64(ah) {
		top = smallest
	}
	for u := int(top); float64(u*ah) >= h.height()/rules.HeadMax; u-- {
		x, y, ok := place(h, width, height, u*aw, u*ah, rules)
		if !ok {
			continue
		}
		out.headShare, out.frameHeight = h.height()/float64(u*ah), float64(u*ah)
		out.offset = offset(h.eyes, x, y, u*aw, u*ah, rules)
		if u*ah < rules.MinHeight || u*aw < rules.MinWidth {
			out.fails = report.PixelSize
			return out
		}
		out.crop = &report.Rect{X: x, Y: y, Width: u * aw, Height: u * ah}
		return out
	}
	// No place for the head: tell by how much, in the largest frame that its size allows.
	u := max(1, int(top))
	out.fails, out.frameHeight, out.headShare = report.HeadPosition, float64(u*ah), h.height()/float64(u*ah)
	x := clampInt(int(h.eyes.x)-u*aw/2, 0, width-u*aw)
	y := clampInt(int(h.eyes.y-.4*float64(u*ah)), 0, height-u*ah)
	out.offset = max(offset(h.eyes, x, y, u*aw, u*ah, rules), 1.01)
	if u*ah < rules.MinHeight || u*aw < rules.MinWidth {
		out.fails = report.PixelSize
	}
	return out
}

// frameAs takes the crop that somebody has chosen as it is; the checks say how the head lies in it.
func frameAs(h head, crop report.Rect, rules profile.Frame) framing {
	return framing{crop: &crop, headShare: h.height() / float64(crop.Height), frameHeight: float64(crop.Height),
		offset: offset(h.eyes, crop.X, crop.Y, crop.Width, crop.Height, rules)}
}

// wholePicture takes the picture as it is where it complies: a photo made for the purpose is not cut again.
func wholePicture(h head, width, height int, rules profile.Frame) (framing, bool) {
	shape := float64(width) * float64(rules.AspectHeight) / (float64(height) * float64(rules.AspectWidth))
	share := h.height() / float64(height)
	if math.Abs(shape-1) > .01 || width < rules.MinWidth || height < rules.MinHeight || width > rules.MaxWidth ||
		height > rules.MaxHeight || share < rules.HeadMin || share > rules.HeadMax {
		return framing{}, false
	}
	o := offset(h.eyes, 0, 0, width, height, rules)
	if o > 1 {
		return framing{}, false
	}
	return framing{crop: &report.Rect{Width: width, Height: height}, headShare: share, frameHeight: float64(height), offset: o}, true
}

// place puts a frame of w×h pixels so that the eyes lie in their band and the head inside, nearest to the middle.
func place(hd head, width, height, w, h int, rules profile.Frame) (x, y int, ok bool) {
	fw, fh := float64(w), float64(h)
	x, okX := nearest(hd.eyes.x-.5*(rules.EyesXMin+rules.EyesXMax)*fw, hd.eyes.x-rules.EyesXMax*fw, hd.eyes.x-rules.EyesXMin*fw, width-w)
	top := min(hd.crown.y, hd.chin.y)
	bottom := max(hd.crown.y, hd.chin.y)
	y, okY := nearest(hd.eyes.y-.5*(rules.EyesYMin+rules.EyesYMax)*fh, max(hd.eyes.y-rules.EyesYMax*fh, bottom-fh),
		min(hd.eyes.y-rules.EyesYMin*fh, top), height-h)
	return x, y, okX && okY
}

// nearest returns the whole number within [low,high] and [0,most] that is nearest to want.
func nearest(want, low, high float64, most int) (int, bool) {
	l, h := max(0, int(math.Ceil(low))), min(most, int(math.Floor(high)))
	if l > h {
		return 0, false
	}
	return clampInt(int(math.Round(want)), l, h), true
}

// offset is how far the eyes lie from the middle of their band, where 1 is its edge.
func offset(eyes point, x, y, w, h int, rules profile.Frame) float64 {
	in := func(v, low, high float64) float64 { return math.Abs(v-(low+high)/2) / ((high - low) / 2) }
	return max(in((eyes.x-float64(x))/float64(w), rules.EyesXMin, rules.EyesXMax),
		in((eyes.y-float64(y))/float64(h), rules.EyesYMin, rules.EyesYMax))
}

func clampInt(v, low, high int) int { return max(low, min(v, high)) }
