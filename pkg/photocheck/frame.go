package photocheck

import (
	"fmt"
	"image"
	"math"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
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

	picture  picture  // empty when the file can't be decoded; at 1/n of full resolution, see inspectSide and leastIED
	whole    whole    // for the print; empty when nothing is rendered
	overview gocv.Mat // long side overviewSide at most
	// overviewScale is overview pixels for one pixel at full resolution.
	overviewScale float64
	decodeFault   string

	faces []detection // faces that the finder is sure of, the main one first
	loose []detection // what a looser search found
	face  *face       // the main face; nil if there is none

	framing framing // what can be printed; zero without a face, unless a crop was asked for

	learned networks
	around  *paper // see paper(); found by the first check that asks
}

// whole is the photo for the print: as large as it is decoded at all, and as it is stored, not upright. Turning twelve megapixels
// costs a fifth of their decode, turning the print next to nothing.
type whole struct {
	bgr   gocv.Mat
	scale float64
}

func (f *Frame) decoded() bool { return f.decodeFault == "" && !f.picture.bgr.Empty() }

func (f *Frame) close() {
	if f.decoded() {
		f.picture.bgr.Close()
		f.overview.Close()
	}
	if f.whole.scale > 0 {
		f.whole.bgr.Close()
	}
}

// newFrame prepares a photo whose header was admitted, with what is wanted of it. Only a fault of the engine is an error.
func newFrame(data []byte, h header.Header, find finder, rules profile.Frame, want wanted) (*Frame, error) {
	f := &Frame{header: h, bytes: len(data), width: h.Width, height: h.Height, rules: rules}
	if err := f.decode(data, reduction(float64(max(h.Width, h.Height)), inspectSide), want.render); err != nil {
		f.decodeFault = err.Error()
		return f, nil
	}
	var k float64
	f.overview, k = shrunk(f.picture.bgr, overviewSide)
	f.overviewScale = k * f.picture.scale
	if err := f.findFace(data, find, want.render); err != nil {
		f.close()
		return nil, err
	}
	f.setFraming(want.crop)
	return f, nil
}

// setFraming says what can be printed: the crop that was asked for, or where none was the best one for the face.
func (f *Frame) setFraming(asked *report.Rect) {
	switch {
	case asked != nil && f.face != nil:
		f.framing = frameAs(f.face.head(), *asked, f.rules)
	case asked != nil:
		f.framing = framing{crop: asked, frameHeight: float64(asked.Height)}
	case f.face != nil:
		f.framing = frameHead(f.face.head(), f.width, f.height, f.rules)
	}
}

// decode fills picture at 1/reduce of full resolution, and whole if the photo is to be rendered.
func (f *Frame) decode(data []byte, reduce int, render bool) error {
	least := leastReduction(f.header)
	reduce = max(reduce, least)
	if !render {
		m, err := decode(data, f.header, reduce)
		if err != nil {
			return err
		}
		f.picture = picture{turnUpright(m, f.header.Orientation), 1 / float64(reduce)}
		return nil
	}
	if f.whole.scale == 0 {
		m, err := decode(data, f.header, least)
		if err != nil {
			return err
		}
		f.whole = whole{m, 1 / float64(least)}
	}
	small := f.whole.bgr.Region(image.Rect(0, 0, f.whole.bgr.Cols(), f.whole.bgr.Rows())) // the same pixels
	if reduce > least {
		small.Close()
		var err error
		if small, err = inStrips(f.whole.bgr, reduce/least); err != nil {
			return err
		}
	}
	f.picture = picture{turnUpright(small, f.header.Orientation), 1 / float64(reduce)}
	return nil
}

// findFace finds the faces and prepares the main one. A face too small for the canonical scale is decoded again at the scale that
// it needs: such a small face in such a large picture is rare, and the crop around it is hardly ever large enough for a print.
func (f *Frame) findFace(data []byte, find finder, render bool) error {
	strict, loose, err := find.find(f.overview)
	if err != nil {
		return fmt.Errorf("find faces: %w", err)
	}
	if len(strict) > 0 && math.Abs(strict[0].roll()) > lookAgainTilt {
		if strict[0], err = findTilted(find, f.overview, strict[0]); err != nil {
			return fmt.Errorf("find a tilted face: %w", err)
		}
	}
	f.faces, f.loose = f.toFull(strict), f.toFull(loose)
	if len(f.faces) == 0 {
		return nil
	}
	ied := f.faces[0].ied()
	if enough := max(reduction(ied, leastIED), leastReduction(f.header)); 1/float64(enough) > f.picture.scale {
		small := f.picture.bgr
		if err := f.decode(data, enough, render); err != nil {
			return fmt.Errorf("decode again for a small face: %w", err)
		}
		small.Close()
	}
	f.face, err = newFace(f.faces[0], f.picture, f.width, f.height)
	if err != nil {
		return fmt.Errorf("prepare the face: %w", err)
	}
	f.face.measureHead(f.overview, f.overviewScale)
	return nil
}

// toFull maps detections from the overview to full resolution.
func (f *Frame) toFull(in []detection) []detection {
	k := 1 / f.overviewScale
	middle := .5*k - .5 // of the pixels that make the first one of the overview
	out := make([]detection, len(in))
	for i, d := range in {
		d.box = d.box.scaled(k)
		for j, p := range d.landmarks {
			d.landmarks[j] = point{p.x*k + middle, p.y*k + middle}
		}
		d.top, d.bottom = point{d.top.x * k, d.top.y * k}, point{d.bottom.x * k, d.bottom.y * k}
		out[i] = d
	}
	return out
}
