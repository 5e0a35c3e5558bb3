package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

// stops returns log2 of a linear luminance, with a floor that keeps black finite.
func stops(v float64) float64 { return math.Log2(v + .002) }

// tooDark is the mean, in stops under full white, of the face's brightest skin (95th and 99th percentile of linear
// luminance) and of the whites of the eyes (95th percentile). Highlights and sclera tell how much light fell on the face;
// mean luminance, the usual measure, tells how dark the skin is.
//
// Without a face the whole picture's highlights are judged, and only to say that it is too dark to find one.
func tooDark(f *Frame) finding {
	if f.face == nil {
		return darkScene(f)
	}
	var skin, sclera []float64
	f.face.eachInside(func(i int, x, y float64) {
		v := float64(f.face.linear.v[i])
		if oval(x, y) {
			skin = append(skin, v)
		}
		if math.Abs(math.Abs(x)-.5) < .24 && math.Abs(y) < .07 {
			sclera = append(sclera, v)
		}
	})
	if len(skin) == 0 || len(sclera) == 0 {
		return inconclusive()
	}
	p95, p99, eye := percentile(skin, .95), percentile(skin, .99), percentile(sclera, .95)
	return finding{
		measure:  (stops(p95) + stops(p99) + stops(eye)) / 3,
		values:   map[string]float64{"skin_p95": round4(p95), "skin_p99": round4(p99), "sclera_p95": round4(eye)},
		evidence: []report.Evidence{f.face.ovalOutline("face")},
	}
}

// nightScene is the highlight, in stops under white, below which a picture is too dark for any face to be found.
const nightScene = -4

func darkScene(f *Frame) finding {
	pix, err := f.overview.DataPtrUint8()
	if err != nil || len(f.loose) > 0 {
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

// tooBright is the share of the face whose luma is clipped, or the weighted share with a clipped channel if that is more.
func tooBright(f *Frame) finding {
	var n, luma, channel float64
	f.face.eachInside(func(i int, x, y float64) {
		if !oval(x, y) {
			return
		}
		n++
		if f.face.luma.v[i] >= clippedLuma {
			luma++
		}
		if max(f.face.red.v[i], f.face.green.v[i], f.face.blue.v[i]) >= clippedChannel {
			channel++
		}
	})
	if n == 0 {
		return inconclusive()
	}
	return finding{
		measure:  max(luma/n, channelShare*channel/n),
		values:   map[string]float64{"luma_share": round4(luma / n), "channel_share": round4(channel / n)},
		evidence: []report.Evidence{f.face.ovalOutline("face")},
	}
}

const (
	cheekStops = .8 // difference between the cheeks that counts as 1
	halfStops  = .8 // difference between the halves of the face that counts as 1
)

// evenLight is the worse of two ratios in stops, each over its limit: cheek against cheek, and half of the face against
// half, in median linear luminance.
func evenLight(f *Frame) finding {
	var cheeks, halves [2][]float64
	f.face.eachInside(func(i int, x, y float64) {
		if !oval(x, y) {
			return
		}
		side := 0
		if x > 0 {
			side = 1
		}
		v := float64(f.face.linear.v[i])
		halves[side] = append(halves[side], v)
		if ax := math.Abs(x); ax > .3 && ax < .7 && y > .45 && y < 1 {
			cheeks[side] = append(cheeks[side], v)
		}
	})
	if len(cheeks[0]) == 0 || len(cheeks[1]) == 0 {
		return inconclusive()
	}
	ratio := func(v [2][]float64) float64 { return stops(percentile(v[1], .5)) - stops(percentile(v[0], .5)) }
	cheek, half := ratio(cheeks), ratio(halves)
	darker := -1.0
	if half < 0 {
		darker = 1
	}
	return finding{
		measure:  max(math.Abs(cheek)/cheekStops, math.Abs(half)/halfStops),
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
