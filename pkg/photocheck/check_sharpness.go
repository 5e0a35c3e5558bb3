package photocheck

import (
	"fmt"
	"image"
	"math"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/report"
)

// greyFloor keeps flat, dark faces from looking sharp by noise alone.
const greyFloor = 20

// sharpness is the fine detail of the inner face over its coarse detail, in the direction in which there is least: motion
// blurs along one direction only, which the mean over all of them hides. Fine and coarse are differences of Gaussians, of 1 and 2
// and of 4 and 8 pixels of the common scale (1/64 of the inter-eye distance); the least ratio over all directions of the energy of
// their gradients is the smaller generalised eigenvalue of their two structure tensors (Förstner and Gülch 1987). As a ratio it
// does not depend on light or contrast, and hardly on JPEG quality and noise.
// Values: ied_px is the inter-eye distance in pixels, detail the variance of the Laplacian over that of luma.
func sharpness(f *Frame) finding {
	fc := f.face
	if math.IsNaN(fc.detail) {
		return inconclusive()
	}
	fine, coarse, err := fc.detailBands()
	if err != nil {
		return failed(err)
	}
	var f2, c2 tensor
	for _, i := range sharpArea {
		if fc.inside[i] {
			f2.add(fine, int(i))
			c2.add(coarse, int(i))
		}
	}
	out := finding{
		measure:  round4(leastRatio(f2, c2)),
		values:   map[string]float64{"ied_px": round2(fc.ied), "detail": round4(fc.detail)},
		evidence: []report.Evidence{fc.quad("face", -.8, -.4, .8, 1.4)},
	}
	if out.measure < softFace {
		out.evidence = append(out.evidence, fc.mapOf("blur", func(x, y float64) float64 {
			return blurOfCell(fine, coarse, x, y)
		})...)
	}
	return out
}

// softFace is the measure below which a map of the blur is drawn.
const softFace = 1.2

// sharpArea is the inner face: eyes, nose and mouth, without the outline against hair and background.
var sharpArea = regionOf(func(x, y float64) bool { return math.Abs(x) < .8 && y > -.4 && y < 1.4 })

// The part of the canonical face that the bands are computed on: the inner face and what the largest Gaussian sees around it.
const (
	bandLeft, bandTop     = 54, 90
	bandRight, bandBottom = 202, 254
)

// detailBands returns the fine and the coarse band of luma over the canonical face; they are 0 outside of the band's window.
func (f *face) detailBands() (fine, coarse plane, err error) {
	m := gocv.NewMatWithSize(bandBottom-bandTop, bandRight-bandLeft, gocv.MatTypeCV32F)
	defer m.Close()
	to, err := m.DataPtrFloat32()
	if err != nil {
		return plane{}, plane{}, fmt.Errorf("detail bands: %w", err)
	}
	for y := bandTop; y < bandBottom; y++ {
		copy(to[(y-bandTop)*(bandRight-bandLeft):], f.luma.v[y*faceW+bandLeft:y*faceW+bandRight])
	}
	band := func(small, large float64) (plane, error) {
		a, b := gocv.NewMat(), gocv.NewMat()
		defer a.Close()
		defer b.Close()
		gocv.GaussianBlur(m, &a, gaussianSize(small), small, small, gocv.BorderReplicate)
		gocv.GaussianBlur(m, &b, gaussianSize(large), large, large, gocv.BorderReplicate)
		gocv.Subtract(a, b, &a)
		v, err := a.DataPtrFloat32()
		if err != nil {
			return plane{}, fmt.Errorf("detail bands: %w", err)
		}
		out := newPlane(faceW, faceH)
		for y := bandTop; y < bandBottom; y++ {
			copy(out.v[y*faceW+bandLeft:y*faceW+bandRight], v[(y-bandTop)*(bandRight-bandLeft):])
		}
		return out, nil
	}
	if fine, err = band(1, 2); err != nil {
		return plane{}, plane{}, err
	}
	coarse, err = band(4, 8)
	return fine, coarse, err
}

// gaussianSize is the side of a kernel that reaches three standard deviations.
func gaussianSize(sigma float64) image.Point {
	n := 2*int(math.Ceil(3*sigma)) + 1
	return image.Pt(n, n)
}

// tensor is a structure tensor: the mean products of a picture's gradient, but for their number.
type tensor struct{ xx, xy, yy, n float64 }

func (t *tensor) add(p plane, i int) {
	gx, gy := float64(p.v[i+1]-p.v[i-1])/2, float64(p.v[i+faceW]-p.v[i-faceW])/2
	t.xx += gx * gx
	t.xy += gx * gy
	t.yy += gy * gy
	t.n++
}

// gradientFloor is the energy of a gradient, in grey levels squared, that counts as none: a flat patch has no direction.
const gradientFloor = .02

// leastRatio is the least of uᵀau / uᵀbu over all directions u.
func leastRatio(a, b tensor) float64 {
	if a.n == 0 || b.n == 0 {
		return 0
	}
	axx, axy, ayy := a.xx/a.n, a.xy/a.n, a.yy/a.n
	bxx, bxy, byy := b.xx/b.n+gradientFloor, b.xy/b.n, b.yy/b.n+gradientFloor
	// det(a - λb) = 0
	p, q, r := bxx*byy-bxy*bxy, axx*byy+ayy*bxx-2*axy*bxy, axx*ayy-axy*axy
	return (q - math.Sqrt(max(0, q*q-4*p*r))) / (2 * p)
}

// blurReach is how far around a cell of the map its blur is measured, in canonical pixels.
const blurReach = 12

// blurOfCell is 0 where the cell is sharp, to 1 where nothing fine is left; 0 as well off the band's window and where there is
// nothing to see.
func blurOfCell(fine, coarse plane, x, y float64) float64 {
	col, row := int(eyesX+x*faceIED), int(eyesY+y*faceIED)
	var f2, c2 tensor
	for r := max(row-blurReach, bandTop+1); r < min(row+blurReach, bandBottom-1); r += 2 {
		for c := max(col-blurReach, bandLeft+1); c < min(col+blurReach, bandRight-1); c += 2 {
			f2.add(fine, r*faceW+c)
			c2.add(coarse, r*faceW+c)
		}
	}
	if c2.n == 0 || c2.xx+c2.yy < c2.n {
		return 0
	}
	return 1 - leastRatio(f2, c2)/softFace
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
