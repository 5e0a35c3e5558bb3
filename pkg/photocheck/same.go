package photocheck

import (
	"fmt"
	"image"
	"math"
	"slices"

	"gocv.io/x/gocv"
)

const (
	hashSide = 32 // pixels that the picture is shrunk to, each way
	hashFreq = 8  // frequencies that are kept, each way
)

// perceptualHash tells for each of the slowest waves of the grey picture, but the constant one, whether it is stronger than most of
// them: what stays when a picture is saved anew or made smaller. It is of the whole picture, whatever its shape.
func perceptualHash(bgr gocv.Mat) (string, error) {
	grey, small := gocv.NewMat(), gocv.NewMat()
	defer grey.Close()
	defer small.Close()
	gocv.CvtColor(bgr, &grey, gocv.ColorBGRToGray)
	gocv.Resize(grey, &small, image.Pt(hashSide, hashSide), 0, 0, gocv.InterpolationArea)
	pix, err := small.DataPtrUint8()
	if err != nil || len(pix) != hashSide*hashSide {
		return "", fmt.Errorf("hash the picture: %d pixels: %w", len(pix), err)
	}
	return fmt.Sprintf("%016x", hashOf(pix)), nil
}

// cosines[k][x] is the wave k at pixel x.
var cosines = func() (c [hashFreq][hashSide]float64) {
	for k := range c {
		for x := range c[k] {
			c[k][x] = math.Cos(math.Pi / hashSide * (float64(x) + .5) * float64(k))
		}
	}
	return c
}()

// hashOf is the hash of a square grey picture, hashSide pixels each way.
func hashOf(pix []uint8) uint64 {
	var rows [hashSide][hashFreq]float64
	for y := range rows {
		for k := range rows[y] {
			for x, wave := range cosines[k] {
				rows[y][k] += wave * float64(pix[y*hashSide+x])
			}
		}
	}
	var waves []float64
	for ky := range hashFreq {
		for kx := range hashFreq {
			sum := 0.0
			for y := range rows {
				sum += cosines[ky][y] * rows[y][kx]
			}
			waves = append(waves, sum)
		}
	}
	waves = waves[1:] // the first is the brightness
	sorted := slices.Clone(waves)
	slices.Sort(sorted)
	var h uint64
	for i, w := range waves {
		if w > sorted[len(sorted)/2] {
			h |= 1 << i
		}
	}
	return h
}
