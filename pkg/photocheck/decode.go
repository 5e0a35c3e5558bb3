package photocheck

import (
	"fmt"
	"image"
	"math"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/header"
)

// reduceAbove is the number of pixels from which a JPEG is decoded at half its size: what is left is still far more than
// a print needs, at a quarter of the memory.
const reduceAbove = 26_000_000

// picture is the decoded, upright photo in BGR, 8 bits a channel. Scale is its width over the width at full resolution.
type picture struct {
	bgr   gocv.Mat
	scale float64
}

// decode decodes data once. The caller has checked its header: nothing here guards against a size bomb.
func decode(data []byte, h header.Header) (picture, error) {
	flags := gocv.IMReadColor | gocv.IMReadIgnoreOrientation
	alpha := h.Format == "png" && (h.Components == 2 || h.Components == 4)
	switch {
	case alpha:
		flags = gocv.IMReadUnchanged
	case h.Format == "jpeg" && h.Width*h.Height > reduceAbove:
		flags = gocv.IMReadReducedColor2 | gocv.IMReadIgnoreOrientation
	}
	m, err := gocv.IMDecode(data, flags)
	if err != nil {
		return picture{}, fmt.Errorf("decode: %w", err)
	}
	if m.Empty() {
		m.Close()
		return picture{}, fmt.Errorf("decode: no picture")
	}
	if alpha {
		if m, err = onWhite(m); err != nil {
			return picture{}, err
		}
	}
	if m.Type() != gocv.MatTypeCV8UC3 {
		m.Close()
		return picture{}, fmt.Errorf("decode: unexpected pixel type %v", m.Type())
	}
	m = turnUpright(m, h.Orientation)
	return picture{bgr: m, scale: float64(m.Cols()) / float64(h.Width)}, nil
}

// onWhite lays a picture with an alpha channel over white, as a printer would, and closes it.
func onWhite(m gocv.Mat) (gocv.Mat, error) {
	defer m.Close()
	eight := m
	switch m.Type() &^ 0x38 { // depth without channels
	case gocv.MatTypeCV8U:
	case gocv.MatTypeCV16U:
		eight = gocv.NewMat()
		defer eight.Close()
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
		gocv.Flip(out, &out, 1)
	case 8:
		gocv.Rotate(m, &out, gocv.Rotate90CounterClockwise)
	}
	m.Close()
	return out
}

// shrunk returns a copy of m whose long side is at most side pixels, and the factor from m to the copy.
func shrunk(m gocv.Mat, side int) (gocv.Mat, float64) {
	long := max(m.Cols(), m.Rows())
	if long <= side {
		return m.Clone(), 1
	}
	k := float64(side) / float64(long)
	size := image.Pt(max(1, int(math.Round(float64(m.Cols())*k))), max(1, int(math.Round(float64(m.Rows())*k))))
	out := gocv.NewMat()
	gocv.Resize(m, &out, size, 0, 0, gocv.InterpolationArea)
	return out, k
}
