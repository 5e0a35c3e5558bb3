// Package header reads the structure of a JPEG or PNG file without decoding a pixel: what it is, how large it would
// become, how it is to be turned, and whether it is whole. The portal, the command line and the validator all decide
// with it what is taken in at all.
package header

import (
	"bytes"
	"fmt"
)

// Header is what the structure of an image file tells.
type Header struct {
	Format      string // "jpeg" or "png"
	Width       int    // pixels of the upright picture, EXIF orientation applied
	Height      int
	Orientation int // EXIF orientation, 1 to 8
	Components  int // colour components of a pixel, alpha included
	BitDepth    int // bits of a component
	// Intact is false when the file is cut short or damaged; Fault then says where.
	Intact bool
	Fault  string
	// Scanner is whether the file itself says that a scanner made it: by the maker's name, or by the density where no camera is
	// named. A hint: anybody can write it.
	Scanner bool
	// Trailing counts the bytes after the end of the image. Phones put videos and gain maps there: that is normal.
	Trailing int
}

// Limits bound what is taken in.
type Limits struct {
	MaxBytes  int
	MaxPixels int
}

// PortalLimits returns the bounds of the portal: 20 MB and 60 megapixels.
func PortalLimits() Limits { return Limits{MaxBytes: 20 << 20, MaxPixels: 60_000_000} }

// RefusalCode says why a file is not taken in.
type RefusalCode string

const (
	Empty         RefusalCode = "empty"
	TooLarge      RefusalCode = "too_large"
	TooManyPixels RefusalCode = "too_many_pixels"
	NotJPEGOrPNG  RefusalCode = "not_jpeg_or_png"
	Animated      RefusalCode = "animated"
)

// Refusal is the error for a file that is not taken in. Nothing of the file's content is in it.
type Refusal struct {
	Code     RefusalCode
	Detected string // for NotJPEGOrPNG: what it seems to be, for example "heic"; "" if that is unknown
	Width    int    // for TooManyPixels
	Height   int
}

func (r *Refusal) Error() string {
	switch r.Code {
	case NotJPEGOrPNG:
		if r.Detected != "" {
			return fmt.Sprintf("file refused: not JPEG or PNG but %s", r.Detected)
		}
		return "file refused: not JPEG or PNG"
	case TooManyPixels:
		return fmt.Sprintf("file refused: %d×%d pixels are too many", r.Width, r.Height)
	default:
		return "file refused: " + string(r.Code)
	}
}

// Admit reads the header of data and holds it against the limits. The error is always a *Refusal. A file that is cut
// short or damaged behind its header is admitted with Intact false.
func Admit(data []byte, limits Limits) (Header, error) {
	switch {
	case len(data) == 0:
		return Header{}, &Refusal{Code: Empty}
	case len(data) > limits.MaxBytes:
		return Header{}, &Refusal{Code: TooLarge}
	}
	h, animated, err := read(data)
	if err != nil {
		return Header{}, &Refusal{Code: NotJPEGOrPNG, Detected: detect(data)}
	}
	if h.Width > limits.MaxPixels/h.Height {
		return Header{}, &Refusal{Code: TooManyPixels, Width: h.Width, Height: h.Height}
	}
	if animated {
		return Header{}, &Refusal{Code: Animated}
	}
	return h, nil
}

// Read returns the header of a JPEG or PNG file without holding it against limits.
func Read(data []byte) (Header, error) {
	h, _, err := read(data)
	return h, err
}

func read(data []byte) (h Header, animated bool, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		h, err = readJPEG(data)
	case bytes.HasPrefix(data, pngSignature):
		h, animated, err = readPNG(data)
	default:
		return Header{}, false, fmt.Errorf("header: neither JPEG nor PNG")
	}
	if err == nil && (h.Width <= 0 || h.Height <= 0) {
		err = fmt.Errorf("header: %d×%d pixels", h.Width, h.Height)
	}
	return h, animated, err
}

// detect names other formats that people send, so that the answer can help.
func detect(data []byte) string {
	if len(data) >= 12 && string(data[4:8]) == "ftyp" {
		switch string(data[8:12]) {
		case "heic", "heix", "heim", "heis", "hevc", "mif1", "msf1":
			return "heic"
		case "avif", "avis":
			return "avif"
		default:
			return "video"
		}
	}
	for _, f := range []struct{ prefix, name string }{
		{"GIF8", "gif"}, {"%PDF", "pdf"}, {"BM", "bmp"}, {"II*\x00", "tiff"}, {"MM\x00*", "tiff"}, {"PK\x03\x04", "zip"},
		{"<svg", "svg"}, {"<?xml", "svg"}, {"\xff\xd8\xff", "jpeg without a picture"}, {string(pngSignature), "png without a picture"},
	} {
		if bytes.HasPrefix(data, []byte(f.prefix)) {
			return f.name
		}
	}
	if len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP" {
		return "webp"
	}
	return ""
}
