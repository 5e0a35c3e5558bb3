package profile

import (
	"errors"
	"fmt"

	"prportal.example/pkg/photocheck/report"
)

// ErrCrop is wrapped by every error of CheckCrop.
var ErrCrop = errors.New("the crop is refused")

// What may be wrong with a crop. They wrap ErrCrop.
var (
	ErrCropOutside = fmt.Errorf("%w: it lies outside of the picture", ErrCrop)
	ErrCropShape   = fmt.Errorf("%w: it has not the shape of the print", ErrCrop)
	ErrCropSmall   = fmt.Errorf("%w: it has too few pixels", ErrCrop)
)

// CheckCrop says what is wrong with a crop that somebody has chosen, of a picture of that size: it has to lie inside, to have
// exactly the shape of the frame, and to have pixels enough for the smallest print. It trusts no number.
func (f Frame) CheckCrop(c report.Rect, width, height int) error {
	switch {
	case c.X < 0 || c.Y < 0 || c.Width <= 0 || c.Height <= 0 || c.Width > width || c.Height > height ||
		c.X > width-c.Width || c.Y > height-c.Height:
		return fmt.Errorf("%w: %v of %d×%d", ErrCropOutside, c, width, height)
	case c.Width%f.AspectWidth != 0 || c.Height%f.AspectHeight != 0 || c.Width/f.AspectWidth != c.Height/f.AspectHeight:
		return fmt.Errorf("%w: %d×%d", ErrCropShape, c.Width, c.Height)
	case c.Width < f.MinWidth || c.Height < f.MinHeight:
		return fmt.Errorf("%w: %d×%d", ErrCropSmall, c.Width, c.Height)
	}
	return nil
}

// CropUnits returns the smallest and the largest crop of a picture of that size that CheckCrop takes, in units: a crop of u units
// is u·AspectWidth × u·AspectHeight pixels. most < least means that there is none.
func (f Frame) CropUnits(width, height int) (least, most int) {
	least = max((f.MinWidth+f.AspectWidth-1)/f.AspectWidth, (f.MinHeight+f.AspectHeight-1)/f.AspectHeight)
	return least, min(width/f.AspectWidth, height/f.AspectHeight)
}
