package photocheck

import "math"

// The search for the pupils looks for the best iris in the canonical face: a disc darker than what lies to its left and
// right. It works for every colour of iris and skin, as both are compared with the white of the same eye.
const (
	irisLeast, irisMost, irisStep = 5.0, 7.25, 0.75 // radii in canonical pixels; an iris is about 0.19 IED wide
	irisReach                     = 12              // how far the search goes, in canonical pixels
	irisPull                      = 0.05            // price of a shift, grey levels per squared pixel
	irisCentre                    = 0.08            // price of a bright centre
	irisWeight                    = 0.5             // sharpness of the soft maximum, per grey level
	irisHidden                    = 0.4             // share of the place of an iris that is clipped when a reflection hides it
	irisNear                      = 5               // the contrast that is told is the best one within so many pixels of the pupil
	// What the search finds lies a little outward and below of what people mark as the pupil: lids hide more of the iris above
	// than below. Fitted on the portraits of 45 people; the same to 0.1 pixels on either half of them.
	pupilInward, pupilUp = .20, .47 // canonical pixels
)

// irisDirections are within 40° of the horizontal on both sides: lids cover the rest of the rim.
var irisDirections = func() []point {
	var out []point
	for _, side := range []float64{0, math.Pi} {
		for d := -40.0; d <= 40; d += 10 {
			out = append(out, point{math.Cos(side + d*math.Pi/180), math.Sin(side + d*math.Pi/180)})
		}
	}
	return out
}()

// irisTap is a sample between four pixels: where the first lies from the middle of the iris, and their weights.
type irisTap struct {
	dx, dy int
	weight [4]float32
}

// rims are pairs of samples inside and outside of the rim of an iris, by radius and direction: the same around every pixel.
// A step across the rim counts up to cap grey levels: a highlight must not outweigh the rest.
type rims struct {
	rings [][][2]irisTap
	cap   float32
}

func newRims(apart float64, cap float32) rims {
	tap := func(x, y float64) irisTap {
		fx, fy := math.Floor(x), math.Floor(y)
		rx, ry := float32(x-fx), float32(y-fy)
		return irisTap{int(fx), int(fy), [4]float32{(1 - rx) * (1 - ry), rx * (1 - ry), (1 - rx) * ry, rx * ry}}
	}
	out := rims{cap: cap}
	for r := irisLeast; r <= irisMost; r += irisStep {
		var ring [][2]irisTap
		for _, d := range irisDirections {
			ring = append(ring, [2]irisTap{tap(d.x*(r-apart), d.y*(r-apart)), tap(d.x*(r+apart), d.y*(r+apart))})
		}
		out.rings = append(out.rings, ring)
	}
	return out
}

// Samples close to the rim place the pupil best; the contrast that eyes_visible tells is taken farther from it, where blur by a
// pixel does not lower it.
var placingRims, tellingRims = newRims(.6, 60), newRims(1.2, 40)

// contrast is the mean step from inside to outside of the best rim around the pixel (x,y), in grey levels from 0 to the cap. All
// samples have to lie in the plane.
func (r rims) contrast(red plane, x, y int) float64 {
	best := float32(0)
	at, w, v := y*red.w+x, red.w, red.v
	for _, ring := range r.rings {
		var sum float32
		for i := range ring {
			in, out := &ring[i][0], &ring[i][1]
			a := v[at+in.dy*w+in.dx:]
			b := v[at+out.dy*w+out.dx:]
			_, _ = a[w+1], b[w+1]
			inside := a[0]*in.weight[0] + a[1]*in.weight[1] + a[w]*in.weight[2] + a[w+1]*in.weight[3]
			outside := b[0]*out.weight[0] + b[1]*out.weight[1] + b[w]*out.weight[2] + b[w+1]*out.weight[3]
			sum += min(r.cap, outside-inside)
		}
		best = max(best, sum/float32(len(ring)))
	}
	return float64(best)
}

// findPupil returns the pupil near start in the smoothed red plane of the eye band, and the contrast of the iris around it.
func findPupil(red plane, start point) (pupil point, contrast float64) {
	type candidate struct {
		p     point
		score float64
	}
	all := make([]candidate, 0, (2*irisReach+1)*(2*irisReach+1))
	best := math.Inf(-1)
	for dy := -irisReach; dy <= irisReach; dy++ {
		for dx := -irisReach; dx <= irisReach; dx++ {
			x, y := int(start.x)+dx, int(start.y)+dy
			s := placingRims.contrast(red, x, y) - irisCentre*float64(red.v[y*red.w+x]) - irisPull*float64(dx*dx+dy*dy)
			best = max(best, s)
			all = append(all, candidate{point{float64(x), float64(y)}, s})
		}
	}
	var weight float64
	for _, c := range all {
		w := math.Exp(irisWeight * (c.score - best))
		pupil.x += w * c.p.x
		pupil.y += w * c.p.y
		weight += w
	}
	pupil = point{pupil.x / weight, pupil.y / weight}
	for dy := -irisNear; dy <= irisNear; dy++ {
		for dx := -irisNear; dx <= irisNear; dx++ {
			contrast = max(contrast, tellingRims.contrast(red, int(pupil.x+.5)+dx, int(pupil.y+.5)+dy))
		}
	}
	return pupil, contrast
}

// findPupils returns the pupils near their starts on the eye band, and the contrast of each iris. An iris that a reflection hides is not looked
// for, since the search would settle on the reflection's rim: it is taken to lie off its start as the other one does.
func findPupils(red plane, clipped []bool, starts [2]point) (pupils [2]point, contrast [2]float64, hidden [2]bool) {
	for i, start := range starts {
		if hidden[i] = mostClipped(red.w, clipped, start) > irisHidden; !hidden[i] {
			pupils[i], contrast[i] = findPupil(red, start)
			pupils[i] = point{pupils[i].x + pupilInward*[2]float64{1, -1}[i], pupils[i].y - pupilUp}
		}
	}
	for i, other := range []int{1, 0} {
		switch {
		case hidden[i] && hidden[other]:
			pupils[i] = starts[i]
		case hidden[i]:
			shift := pupils[other].minus(starts[other])
			pupils[i] = point{starts[i].x + shift.x, starts[i].y + shift.y}
		}
	}
	return pupils, contrast, hidden
}

// mostClipped is the largest share of clipped pixels that a disc of the size of an iris has near start: the start itself is good
// to about a tenth of the inter-eye distance, and a reflection draws it aside.
func mostClipped(width int, clipped []bool, start point) float64 {
	const reach, step = 8, 4
	most := 0.0
	for dy := -reach; dy <= reach; dy += step {
		for dx := -reach; dx <= reach; dx += step {
			most = max(most, clippedAround(width, clipped, point{start.x + float64(dx), start.y + float64(dy)}))
		}
	}
	return most
}

// clippedAround is the share of clipped pixels in a disc of the size of an iris.
func clippedAround(width int, clipped []bool, c point) float64 {
	n, hit := 0.0, 0.0
	for dy := -irisMost; dy <= irisMost; dy++ {
		for dx := -irisMost; dx <= irisMost; dx++ {
			x, y := int(c.x+dx), int(c.y+dy)
			if dx*dx+dy*dy > irisMost*irisMost || x < 0 || y < 0 || x >= width || y >= len(clipped)/width {
				continue
			}
			n++
			if clipped[y*width+x] {
				hit++
			}
		}
	}
	return hit / max(1, n)
}
