package photocheck

import (
	"fmt"
	"image"
	"math"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/profile"
)

// Image is a re-encoded picture without metadata.
type Image struct {
	JPEG          []byte
	Width, Height int // pixels
}

const (
	renditionSide    = 1600
	renditionQuality = 85
)

// renderWhole renders the whole photo upright for pages.
func renderWhole(f *Frame) (*Image, error) {
	small, _ := shrunk(f.whole.bgr, renditionSide)
	small = turnUpright(small, f.header.Orientation)
	defer func() { small.Close() }()
	return encode(small, renditionQuality)
}

// renderPrint renders the crop as it will be printed: scaled down to the largest size of the profile, never up unless the
// decode was reduced, in as many bytes as the profile allows.
func renderPrint(f *Frame, rules profile.Frame) (*Image, error) {
	c, k := f.framing.crop, f.whole.scale
	r := asStored(image.Rect(c.X, c.Y, c.X+c.Width, c.Y+c.Height), f.width, f.height, f.header.Orientation)
	r = image.Rect(int(math.Round(float64(r.Min.X)*k)), int(math.Round(float64(r.Min.Y)*k)),
		int(math.Round(float64(r.Max.X)*k)), int(math.Round(float64(r.Max.Y)*k))).
		Intersect(image.Rect(0, 0, f.whole.bgr.Cols(), f.whole.bgr.Rows()))
	if r.Empty() {
		return nil, fmt.Errorf("render the print: the crop %v is empty", *c)
	}
	width, height := c.Width, c.Height
	if width > rules.MaxWidth || height > rules.MaxHeight {
		s := min(float64(rules.MaxWidth)/float64(width), float64(rules.MaxHeight)/float64(height))
		width, height = int(math.Round(float64(width)*s)), int(math.Round(float64(height)*s))
	}
	region := f.whole.bgr.Region(r)
	defer region.Close()
	size := image.Pt(width, height)
	if f.header.Orientation >= 5 { // stored on its side
		size = image.Pt(height, width)
	}
	out := gocv.NewMat()
	method := gocv.InterpolationArea
	if size.X > r.Dx() {
		method = gocv.InterpolationCubic
	}
	gocv.Resize(region, &out, size, 0, 0, method)
	out = turnUpright(out, f.header.Orientation)
	defer func() { out.Close() }()
	for quality := 95; quality >= 50; quality -= 5 {
		img, err := encode(out, quality)
		if err != nil || len(img.JPEG) <= rules.MaxBytes {
			return img, err
		}
	}
	return nil, fmt.Errorf("render the print: it stays above %d bytes", rules.MaxBytes)
}

func encode(m gocv.Mat, quality int) (*Image, error) {
	buf, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, m, []int{gocv.IMWriteJpegQuality, quality})
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	defer buf.Close()
	return &Image{JPEG: append([]byte{}, buf.GetBytes()...), Width: m.Cols(), Height: m.Rows()}, nil
}
