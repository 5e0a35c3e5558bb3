package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"prportal.example/internal/sandbox/wire"
	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// maxRenditionSide is the longest side, in pixels, of the picture that pages show.
const maxRenditionSide = 1600

// exchange sends a photo to the child and takes its answer. When ctx ends, what is still to be sent or read fails at once.
func (c *Child) exchange(ctx context.Context, p *process, photo []byte, crop *report.Rect) (Result, error) {
	var asked []byte
	if crop != nil {
		var err error
		if asked, err = json.Marshal(crop); err != nil {
			return Result{}, err
		}
	}
	if err := errors.Join(p.requests.SetWriteDeadline(time.Time{}), p.answers.SetReadDeadline(time.Time{})); err != nil {
		return Result{}, err
	}
	stop := context.AfterFunc(ctx, func() {
		past := time.Unix(1, 0)
		_, _ = p.requests.SetWriteDeadline(past), p.answers.SetReadDeadline(past) // open until replace closes them, after exchange
	})
	defer stop()
	if err := wire.Write(p.requests, wire.Message{Kind: wire.Photo, Number: c.number, Parts: [][]byte{photo, asked}}); err != nil {
		return Result{}, err
	}
	m, err := wire.Read(p.answers, wire.Result, wire.Fault)
	if err != nil {
		return Result{}, err
	}
	if !stop() {
		return Result{}, context.Cause(ctx) // the answer came too late to keep the child: its pipes have passed deadlines
	}
	if m.Number != c.number {
		return Result{}, &wire.MalformedError{What: fmt.Sprintf("an answer to photo %d, want %d", m.Number, c.number)}
	}
	if m.Kind == wire.Fault {
		return Result{}, fmt.Errorf("%w: %s", ErrFault, oneLine(m.Parts[0]))
	}
	result, err := c.accept(m)
	if err == nil && crop != nil && result.Rendition != nil && (result.Report.Crop == nil || *result.Report.Crop != *crop) {
		err = fmt.Errorf("its crop %v is not the one that was asked for, %v", result.Report.Crop, *crop)
	}
	if err != nil {
		return Result{}, &wire.MalformedError{What: err.Error()}
	}
	return result, nil
}

// accept looks at everything in the child's answer. The verdict is made here, from the child's measures.
func (c *Child) accept(m wire.Message) (Result, error) {
	var measured report.Report
	if err := json.Unmarshal(m.Parts[0], &measured); err != nil {
		return Result{}, fmt.Errorf("its report: %w", err)
	}
	if err := report.Validate(measured); err != nil {
		return Result{}, err
	}
	if measured.Error != nil { // of a check that could not look
		text := oneLine([]byte(*measured.Error))
		measured.Error = &text
	}
	r := profile.Judge(c.rules, measured, nil)
	if err := report.Validate(r); err != nil {
		return Result{}, err
	}
	rendition, err := picture(m.Parts[1], maxRenditionSide, maxRenditionSide)
	if err != nil {
		return Result{}, fmt.Errorf("its rendition: %w", err)
	}
	if rendition != nil && !sameShape(rendition, r.Width, r.Height) {
		return Result{}, fmt.Errorf("its rendition of %d×%d pixels does not show a photo of %d×%d", rendition.Width, rendition.Height,
			r.Width, r.Height)
	}
	frame := c.rules.Frame()
	print, err := picture(m.Parts[2], frame.MaxWidth, frame.MaxHeight)
	switch {
	case err != nil:
		return Result{}, fmt.Errorf("its print: %w", err)
	case (print != nil) != (rendition != nil && r.Crop != nil):
		return Result{}, errors.New("its pictures do not go with its report")
	case print != nil && (!sameShape(print, r.Crop.Width, r.Crop.Height) || len(print.JPEG) > frame.MaxBytes):
		return Result{}, fmt.Errorf("its print of %d×%d pixels and %d bytes does not show the crop", print.Width, print.Height, len(print.JPEG))
	}
	return Result{Report: r, Rendition: rendition, Print: print}, nil
}

// picture reads the header of a JPEG, which must be whole, upright, without anything behind it, and within the bounds. No bytes
// are no picture.
func picture(jpeg []byte, maxWidth, maxHeight int) (*Image, error) {
	if len(jpeg) == 0 {
		return nil, nil
	}
	h, err := header.Read(jpeg)
	switch {
	case err != nil:
		return nil, err
	case h.Format != "jpeg" || !h.Intact || h.Trailing != 0 || h.Orientation > 1:
		return nil, fmt.Errorf("it is no plain JPEG (%s, whole: %t, bytes behind it: %d, orientation %d)", h.Format, h.Intact, h.Trailing, h.Orientation)
	case h.Width > maxWidth || h.Height > maxHeight:
		return nil, fmt.Errorf("%d×%d pixels, at most %d×%d are allowed", h.Width, h.Height, maxWidth, maxHeight)
	}
	return &Image{JPEG: jpeg, Width: h.Width, Height: h.Height}, nil
}

// sameShape tells whether img is a width×height picture, scaled: within two pixels on its shorter side.
func sameShape(img *Image, width, height int) bool {
	if width <= 0 || height <= 0 {
		return false
	}
	k := max(float64(img.Width)/float64(width), float64(img.Height)/float64(height))
	return math.Abs(float64(img.Width)-k*float64(width)) <= 2 && math.Abs(float64(img.Height)-k*float64(height)) <= 2
}
