package portal

import (
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// cropping is the room that a crop has: the picture that it is of, and the rules of the print.
type cropping struct {
	frame         profile.Frame
	width, height int // of the upright picture, in pixels
	least, most   int // units, see profile.Frame.CropUnits
}

func newCropping(frame profile.Frame, width, height int) cropping {
	c := cropping{frame: frame, width: width, height: height}
	c.least, c.most = frame.CropUnits(width, height)
	return c
}

// free tells whether there is more than one crop to choose from.
func (c cropping) free() bool {
	w, h := c.most*c.frame.AspectWidth, c.most*c.frame.AspectHeight
	return c.most > c.least || (c.most == c.least && (w < c.width || h < c.height))
}

// at is the crop of that many units around a middle, or the nearest one that lies inside the picture.
func (c cropping) at(units, middleX, middleY int) report.Rect {
	u := max(c.least, min(units, c.most))
	r := report.Rect{Width: u * c.frame.AspectWidth, Height: u * c.frame.AspectHeight}
	r.X = max(0, min(middleX-r.Width/2, c.width-r.Width))
	r.Y = max(0, min(middleY-r.Height/2, c.height-r.Height))
	return r
}

// near is the crop that is nearest to any rectangle, however wrong.
func (c cropping) near(r report.Rect) report.Rect {
	bound := func(v, most int) int { return max(0, min(v, most)) }
	w, h := bound(r.Width, c.width), bound(r.Height, c.height)
	u := max(c.least, min(w/c.frame.AspectWidth, c.most))
	return c.at(u, bound(r.X, c.width)+max(w, u*c.frame.AspectWidth)/2, bound(r.Y, c.height)+max(h, u*c.frame.AspectHeight)/2)
}

// How far a button moves the crop, as a part of its width, and how much larger it makes it.
const (
	moveParts = 25
	sizeParts = 20
)

// moved is the crop after a press of a button; an unknown one leaves it.
func (c cropping) moved(r report.Rect, move string) report.Rect {
	r = c.near(r)
	u := r.Width / c.frame.AspectWidth
	x, y := r.X+r.Width/2, r.Y+r.Height/2
	step, size := max(1, r.Width/moveParts), max(1, u/sizeParts)
	switch move {
	case "left":
		x -= step
	case "right":
		x += step
	case "up":
		y -= step
	case "down":
		y += step
	case "larger":
		u += size
	case "smaller":
		u -= size
	default:
		return r
	}
	return c.at(u, x, y)
}

// headLine is the head as the pipeline found it: its height, and the middle between the eyes, in pixels; and how much of the height lies
// above the eyes.
type headLine struct{ Height, EyesX, EyesY, Above float64 }

// headOf reads it from a report; nil where nobody was found.
func headOf(r report.Report) *headLine {
	size, _ := r.Check(report.HeadSize)
	pose, _ := r.Check(report.Pose)
	h := headLine{Height: size.Values["head_px"], Above: usualAbove}
	for _, e := range pose.Evidence {
		if e.Label == "eyes" && len(e.Points) == 2 {
			h.EyesX, h.EyesY = (e.Points[0][0]+e.Points[1][0])/2, (e.Points[0][1]+e.Points[1][1])/2
		}
	}
	if h.Height <= 0 || h.EyesX <= 0 || h.EyesY <= 0 {
		return nil
	}
	for _, e := range size.Evidence {
		if e.Label == "head" && len(e.Points) == 2 { // from the crown to the chin
			h.Above = max(.3, min((h.EyesY-e.Points[0][1])/h.Height, .7))
		}
	}
	return &h
}

// advice names what to do with the crop for the head to fit: make it larger or smaller, move it, or nothing ("good"). Where there is no
// room left to do it, another photo is needed: the head is "large" or "small", or too near the "edge". The script says the same.
func (c cropping) advice(r report.Rect, h *headLine, limit report.Limit) string {
	if h == nil {
		return "unknown"
	}
	share := h.Height / float64(r.Height)
	x, y := (h.EyesX-float64(r.X))/float64(r.Width), (h.EyesY-float64(r.Y))/float64(r.Height)
	either := func(room bool, code, otherwise string) string {
		if room {
			return code
		}
		return otherwise
	}
	units := r.Width / c.frame.AspectWidth
	switch {
	case limit.Max != nil && share > *limit.Max:
		return either(units < c.most, "larger", "large")
	case limit.Min != nil && share < *limit.Min:
		return either(units > c.least, "smaller", "small")
	case x < c.frame.EyesXMin:
		return either(r.X > 0, "left", "edge")
	case x > c.frame.EyesXMax:
		return either(r.X+r.Width < c.width, "right", "edge")
	case y < c.frame.EyesYMin:
		return either(r.Y > 0, "up", "edge")
	case y > c.frame.EyesYMax:
		return either(r.Y+r.Height < c.height, "down", "edge")
	}
	return "good"
}

// usualAbove is how much of a head lies above the eyes.
const usualAbove = .485

// guides are the bands in which the top of the head and the chin lie if the head has the right size, as shares of the crop's height.
// They go with the eyes as far as those may go.
func (c cropping) guides(r report.Rect, h *headLine) (crown, chin [2]float64) {
	f := c.frame
	eyes, above := (f.EyesYMin+f.EyesYMax)/2, usualAbove
	if h != nil {
		eyes, above = max(f.EyesYMin, min((h.EyesY-float64(r.Y))/float64(r.Height), f.EyesYMax)), h.Above
	}
	return [2]float64{eyes - above*f.HeadMax, eyes - above*f.HeadMin},
		[2]float64{eyes + (1-above)*f.HeadMin, eyes + (1-above)*f.HeadMax}
}
