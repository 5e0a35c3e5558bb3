package photocheck

import (
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"

	"gocv.io/x/gocv"
)

const (
	centerFaceSide   = 320 // a Net answers wrongly, and silently, at a second input size
	centerFaceStride = 4
	centerFaceGrid   = centerFaceSide / centerFaceStride
	centerFaceStrict = 0.5
	centerFaceLoose  = 0.25
)

// centerFace finds faces with the network of Xu et al., "CenterFace: joint face detection and alignment using face as
// point" (2019): a heat map of face centres with sizes, offsets and five landmarks, at stride 4.
type centerFace struct{ net gocv.Net }

func openCenterFace(path string) (*centerFace, error) {
	// OpenCV answers a missing or broken model with a C++ exception, which ends the process: look first.
	if f, err := os.Open(path); err != nil {
		return nil, fmt.Errorf("photocheck: face model (run make models): %w", err)
	} else if err := f.Close(); err != nil {
		return nil, fmt.Errorf("photocheck: face model: %w", err)
	}
	net := gocv.ReadNetFromONNX(path)
	if net.Empty() {
		return nil, fmt.Errorf("photocheck: face model %s can't be read; run make models", filepath.Base(path))
	}
	return &centerFace{net}, nil
}

func (c *centerFace) name() string { return FinderCenterFace }

func (c *centerFace) Close() error { return c.net.Close() }

func (c *centerFace) find(bgr gocv.Mat) (strict, loose []detection, err error) {
	if bgr.Empty() || bgr.Channels() != 3 {
		return nil, nil, fmt.Errorf("centerface: want a BGR picture")
	}
	k := float64(centerFaceSide) / float64(max(bgr.Cols(), bgr.Rows()))
	w, h := max(1, int(math.Round(float64(bgr.Cols())*k))), max(1, int(math.Round(float64(bgr.Rows())*k)))
	canvas := gocv.NewMatWithSize(centerFaceSide, centerFaceSide, gocv.MatTypeCV8UC3)
	defer canvas.Close()
	canvas.SetTo(gocv.Scalar{})
	corner := canvas.Region(image.Rect(0, 0, w, h))
	defer corner.Close()
	gocv.Resize(bgr, &corner, image.Pt(w, h), 0, 0, gocv.InterpolationArea)

	blob := gocv.BlobFromImage(canvas, 1, image.Pt(centerFaceSide, centerFaceSide), gocv.Scalar{}, true, false)
	defer blob.Close()
	c.net.SetInput(blob, "")
	outputs := c.net.ForwardLayers([]string{"537", "538", "539", "540"})
	for i := range outputs {
		defer outputs[i].Close()
	}
	planes := make([][]float32, 4)
	for i, channels := range []int{1, 2, 2, 10} {
		if i >= len(outputs) {
			return nil, nil, fmt.Errorf("centerface: the network gave %d outputs, want 4", len(outputs))
		}
		p, err := outputs[i].DataPtrFloat32()
		if err != nil || len(p) < channels*centerFaceGrid*centerFaceGrid {
			return nil, nil, fmt.Errorf("centerface: output %d has %d values (%w)", i, len(p), err)
		}
		planes[i] = p
	}
	for _, d := range readCenterFace(planes[0], planes[1], planes[2], planes[3], 1/k) {
		loose = append(loose, d)
		if d.score >= centerFaceStrict {
			strict = append(strict, d)
		}
	}
	strict = oneBoxAFace(strict)
	for i := len(strict) - 1; i > 0; i-- {
		if strict[i].score < furtherFaceSure {
			strict = append(strict[:i], strict[i+1:]...)
		}
	}
	return strict, oneBoxAFace(loose), nil
}

// readCenterFace turns the network's planes into detections in pixels of the picture, which is k times the input.
func readCenterFace(heat, size, offset, landmarks []float32, k float64) []detection {
	const cells = centerFaceGrid * centerFaceGrid
	var out []detection
	for i := range cells {
		if heat[i] < centerFaceLoose {
			continue
		}
		at := func(plane []float32, channel int) float64 { return float64(plane[channel*cells+i]) }
		h := centerFaceStride * math.Exp(at(size, 0))
		w := centerFaceStride * math.Exp(at(size, 1))
		cy := centerFaceStride * (float64(i/centerFaceGrid) + at(offset, 0) + 0.5)
		cx := centerFaceStride * (float64(i%centerFaceGrid) + at(offset, 1) + 0.5)
		b := box{cx - w/2, cy - h/2, cx + w/2, cy + h/2}
		d := detection{box: b.scaled(k), score: float64(heat[i]), hasLandmarks: true}
		for j := range d.landmarks {
			d.landmarks[j] = point{(b.x1 + at(landmarks, 2*j+1)*w) * k, (b.y1 + at(landmarks, 2*j)*h) * k}
		}
		out = append(out, d)
	}
	return out
}
