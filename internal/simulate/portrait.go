package simulate

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"image"
	"image/jpeg"
	_ "image/png" // portraits come as PNG too
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"golang.org/x/image/draw"
)

// DefaultQuality is that of a camera's JPEG.
const DefaultQuality = 92

// Bounds of what is read.
const (
	maxLandmarks = 10_000
	maxPixels    = 60_000_000
)

// Decode reads a JPEG or PNG. Its EXIF orientation is not looked at.
func Decode(photo []byte) (*image.RGBA, error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(photo))
	if err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	if c.Width*c.Height > maxPixels {
		return nil, fmt.Errorf("photo: %d×%d pixels are more than %d", c.Width, c.Height, maxPixels)
	}
	src, _, err := image.Decode(bytes.NewReader(photo))
	if err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	out := image.NewRGBA(image.Rectangle{Max: src.Bounds().Size()})
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, src, src.Bounds().Min, draw.Over)
	return out, nil
}

// Encode writes a portrait as JPEG.
func (p Portrait) Encode() ([]byte, error) {
	q := p.Quality
	if q == 0 {
		q = DefaultQuality
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, p.Pixels, &jpeg.Options{Quality: q}); err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	return out.Bytes(), nil
}

// ReadLandmarks reads a .tem file: its first line is the number of points, each of the next ones holds x and y in pixels. What
// follows the points is not looked at. The first two are the pupils, image-left first.
func ReadLandmarks(r io.Reader) ([]Point, error) {
	lines := bufio.NewScanner(r)
	next := func() ([]string, bool) {
		for lines.Scan() {
			if cells := strings.Fields(lines.Text()); len(cells) > 0 {
				return cells, true
			}
		}
		return nil, false
	}
	first, ok := next()
	if !ok {
		return nil, errors.Join(errors.New("landmarks: the file is empty"), lines.Err())
	}
	n, err := strconv.Atoi(first[0])
	if err != nil || len(first) != 1 || n < 2 || n > maxLandmarks {
		return nil, fmt.Errorf("landmarks: the first line should be a number of points from 2 to %d", maxLandmarks)
	}
	points := make([]Point, 0, n)
	for i := range n {
		cells, ok := next()
		if !ok {
			return nil, errors.Join(fmt.Errorf("landmarks: %d points instead of %d", i, n), lines.Err())
		}
		if len(cells) != 2 {
			return nil, fmt.Errorf("landmarks: point %d has %d numbers", i, len(cells))
		}
		var at [2]float64
		for k, text := range cells {
			if at[k], err = strconv.ParseFloat(text, 64); err != nil || math.IsNaN(at[k]) || math.IsInf(at[k], 0) {
				return nil, fmt.Errorf("landmarks: point %d: %q is no number", i, text)
			}
		}
		points = append(points, Point{at[0], at[1]})
	}
	return points, nil
}

// NewPortrait puts a picture and its pupils together. Pupils that can't be right are an error.
func NewPortrait(pixels *image.RGBA, eyes [2]Point) (Portrait, error) {
	size := pixels.Rect.Size()
	for _, e := range eyes {
		if !image.Pt(int(e.X), int(e.Y)).In(pixels.Rect) {
			return Portrait{}, fmt.Errorf("pupils: (%.0f,%.0f) lies outside the picture of %d×%d", e.X, e.Y, size.X, size.Y)
		}
	}
	p := Portrait{Pixels: pixels, Eyes: eyes}
	if d := p.ruler().ied; !(d >= minIED) {
		return Portrait{}, fmt.Errorf("pupils: %.0f pixels apart, at least %d are needed", d, minIED)
	}
	return p, nil
}

// minIED is the least distance of the pupils in pixels with which a face can be worked on.
const minIED = 12

// Seeded is the source of chance for one picture: the same seed and name always give the same numbers, and other names other
// ones.
func Seeded(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))                  // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64())) //nolint:gosec // chance of a simulation: nobody is to be kept from guessing it
}
