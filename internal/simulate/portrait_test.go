package simulate

import (
	"bytes"
	"image"
	"slices"
	"strings"
	"testing"
)

func TestLandmarks(t *testing.T) {
	points, err := ReadLandmarks(strings.NewReader("3\n10.5\t20\n30 40.25\n1 2\n0\nwhat else there is\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(points, []Point{{10.5, 20}, {30, 40.25}, {1, 2}}) {
		t.Errorf("points %v", points)
	}
	for name, text := range map[string]string{
		"nothing":       "",
		"no number":     "x\n1 2\n3 4\n",
		"one point":     "1\n1 2\n",
		"far too many":  "99999999\n1 2\n",
		"cut short":     "3\n1 2\n3 4\n",
		"three numbers": "2\n1 2 3\n4 5\n",
		"a word":        "2\n1 2\n3 four\n",
		"not finite":    "2\n1 2\n3 Inf\n",
	} {
		if points, err := ReadLandmarks(strings.NewReader(text)); err == nil {
			t.Errorf("%s: %v", name, points)
		}
	}
}

func FuzzLandmarks(f *testing.F) {
	f.Add("2\n1 2\n3 4\n")
	f.Add("189\n524.2 701.1\n")
	f.Add("-1\n")
	f.Fuzz(func(t *testing.T, text string) {
		points, err := ReadLandmarks(strings.NewReader(text))
		if err != nil {
			return
		}
		if len(points) < 2 || len(points) > maxLandmarks {
			t.Fatalf("%d points", len(points))
		}
		// Whatever was accepted can be worked on, or is refused with a word.
		p, err := NewPortrait(image.NewRGBA(image.Rect(0, 0, 64, 64)), [2]Point(points[:2]))
		if err == nil && !(p.ruler().ied >= minIED) {
			t.Fatalf("pupils %v", p.Eyes)
		}
	})
}

func TestPupilsThatCantBe(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 100, 100))
	for _, eyes := range [][2]Point{{{40, 50}, {140, 50}}, {{40, 50}, {45, 50}}, {{-30, 50}, {45, 50}}} {
		if _, err := NewPortrait(img, eyes); err == nil {
			t.Errorf("%v are taken for pupils", eyes)
		}
	}
}

func TestPicturesComeBackAsTheyWere(t *testing.T) {
	p := drawn(200, 260)
	p.Quality = 100
	data, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if d := difference(p.Pixels, again); again.Rect != p.Pixels.Rect || d > 2 {
		t.Errorf("%v, mean difference %.2f", again.Rect, d)
	}
	if linear := toLinear(p.Pixels).picture(); !bytes.Equal(linear.Pix, p.Pixels.Pix) {
		t.Error("to linear light and back is another picture")
	}
	if _, err := Decode([]byte("no picture")); err == nil {
		t.Error("text is a picture")
	}
}
