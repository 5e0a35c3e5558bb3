package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

const (
	backgroundEdge     = 4.0 // L* a pixel of the overview
	backgroundEdges    = .04 // share of edges that counts as 1
	backgroundDistance = 20. // Lab distance from the median that is another colour
	backgroundOthers   = .10 // share of other colours that counts as 1
)

// background is the worse of two shares, each over its limit, beside the head above the shoulders: pixels on an edge, and
// pixels of another colour than the median. Values: lightness is the median L*.
func background(f *Frame) finding {
	pix, err := f.overview.DataPtrUint8()
	if err != nil {
		return inconclusive()
	}
	cols, rows := f.overview.Cols(), f.overview.Rows()
	k := f.overviewScale
	at := func(x, y int) (float64, float64, float64) {
		i := 3 * (y*cols + x)
		return lab(pix[i+2], pix[i+1], pix[i])
	}
	var ls, as, bs []float64
	edges := 0.0
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	const step = .06
	for y := -2.2; y < 1.2; y += step {
		for ax := 1.75; ax < 3.4; ax += step {
			for _, x := range []float64{-ax, ax} {
				p := f.face.at(x, y)
				px, py := int(p.x*k), int(p.y*k)
				if px < 1 || py < 1 || px >= cols-1 || py >= rows-1 {
					continue
				}
				l, a, b := at(px, py)
				ls, as, bs = append(ls, l), append(as, a), append(bs, b)
				lx1, _, _ := at(px-1, py)
				lx2, _, _ := at(px+1, py)
				ly1, _, _ := at(px, py-1)
				ly2, _, _ := at(px, py+1)
				if math.Hypot(lx2-lx1, ly2-ly1)/2 > backgroundEdge {
					edges++
				}
				minX, minY, maxX, maxY = min(minX, p.x), min(minY, p.y), max(maxX, p.x), max(maxY, p.y)
			}
		}
	}
	n := float64(len(ls))
	if n < 50 { // the face fills the picture: framing tells that
		return finding{measure: 0, values: map[string]float64{"samples": n}}
	}
	median := func(v []float64) float64 { return percentile(append([]float64{}, v...), .5) }
	ml, ma, mb := median(ls), median(as), median(bs)
	others := 0.0
	for i := range ls {
		if math.Sqrt((ls[i]-ml)*(ls[i]-ml)+(as[i]-ma)*(as[i]-ma)+(bs[i]-mb)*(bs[i]-mb)) > backgroundDistance {
			others++
		}
	}
	return finding{
		measure: max(edges/n/backgroundEdges, others/n/backgroundOthers),
		values:  map[string]float64{"edges_share": round4(edges / n), "others_share": round4(others / n), "lightness": round2(ml)},
		evidence: []report.Evidence{{Kind: report.Box, Label: "background",
			Points: [][2]float64{point{minX, minY}.array(), point{maxX, maxY}.array()}}},
	}
}
