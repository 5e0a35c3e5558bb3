package photocheck_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"strconv"
	"strings"
	"testing"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/report"
)

type photoChange = func(*image.RGBA) *image.RGBA

func decoded(t testing.TB, data []byte) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func encodedPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// turned stores a photo on its side and says so in EXIF orientation 6.
func turned(t *testing.T, data []byte) []byte {
	side := edit(t, data, func(img *image.RGBA) *image.RGBA {
		w, h := img.Rect.Dx(), img.Rect.Dy()
		out := image.NewRGBA(image.Rect(0, 0, h, w))
		for y := range h {
			for x := range w {
				out.SetRGBA(y, w-1-x, img.RGBAAt(x, y))
			}
		}
		return out
	})
	return withOrientation(side, 6)
}

// withOrientation puts an EXIF segment into a JPEG.
func withOrientation(photo []byte, orientation byte) []byte {
	exif := append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01"), 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(append([]byte{}, photo[:2]...), append(segment, exif...)...), photo[2:]...)
}

func TestFormats(t *testing.T) {
	in := newInspector(t, "")
	good := photo(t, testphotos.Biden)
	img := decoded(t, good)
	deep := image.NewNRGBA64(img.Bounds())
	clear := image.NewNRGBA(img.Bounds())
	grey := image.NewGray(img.Bounds())
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			c := img.At(x, y)
			deep.Set(x, y, c)
			grey.Set(x, y, c)
			n := color.NRGBAModel.Convert(c).(color.NRGBA)
			if y < 40 {
				n = color.NRGBA{} // see-through is printed white
			}
			clear.SetNRGBA(x, y, n)
		}
	}
	var greyJPEG bytes.Buffer
	if err := jpeg.Encode(&greyJPEG, grey, nil); err != nil {
		t.Fatal(err)
	}
	cmyk, err := testphotos.CMYK(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		photo []byte
	}{
		{"CMYK JPEG", cmyk},
		{"on its side, with EXIF", turned(t, good)},
		{"PNG, 16 bit with alpha", encodedPNG(t, deep)},
		{"PNG with see-through parts", encodedPNG(t, clear)},
		{"grey JPEG", greyJPEG.Bytes()},
		{"grey PNG", encodedPNG(t, grey)},
		{"motion photo", append(append([]byte{}, good...), bytes.Repeat([]byte("ftypmp42"), 1000)...)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := inspect(t, in, tc.photo)
			if r.Width != img.Bounds().Dx() || r.Height != img.Bounds().Dy() {
				t.Errorf("%d×%d", r.Width, r.Height)
			}
			for _, id := range []report.CheckID{report.FileIntact, report.FaceCount, report.TooDark, report.EyesVisible} {
				if outcome(r, id) != report.Pass {
					t.Errorf("%s is %s", id, outcome(r, id))
				}
			}
			isGrey := outcome(r, report.Colour) == report.Fail
			if isGrey != (tc.name[:4] == "grey") {
				t.Errorf("told as grey: %v", isGrey)
			}
		})
	}
}

func TestRenditions(t *testing.T) {
	in := newInspector(t, "")
	res, err := in.InspectAndRender(context.Background(), turned(t, photo(t, testphotos.Biden)))
	if err != nil {
		t.Fatal(err)
	}
	if res.Rendition == nil || res.Print == nil {
		t.Fatalf("rendition %v, print %v", res.Rendition != nil, res.Print != nil)
	}
	for name, r := range map[string]struct {
		data          []byte
		width, height int
	}{
		"rendition": {res.Rendition.JPEG, res.Rendition.Width, res.Rendition.Height},
		"print":     {res.Print.JPEG, res.Print.Width, res.Print.Height},
	} {
		h, err := header.Read(r.data)
		if err != nil || h.Width != r.width || h.Height != r.height || h.Orientation != 1 || !h.Intact {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
		if bytes.Contains(r.data, []byte("Exif")) {
			t.Errorf("%s carries metadata", name)
		}
	}
	if res.Rendition.Height != 1600 {
		t.Errorf("rendition is %d×%d", res.Rendition.Width, res.Rendition.Height)
	}
	p := res.Print
	if p.Width < 715 || p.Height < 1000 || p.Width > 2000 || p.Height > 2800 || len(p.JPEG) > 4<<20 {
		t.Errorf("print is %d×%d, %d bytes", p.Width, p.Height, len(p.JPEG))
	}
	half, err := in.InspectAndRender(context.Background(), []byte("no photo"))
	if err != nil || half.Rendition != nil || half.Print != nil {
		t.Errorf("pictures of a file that is none: %v %v", half, err)
	}
}

// What OpenCV allocates, Go's collector does not see: a Mat that is not closed shows only in the process's size.
func TestMemoryStaysLevel(t *testing.T) {
	in := newInspector(t, "")
	data := photo(t, testphotos.Obama)
	size := func() int {
		status, err := os.ReadFile("/proc/self/statm")
		if err != nil {
			t.Fatal(err)
		}
		pages, err := strconv.Atoi(strings.Fields(string(status))[1])
		if err != nil {
			t.Fatal(err)
		}
		return pages * os.Getpagesize() >> 20
	}
	run := func() {
		for range 15 {
			if _, err := in.InspectAndRender(context.Background(), data); err != nil {
				t.Fatal(err)
			}
		}
	}
	run()
	before := size()
	run()
	run()
	// One decoded photo is 3 MB; 30 that leak would be 90.
	if grown := size() - before; grown > 40 {
		t.Errorf("grew by %d MB over 30 photos", grown)
	}
}
