package checkcmd

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strconv"

	"golang.org/x/image/draw"

	"prportal.example/internal/judging"
	"prportal.example/internal/overlay"
	"prportal.example/internal/overlay/raster"
	"prportal.example/pkg/photocheck/report"
)

const (
	pictureSide = 1200 // long side in pixels of the photo in an annotated picture
	thumbSide   = 220  // of a photo in the list
	captionSide = 600  // least width in pixels of an annotated picture: a caption has to be read
)

// shot is one photo to be shown: its rendition and what was found on it.
type shot struct {
	verdict Verdict
	photo   image.Image // nil if it could not be decoded
	drawing overlay.Drawing
}

func newShot(v Verdict) (*shot, error) {
	s := &shot{verdict: v, drawing: overlay.New(v.Report, "en")}
	if v.Rendition == nil {
		return s, nil
	}
	photo, err := jpeg.Decode(bytes.NewReader(v.Rendition.JPEG))
	if err != nil {
		return nil, fmt.Errorf("rendition of %s: %w", judging.Printable(v.Path), err)
	}
	s.photo = photo
	return s, nil
}

// scaled is the photo with a long side of at most that many pixels.
func (s *shot) scaled(side int) *image.RGBA {
	size := s.photo.Bounds().Size()
	if long := max(size.X, size.Y); long > side {
		size = image.Pt(max(1, size.X*side/long), max(1, size.Y*side/long))
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	draw.BiLinear.Scale(out, out.Rect, s.photo, s.photo.Bounds(), draw.Src, nil)
	return out
}

// uri is the photo as a data URI, "" without one.
func (s *shot) uri(side int) (template.URL, error) {
	if s.photo == nil {
		return "", nil
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, s.scaled(side), &jpeg.Options{Quality: 82}); err != nil {
		return "", fmt.Errorf("picture of %s: %w", judging.Printable(s.verdict.Path), err)
	}
	return template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(b.Bytes())), nil //nolint:gosec // we encoded it
}

// drawn is what is worth drawing: all that failed or could not be told, and the frame.
func (s *shot) drawn() overlay.Drawing {
	d := s.drawing
	d.Groups = nil
	for _, g := range s.drawing.Groups {
		if g.Look() != overlay.LookPass {
			d.Groups = append(d.Groups, g)
		}
	}
	return d
}

var (
	paper       = color.RGBA{0x1b, 0x1e, 0x23, 255}
	ink         = color.RGBA{0xf2, 0xf4, 0xf7, 255}
	faint       = color.RGBA{0xa9, 0xb2, 0xbd, 255}
	classColour = map[string]color.RGBA{
		"pass": {0x7c, 0xd0, 0xff, 255}, "review": {0xff, 0xd3, 0x7a, 255}, "return": {0xff, 0x9b, 0x70, 255}, "error": {0xff, 0x8f, 0xa3, 255},
	}
)

// annotated is a PNG: the photo with the evidence of every check that did not pass, and below it the verdict and those checks.
func (s *shot) annotated(e entry) ([]byte, error) {
	photo := &image.RGBA{}
	if s.photo != nil {
		photo = s.scaled(pictureSide)
		if err := raster.Draw(photo, s.drawn()); err != nil {
			return nil, err
		}
	}
	width := max(photo.Rect.Dx(), captionSide)
	size := float64(width) / 42
	lines := captionOf(s.verdict, e)
	const lineHeight, margin = 1.45, 1.0
	height := photo.Rect.Dy() + int(size*(float64(len(lines))*lineHeight+2*margin))
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(out, out.Rect, image.NewUniform(paper), image.Point{}, draw.Src)
	left := (width - photo.Rect.Dx()) / 2
	draw.Draw(out, image.Rect(left, 0, left+photo.Rect.Dx(), photo.Rect.Dy()), photo, image.Point{}, draw.Src)
	face, err := raster.NewFace(size)
	if err != nil {
		return nil, err
	}
	defer face.Close()
	y := float64(photo.Rect.Dy()) + size*(margin+.85)
	for _, l := range lines {
		face.Write(out, size*margin, y, face.Fit(l.text, float64(width)-2*margin*size), l.colour)
		y += size * lineHeight
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, out); err != nil {
		return nil, fmt.Errorf("picture of %s: %w", e.Name, err)
	}
	return b.Bytes(), nil
}

type captionLine struct {
	text   string
	colour color.Color
}

// captionOf tells the verdict, and each check that failed or could not look.
func captionOf(v Verdict, e entry) []captionLine {
	lines := []captionLine{{strconv.Itoa(e.Number) + "  " + e.Name, ink}, {e.Says, classColour[e.Class]}}
	if v.Error != nil {
		return append(lines, captionLine{judging.Printable(*v.Error), ink})
	}
	for _, c := range v.Checks {
		switch c.Outcome {
		case report.Fail:
			text := c.ID.Title("en") + ": " + measured(c) + ", " + asked(c) + " is asked (" + string(c.Action) + ")"
			lines = append(lines, captionLine{text, ink})
		case report.Inconclusive:
			lines = append(lines, captionLine{c.ID.Title("en") + ": could not be judged", faint})
		}
	}
	return lines
}
