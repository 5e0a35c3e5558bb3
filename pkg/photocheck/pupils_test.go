package photocheck

import (
	"image"
	"math"
	"testing"

	"gocv.io/x/gocv"
)

// The pupils are held against those that people marked: upright, tilted, dark, blurred and small. Others with the
// same landmarks reach 3.0 % of the inter-eye distance for the worse eye at p95.
func TestPupilsAndRoll(t *testing.T) {
	all := truths(t, "london_faces/*", "canada_faces/*")
	same := func(m gocv.Mat, _ truth) gocv.Mat { return m.Clone() }
	for _, tc := range []struct {
		name           string
		degrees, scale float64
		change         func(gocv.Mat, truth) gocv.Mat
		worseEye, roll float64 // % of the inter-eye distance and degrees at p95
	}{
		{"as they are", 0, 1, same, 4, 2},
		{"tilted by 15°", -15, 1, same, 4, 2},
		{"tilted by 45°", 45, 1, same, 4, 2},
		{"on the side", 90, 1, same, 4, 2},
		{"small", 0, .2, same, 4, 2},
		{"three stops darker", 0, .5, func(m gocv.Mat, _ truth) gocv.Mat { return darkened(m, -3) }, 4, 2},
		{"blurred", 0, .5, func(m gocv.Mat, tr truth) gocv.Mat {
			out, sigma := gocv.NewMat(), .05*tr.ied()
			gocv.GaussianBlur(m, &out, image.Point{}, sigma, sigma, gocv.BorderReplicate)
			return out
		}, 5, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			find := testFinder(t, FinderCenterFace)
			var eyes, rolls []float64
			for i := 0; i < len(all); i += 3 { // every third person keeps the test short
				m := readMat(t, all[i].path)
				moved, tr := all[i].moved(m, tc.degrees, tc.scale)
				f := frameOf(t, tc.change(moved, tr), find)
				if f.face == nil {
					t.Fatalf("%s: no face", tr.path)
				}
				eyes = append(eyes, 100/tr.ied()*max(f.face.pupils[0].distance(tr.pupils[0]), f.face.pupils[1].distance(tr.pupils[1])))
				rolls = append(rolls, math.Abs(math.Remainder(f.face.roll()-tr.roll(), 360)))
				f.close()
				closeMats(t, m, moved)
			}
			eye, eye95 := spread(eyes)
			roll, roll95 := spread(rolls)
			t.Logf("worse eye %.1f / %.1f %% of the inter-eye distance, roll %.1f / %.1f° (median / p95 of %d)", eye, eye95, roll, roll95, len(eyes))
			if eye95 > tc.worseEye || roll95 > tc.roll {
				t.Errorf("want at most %.0f %% and %.0f° at p95", tc.worseEye, tc.roll)
			}
		})
	}
}
