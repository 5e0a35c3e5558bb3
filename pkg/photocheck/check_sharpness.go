package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

// greyFloor keeps flat, dark faces from looking sharp by noise alone.
const greyFloor = 20

// sharpness is the variance of the Laplacian over the variance of luma on the inner face at the common scale. As a ratio
// it does not depend on light or contrast, and hardly on JPEG quality; motion along one axis it tells weakly.
func sharpness(f *Frame) finding {
	if math.IsNaN(f.face.detail) {
		return inconclusive()
	}
	return finding{
		measure:  round4(f.face.detail),
		values:   map[string]float64{"ied_px": round2(f.face.ied)},
		evidence: []report.Evidence{f.face.quad("face", -.8, -.4, .8, 1.4)},
	}
}

// measureDetail computes what sharpness tells; NaN if the inner face lies outside of the picture.
func (f *face) measureDetail() float64 {
	var n, sum, sum2, lapSum, lap2 float64
	luma := f.luma.v
	f.eachInside(func(i int, x, y float64) {
		if math.Abs(x) >= .8 || y <= -.4 || y >= 1.4 {
			return
		}
		v := float64(luma[i])
		l := float64(luma[i-1] + luma[i+1] + luma[i-faceW] + luma[i+faceW] - 4*luma[i])
		n, sum, sum2 = n+1, sum+v, sum2+v*v
		lapSum, lap2 = lapSum+l, lap2+l*l
	})
	if n == 0 {
		return math.NaN()
	}
	return (lap2/n - lapSum/n*lapSum/n) / (sum2/n - sum/n*sum/n + greyFloor)
}
