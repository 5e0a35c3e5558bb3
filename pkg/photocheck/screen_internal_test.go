package photocheck

import (
	"image"
	"math"
	"testing"

	"gocv.io/x/gocv"
)

// TestALonePeakStandsOut holds a fine pattern against what is no screen: a straight edge, the blocks of a JPEG, a flat grey.
func TestALonePeakStandsOut(t *testing.T) {
	draw := func(value func(x, y int) float64) float64 {
		m := gocv.NewMatWithSize(screenPatch, screenPatch, gocv.MatTypeCV8UC3)
		defer m.Close()
		pix, err := m.DataPtrUint8()
		if err != nil {
			t.Fatal(err)
		}
		for i := range screenPatch * screenPatch {
			v := uint8(math.Round(value(i%screenPatch, i/screenPatch)))
			pix[3*i], pix[3*i+1], pix[3*i+2] = v, v, v
		}
		peak, err := lonePeak(m, image.Rect(0, 0, screenPatch, screenPatch))
		if err != nil {
			t.Fatal(err)
		}
		return peak
	}
	const limit = 2.1 // the profile's, before it is mapped to 0 to 1
	if p := draw(func(x, y int) float64 { return 120 + 4*math.Sin(float64(x)*1.9+float64(y)*.2) }); p < limit {
		t.Errorf("a fine pattern of 4 grey levels: %.2f", p)
	}
	for name, value := range map[string]func(x, y int) float64{
		"flat": func(_, _ int) float64 { return 120 },
		"edge": func(x, y int) float64 {
			return 120 + 80*math.Tanh(float64(3*x+y-220)/4)
		},
		"blocks": func(x, y int) float64 { return 120 + 6*math.Sin(float64((x/8)*(x/8)*7+(y/8)*(y/8)*5+(x/8)*(y/8)*3)) },
	} {
		if p := draw(value); p >= limit {
			t.Errorf("%s: %.2f is taken for a screen", name, p)
		}
	}
}
