package profile_test

import (
	"errors"
	"math"
	"testing"

	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func TestA6CropsThatCanBeMade(t *testing.T) {
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name          string
		crop          report.Rect
		width, height int
		want          error
	}{
		{"the smallest", report.Rect{X: 285, Y: 399, Width: 715, Height: 1001}, 1000, 1400, nil},
		{"the whole picture", report.Rect{Width: 1000, Height: 1400}, 1000, 1400, nil},
		{"one pixel to the left", report.Rect{X: -1, Width: 715, Height: 1001}, 1000, 1400, profile.ErrCropOutside},
		{"one pixel above", report.Rect{Y: -1, Width: 715, Height: 1001}, 1000, 1400, profile.ErrCropOutside},
		{"one pixel to the right", report.Rect{X: 286, Width: 715, Height: 1001}, 1000, 1400, profile.ErrCropOutside},
		{"one pixel below", report.Rect{Y: 400, Width: 715, Height: 1001}, 1000, 1400, profile.ErrCropOutside},
		{"larger than the picture", report.Rect{Width: 1005, Height: 1407}, 1000, 1400, profile.ErrCropOutside},
		{"far beyond all numbers", report.Rect{X: math.MaxInt, Y: math.MaxInt, Width: 715, Height: 1001}, 1000, 1400, profile.ErrCropOutside},
		{"nothing", report.Rect{}, 1000, 1400, profile.ErrCropOutside},
		{"turned inside out", report.Rect{X: 900, Y: 1300, Width: -715, Height: -1001}, 1000, 1400, profile.ErrCropOutside},
		{"one pixel too wide", report.Rect{Width: 716, Height: 1001}, 1000, 1400, profile.ErrCropShape},
		{"lying on its side", report.Rect{Width: 1400, Height: 1000}, 4000, 3000, profile.ErrCropShape},
		{"too small", report.Rect{Width: 710, Height: 994}, 1000, 1400, profile.ErrCropSmall},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := p.Frame().CheckCrop(tc.crop, tc.width, tc.height); !errors.Is(err, tc.want) || (err != nil && !errors.Is(err, profile.ErrCrop)) {
				t.Errorf("%v", err)
			}
		})
	}
	if least, most := p.Frame().CropUnits(1000, 1400); least != 143 || most != 200 {
		t.Errorf("units %d to %d", least, most)
	}
	if least, most := p.Frame().CropUnits(715, 1000); most >= least {
		t.Errorf("units %d to %d of a picture that is too small", least, most)
	}
}

// Whatever numbers come, a crop that is taken lies inside the picture and can be printed.
func FuzzCheckCrop(f *testing.F) {
	p, err := profile.Default()
	if err != nil {
		f.Fatal(err)
	}
	rules := p.Frame()
	f.Add(0, 0, 715, 1001, 1000, 1400)
	f.Add(-1, 5, 5, 7, 10, 10)
	f.Add(math.MaxInt, math.MinInt, 715, 1001, math.MaxInt, math.MaxInt)
	f.Fuzz(func(t *testing.T, x, y, w, h, width, height int) {
		if rules.CheckCrop(report.Rect{X: x, Y: y, Width: w, Height: h}, width, height) != nil {
			return
		}
		if x < 0 || y < 0 || w < rules.MinWidth || h < rules.MinHeight || x > width-w || y > height-h || width < w || height < h ||
			w%5 != 0 || w/5*7 != h {
			t.Errorf("%d,%d %d×%d is taken of %d×%d", x, y, w, h, width, height)
		}
	})
}
