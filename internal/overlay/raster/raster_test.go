package raster_test

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"testing"

	"prportal.example/internal/overlay"
	"prportal.example/internal/overlay/raster"
	"prportal.example/pkg/photocheck/report"
)

func canvas(c color.Color) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 500, 700))
	draw.Draw(img, img.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

// drawn draws one check's evidence over a plain picture of half the photo's size.
func drawn(t *testing.T, over color.Color, outcome report.Outcome, e ...report.Evidence) *image.RGBA {
	t.Helper()
	r := report.Report{Width: 1000, Height: 1400, Checks: []report.Check{
		{ID: report.Glare, Outcome: outcome, Action: report.ToReturn, Evidence: e}}}
	img := canvas(over)
	if err := raster.Draw(img, overlay.New(r, "en")); err != nil {
		t.Fatal(err)
	}
	return img
}

// far is the distance between two colours in the channel in which they differ most.
func far(a, b color.RGBA) float64 {
	return max(math.Abs(float64(a.R)-float64(b.R)), math.Abs(float64(a.G)-float64(b.G)), math.Abs(float64(a.B)-float64(b.B)))
}

var (
	white  = color.RGBA{255, 255, 255, 255}
	black  = color.RGBA{0, 0, 0, 255}
	orange = color.RGBA{0xff, 0xb0, 0, 255}
)

func TestEachKindIsDrawnWhereItIs(t *testing.T) {
	for name, tc := range map[string]struct {
		e        report.Evidence
		on, away image.Point // in the picture, half the coordinates of the photo
	}{
		"box":     {report.Evidence{Kind: report.Box, Points: [][2]float64{{200, 300}, {600, 900}}}, image.Pt(100, 300), image.Pt(200, 300)},
		"point":   {report.Evidence{Kind: report.Point, Points: [][2]float64{{500, 700}}}, image.Pt(250, 350), image.Pt(250, 450)},
		"line":    {report.Evidence{Kind: report.Line, Points: [][2]float64{{200, 200}, {800, 800}}}, image.Pt(250, 250), image.Pt(250, 200)},
		"polygon": {report.Evidence{Kind: report.Polygon, Points: [][2]float64{{200, 200}, {800, 200}, {800, 800}}}, image.Pt(400, 250), image.Pt(150, 350)},
		"quad":    {report.Evidence{Kind: report.Quad, Points: [][2]float64{{200, 200}, {800, 240}, {800, 800}, {200, 800}}}, image.Pt(250, 400), image.Pt(250, 300)},
	} {
		for _, over := range []color.RGBA{white, black, orange} {
			img := drawn(t, over, report.Fail, tc.e)
			if got := img.RGBAAt(tc.on.X, tc.on.Y); far(got, orange) > 30 {
				t.Errorf("%s over %v: %v at %v", name, over, got, tc.on)
			}
			if got := img.RGBAAt(tc.away.X, tc.away.Y); got != over {
				t.Errorf("%s over %v: %v at %v, where nothing is", name, over, got, tc.away)
			}
		}
	}
}

// TestLinesShowOnAnyPhoto walks across a line: there is something much darker and something much brighter.
func TestLinesShowOnAnyPhoto(t *testing.T) {
	for _, outcome := range []report.Outcome{report.Fail, report.Pass, report.Inconclusive} {
		for grey := 0; grey < 256; grey += 51 {
			over := color.RGBA{uint8(grey), uint8(grey), uint8(grey), 255}
			img := drawn(t, over, outcome, report.Evidence{Kind: report.Line, Points: [][2]float64{{100, 700}, {900, 700}}})
			low, high := 255, 0
			for x := 100; x < 400; x++ {
				for y := 340; y < 360; y++ {
					c := img.RGBAAt(x, y)
					luma := (2*int(c.R) + 5*int(c.G) + int(c.B)) / 8
					low, high = min(low, luma), max(high, luma)
				}
			}
			if high-low < 90 {
				t.Errorf("%s over grey %d: only from %d to %d", outcome, grey, low, high)
			}
		}
	}
}

func TestGridsAreTintedByTheirStrength(t *testing.T) {
	grid := func(label string) report.Evidence {
		return report.Evidence{Kind: report.Grid, Label: label, Points: [][2]float64{{0, 0}, {1000, 1400}}, Values: []float64{2, 2, 0, .1, .5, 1}}
	}
	grey := color.RGBA{128, 128, 128, 255}
	img := drawn(t, grey, report.Fail, grid("odd"))
	at := func(x, y int) float64 { return far(img.RGBAAt(x, y), grey) }
	empty, faint, middle, strong := at(125, 100), at(375, 175), at(125, 525), at(375, 525)
	if empty != 0 || faint < 5 || middle <= faint || strong <= middle {
		t.Errorf("strengths 0, .1, .5, 1 tint by %v, %v, %v, %v", empty, faint, middle, strong)
	}
	dark, bright := drawn(t, grey, report.Fail, grid("dark")), drawn(t, grey, report.Fail, grid("bright"))
	if a, b := dark.RGBAAt(375, 525), bright.RGBAAt(375, 525); far(a, b) < 40 || a.B < a.R || b.R < b.B {
		t.Errorf("a map of darkness is %v, one of brightness %v", a, b)
	}
}

func TestAreasAreShaded(t *testing.T) {
	box := report.Evidence{Kind: report.Box, Label: "glare", Points: [][2]float64{{200, 400}, {600, 900}}}
	grey := color.RGBA{60, 60, 60, 255}
	if got := drawn(t, grey, report.Fail, box).RGBAAt(250, 300); far(got, grey) < 20 {
		t.Errorf("glare is not shaded: %v", got)
	}
	box.Label = "face"
	if got := drawn(t, grey, report.Fail, box).RGBAAt(250, 300); got != grey {
		t.Errorf("a face is shaded: %v", got)
	}
}

func TestWidthAndDashTellOutcomesApart(t *testing.T) {
	line := report.Evidence{Kind: report.Line, Points: [][2]float64{{100, 700}, {900, 700}}}
	brightAlong := func(img *image.RGBA) (n int) {
		for x := 60; x < 440; x++ {
			if c := img.RGBAAt(x, 350); max(c.R, c.G, c.B) > 200 {
				n++
			}
		}
		return n
	}
	failed, passed := brightAlong(drawn(t, black, report.Fail, line)), brightAlong(drawn(t, black, report.Pass, line))
	if failed < 375 || passed > 340 || passed < 150 {
		t.Errorf("of 380 pixels along it, a failed line covers %d and a passed one %d", failed, passed)
	}
}

func TestNamesAreWritten(t *testing.T) {
	e := report.Evidence{Kind: report.Box, Label: "glare", Points: [][2]float64{{200, 700}, {800, 900}}}
	img := drawn(t, black, report.Fail, e)
	bright := 0
	for y := 325; y < 347; y++ { // above the box
		for x := 95; x < 180; x++ {
			if img.RGBAAt(x, y).R > 200 {
				bright++
			}
		}
	}
	if bright < 60 {
		t.Errorf("%d bright pixels where the name should stand", bright)
	}
}

func TestAPartOfThePhoto(t *testing.T) {
	r := report.Report{Width: 1000, Height: 1400, Checks: []report.Check{{ID: report.Glare, Outcome: report.Fail, Action: report.ToReview,
		Evidence: []report.Evidence{{Kind: report.Point, Points: [][2]float64{{600, 800}}}}}}}
	img := canvas(black)
	if err := raster.Draw(img, overlay.New(r, "en").In(report.Rect{X: 500, Y: 700, Width: 250, Height: 350})); err != nil {
		t.Fatal(err)
	}
	if got := img.RGBAAt(200, 200); far(got, orange) > 30 {
		t.Errorf("%v", got)
	}
}

func TestNothingToDraw(t *testing.T) {
	img := canvas(white)
	if err := raster.Draw(img, overlay.Drawing{}); err != nil {
		t.Fatal(err)
	}
	for _, v := range img.Pix {
		if v != 255 {
			t.Fatal("something was drawn")
		}
	}
	if err := raster.Draw(image.NewRGBA(image.Rectangle{}), overlay.Drawing{}); err != nil {
		t.Error(err)
	}
}

func TestFit(t *testing.T) {
	f, err := raster.NewFace(20)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.Fit("short", 500); got != "short" {
		t.Errorf("%q", got)
	}
	if got := f.Fit("a name that is much too long for its place", 120); len([]rune(got)) > 14 || []rune(got)[len([]rune(got))-1] != '…' {
		t.Errorf("%q", got)
	}
	if got := f.Fit("anything", 1); got != "" {
		t.Errorf("%q", got)
	}
}
