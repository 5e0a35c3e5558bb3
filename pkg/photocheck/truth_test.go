package photocheck

import (
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gocv.io/x/gocv"

	"prportal.example/internal/simulate"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/profile"
)

// truth is what people marked in a portrait (.tem files), in pixels of the picture.
type truth struct {
	path        string
	person      string
	pupils      [2]point
	chin, crown point
}

// Points of a .tem file.
const (
	temChin, temCrown = 129, 151
	temPoints         = 189
)

func truths(t testing.TB, folders ...string) []truth {
	t.Helper()
	root, ok := testphotos.Labelled()
	if !ok {
		t.Skip("PHOTOS is not set: there are no landmarks to measure against")
	}
	var out []truth
	for _, folder := range folders {
		paths, err := filepath.Glob(filepath.Join(root, folder, "*.tem"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no landmarks in %s (%v)", folder, err)
		}
		for _, path := range paths {
			out = append(out, readTruth(t, path))
		}
	}
	return out
}

func readTruth(t testing.TB, path string) truth {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	points, err := simulate.ReadLandmarks(file)
	if err != nil || len(points) != temPoints {
		t.Fatalf("%s: %d points (%v)", path, len(points), err)
	}
	at := func(i int) point { return point{points[i].X, points[i].Y} }
	name := strings.TrimSuffix(path, ".tem")
	return truth{path: name + ".jpg", person: strings.Split(filepath.Base(name), "_")[0],
		pupils: [2]point{at(0), at(1)}, chin: at(temChin), crown: at(temCrown)}
}

// moved is a portrait turned by degrees around its middle and scaled, with its landmarks.
func (tr truth) moved(m gocv.Mat, degrees, scale float64) (gocv.Mat, truth) {
	s, c := math.Sincos(degrees * math.Pi / 180)
	to := similarity{a: scale * c, b: scale * s}
	w, h := float64(m.Cols())*scale, float64(m.Rows())*scale
	middle := to.apply(point{float64(m.Cols()) / 2, float64(m.Rows()) / 2})
	to.tx, to.ty = w/2-middle.x, h/2-middle.y
	out := gocv.NewMat()
	to.warp(m, &out, image.Pt(int(w), int(h)), gocv.BorderReplicate)
	tr.pupils = [2]point{to.apply(tr.pupils[0]), to.apply(tr.pupils[1])}
	tr.chin, tr.crown = to.apply(tr.chin), to.apply(tr.crown)
	return out, tr
}

// frameOf prepares a decoded picture, which the frame then owns.
func frameOf(t testing.TB, m gocv.Mat, find finder) *Frame {
	t.Helper()
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	f := &Frame{width: m.Cols(), height: m.Rows(), rules: p.Frame(), picture: picture{m, 1}}
	f.overview, f.overviewScale = shrunk(m, overviewSide)
	if err := f.findFace(nil, find, false); err != nil {
		t.Fatal(err)
	}
	f.setFraming(nil)
	return f
}

// spread is the median and the 95th percentile.
func spread(v []float64) (median, p95 float64) {
	v = slices.Clone(v)
	return percentile(v, .5), percentile(v, .95)
}

// darkened lowers the exposure in linear light.
func darkened(m gocv.Mat, stops float64) gocv.Mat {
	table := gocv.NewMatWithSize(1, 256, gocv.MatTypeCV8U)
	defer table.Close()
	for i := range 256 {
		v := linearOf[i] * math.Exp2(stops)
		if v <= .0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - .055
		}
		table.SetUCharAt(0, i, uint8(math.Round(255*min(1, v))))
	}
	out := gocv.NewMat()
	gocv.LUT(m, table, &out)
	return out
}

func (tr truth) ied() float64 { return tr.pupils[0].distance(tr.pupils[1]) }

func (tr truth) roll() float64 {
	d := tr.pupils[1].minus(tr.pupils[0])
	return math.Atan2(d.y, d.x) * 180 / math.Pi
}

func readMat(t testing.TB, path string) gocv.Mat {
	t.Helper()
	m := gocv.IMRead(path, gocv.IMReadColor)
	if m.Empty() {
		t.Fatalf("%s can't be decoded", path)
	}
	return m
}

func closeMats(t testing.TB, mats ...gocv.Mat) {
	t.Helper()
	for _, m := range mats {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
}

func testFinder(t testing.TB, name string) finder {
	t.Helper()
	find, err := openFinder(ModelsOfTests(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := find.Close(); err != nil {
			t.Error(err)
		}
	})
	return find
}
