package photocheck_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func inspectCrop(t *testing.T, in *photocheck.Inspector, data []byte, crop report.Rect) photocheck.Result {
	t.Helper()
	res, err := in.InspectCrop(context.Background(), data, crop)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Validate(res.Report); err != nil {
		t.Fatal(err)
	}
	return res
}

func measure(t *testing.T, r report.Report, id report.CheckID) float64 {
	t.Helper()
	c, _ := r.Check(id)
	if c.Measure == nil {
		t.Fatalf("%s was not measured: %s", id, c.Outcome)
	}
	return *c.Measure
}

func TestA6MeasuresAreOfTheCropThatWasAskedFor(t *testing.T) {
	in := newInspector(t, "")
	data := photo(t, testphotos.Biden) // 970×2204
	res, err := in.InspectAndRender(context.Background(), data)
	if err != nil || res.Report.Crop == nil {
		t.Fatalf("no crop of its own (%v)", err)
	}
	own := res.Report
	head, _ := own.Check(report.HeadSize)
	x, y, _ := headOf(t, own)
	at := func(u int, eyesX, eyesY float64) report.Rect {
		return report.Rect{X: int(x - eyesX*float64(5*u)), Y: max(0, int(y-eyesY*float64(7*u))), Width: 5 * u, Height: 7 * u}
	}
	u := own.Crop.Width / 5
	for _, tc := range []struct {
		name  string
		crop  report.Rect
		fails []report.CheckID
	}{
		{"its own", *own.Crop, nil},
		{"a little to the side", report.Rect{X: own.Crop.X + u/10, Y: own.Crop.Y, Width: own.Crop.Width, Height: own.Crop.Height}, nil},
		{"the head far to the side", at(u, .66, .4), []report.CheckID{report.HeadPosition}},
		{"the head too small, and to the side", report.Rect{Width: 970, Height: 1358}, []report.CheckID{report.HeadSize, report.HeadPosition}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := inspectCrop(t, in, data, tc.crop).Report
			if r.Crop == nil || *r.Crop != tc.crop {
				t.Fatalf("crop %v, want %v", r.Crop, tc.crop)
			}
			if got, want := measure(t, r, report.PixelSize), float64(tc.crop.Height); got != want {
				t.Errorf("pixel size %v, want %v", got, want)
			}
			if got, want := measure(t, r, report.HeadSize), head.Values["head_px"]/float64(tc.crop.Height); math.Abs(got-want) > 1e-3 {
				t.Errorf("head size %v, want %v", got, want)
			}
			var framing []report.CheckID
			for _, id := range failed(r) {
				if id == report.HeadSize || id == report.HeadPosition || id == report.PixelSize {
					framing = append(framing, id)
				}
			}
			if !slices.Equal(framing, tc.fails) {
				t.Errorf("fails %v, want %v", framing, tc.fails)
			}
			// What the crop does not change stays as it was.
			if measure(t, r, report.TooDark) != measure(t, own, report.TooDark) || r.PerceptualHash != own.PerceptualHash {
				t.Error("the crop changes what it must not")
			}
		})
	}
}

// board is a picture of a grid of colours that tells where each pixel comes from.
func board(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, color.RGBA{uint8(255 * x / width), uint8(255 * y / height), 128, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 98}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestA6ThePrintIsExactlyTheCrop(t *testing.T) {
	in := newInspector(t, "")
	for _, tc := range []struct {
		name          string
		width, height int
		crop          report.Rect
		print         image.Point
	}{
		{"as it is", 1800, 2000, report.Rect{X: 301, Y: 417, Width: 1000, Height: 1400}, image.Pt(1000, 1400)},
		{"at the edge", 1800, 2000, report.Rect{X: 1085, Y: 999, Width: 715, Height: 1001}, image.Pt(715, 1001)},
		{"scaled down", 3000, 4000, report.Rect{X: 100, Y: 50, Width: 2500, Height: 3500}, image.Pt(2000, 2800)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			res := inspectCrop(t, in, board(t, tc.width, tc.height), tc.crop)
			if res.Print == nil || res.Print.Width != tc.print.X || res.Print.Height != tc.print.Y {
				t.Fatalf("print %+v, crop %v", res.Print, res.Report.Crop)
			}
			img, err := jpeg.Decode(bytes.NewReader(res.Print.JPEG))
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range []image.Point{{2, 2}, {tc.print.X - 3, 2}, {2, tc.print.Y - 3}, {tc.print.X - 3, tc.print.Y - 3}, {tc.print.X / 2, tc.print.Y / 3}} {
				c := color.RGBAModel.Convert(img.At(p.X, p.Y)).(color.RGBA)
				x := float64(tc.crop.X) + float64(p.X)*float64(tc.crop.Width)/float64(tc.print.X)
				y := float64(tc.crop.Y) + float64(p.Y)*float64(tc.crop.Height)/float64(tc.print.Y)
				if math.Abs(float64(c.R)-255*x/float64(tc.width)) > 6 || math.Abs(float64(c.G)-255*y/float64(tc.height)) > 6 {
					t.Errorf("pixel %v of the print is %v, not that at %.0f,%.0f of the picture", p, c, x, y)
				}
			}
			if outcome(res.Report, report.HeadSize) != report.NotApplicable || measure(t, res.Report, report.PixelSize) != float64(tc.crop.Height) {
				t.Error("a picture of nobody is judged as if there were a head")
			}
		})
	}
}

func TestA6BadCropsAreRefused(t *testing.T) {
	in := newInspector(t, "")
	data := photo(t, testphotos.Obama) // 910×1137
	for name, crop := range map[string]report.Rect{
		"outside": {X: 300, Width: 715, Height: 1001}, "too small": {Width: 500, Height: 700}, "another shape": {Width: 800, Height: 1100},
		"nothing": {}, "below zero": {X: -5, Y: -7, Width: 715, Height: 1001},
	} {
		if _, err := in.InspectCrop(context.Background(), data, crop); !errors.Is(err, profile.ErrCrop) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := inspectCrop(t, in, []byte("no photo"), report.Rect{Width: 715, Height: 1001}).Report
	if r.Crop != nil || r.PerceptualHash != "" || outcome(r, report.FileType) != report.Fail {
		t.Errorf("text has crop %v, hash %q", r.Crop, r.PerceptualHash)
	}
}

// The figures in report.SameWithin: what a chat or a picture program does to a file leaves it within, another photo does not.
func TestA7TheSamePictureAgain(t *testing.T) {
	in := newInspector(t, "")
	hash := func(data []byte) string {
		t.Helper()
		r := inspect(t, in, data)
		if r.PerceptualHash == "" {
			t.Fatal("no hash")
		}
		return r.PerceptualHash
	}
	hashes := map[string]string{}
	for _, name := range []string{testphotos.Biden, testphotos.Obama, testphotos.Astronaut, testphotos.Coffee} {
		data := photo(t, name)
		hashes[name] = hash(data)
		for _, size := range []float64{1, .6, .4} {
			if d, ok := report.Distance(hashes[name], hash(edit(t, data, testphotos.Resized(size)))); !ok || d > report.SameWithin {
				t.Errorf("%s saved anew at %v of its size: %d bits", name, size, d)
			}
		}
		for other, h := range hashes {
			if other != name && report.SamePicture(h, hashes[name]) {
				t.Errorf("%s and %s are taken for one picture", name, other)
			}
		}
	}
	// Two photos of one person in the same studio, with another face.
	dir, ok := testphotos.Labelled()
	if !ok {
		return
	}
	neutral, err := filepath.Glob(filepath.Join(dir, "london_faces", "direct_studio_neutral", "*.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	least := 64
	for _, path := range neutral[:min(12, len(neutral))] {
		smiling, err := filepath.Glob(filepath.Join(dir, "london_faces", "direct_studio_smiling", filepath.Base(path)[:3]+"_*.jpg"))
		if err != nil || len(smiling) != 1 {
			continue
		}
		d, _ := report.Distance(hash(read(t, path)), hash(read(t, smiling[0])))
		least = min(least, d)
	}
	t.Logf("the nearest neutral and smiling faces differ by %d bits", least)
	if least <= report.SameWithin {
		t.Errorf("a neutral and a smiling face are taken for one picture: %d bits", least)
	}
}
