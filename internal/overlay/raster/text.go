package raster

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// parsed is the bundled font. A face made of it has buffers of its own, so that several pictures can be drawn at once.
var parsed = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(gobold.TTF) })

// Face writes text of one size.
type Face struct {
	face font.Face
	size float64
}

// NewFace returns a face of that many pixels.
func NewFace(size float64) (*Face, error) {
	f, err := parsed()
	if err != nil {
		return nil, fmt.Errorf("font: %w", err)
	}
	size = min(max(size, 6), 400)
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("font: %w", err)
	}
	return &Face{face, size}, nil
}

// Close frees the face.
func (f *Face) Close() { _ = f.face.Close() } // it has nothing to fail with

// Write writes one line with its left end on the base line at (x,y).
func (f *Face) Write(img *image.RGBA, x, y float64, text string, c color.Color) {
	at := fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}
	d := font.Drawer{Dst: img, Src: image.NewUniform(c), Face: f.face, Dot: at}
	d.DrawString(text)
}

// Fit shortens a line to a width in pixels.
func (f *Face) Fit(text string, width float64) string {
	fits := func(s string) bool { return float64(font.MeasureString(f.face, s))/64 <= width }
	if fits(text) {
		return text
	}
	runes := []rune(text)
	for n := len(runes) - 1; n > 0; n-- {
		if s := string(runes[:n]) + "…"; fits(s) {
			return s
		}
	}
	return ""
}

// haloed writes a line with a dark rim.
func (f *Face) haloed(img *image.RGBA, x, y float64, text string, c color.Color) {
	r := max(1, .1*f.size)
	for i := range 12 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 12)
		f.Write(img, x+r*cos, y+r*sin, text, color.NRGBA{0, 0, 0, 255})
	}
	f.Write(img, x, y, text, c)
}
