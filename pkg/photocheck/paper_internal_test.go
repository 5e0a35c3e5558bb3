package photocheck

import (
	"image"
	"math"
	"testing"
)

// sheetView is a grey picture of 400×400 pixels with a face 80 pixels wide in its middle, and a light sheet about it.
func sheetView(x1, y1, x2, y2 int) paperView {
	v := paperView{size: image.Pt(400, 400), toFace: similarity{1. / 80, 0, -2.5, -2.5}, pix: make([]uint8, 3*400*400), perPixel: 1. / 80, full: 1}
	v.toPicture = v.toFace.inverse()
	for i := range v.pix {
		v.pix[i] = 40
		if x, y := i/3%400, i/3/400; x >= x1 && x < x2 && y >= y1 && y < y2 {
			v.pix[i] = 200
		}
	}
	return v
}

func linesOf(v paperView, segments ...segment) *paper {
	p := &paper{view: v}
	p.findBorder()
	p.choose(segments)
	return p
}

func TestASheetAroundTheFace(t *testing.T) {
	v := sheetView(110, 80, 290, 350)
	left, top, right := segment{110, 80, 110, 350}, segment{110, 80, 290, 80}, segment{290, 350, 290, 80}
	p := linesOf(v, left, top, right, segment{110, 350, 180, 350}, segment{200, 350, 290, 350})
	for side, l := range p.best {
		if l.score < .6 || p.corners[side] < .5 {
			t.Errorf("%s: score %.2f, corner with the next %.2f", paperSides[side].name, l.score, p.corners[side])
		}
		if l.lighter > -20 {
			t.Errorf("%s: the outside is %.0f lighter than the paper", paperSides[side].name, l.lighter)
		}
	}
	filled, beyond := p.fit()
	for side := range paperSides {
		if filled[side] < .9 || beyond[side] > .1 {
			t.Errorf("%s: %.2f of the side filled, %.2f beyond its corners", paperSides[side].name, filled[side], beyond[side])
		}
	}
	quad, ok := p.quad()
	if !ok {
		t.Fatal("no quad")
	}
	for i, want := range []point{{110, 80}, {290, 80}, {290, 350}, {110, 350}} {
		if got := v.toFull(quad[i]); got.distance(want) > 2 {
			t.Errorf("corner %d at %.0f, want %.0f", i, got, want)
		}
	}
	if b := p.border; math.Abs(b[0]-2.5) > .01 || math.Abs(b[3]-2.5) > .01 {
		t.Errorf("the picture's border at %.2f", b)
	}

	// A door frame beside the sheet is longer, and meets no edge.
	for y := range 400 {
		for i := range 3 * 60 {
			v.pix[3*400*y+i] = 120
		}
	}
	p = linesOf(v, left, top, right, segment{110, 350, 290, 350}, segment{60, 0, 60, 400})
	if got := v.toFull(p.best[0].at(0, 0, 0)); math.Abs(got.x-110) > 2 || p.second[0].score == 0 {
		t.Errorf("the left edge is at %.0f, the next scores %.2f", got.x, p.second[0].score)
	}

	// Without its lower edge the sheet runs to the picture's border.
	quad, ok = linesOf(v, left, top, right).quad()
	if !ok || v.toFull(quad[3]).distance(point{110, 400}) > 2 {
		t.Errorf("three sides: %v, corner at %.0f", ok, v.toFull(quad[3]))
	}
}

func TestWhatIsNoEdgeOfASheet(t *testing.T) {
	v := sheetView(110, 80, 290, 350)
	for name, s := range map[string]segment{
		"slanting": {110, 80, 260, 350}, "across the face": {190, 100, 190, 300}, "short": {110, 200, 110, 205}, "far": {5, 0, 5, 0},
	} {
		for side, l := range linesOf(v, s).best {
			if l.score > 0 {
				t.Errorf("%s: an edge %s with score %.2f", name, paperSides[side].name, l.score)
			}
		}
	}
	// A door frame has two sides and no lower edge that the body does not hide.
	if _, ok := linesOf(v, segment{110, 0, 110, 400}, segment{290, 0, 290, 400}).quad(); ok {
		t.Error("two sides make a quad")
	}
}

func TestSharesAreNumbersWhateverTheNetworkSays(t *testing.T) {
	for _, outputs := range [][]float32{{0, 0, 0, 0}, {1e30, 1e30, 3, -1e30}, {-2e4, -2e4, -3e4, -3e4}} {
		sum := 0.0
		for _, s := range kindShares(outputs) {
			sum += s
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%v: shares of %v", outputs, sum)
		}
	}
}
