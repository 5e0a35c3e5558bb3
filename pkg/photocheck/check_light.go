package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

// stops returns log2 of a linear luminance, with a floor that keeps black finite.
func stops(v float64) float64 { return math.Log2(v + .002) }

// wellLit is what tooDark's two parts measure on average, in log2, on a well-lit portrait: the measure is relative to it.
const wellLit = -1.9

// leastShine is the share of the face's median luminance that counts as shine at least: where all is clipped, none is left.
const leastShine = .25

// tooDark tells in stops how much less light the face got than in a well-lit portrait: 0 is well lit, -1 half the light. It is
// the mean of two parts in log2 of linear luminance, neither of which depends much on how dark the skin is:
// the white of the better-lit eye (98th percentile around the eye), and the shine of the face (99.5th percentile minus median
// above the mouth: what skin reflects from its surface is added to its own colour, and is the same for every colour).
// Mean luminance, the usual measure, tells how dark the skin is: at any limit that catches dark photos it flags well-lit
// Black faces.
//
// Without a face the whole picture's highlights are judged, and only to say that it is too dark to find one.
func tooDark(f *Frame) finding {
	if f.face == nil {
		return darkScene(f)
	}
	fc := f.face
	skin := fc.histogramOf(fc.linear, upperFace)
	left, right := fc.histogramOf(fc.linear, eyeAreas[0]), fc.histogramOf(fc.linear, eyeAreas[1])
	if skin.n == 0 || left.n+right.n == 0 {
		return inconclusive()
	}
	eye := max(left.percentile(.98), right.percentile(.98))
	median := skin.percentile(.5)
	shine := max(skin.percentile(.995)-median, leastShine*median)
	out := finding{
		measure:  (stops(eye)+stops(shine))/2 - wellLit,
		values:   map[string]float64{"eye_white": round4(eye), "skin_shine": round4(shine), "skin_median": round4(median)},
		evidence: []report.Evidence{fc.ovalOutline("face")},
	}
	if out.measure < dimFace {
		out.evidence = append(out.evidence, fc.mapOf("dark", func(x, y float64) float64 {
			return (darkFrom - stops(around(x, y, func(i int) float64 { return float64(fc.linear.v[i]) }))) / darkSpan
		})...)
	}
	return out
}

const (
	dimFace = -1.0 // stops; a map of the dark parts is drawn below: on a well-lit face it would show nothing but dark skin
	// The map begins at a quarter of full white and is full four stops below.
	darkFrom, darkSpan = -2.0, 4.0
)

// nightScene is the highlight, in stops under white, below which a picture is too dark for any face to be found.
const nightScene = -4

func darkScene(f *Frame) finding {
	pix, err := f.overview.DataPtrUint8()
	if err != nil {
		return failed(err)
	}
	if len(f.loose) > 0 {
		return finding{outcome: report.NotApplicable}
	}
	var v []float64
	for i := 0; i+2 < len(pix); i += 3 * 5 {
		v = append(v, .2126*linearOf[pix[i+2]]+.7152*linearOf[pix[i+1]]+.0722*linearOf[pix[i]])
	}
	m := stops(percentile(v, .99))
	if m > nightScene {
		return finding{outcome: report.NotApplicable}
	}
	return finding{measure: m}
}

const (
	clippedLuma    = 247
	clippedChannel = 250
	// channelShare makes 55 % of the face with one clipped channel weigh as much as 8 % with clipped luma.
	channelShare = .08 / .55
)

// tooBright is the share of the face whose luma is clipped, or the weighted share with a clipped channel if that is more. Only
// clipped luma reaches the return limit: a face one stop too bright clips in red long before it loses its features.
func tooBright(f *Frame) finding {
	fc := f.face
	clipped := func(i int) bool { return fc.luma.v[i] >= clippedLuma }
	channelClipped := func(i int) bool { return max(fc.red.v[i], fc.green.v[i], fc.blue.v[i]) >= clippedChannel }
	var n, luma, channel float64
	for _, i := range wholeFace {
		if !fc.inside[i] {
			continue
		}
		n++
		if clipped(int(i)) {
			luma++
		}
		if channelClipped(int(i)) {
			channel++
		}
	}
	if n == 0 {
		return inconclusive()
	}
	out := finding{
		measure:  max(luma/n, channelShare*channel/n),
		values:   map[string]float64{"luma_share": round4(luma / n), "channel_share": round4(channel / n)},
		evidence: []report.Evidence{fc.ovalOutline("face")},
	}
	if out.measure > clippedWorthDrawing {
		out.evidence = append(out.evidence, fc.mapOf("bright", func(x, y float64) float64 {
			return around(x, y, func(i int) float64 {
				switch {
				case clipped(i):
					return 1
				case channelClipped(i):
					return .5
				}
				return 0
			})
		})...)
	}
	return out
}

// clippedWorthDrawing is the measure of tooBright from which a map of the clipped parts is drawn.
const clippedWorthDrawing = .01

// unevenStops is the difference between cheeks, or halves of the face, that counts as 1: half of that is usual in good portraits
// by a window.
const unevenStops = 1.1

var cheekAreas, faceHalves = [2]region{cheekArea(-1), cheekArea(1)}, [2]region{halfFace(-1), halfFace(1)}

func cheekArea(side float64) region {
	return regionOf(func(x, y float64) bool { return x*side > .3 && x*side < .7 && y > .45 && y < 1 })
}

func halfFace(side float64) region {
	return regionOf(func(x, y float64) bool { return oval(x, y) && x*side > 0 })
}

// evenLight is the worse of two ratios in stops, each over its limit: cheek against cheek, and half of the face against
// half, in median linear luminance.
func evenLight(f *Frame) finding {
	fc := f.face
	var cheeks, halves [2]*histogram
	for side := range 2 {
		cheeks[side], halves[side] = fc.histogramOf(fc.linear, cheekAreas[side]), fc.histogramOf(fc.linear, faceHalves[side])
		if cheeks[side].n == 0 || halves[side].n == 0 {
			return inconclusive()
		}
	}
	ratio := func(h [2]*histogram) float64 { return stops(h[1].percentile(.5)) - stops(h[0].percentile(.5)) }
	cheek, half := ratio(cheeks), ratio(halves)
	darker := -1.0
	if half < 0 {
		darker = 1
	}
	return finding{
		measure:  max(math.Abs(cheek), math.Abs(half)) / unevenStops,
		values:   map[string]float64{"cheeks_stops": round2(cheek), "halves_stops": round2(half)},
		evidence: []report.Evidence{f.face.quad("dark_side", min(0, .8*darker), -.6, max(0, .8*darker), 1.5)},
	}
}

// ovalOutline is the outline of the face as evidence.
func (f *face) ovalOutline(label string) report.Evidence {
	e := report.Evidence{Kind: report.Polygon, Label: label}
	for a := 0.0; a < 2*math.Pi; a += math.Pi / 12 {
		e.Points = append(e.Points, f.at(.85*math.Cos(a), .45+1.25*math.Sin(a)).array())
	}
	return e
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }
