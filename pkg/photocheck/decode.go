package photocheck

import (
	"fmt"
	"image"
	"math"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/header"
)

const (
	// inspectSide is the least long side in pixels of what is inspected: larger pictures are halved, once or more often, as they
	// are decoded. A JPEG costs 0.6 decodes at half its size and 0.5 at a quarter, since the inverse cosine transform is smaller.
	inspectSide = 960
	// leastIED is the inter-eye distance in decoded pixels from which the canonical face is not scaled up.
	leastIED = faceIED
	// wholeBelow is the number of pixels above which nothing is decoded at full size: half of it is more than a print needs.
	wholeBelow = 26_000_000
	// deepBelow is the number of pixels above which 16 bits a channel with alpha, 8 bytes a pixel, are more than the memory allows:
	// the decoder then drops the alpha.
	deepBelow = 30_000_000
)

// picture is the decoded, upright photo in BGR, 8 bits a channel. Scale is its width over the width at full resolution: 1, 1/2,
// 1/4 or 1/8.
type picture struct {
	bgr   gocv.Mat
	scale float64
}

// reduction is the largest power of two by which side can be divided so that least remains; at most 8, as the decoder has it.
func reduction(side, least float64) int {
	n := 1
	for n < 8 && side/float64(2*n) >= least {
		n *= 2
	}
	return n
}

// leastReduction bounds the memory of a decode.
func leastReduction(h header.Header) int {
	if h.Width*h.Height > wholeBelow {
		return 2
	}
	return 1
}

// decode decodes data once, at 1/reduce of its size, as it is stored: not upright. The caller has checked its header: nothing here
// guards against a size bomb.
func decode(data []byte, h header.Header, reduce int) (gocv.Mat, error) {
	flags, left := gocv.IMReadColor|gocv.IMReadIgnoreOrientation, reduce
	switch {
	case h.Format == "jpeg":
		flags |= map[int]gocv.IMReadFlag{
			1: 0, 2: gocv.IMReadReducedColor2, 4: gocv.IMReadReducedColor4, 8: gocv.IMReadReducedColor8,
		}[reduce]
		left = 1
	case h.BitDepth == 16 && h.Width*h.Height > deepBelow:
	case h.Components == 2 || h.Components == 4:
		flags = gocv.IMReadUnchanged
	}
	m, err := gocv.IMDecode(data, flags)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("decode: %w", err)
	}
	if m.Empty() {
		m.Close()
		return gocv.Mat{}, fmt.Errorf("decode: no picture")
	}
	if left == 1 && m.Type() == gocv.MatTypeCV8UC3 {
		return m, nil
	}
	defer m.Close()
	return inStrips(m, left)
}

// inStrips makes a picture of 8-bit BGR out of what a decoder gives, at 1/reduce of its size, strip by strip: a second picture of
// full size would double the memory.
func inStrips(m gocv.Mat, reduce int) (gocv.Mat, error) {
	out := gocv.NewMatWithSize(max(1, m.Rows()/reduce), max(1, m.Cols()/reduce), gocv.MatTypeCV8UC3)
	const strip = 64 // rows of out
	for y := 0; y < out.Rows(); y += strip {
		rows := min(strip, out.Rows()-y)
		if err := convertStrip(m, &out, y, rows, reduce); err != nil {
			out.Close()
			return gocv.Mat{}, err
		}
	}
	return out, nil
}

func convertStrip(m gocv.Mat, out *gocv.Mat, y, rows, reduce int) error {
	// What is left over at the right and at the bottom is less than a pixel of the result.
	from := m.Region(image.Rect(0, min(y*reduce, m.Rows()-1), min(out.Cols()*reduce, m.Cols()), min((y+rows)*reduce, m.Rows())))
	defer from.Close()
	to := out.Region(image.Rect(0, y, out.Cols(), y+rows))
	defer to.Close()
	bgr := from
	if m.Type() != gocv.MatTypeCV8UC3 {
		var err error
		if bgr, err = onWhite(from); err != nil {
			return err
		}
		defer bgr.Close()
	}
	gocv.Resize(bgr, &to, image.Pt(out.Cols(), rows), 0, 0, gocv.InterpolationArea)
	return nil
}

// onWhite lays a picture with an alpha channel over white, as a printer would.
func onWhite(m gocv.Mat) (gocv.Mat, error) {
	eight := gocv.NewMat()
	defer eight.Close()
	switch m.Type() &^ 0x38 { // depth without channels
	case gocv.MatTypeCV8U:
		m.CopyTo(&eight) // a strip of a picture need not lie in one piece
	case gocv.MatTypeCV16U:
		m.ConvertToWithParams(&eight, gocv.MatTypeCV8U, 1.0/257, 0)
	default:
		return gocv.Mat{}, fmt.Errorf("decode: unexpected pixel type %v", m.Type())
	}
	if eight.Channels() != 4 { // the decoder drops the alpha of grey pictures, or there was none
		out := gocv.NewMat()
		switch eight.Channels() {
		case 1:
			gocv.CvtColor(eight, &out, gocv.ColorGrayToBGR)
		default:
			eight.CopyTo(&out)
		}
		return out, nil
	}
	src, err := eight.DataPtrUint8()
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("decode: %w", err)
	}
	out := gocv.NewMatWithSize(eight.Rows(), eight.Cols(), gocv.MatTypeCV8UC3)
	dst, err := out.DataPtrUint8()
	if err != nil {
		out.Close()
		return gocv.Mat{}, fmt.Errorf("decode: %w", err)
	}
	for i, j := 0, 0; i+3 < len(src); i, j = i+4, j+3 {
		a := int(src[i+3])
		for c := range 3 {
			dst[j+c] = uint8((int(src[i+c])*a + 255*(255-a) + 127) / 255)
		}
	}
	return out, nil
}

// turnUpright applies the EXIF orientation (CIPA DC-008, 1 to 8) and closes m where it makes a new picture.
func turnUpright(m gocv.Mat, orientation int) gocv.Mat {
	if orientation <= 1 || orientation > 8 {
		return m
	}
	out := gocv.NewMat()
	switch orientation {
	case 2:
		gocv.Flip(m, &out, 1)
	case 3:
		gocv.Rotate(m, &out, gocv.Rotate180Clockwise)
	case 4:
		gocv.Flip(m, &out, 0)
	case 5:
		gocv.Transpose(m, &out)
	case 6:
		gocv.Rotate(m, &out, gocv.Rotate90Clockwise)
	case 7:
		gocv.Rotate(m, &out, gocv.Rotate90Clockwise)
		gocv.Flip(out, &out, 0)
	case 8:
		gocv.Rotate(m, &out, gocv.Rotate90CounterClockwise)
	}
	m.Close()
	return out
}

// asStored maps a rectangle of the upright picture, which is width×height, to the picture as it is stored.
func asStored(r image.Rectangle, width, height, orientation int) image.Rectangle {
	left, right := r.Min.X, width-r.Max.X
	top, bottom := r.Min.Y, height-r.Max.Y
	switch orientation {
	case 2:
		return image.Rect(right, top, right+r.Dx(), top+r.Dy())
	case 3:
		return image.Rect(right, bottom, right+r.Dx(), bottom+r.Dy())
	case 4:
		return image.Rect(left, bottom, left+r.Dx(), bottom+r.Dy())
	case 5:
		return image.Rect(top, left, top+r.Dy(), left+r.Dx())
	case 6:
		return image.Rect(top, right, top+r.Dy(), right+r.Dx())
	case 7:
		return image.Rect(bottom, right, bottom+r.Dy(), right+r.Dx())
	case 8:
		return image.Rect(bottom, left, bottom+r.Dy(), left+r.Dx())
	default:
		return r
	}
}

// shrunk returns a copy of m whose long side is at most side pixels, and the factor from m to the copy.
func shrunk(m gocv.Mat, side int) (gocv.Mat, float64) {
	long := max(m.Cols(), m.Rows())
	if long <= side {
		return m.Clone(), 1
	}
	k := float64(side) / float64(long)
	return resized(m, image.Pt(max(1, int(math.Round(float64(m.Cols())*k))), max(1, int(math.Round(float64(m.Rows())*k))))), k
}

// resized returns m at a smaller size: by a whole factor by area first, then by the rest, which is less than 2, between pixels.
// Resizing by area in one step takes ten times as long.
func resized(m gocv.Mat, size image.Point) gocv.Mat {
	out := gocv.NewMat()
	if n := min(m.Cols()/size.X, m.Rows()/size.Y); n >= 2 {
		whole := gocv.NewMat()
		defer whole.Close()
		even := m.Region(image.Rect(0, 0, m.Cols()/n*n, m.Rows()/n*n))
		defer even.Close()
		gocv.Resize(even, &whole, image.Pt(m.Cols()/n, m.Rows()/n), 0, 0, gocv.InterpolationArea)
		m = whole
	}
	gocv.Resize(m, &out, size, 0, 0, gocv.InterpolationLinear)
	return out
}
