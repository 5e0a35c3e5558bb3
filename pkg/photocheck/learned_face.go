package photocheck

// What the networks for covered and closed features see: parts of the canonical face in red, green and blue, over the level that
// the brighter parts of the face reach, so that exposure does not matter and colour stays.

const (
	mouthSide, mouthStep = 64, 2 // pixels of the input; canonical pixels for one of them
	mouthTop             = eyesY - 2
	eyeCols, eyeRows     = 72, 56
	eyeAbove             = 29 // canonical pixels from the top of an eye's input to the pupil
)

// mouthInput shows nose, mouth, chin and cheeks: X ±1, Y 0 to 2 IED, each input pixel the mean of 2×2 canonical ones.
func mouthInput(f *Frame) ([]float32, bool) {
	fc := f.face
	level := fc.level()
	out := make([]float32, 0, 3*mouthSide*mouthSide)
	for _, p := range []plane{fc.red, fc.green, fc.blue} {
		for row := range mouthSide {
			y := int(mouthTop) + row*mouthStep
			for col := range mouthSide {
				i := y*faceW + int(eyesX) - mouthSide + col*mouthStep
				v := (p.v[i] + p.v[i+1] + p.v[i+faceW] + p.v[i+faceW+1]) / 4
				out = append(out, v/level-.5)
			}
		}
	}
	return out, true
}

// eyesInput shows both eyes at full canonical scale, X ±.56 and Y −.45 to .42 IED from the pupil; the image-right one is
// mirrored, so that the nose lies to the right in both.
func eyesInput(f *Frame) ([]float32, bool) {
	fc := f.face
	level := fc.level()
	out := make([]float32, 0, 2*3*eyeRows*eyeCols)
	for eye := range 2 {
		x, step := int(eyesX-faceIED/2)-eyeCols/2, 1
		if eye == 1 {
			x, step = int(eyesX+faceIED/2)+eyeCols/2, -1
		}
		for _, p := range []plane{fc.red, fc.green, fc.blue} {
			for row := range eyeRows {
				line := p.v[(int(eyesY)-eyeAbove+row)*faceW:]
				for col := range eyeCols {
					out = append(out, line[x+step*col]/level-.5)
				}
			}
		}
	}
	return out, true
}

// level is the 95th percentile of luma between brow and chin, at least 16.
func (f *face) level() float32 {
	var counts [256]int
	n := 0
	for row := int(eyesY - .5*faceIED); row < int(eyesY+1.5*faceIED); row++ {
		for col := int(eyesX) - 51; col < int(eyesX)+51; col++ { // .8 IED
			counts[min(255, int(f.luma.v[row*faceW+col]))]++
			n++
		}
	}
	for v, above := 255, 0; v > 16; v-- {
		if above += counts[v]; above > n/20 {
			return float32(v)
		}
	}
	return 16
}
