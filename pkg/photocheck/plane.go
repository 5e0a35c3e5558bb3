package photocheck

import (
	"math"
	"slices"
)

// plane is one channel of a picture, row by row.
type plane struct {
	w, h int
	v    []float32
}

func newPlane(w, h int) plane { return plane{w, h, make([]float32, w*h)} }

// blurred returns p smoothed by a Gaussian of that standard deviation in pixels.
func (p plane) blurred(sigma float64) plane {
	r := int(math.Ceil(3 * sigma))
	kernel := make([]float32, 2*r+1)
	var sum float32
	for i := range kernel {
		d := float64(i - r)
		kernel[i] = float32(math.Exp(-d * d / (2 * sigma * sigma)))
		sum += kernel[i]
	}
	for i := range kernel {
		kernel[i] /= sum
	}
	mid, out := newPlane(p.w, p.h), newPlane(p.w, p.h)
	for y := range p.h {
		row := p.v[y*p.w : (y+1)*p.w]
		to := mid.v[y*p.w : (y+1)*p.w]
		for x := range to {
			var s float32
			if x >= r && x+r < p.w {
				for i, v := range row[x-r : x+r+1] {
					s += kernel[i] * v
				}
			} else {
				for i, k := range kernel {
					s += k * row[min(max(x+i-r, 0), p.w-1)]
				}
			}
			to[x] = s
		}
	}
	for i, k := range kernel {
		for y := range p.h {
			from := mid.v[min(max(y+i-r, 0), p.h-1)*p.w:]
			to := out.v[y*p.w : (y+1)*p.w]
			for x := range to {
				to[x] += k * from[x]
			}
		}
	}
	return out
}

// percentile returns the value below which the share q of values lies; it reorders them. It is 0 without values.
func percentile[T float32 | float64](values []T, q float64) T {
	if len(values) == 0 {
		return 0
	}
	at := q * float64(len(values)-1)
	i := int(at)
	quickselect(values, i)
	if i+1 >= len(values) {
		return values[i]
	}
	f := T(at - float64(i))
	return values[i]*(1-f) + slices.Min(values[i+1:])*f
}

// quickselect reorders values so that the k-th smallest lies at k, none larger before it and none smaller behind it (Hoare's
// FIND). It takes linear time where sorting does not.
func quickselect[T float32 | float64](values []T, k int) {
	low, high := 0, len(values)-1
	for low < high {
		pivot := values[low+(high-low)/2]
		i, j := low, high
		for i <= j {
			for values[i] < pivot {
				i++
			}
			for values[j] > pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return
		}
	}
}
