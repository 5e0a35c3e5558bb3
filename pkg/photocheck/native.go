package photocheck

/*
#cgo pkg-config: opencv4
#cgo CXXFLAGS: --std=c++11
#include "native.h"
*/
import "C"

import (
	"errors"
	"unsafe"
)

// useOneThread keeps OpenCV from starting threads: a worker owns one core, and the sandbox may forbid threads.
func useOneThread() { C.prp_set_threads(1) }

// segment is a line from (x1,y1) to (x2,y2) in pixels of the picture it was found in.
type segment struct{ x1, y1, x2, y2 float64 }

const maxSegments = 4000

// lineSegments finds straight edges in a grey picture of rows×cols pixels, row by row.
func lineSegments(grey []uint8, rows, cols int) ([]segment, error) {
	if rows <= 0 || cols <= 0 || len(grey) < rows*cols {
		return nil, errors.New("line segments: the picture is smaller than it says")
	}
	buf := make([]float32, 4*maxSegments)
	n := int(C.prp_line_segments((*C.uchar)(unsafe.Pointer(&grey[0])), C.int(rows), C.int(cols),
		(*C.float)(unsafe.Pointer(&buf[0])), maxSegments))
	if n < 0 {
		return nil, errors.New("line segments: OpenCV failed")
	}
	out := make([]segment, n)
	for i := range out {
		b := buf[4*i:]
		out[i] = segment{float64(b[0]), float64(b[1]), float64(b[2]), float64(b[3])}
	}
	return out, nil
}
