package photocheck

import (
	"image"
	"math"

	"gocv.io/x/gocv"
)

const (
	glareBright     = 200 // darkest channel of a glare pixel
	glareCore       = 235 // darkest channel of a clipped pixel, which is what counts
	glareTopHat     = 35  // how much brighter than its surroundings
	glareOpening    = 54  // pixels, 0.84 IED: what is larger is no spot
	glareSaturation = .12
	glareRimShare   = .25 // a blob with more of itself on the face's rim is background or hair
	washBright      = 245
	washShare       = .04 // of the inner face
	teethArea       = .05 // IED²; a smaller bright blob in the mouth is teeth
)

// glare is the clipped area of reflections on the face, in IED². A reflection is bright in every channel, brighter than
// its surroundings and without colour. Values: eyes_covered is the larger share of an eye that lies under it.
func glare(f *Frame) finding {
	fc := f.face
	dark := make([]uint8, faceW*faceH) // darkest channel
	for i := range dark {
		dark[i] = uint8(min(fc.red.v[i], fc.green.v[i], fc.blue.v[i]))
	}
	hat, err := topHat(dark)
	if err != nil {
		return inconclusive()
	}
	var saturations []float64
	inner, washed := 0.0, 0.0
	fc.eachInside(func(i int, x, y float64) {
		if !oval(x, y) {
			return
		}
		saturations = append(saturations, fc.saturation(i))
		if oval(x/.8, .45+(y-.45)/.8) {
			inner++
			if dark[i] >= washBright {
				washed++
			}
		}
	})
	if inner == 0 {
		return inconclusive()
	}
	grey := max(glareSaturation, percentile(saturations, .5)/2)
	mask := make([]bool, faceW*faceH)
	fc.eachInside(func(i int, x, y float64) {
		mask[i] = oval(x, y) && dark[i] >= glareBright && hat[i] >= glareTopHat && fc.saturation(i) <= grey
	})
	kept := make([]bool, faceW*faceH)
	out := finding{}
	for _, blob := range blobs(mask) {
		if area := coreArea(blob, dark); area > 0 && isReflection(blob, area) {
			out.measure += area
			for _, i := range blob {
				kept[i] = true
			}
			if len(out.evidence) < 12 {
				out.evidence = append(out.evidence, fc.outline("glare", blob))
			}
		}
	}
	if share := washed / inner; share > washShare {
		out.measure += washed / (faceIED * faceIED)
		out.evidence = append(out.evidence, fc.ovalOutline("glare"))
		for i := range kept {
			kept[i] = kept[i] || (fc.inside[i] && dark[i] >= washBright)
		}
	}
	out.values = map[string]float64{"eyes_covered": round4(max(fc.covered(kept, -.5), fc.covered(kept, .5)))}
	out.measure = round4(out.measure)
	return out
}

// topHat returns the picture minus its opening with a square of glareOpening pixels.
func topHat(v []uint8) ([]uint8, error) {
	src, err := gocv.NewMatFromBytes(faceH, faceW, gocv.MatTypeCV8U, v)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	kernel := gocv.GetStructuringElement(gocv.MorphRect, image.Pt(glareOpening, glareOpening))
	defer kernel.Close()
	dst := gocv.NewMat()
	defer dst.Close()
	gocv.MorphologyEx(src, &dst, gocv.MorphTophat, kernel)
	return dst.ToBytes(), nil
}

func (f *face) saturation(i int) float64 {
	r, g, b := f.red.v[i], f.green.v[i], f.blue.v[i]
	top := max(r, g, b)
	if top == 0 {
		return 0
	}
	return float64((top - min(r, g, b)) / top)
}

// coreArea is the clipped area of a blob in IED².
func coreArea(blob []int, dark []uint8) float64 {
	n := 0
	for _, i := range blob {
		if dark[i] >= glareCore {
			n++
		}
	}
	return float64(n) / (faceIED * faceIED)
}

// isReflection tells a reflection from hair and background at the rim of the face, and from teeth.
func isReflection(blob []int, area float64) bool {
	rim, mouth := 0, 0
	for _, i := range blob {
		x, y := position(i%faceW, i/faceW)
		if !oval(x/.94, .45+(y-.45)/.94) {
			rim++
		}
		if math.Abs(x) < .45 && y > .85 && y < 1.35 {
			mouth++
		}
	}
	n := float64(len(blob))
	if float64(rim) > glareRimShare*n {
		return false
	}
	return float64(mouth) < .5*n || area >= teethArea
}

// covered is the share of the eye at (x,0) that lies under the mask.
func (f *face) covered(mask []bool, eye float64) float64 {
	n, hit := 0.0, 0.0
	f.eachInside(func(i int, x, y float64) {
		if math.Abs(x-eye) < .2 && math.Abs(y) < .09 {
			n++
			if mask[i] {
				hit++
			}
		}
	})
	if n == 0 {
		return 0
	}
	return hit / n
}
