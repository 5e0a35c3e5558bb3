package photocheck

import (
	"image"
	"testing"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/header"
)

// Every EXIF orientation is held against its definition (CIPA DC-008): where the first row and column of the file are seen.
func TestOrientations(t *testing.T) {
	// The stored picture is 3 wide and 2 high; upright pictures are written down as rows of its pixels, numbered from 0.
	upright := map[int][][]uint8{
		1: {{0, 1, 2}, {3, 4, 5}},
		2: {{2, 1, 0}, {5, 4, 3}},
		3: {{5, 4, 3}, {2, 1, 0}},
		4: {{3, 4, 5}, {0, 1, 2}},
		5: {{0, 3}, {1, 4}, {2, 5}},
		6: {{3, 0}, {4, 1}, {5, 2}},
		7: {{5, 2}, {4, 1}, {3, 0}},
		8: {{2, 5}, {1, 4}, {0, 3}},
	}
	for orientation, want := range upright {
		stored, err := gocv.NewMatFromBytes(2, 3, gocv.MatTypeCV8U, []byte{0, 1, 2, 3, 4, 5})
		if err != nil {
			t.Fatal(err)
		}
		got := turnUpright(stored, orientation)
		if got.Rows() != len(want) || got.Cols() != len(want[0]) {
			t.Fatalf("orientation %d: %d×%d", orientation, got.Cols(), got.Rows())
		}
		for y, row := range want {
			for x, v := range row {
				if got.GetUCharAt(y, x) != v {
					t.Errorf("orientation %d: pixel (%d,%d) is %d, want %d", orientation, x, y, got.GetUCharAt(y, x), v)
				}
				// The rectangle of one pixel finds it in the file.
				at := asStored(image.Rect(x, y, x+1, y+1), got.Cols(), got.Rows(), orientation)
				if at.Size() != image.Pt(1, 1) || at.Min.Y*3+at.Min.X != int(v) {
					t.Errorf("orientation %d: pixel (%d,%d) is said to be stored at %v", orientation, x, y, at)
				}
			}
		}
		if at := asStored(image.Rect(0, 0, got.Cols(), 1), got.Cols(), got.Rows(), orientation); at.Dx()*at.Dy() != got.Cols() {
			t.Errorf("orientation %d: the first row is said to be stored at %v", orientation, at)
		}
		if err := got.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestScaleOfTheDecode(t *testing.T) {
	for _, tc := range []struct {
		long float64
		want int
	}{{600, 1}, {1633, 1}, {2592, 2}, {3264, 2}, {3968, 4}, {4032, 4}, {6000, 4}, {8000, 8}, {60000, 8}} {
		if got := reduction(tc.long, inspectSide); got != tc.want {
			t.Errorf("long side %v: decoded at 1/%d, want 1/%d", tc.long, got, tc.want)
		}
	}
	if leastReduction(header.Header{Width: 6000, Height: 4000}) != 1 || leastReduction(header.Header{Width: 8000, Height: 6000}) != 2 {
		t.Error("pictures of more than 26 megapixels are never decoded whole")
	}
}
