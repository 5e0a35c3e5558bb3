package stats

import (
	"math"
	"slices"
)

// Bins counts values in equal steps from low to high. What lies beyond an end counts in the last bin at that end.
func Bins(values []float64, low, high float64, n int) []int {
	out := make([]int, n)
	for _, v := range values {
		i := int(math.Floor((v - low) / (high - low) * float64(n)))
		out[min(max(i, 0), n-1)]++
	}
	return out
}

// Quantile returns the value below which a share q of sorted values lies, between neighbours in proportion.
func Quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// Sorted returns a sorted copy.
func Sorted(values []float64) []float64 {
	out := slices.Clone(values)
	slices.Sort(out)
	return out
}
