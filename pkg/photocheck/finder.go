package photocheck

import (
	"cmp"
	"fmt"
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
