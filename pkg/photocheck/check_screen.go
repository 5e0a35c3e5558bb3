package photocheck

import (
	"image"
	"math"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/report"
)

const (
	screenPatch    = 512 // side in decoded pixels of the middle of the picture that is looked at
	screenLowest   = .08 // cycles a pixel; below lie the shapes of the scene
	screenPeak     = 1.6 // log10 of a peak over its surroundings that scores 0
	screenPeakFull = 2.6 // and 1
)

// screenCapture is 0 to 1: how far a single frequency stands out in the spectrum of the picture's middle. The regular
// pixels of a display, seen by the regular pixels of a camera, beat: that moiré is a lone peak, where real scenes fall
// off smoothly. Fine cloth can do the same, so a person has to look.
func screenCapture(f *Frame) finding {
	side := min(screenPatch, f.picture.bgr.Cols(), f.picture.bgr.Rows())
	if side < 128 {
		return finding{measure: 0, values: map[string]float64{"side": float64(side)}}
	}
	x0, y0 := (f.picture.bgr.Cols()-side)/2, (f.picture.bgr.Rows()-side)/2
	region := f.picture.bgr.Region(image.Rect(x0, y0, x0+side, y0+side))
	defer region.Close()
	grey, wave, spectrum := gocv.NewMat(), gocv.NewMat(), gocv.NewMat()
	defer grey.Close()
	defer wave.Close()
	defer spectrum.Close()
	gocv.CvtColor(region, &grey, gocv.ColorBGRToGray)
	grey.ConvertTo(&wave, gocv.MatTypeCV32F)
	v, err := wave.DataPtrFloat32()
	if err != nil {
		return inconclusive()
	}
	window := make([]float32, side) // Hann: the borders of the patch are no edges of the scene
	for i := range window {
		window[i] = float32(.5 - .5*math.Cos(2*math.Pi*float64(i)/float64(side-1)))
	}
	for y := range side {
		for x := range side {
			v[y*side+x] *= window[x] * window[y]
		}
	}
	gocv.DFT(wave, &spectrum, gocv.DftComplexOutput)
	c, err := spectrum.DataPtrFloat32()
	if err != nil || len(c) < 2*side*side {
		return inconclusive()
	}
	peak := lonePeak(c, side)
	k := 1 / f.picture.scale
	corner := func(x, y int) [2]float64 { return point{float64(x) * k, float64(y) * k}.array() }
	return finding{
		measure: round4(min(1, max(0, (peak-screenPeak)/(screenPeakFull-screenPeak)))),
		values:  map[string]float64{"peak_log10": round4(peak)},
		evidence: []report.Evidence{{Kind: report.Box, Label: "pattern",
			Points: [][2]float64{corner(x0, y0), corner(x0+side, y0+side)}}},
	}
}

// lonePeak returns log10 of the strongest power in the spectrum over the mean power on a small ring around it.
func lonePeak(c []float32, side int) float64 {
	power := func(x, y int) float64 {
		x, y = (x+side)%side, (y+side)%side
		re, im := float64(c[2*(y*side+x)]), float64(c[2*(y*side+x)+1])
		return re*re + im*im
	}
	best := 0.0
	half := side / 2
	const ring = 6
	for y := -half + ring; y < half-ring; y++ {
		for x := ring; x < half-ring; x++ { // the other half mirrors this one; the axes carry JPEG blocks and scan lines
			if d := math.Hypot(float64(x), float64(y)) / float64(side); d < screenLowest || abs(y) < ring {
				continue
			}
			p := power(x, y)
			if p < 1 || p < power(x-1, y) || p < power(x+1, y) || p < power(x, y-1) || p < power(x, y+1) {
				continue
			}
			sum, n := 0.0, 0.0
			for a := 0.0; a < 2*math.Pi; a += math.Pi / 8 {
				sum += power(x+int(math.Round(ring*math.Cos(a))), y+int(math.Round(ring*math.Sin(a))))
				n++
			}
			best = max(best, p/(sum/n+1))
		}
	}
	if best <= 1 {
		return 0
	}
	return math.Log10(best)
}

func abs(v int) int { return max(v, -v) }
