package photocheck

import (
	"math"
	"slices"

	"gocv.io/x/gocv"
)

// head is the line from chin to crown and the middle of the eyes, in pixels at full resolution.
type head struct{ chin, crown, eyes point }

func (h head) height() float64 { return h.chin.distance(h.crown) }

// Where chin and crown lie, in IED below and above the eyes. Fitted on the portraits of half of 45 people whose landmarks were set
// by hand, and measured on the other half: see TestHeadHeight.
const (
	chinAverage, crownAverage = 1.86, 1.73
	chinBelowBox, chinPerBox  = .07, .98 // from the lower side of the finder's box
	chinShade                 = .7       // weight of the shade under the chin, the rest is the box's
	chinSpread                = .16      // how far the shade may lie from where the box says
	crownOffset               = .50
	crownPerHair, crownPerLow = .43, .23 // by the top of the hair, and by the chin
	hairAverage               = 1.93     // top of the hair, where the background does not tell it
	hairLeast, hairMost       = 1.3, 2.4
)

// head returns chin and crown as measureHead found them.
func (f *face) head() head {
	return head{chin: f.at(0, f.chinBelow), crown: f.at(0, -f.crownAbove), eyes: f.at(0, 0)}
}

// measureHead finds chin and crown. People mark the crown on the skull, under the hair: its top is only a part of the answer,
// and long faces are long in both directions.
func (f *face) measureHead(overview gocv.Mat, scale float64) {
	guess := chinAverage
	if f.found.hasLandmarks {
		guess = near(chinBelowBox+chinPerBox*(f.toCanonical.apply(f.found.bottom).y-eyesY)/faceIED, chinAverage)
	}
	f.chinBelow = guess
	if y, ok := f.shadeBelowChin(guess); ok {
		f.chinBelow += chinShade * (y - guess)
	}
	hair, ok := f.topOfHair(overview, scale)
	if !ok {
		hair = hairAverage
	}
	f.crownAbove = near(crownOffset+crownPerHair*min(max(hair, hairLeast), hairMost)+crownPerLow*f.chinBelow, crownAverage)
}

// near keeps a guess within what people's heads differ.
func near(guess, average float64) float64 { return min(max(guess, .8*average), 1.25*average) }

// shadeBelowChin returns where, in IED below the eyes, the middle of the face darkens most from above to below, near a first guess:
// the neck lies in the shade of the chin. It is false where the picture ends before that, or nothing darkens.
func (f *face) shadeBelowChin(guess float64) (float64, bool) {
	const (
		halfWidth = .22 // IED
		from, to  = 1.4, 2.3
		apart     = 3 // canonical pixels between the rows that are compared, each way
		sigma     = 2.0
		black     = 4 // grey levels that keep the logarithm of black finite
	)
	row := func(y float64) int { return int(eyesY + y*faceIED) }
	half := int(math.Floor(halfWidth * faceIED))
	left, right := int(eyesX)-half, int(eyesX)+half
	rows := make([]float64, faceH)
	for y := range rows {
		for x := left; x <= right; x++ {
			rows[y] += float64(f.luma.v[y*faceW+x])
		}
		rows[y] = math.Log(rows[y]/float64(right-left+1) + black)
	}
	smooth := func(y int) float64 {
		sum, weight := 0.0, 0.0
		for d := -4; d <= 4; d++ {
			w := math.Exp(-.5 * float64(d*d) / (sigma * sigma))
			sum, weight = sum+w*rows[y+d], weight+w
		}
		return sum / weight
	}
	best, at := 0.0, 0.0
	for y := row(from); y <= row(to); y++ {
		if !f.inside[(y+apart)*faceW+int(eyesX)] {
			break
		}
		where := (float64(y) - eyesY) / faceIED
		off := (where - guess) / chinSpread
		if fall := (smooth(y-apart) - smooth(y+apart)) * math.Exp(-.5*off*off); fall > best {
			best, at = fall, where
		}
	}
	return at, best > 0
}

// topOfHair returns how far above the eyes, in IED, a scan from the top first leaves the background, across the middle of the
// head. The background is the median colour beside and above the head; where it is busy, much more than its own spread has to
// differ. It is false where the picture shows too little of it.
func (f *face) topOfHair(overview gocv.Mat, scale float64) (float64, bool) {
	const (
		step             = 1.0 / 32 // IED
		top, low         = -3.0, -1.3
		beside, above    = 1.2, -2.5
		widest, halfHead = 2.0, .4
		differs          = 45.0 // sum of the differences of three channels
		most             = .7   // share of the head's width
		leastSamples     = 40
	)
	pix, err := overview.DataPtrUint8()
	if err != nil {
		return 0, false
	}
	cols, rows := overview.Cols(), overview.Rows()
	sample := func(x, y float64) (v [3]float64, ok bool) {
		p := f.at(x, y)
		px, py := int(p.x*scale), int(p.y*scale)
		if p.x < 0 || p.y < 0 || px >= cols || py >= rows {
			return v, false
		}
		i := 3 * (py*cols + px)
		return [3]float64{float64(pix[i]), float64(pix[i+1]), float64(pix[i+2])}, true
	}
	var around [][3]float64
	for y := top; y < low; y += step {
		for x := -widest; x <= widest; x += 2 * step {
			if v, ok := sample(x, y); ok && (math.Abs(x) > beside || y < above) {
				around = append(around, v)
			}
		}
	}
	if len(around) < leastSamples {
		return 0, false
	}
	var background [3]float64
	channel := make([]float64, len(around))
	for c := range background {
		for i, v := range around {
			channel[i] = v[c]
		}
		background[c] = percentile(channel, .5)
	}
	distance := func(v [3]float64) float64 {
		return math.Abs(v[0]-background[0]) + math.Abs(v[1]-background[1]) + math.Abs(v[2]-background[2])
	}
	for i, v := range around {
		channel[i] = distance(v)
	}
	limit := max(differs, 2*percentile(slices.Clone(channel), .75))
	for y := -hairMost - .2; y < -1; y += step {
		n, other, wanted := 0.0, 0.0, 0.0
		for x := -halfHead; x <= halfHead; x += 2 * step {
			wanted++
			if v, ok := sample(x, y); ok {
				n++
				if distance(v) > limit {
					other++
				}
			}
		}
		if n >= .6*wanted && other >= most*n {
			return -y, true
		}
	}
	return 0, false
}
