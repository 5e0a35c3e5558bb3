package photocheck

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"slices"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/report"
)

const (
	screenPatch   = 128 // side in decoded pixels of the patches that are looked at
	screenPatches = 4   // along each side of the picture
	screenLowest  = .10 // cycles a pixel; below lie the shapes of the scene
	screenRing    = 6   // distance in the spectrum at which a peak is compared with its surroundings
	screenFloor   = 200 // power that JPEG and noise may have anywhere
	screenNothing = 1.0 // log10 of a peak over its surroundings that counts for nothing
	screenCounted = 6   // so many of the strongest patches count
	screenFull    = 6.0 // sum over them that scores 1
)

// screenCapture is 0 to 1: how far single frequencies stand out in the spectra of patches all over the picture. The regular
// pixels of a display, seen by the regular pixels of a camera, make a fine pattern or beat: a lone peak, where real scenes
// fall off smoothly. Anything may have one once; the strongest patches are added. Fine cloth can do the same, so a person has to
// look. Around a face the networks of paper_print look too: their mean share of "screen" is the measure where it is higher.
func screenCapture(f *Frame) finding {
	m := f.picture.bgr
	if min(m.Cols(), m.Rows()) < 2*screenPatch {
		return finding{measure: 0, values: map[string]float64{"side": float64(min(m.Cols(), m.Rows()))}}
	}
	type patch struct {
		at   image.Rectangle
		peak float64
	}
	var patches []patch
	for row := range screenPatches {
		for col := range screenPatches {
			at := func(i, size int) int { return (size - screenPatch) * (2*i + 1) / (2 * screenPatches) }
			r := image.Rect(0, 0, screenPatch, screenPatch).Add(image.Pt(at(col, m.Cols()), at(row, m.Rows())))
			peak, err := lonePeak(m, r)
			if err != nil {
				return failed(err)
			}
			patches = append(patches, patch{r, peak})
		}
	}
	slices.SortFunc(patches, func(a, b patch) int { return cmp.Compare(b.peak, a.peak) })
	sum := 0.0
	for _, p := range patches[:screenCounted] {
		sum += p.peak - screenNothing
	}
	out := finding{
		measure: round4(min(1, sum/screenFull)),
		values:  map[string]float64{"peak_log10": round4(patches[0].peak), "second_log10": round4(patches[1].peak)},
	}
	if f.face != nil {
		p, err := f.paper()
		if err == nil {
			err = f.tellKinds(p)
		}
		if err != nil {
			return failed(err)
		}
		out.values["framed"] = round4(p.share(screenKind))
		out.measure = max(out.measure, out.values["framed"])
	}
	k := 1 / f.picture.scale
	for _, p := range patches[:screenCounted] {
		if p.peak <= screenNothing {
			break
		}
		corner := func(q image.Point) [2]float64 {
			return f.clamped(point{float64(q.X) * k, float64(q.Y) * k}).array()
		}
		out.evidence = append(out.evidence, report.Evidence{Kind: report.Box, Label: "pattern",
			Points: [][2]float64{corner(p.at.Min), corner(p.at.Max)}})
	}
	return out
}

// hann lets a patch fade out: its borders are no edges of the scene.
var hann = func() (w [screenPatch]float32) {
	for i := range w {
		w[i] = float32(.5 - .5*math.Cos(2*math.Pi*float64(i)/(screenPatch-1)))
	}
	return w
}()

// lonePeak returns log10 of how far a peak in the spectrum of a patch stands out of the ring around it: of sixteen places the
// third strongest counts, and the two on the way from the middle, so that the spoke of a straight edge is no lone peak.
func lonePeak(bgr gocv.Mat, at image.Rectangle) (float64, error) {
	region := bgr.Region(at)
	defer region.Close()
	grey, wave, spectrum := gocv.NewMat(), gocv.NewMat(), gocv.NewMat()
	defer grey.Close()
	defer wave.Close()
	defer spectrum.Close()
	gocv.CvtColor(region, &grey, gocv.ColorBGRToGray)
	grey.ConvertTo(&wave, gocv.MatTypeCV32F)
	v, err := wave.DataPtrFloat32()
	if err != nil {
		return 0, fmt.Errorf("spectrum: %w", err)
	}
	var mean float32
	for _, p := range v {
		mean += p / (screenPatch * screenPatch)
	}
	for i := range v {
		v[i] = (v[i] - mean) * hann[i%screenPatch] * hann[i/screenPatch]
	}
	gocv.DFT(wave, &spectrum, gocv.DftComplexOutput)
	c, err := spectrum.DataPtrFloat32()
	if err != nil {
		return 0, fmt.Errorf("spectrum: %w", err)
	}
	power := make([]float32, screenPatch*screenPatch)
	for i := range power {
		power[i] = c[2*i]*c[2*i] + c[2*i+1]*c[2*i+1]
	}
	return standsOut(power), nil
}

// screenPlaces are the sixteen places around a peak.
var screenPlaces = func() (out [16][2]int) {
	for i := range out {
		sin, cos := math.Sincos(float64(i) * math.Pi / 8)
		out[i] = [2]int{int(math.Round(screenRing * cos)), int(math.Round(screenRing * sin))}
	}
	return out
}()

// screenWays holds, for the frequencies that are looked at, the step of screenRing away from the middle; none for the others.
var screenWays = func() (out [screenPatch * screenPatch / 2][2]int) {
	const half = screenPatch / 2
	for y := -half + 1; y < half; y++ {
		for x := range half {
			r := math.Hypot(float64(x), float64(y))
			if r >= screenLowest*screenPatch && !jpegBlocks(x, y) {
				out[(y+half)*half+x] = [2]int{int(math.Round(screenRing * float64(x) / r)), int(math.Round(screenRing * float64(y) / r))}
			}
		}
	}
	return out
}()

func standsOut(power []float32) float64 {
	at := func(x, y int) float32 { return power[(y&(screenPatch-1))*screenPatch+x&(screenPatch-1)] }
	best := float32(math.Pow(10, screenNothing))
	const half = screenPatch / 2
	for y := -half + 1; y < half; y++ {
		for x := range half { // the other half mirrors this one
			p, way := at(x, y), screenWays[(y+half)*half+x]
			if p < best*screenFloor || way == [2]int{} {
				continue
			}
			// An edge is a spoke through the middle, strongest there: along the way from the middle nothing may come near.
			along := max(at(x-way[0], y-way[1]), at(x+way[0], y+way[1]))
			if along > p/best {
				continue
			}
			// More than two places above p/best mean that the third strongest is too.
			stronger := 0
			var top [3]float32
			for _, q := range screenPlaces {
				v := at(x+q[0], y+q[1])
				if v > p/best {
					if stronger++; stronger > 2 {
						break
					}
				}
				switch {
				case v > top[0]:
					top = [3]float32{v, top[0], top[1]}
				case v > top[1]:
					top[1], top[2] = v, top[1]
				case v > top[2]:
					top[2] = v
				}
			}
			if stronger <= 2 {
				best = max(best, p/(max(top[2], along)+screenFloor))
			}
		}
	}
	return math.Log10(float64(best))
}

// jpegBlocks tells the frequencies that the borders of 8×8 blocks have.
func jpegBlocks(x, y int) bool {
	const step = screenPatch / 8
	near := func(v int) bool { r := abs(v) % step; return r <= 1 || r >= step-1 }
	return (abs(x) <= 1 && near(y)) || (abs(y) <= 1 && near(x))
}

func abs(v int) int { return max(v, -v) }
