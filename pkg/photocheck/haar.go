package photocheck

import (
	"fmt"
	"image"
	"os"
	"path/filepath"

	"gocv.io/x/gocv"
)

// haarSide is the long side, in pixels, at which the cascades look: their cost grows with the picture.
const haarSide = 640

const (
	haarStrictNeighbours = 6
	haarLooseNeighbours  = 2
)

// haar finds faces with the boosted cascades of Viola and Jones (2001) that Debian ships with OpenCV. It knows upright
// faces only; eyes are placed where they lie in its mean box, which is near enough to start the search for the pupils.
type haar struct{ face gocv.CascadeClassifier }

func openHaar(dir string) (*haar, error) {
	path := filepath.Join(dir, "haarcascade_frontalface_alt2.xml")
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("photocheck: face cascade (run make models): %w", err)
	}
	h := &haar{face: gocv.NewCascadeClassifier()}
	if !h.face.Load(path) {
		return nil, fmt.Errorf("photocheck: face cascade %s can't be read; run make models", filepath.Base(path))
	}
	return h, nil
}

func (h *haar) name() string { return FinderHaar }

func (h *haar) Close() error { return h.face.Close() }

func (h *haar) find(bgr gocv.Mat) (strict, loose []detection, err error) {
	if bgr.Empty() || bgr.Channels() != 3 {
		return nil, nil, fmt.Errorf("haar: want a BGR picture")
	}
	k := min(1, haarSide/float64(max(bgr.Cols(), bgr.Rows())))
	size := image.Pt(max(1, int(float64(bgr.Cols())*k)), max(1, int(float64(bgr.Rows())*k)))
	small, grey := gocv.NewMat(), gocv.NewMat()
	defer small.Close()
	defer grey.Close()
	gocv.Resize(bgr, &small, size, 0, 0, gocv.InterpolationArea)
	gocv.CvtColor(small, &grey, gocv.ColorBGRToGray)
	gocv.EqualizeHist(grey, &grey)
	// The least face grows with the picture: a quarter of the cost, and no toys in corners.
	least := max(24, min(size.X, size.Y)/10)
	look := func(neighbours int) []detection {
		var out []detection
		for _, r := range h.face.DetectMultiScaleWithParams(grey, 1.1, neighbours, 0, image.Pt(least, least), image.Point{}) {
			b := box{float64(r.Min.X), float64(r.Min.Y), float64(r.Max.X), float64(r.Max.Y)}.scaled(1 / k)
			out = append(out, detection{box: b, score: b.width() / float64(bgr.Cols()), landmarks: meanLandmarks(b), top: b.top(), bottom: b.bottom()})
		}
		return oneBoxAFace(out)
	}
	strict = widestFirst(look(haarStrictNeighbours))
	if len(strict) == 0 {
		loose = look(haarLooseNeighbours)
	} else {
		loose = strict
	}
	return strict, loose, nil
}

// meanLandmarks places the five landmarks in the square box of the cascade.
func meanLandmarks(b box) [5]point {
	at := func(x, y float64) point { return point{b.x1 + x*b.width(), b.y1 + y*b.height()} }
	return [5]point{at(.31, .39), at(.69, .39), at(.5, .60), at(.34, .78), at(.66, .78)}
}
