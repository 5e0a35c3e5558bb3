package photocheck

import (
	"fmt"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/profile"
)

// overviewSide is the long side in pixels of the picture in which faces, edges and the background are looked for.
const overviewSide = 640

// Frame is a photo prepared once for all checks: decoded, upright, faces and pupils found, the face brought to a common
// scale. Checks read it and never change it. Points are pixels of the upright picture at full resolution.
type Frame struct {
	header        header.Header
	bytes         int
	width, height int
	rules         profile.Frame

	picture  picture  // empty when the file can't be decoded
	overview gocv.Mat // long side overviewSide at most
	// overviewScale is overview pixels for one pixel at full resolution.
	overviewScale float64
	decodeFault   string

	faces []detection // faces that the finder is sure of, the main one first
	loose []detection // what a looser search found
	face  *face       // the main face; nil if there is none

	framing framing // what can be printed; zero without a face

	learned networks
	around  *paper // see paper(); found by the first check that asks
}

func (f *Frame) decoded() bool { return f.decodeFault == "" && !f.picture.bgr.Empty() }

func (f *Frame) close() {
	if f.decoded() {
		f.picture.bgr.Close()
		f.overview.Close()
	}
}

// newFrame prepares a photo whose header was admitted. Only a fault of the engine is an error.
func newFrame(data []byte, h header.Header, find finder, rules profile.Frame) (*Frame, error) {
	f := &Frame{header: h, bytes: len(data), width: h.Width, height: h.Height, rules: rules}
	pic, err := decode(data, h)
	if err != nil {
		f.decodeFault = err.Error()
		return f, nil
	}
	f.picture = pic
	var k float64
	f.overview, k = shrunk(pic.bgr, overviewSide)
	f.overviewScale = k * pic.scale

	strict, loose, err := find.find(f.overview)
	if err != nil {
		f.close()
		return nil, fmt.Errorf("find faces: %w", err)
	}
	f.faces, f.loose = f.toFull(strict), f.toFull(loose)
	if len(f.faces) == 0 {
		return f, nil
	}
	f.face, err = newFace(f.faces[0], f.picture, f.width, f.height)
	if err != nil {
		f.close()
		return nil, fmt.Errorf("prepare the face: %w", err)
	}
	f.framing = frameHead(f.face.head(), f.width, f.height, rules)
	return f, nil
}

// toFull maps detections from the overview to full resolution.
func (f *Frame) toFull(in []detection) []detection {
	k := 1 / f.overviewScale
	out := make([]detection, len(in))
	for i, d := range in {
		d.box = d.box.scaled(k)
		for j, p := range d.landmarks {
			d.landmarks[j] = point{p.x * k, p.y * k}
		}
		out[i] = d
	}
	return out
}
