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

	sheenBlue   = .15 // log2 of linear blue over red: no skin is bluer in any usual light
	sheenShift  = .7  // how much bluer than the face
	sheenBright = .6  // of the face's median luminance: eyes, lashes and rims of spectacles are darker
	sheenWeight = .25 // .04 IED² of sheen weigh as much as .01 IED² of clipped reflection
	leastSheen  = .01 // IED² of one patch; below it is a speck
)

var (
	washArea  = regionOf(smallerOval(.8))
	irisAreas = [2]region{irisArea(-.5), irisArea(.5)}
	lensAreas = regionOf(func(x, y float64) bool { return math.Abs(math.Abs(x)-.5) < .42 && math.Abs(y) < .3 })
)

func irisArea(eye float64) region {
	return regionOf(func(x, y float64) bool { return math.Hypot(x-eye, y) < .11 })
}

// glare is the area of reflections on the face, in IED². A reflection is bright in every channel, brighter than its
// surroundings and without colour; its clipped part counts. A sheen over spectacles that does not clip is told where it is
// bluish and light, as windows and screens are, and counts for a quarter: smaller veils of other colours are not told from skin. A
// veil over all of the face is told where it reaches an eye, by what is black in any eye and is not any more.
// Values: eyes_covered is the larger share of an iris under clipped reflections, sheen the area of bluish sheen in IED², veil how
// far the darkest of an eye is lifted, where 1 is told.
func glare(f *Frame) finding {
	fc := f.face
	dark := make([]uint8, faceW*faceH) // darkest channel
	for i := range dark {
		dark[i] = uint8(min(fc.red.v[i], fc.green.v[i], fc.blue.v[i]))
	}
	hat, err := topHat(dark)
	if err != nil {
		return failed(err)
	}
	saturations, inner, washed := &histogram{}, 0.0, 0.0
	for _, i := range wholeFace {
		if fc.inside[i] {
			saturations.add(float32(fc.saturation(int(i))))
		}
	}
	for _, i := range washArea {
		if !fc.inside[i] {
			continue
		}
		inner++
		if dark[i] >= washBright {
			washed++
		}
	}
	if inner == 0 {
		return inconclusive()
	}
	grey := max(glareSaturation, saturations.percentile(.5)/2)
	mask := make([]bool, faceW*faceH)
	for _, i := range wholeFace {
		mask[i] = fc.inside[i] && dark[i] >= glareBright && hat[i] >= glareTopHat && fc.saturation(int(i)) <= grey
	}
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
		// A washed-out face is told, but it is no reflection that hides an eye.
		out.measure += washed / (faceIED * faceIED)
		out.evidence = append(out.evidence, fc.ovalOutline("glare"))
	}
	sheen := 0.0
	for _, blob := range blobs(fc.sheenMask(kept)) {
		if area := float64(len(blob)) / (faceIED * faceIED); area >= leastSheen {
			sheen += area
			if len(out.evidence) < 16 {
				out.evidence = append(out.evidence, fc.outline("sheen", blob))
			}
		}
	}
	veil := fc.veil()
	if veil > 1 {
		out.measure += veilWeight * veil
		out.evidence = append(out.evidence, fc.ovalOutline("veil"))
	}
	out.values = map[string]float64{
		"veil":         round2(veil),
		"eyes_covered": round4(max(fc.share(kept, irisAreas[0]), fc.share(kept, irisAreas[1]))),
		"sheen":        round4(sheen),
	}
	out.measure = round4(out.measure + sheenWeight*sheen)
	return out
}

// lensBand is the part of the canonical face that holds the lens areas, with what smoothing sees around them.
var lensBand = image.Rect(62, 112, 194, 168)

const (
	sheenSmooth = 1.5
	tintSpan    = 16. // log2 of blue over red lies between -8 and 8
)

// bluer is log2 of blue over red in linear light.
func bluer(red, blue float32) float64 {
	return math.Log2((float64(blue) + .004) / (float64(red) + .004))
}

const (
	veilBlack  = .06 // linear luminance of the darkest of an eye: pupil and lashes are at .046 at most in the sets' good photos
	veilShare  = .22 // and its share of the face's median, which is .18 at most: a face that is light has lighter lashes
	veilWeight = .01
	veilDetail = .05 // of the face, see measureDetail: blur lifts the darkest as well
)

var eyeDiscs = [2]region{eyeDisc(-.5), eyeDisc(.5)}

func eyeDisc(eye float64) region {
	return regionOf(func(x, y float64) bool { return math.Hypot(x-eye, y) < .2 })
}

// veil is how far the darkest 3 % of the less dark eye are lifted, over what is told as a veil.
func (f *face) veil() float64 {
	if !(f.detail > veilDetail) {
		return 0
	}
	darkest := max(f.histogramOf(f.linear, eyeDiscs[0]).percentile(.03), f.histogramOf(f.linear, eyeDiscs[1]).percentile(.03))
	median := f.histogramOf(f.linear, wholeFace).percentile(.5)
	return min(darkest/veilBlack, darkest/max(median, .01)/veilShare)
}

// sheenMask marks bluish light over the spectacles, without the pixels already counted.
func (f *face) sheenMask(counted []bool) []bool {
	tint, light := &histogram{}, f.histogramOf(f.linear, wholeFace)
	for _, i := range wholeFace {
		if f.inside[i] {
			tint.add(float32(bluer(linear(f.red, int(i)), linear(f.blue, int(i)))/tintSpan + .5))
		}
	}
	mask := make([]bool, faceW*faceH)
	if tint.n == 0 {
		return mask
	}
	from := max(sheenBlue, (tint.percentile(.5)-.5)*tintSpan+sheenShift)
	least := float32(sheenBright * light.percentile(.5))
	// Colour is read where it is smooth: JPEG halves its resolution.
	red, blue := linearPart(f.red, lensBand).blurred(sheenSmooth), linearPart(f.blue, lensBand).blurred(sheenSmooth)
	for _, i := range lensAreas {
		j := (int(i)/faceW-lensBand.Min.Y)*red.w + int(i)%faceW - lensBand.Min.X
		mask[i] = f.inside[i] && !counted[i] && f.linear.v[i] >= least && bluer(red.v[j], blue.v[j]) > from
	}
	return mask
}

// linear decodes one value of a channel.
func linear(p plane, i int) float32 { return float32(linearOf[uint8(p.v[i])]) }

// linearPart decodes a part of a channel to linear light.
func linearPart(p plane, part image.Rectangle) plane {
	out := newPlane(part.Dx(), part.Dy())
	for i := range out.v {
		out.v[i] = linear(p, (part.Min.Y+i/out.w)*p.w+part.Min.X+i%out.w)
	}
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
		// The oval is narrower than a forehead and a chin.
		if !oval(x/.94, .45+(y-.45)/.94) && math.Hypot(x/.6, (y+.35)/.6) > 1 && math.Hypot(x/.45, (y-1.35)/.38) > 1 {
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

// share is the share of a region that lies under a mask.
func (f *face) share(mask []bool, r region) float64 {
	n, hit := 0.0, 0.0
	for _, i := range r {
		if !f.inside[i] {
			continue
		}
		n++
		if mask[i] {
			hit++
		}
	}
	return hit / max(1, n)
}
