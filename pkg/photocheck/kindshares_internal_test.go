package photocheck

import (
	"math"
	"testing"
)

// A network that saw something odd may answer with numbers whose exponential is infinite.
func TestKindSharesStayFinite(t *testing.T) {
	for _, outputs := range [][]float32{{1e30, 0, 0, 0}, {-1e30, -1e30, 1e30, 0}, {900, 900, 0, -900}, {0, 0, 0, 0}} {
		sum := 0.0
		for _, s := range kindShares(outputs) {
			sum += s
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%v: shares %v", outputs, kindShares(outputs))
		}
	}
}
