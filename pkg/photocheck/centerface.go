package photocheck

import (
	"errors"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"

	"gocv.io/x/gocv"
)

const (
	centerFaceStride = 4
	centerFaceStrict = 0.5
	centerFaceLoose  = 0.25
	// centerFaceSmall is the width of the widest face, as a share of the picture's long side, under which other faces may be too
	// small for the first look: one that counts is at least leastFaceWidth as wide.
	centerFaceSmall = 0.14
)

// The sizes at which the network looks; sides are multiples of 32. The first look takes a small one, which finds every portrait
// at two thirds of the cost; where it finds nobody, or only small faces, the network looks again at the large one.
var centerFaceTall, centerFaceSquare, centerFaceLarge = image.Pt(192, 256), image.Pt(256, 256), image.Pt(320, 320)

// centerFace finds faces with the network of Xu et al., "CenterFace: joint face detection and alignment using face as
// point" (2019): a heat map of face centres with sizes, offsets and five landmarks, at stride 4.
type centerFace struct {
	model []byte
	// nets has one network for each size that was needed so far: a Net answers wrongly, and silently, at a second input size. Each
	// takes about 30 MB.
	nets map[image.Point]gocv.Net
}

func openCenterFace(path string) (*centerFace, error) {
	model, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("photocheck: face model (run make models): %w", err)
	}
	c := &centerFace{model, map[image.Point]gocv.Net{}}
	if _, err := c.net(centerFaceTall); err != nil {
		return nil, fmt.Errorf("photocheck: face model %s (run make models): %w", filepath.Base(path), err)
	}
	return c, nil
}

// net returns the network for a size, opened once.
func (c *centerFace) net(size image.Point) (gocv.Net, error) {
	if net, ok := c.nets[size]; ok {
		return net, nil
	}
	net, err := gocv.ReadNetFromONNXBytes(c.model)
	if err != nil {
		return gocv.Net{}, fmt.Errorf("read the network: %w", err)
	}
	if net.Empty() {
		return gocv.Net{}, errors.Join(errors.New("the network can't be read"), net.Close())
	}
	c.nets[size] = net
	return net, nil
}

func (c *centerFace) name() string { return FinderCenterFace }

func (c *centerFace) Close() error {
	var all []error
	for _, net := range c.nets {
		all = append(all, net.Close())
	}
	return errors.Join(all...)
}

func (c *centerFace) find(bgr gocv.Mat) (strict, loose []detection, err error) {
	if bgr.Empty() || bgr.Channels() != 3 {
		return nil, nil, fmt.Errorf("centerface: want a BGR picture")
	}
	first := centerFaceSquare
	if bgr.Cols()*centerFaceTall.Y <= bgr.Rows()*centerFaceTall.X {
		first = centerFaceTall
	}
	for _, size := range []image.Point{first, centerFaceLarge} {
		found, err := c.look(bgr, size)
		if err != nil {
			return nil, nil, err
		}
		strict, loose = sure(found), oneBoxAFace(found)
		if len(strict) > 0 && strict[0].box.width() >= centerFaceSmall*float64(max(bgr.Cols(), bgr.Rows())) {
			break
		}
	}
	return strict, loose, nil
}

// sure keeps the faces that count, the widest first. A single face may be a little less sure than one of several.
func sure(found []detection) []detection {
	strict := oneBoxAFace(slices.DeleteFunc(slices.Clone(found), func(d detection) bool { return d.score < centerFaceStrict }))
	for i := len(strict) - 1; i > 0; i-- { // the most certain one comes first
		if strict[i].score < furtherFaceSure {
			strict = slices.Delete(strict, i, i+1)
		}
	}
	return widestFirst(strict)
}

// look runs the network at one size.
func (c *centerFace) look(bgr gocv.Mat, size image.Point) ([]detection, error) {
	net, err := c.net(size)
	if err != nil {
		return nil, err
	}
	k := min(float64(size.X)/float64(bgr.Cols()), float64(size.Y)/float64(bgr.Rows()))
	w, h := max(1, int(math.Round(float64(bgr.Cols())*k))), max(1, int(math.Round(float64(bgr.Rows())*k)))
	canvas := gocv.NewMatWithSize(size.Y, size.X, gocv.MatTypeCV8UC3)
	defer canvas.Close()
	canvas.SetTo(gocv.Scalar{})
	corner := canvas.Region(image.Rect(0, 0, w, h))
	defer corner.Close()
	gocv.Resize(bgr, &corner, image.Pt(w, h), 0, 0, gocv.InterpolationArea)

	blob := gocv.BlobFromImage(canvas, 1, size, gocv.Scalar{}, true, false)
	defer blob.Close()
	net.SetInput(blob, "")
	outputs := net.ForwardLayers([]string{"537", "538", "539", "540"})
	for i := range outputs {
		defer outputs[i].Close()
	}
	planes, grid := make([][]float32, 4), size.Div(centerFaceStride)
	for i, channels := range []int{1, 2, 2, 10} {
		if i >= len(outputs) {
			return nil, fmt.Errorf("centerface: the network gave %d outputs, want 4", len(outputs))
		}
		p, err := outputs[i].DataPtrFloat32()
		if err != nil || len(p) < channels*grid.X*grid.Y {
			return nil, fmt.Errorf("centerface: output %d has %d values (%w)", i, len(p), err)
		}
		planes[i] = p
	}
	return readCenterFace(planes[0], planes[1], planes[2], planes[3], grid, 1/k), nil
}

// readCenterFace turns the network's planes into detections in pixels of the picture, which is k times the input.
func readCenterFace(heat, size, offset, landmarks []float32, grid image.Point, k float64) []detection {
	cells := grid.X * grid.Y
	var out []detection
	for i := range cells {
		if heat[i] < centerFaceLoose {
			continue
		}
		at := func(plane []float32, channel int) float64 { return float64(plane[channel*cells+i]) }
		h := centerFaceStride * math.Exp(at(size, 0))
		w := centerFaceStride * math.Exp(at(size, 1))
		cy := centerFaceStride * (float64(i/grid.X) + at(offset, 0) + 0.5)
		cx := centerFaceStride * (float64(i%grid.X) + at(offset, 1) + 0.5)
		b := box{cx - w/2, cy - h/2, cx + w/2, cy + h/2}
		d := detection{box: b.scaled(k), score: float64(heat[i]), hasLandmarks: true}
		for j := range d.landmarks {
			d.landmarks[j] = point{(b.x1 + at(landmarks, 2*j+1)*w) * k, (b.y1 + at(landmarks, 2*j)*h) * k}
		}
		d.top, d.bottom = d.box.top(), d.box.bottom()
		out = append(out, d)
	}
	return out
}
