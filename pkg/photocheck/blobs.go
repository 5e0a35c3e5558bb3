package photocheck

import (
	"cmp"
	"slices"

	"prportal.example/pkg/photocheck/report"
)

// blobs returns the 4-connected parts of a mask over the canonical face, largest first, each as indices of its pixels.
func blobs(mask []bool) [][]int { return blobsOf(mask, faceW) }

// blobsOf does the same for a mask of any width.
func blobsOf(mask []bool, width int) [][]int {
	seen := make([]bool, len(mask))
	var out [][]int
	for start := range mask {
		if !mask[start] || seen[start] {
			continue
		}
		blob, todo := []int{}, []int{start}
		seen[start] = true
		for len(todo) > 0 {
			i := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			blob = append(blob, i)
			col := i % width
			for _, n := range [4]struct {
				at int
				ok bool
			}{{i - 1, col > 0}, {i + 1, col < width-1}, {i - width, i >= width}, {i + width, i < len(mask)-width}} {
				if n.ok && mask[n.at] && !seen[n.at] {
					seen[n.at] = true
					todo = append(todo, n.at)
				}
			}
		}
		out = append(out, blob)
	}
	slices.SortStableFunc(out, func(a, b []int) int { return cmp.Compare(len(b), len(a)) })
	return out
}

// outline is the convex hull of a blob, widened by half a pixel, as a polygon on the picture.
func (f *face) outline(label string, blob []int) report.Evidence {
	var corners []point
	for _, i := range blob {
		x, y := float64(i%faceW), float64(i/faceW)
		corners = append(corners, point{x - 1, y - 1}, point{x + 1, y - 1}, point{x - 1, y + 1}, point{x + 1, y + 1})
	}
	e := report.Evidence{Kind: report.Polygon, Label: label}
	for _, p := range convexHull(corners) {
		e.Points = append(e.Points, f.fromCanonical.apply(p).array())
	}
	return e
}

// convexHull is Andrew's monotone chain.
func convexHull(ps []point) []point {
	slices.SortFunc(ps, func(a, b point) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
	turn := func(o, a, b point) float64 { return (a.x-o.x)*(b.y-o.y) - (a.y-o.y)*(b.x-o.x) }
	chain := func(ps []point) []point {
		var c []point
		for _, p := range ps {
			for len(c) >= 2 && turn(c[len(c)-2], c[len(c)-1], p) <= 0 {
				c = c[:len(c)-1]
			}
			c = append(c, p)
		}
		return c[:len(c)-1]
	}
	lower := chain(ps)
	slices.Reverse(ps)
	return append(lower, chain(ps)...)
}
