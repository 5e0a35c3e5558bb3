package photocheck

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"

	"gocv.io/x/gocv"
)

// Names of the face finders, as a report's engine tells them.
const (
	FinderCenterFace = "centerface"
	FinderHaar       = "haar"
)

// detection is a face found in a picture; coordinates are pixels of that picture.
type detection struct {
	box   box
	score float64
	// landmarks are image-left eye, image-right eye, nose, image-left and image-right corner of the mouth.
	landmarks    [5]point
	hasLandmarks bool
	// top and bottom are the middles of the box's upper and lower side, seen with the face upright.
	top, bottom point
}

// moved returns a detection as a similarity brings it elsewhere, except for its box.
func (d detection) moved(to similarity) detection {
	for i, p := range d.landmarks {
		d.landmarks[i] = to.apply(p)
	}
	d.top, d.bottom = to.apply(d.top), to.apply(d.bottom)
	return d
}

// lookAgainTilt is the roll in degrees from which a face is looked for again in a picture turned upright: finders have learnt on
// upright faces, and the box of a tilted one says little about chin and crown.
const lookAgainTilt = 20.0

// findTilted looks again for a tilted face in the picture turned upright, and returns it in the picture as it is. If it is not
// found there, what was found stays.
func findTilted(find finder, bgr gocv.Mat, d detection) (detection, error) {
	sin, cos := math.Sincos(-d.roll() * math.Pi / 180)
	w, h := float64(bgr.Cols()), float64(bgr.Rows())
	size := image.Pt(int(math.Abs(w*cos)+math.Abs(h*sin)), int(math.Abs(w*sin)+math.Abs(h*cos)))
	to := similarity{a: cos, b: sin}
	middle := to.apply(point{w / 2, h / 2})
	to.tx, to.ty = float64(size.X)/2-middle.x, float64(size.Y)/2-middle.y
	upright := gocv.NewMat()
	defer upright.Close()
	to.warp(bgr, &upright, size, gocv.BorderConstant)
	strict, loose, err := find.find(upright)
	if err != nil {
		return d, err
	}
	was := to.apply(point{(d.box.x1 + d.box.x2) / 2, (d.box.y1 + d.box.y2) / 2})
	for _, again := range append(strict, loose...) {
		if is := (point{(again.box.x1 + again.box.x2) / 2, (again.box.y1 + again.box.y2) / 2}); is.distance(was) < .5*d.box.width() {
			again = again.moved(to.inverse())
			again.box, again.score = d.box, d.score
			return again, nil
		}
	}
	return d, nil
}

// finder finds faces in a BGR picture. strict are those it is sure of; loose those found with a lower threshold, used
// only to tell "there is no face" from "I am not sure".
type finder interface {
	name() string
	find(bgr gocv.Mat) (strict, loose []detection, err error)
	Close() error
}

// openFinder takes CenterFace where its model is there, else Haar cascades; want forces one of them.
func openFinder(models, want string) (finder, error) {
	onnx := filepath.Join(models, "centerface.onnx")
	switch want {
	case FinderCenterFace:
		return openCenterFace(onnx)
	case FinderHaar:
		return openHaar(filepath.Join(models, "haarcascades"))
	case "":
		if _, err := os.Stat(onnx); err == nil {
			return openCenterFace(onnx)
		}
		return openHaar(filepath.Join(models, "haarcascades"))
	default:
		return nil, fmt.Errorf("photocheck: unknown face finder %q, want %q or %q", want, FinderCenterFace, FinderHaar)
	}
}

const (
	suppressIoU     = 0.3 // boxes that overlap more are one face
	mergeOverlap    = 0.4 // of the smaller box
	leastFaceWidth  = 0.3 // of the widest face; smaller ones are toys, pictures on walls, people far behind
	furtherFaceSure = 0.6 // score from which a further face counts
)

// oneBoxAFace drops boxes of the same face, best score first, and faces far smaller than the widest.
func oneBoxAFace(found []detection) []detection {
	slices.SortFunc(found, func(a, b detection) int { return cmp.Compare(b.score, a.score) })
	var kept []detection
	for _, d := range found {
		same := slices.ContainsFunc(kept, func(k detection) bool {
			i := d.box.intersection(k.box)
			return i > suppressIoU*(d.box.area()+k.box.area()-i) || i > mergeOverlap*min(d.box.area(), k.box.area())
		})
		if !same {
			kept = append(kept, d)
		}
	}
	widest := 0.0
	for _, d := range kept {
		widest = max(widest, d.box.width())
	}
	return slices.DeleteFunc(kept, func(d detection) bool { return d.box.width() < leastFaceWidth*widest })
}

// widestFirst puts the main face in front: whoever has a photo taken is nearest to the camera.
func widestFirst(faces []detection) []detection {
	slices.SortStableFunc(faces, func(a, b detection) int { return cmp.Compare(b.box.width(), a.box.width()) })
	return faces
}
