package webtest

import (
	"slices"
	"testing"
	"time"
)

// ReportTimes reports how long a page took, as p50-ms and p95-ms.
func ReportTimes(b *testing.B, took []time.Duration) {
	b.ReportMetric(Milliseconds(took, .5), "p50-ms")
	b.ReportMetric(Milliseconds(took, .95), "p95-ms")
}

// Milliseconds is the time within which that share of all was done.
func Milliseconds(took []time.Duration, share float64) float64 {
	all := slices.Sorted(slices.Values(took))
	return float64(all[min(len(all)-1, int(share*float64(len(all))))]) / float64(time.Millisecond)
}
