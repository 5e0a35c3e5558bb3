package photocheck

import (
	"math"
	"slices"
	"testing"
)

// Chin and crown are held against those that people marked. The constants were fitted on every other person; the rest never had
// a part in it.
func TestHeadHeight(t *testing.T) {
	all := truths(t, "london_faces/*", "canada_faces/*")
	var people []string
	for _, tr := range all {
		if !slices.Contains(people, tr.person) {
			people = append(people, tr.person)
		}
	}
	slices.Sort(people)
	for _, tc := range []struct {
		finder       string
		height, chin float64 // % of the head's height at p95
	}{{FinderCenterFace, 7, 3.5}, {FinderHaar, 8.5, 4.5}} {
		find := testFinder(t, tc.finder)
		var chins, crowns, heights [2][]float64
		for _, tr := range all {
			half := slices.Index(people, tr.person) % 2
			f := frameOf(t, readMat(t, tr.path), find)
			if f.face == nil {
				t.Errorf("%s: %s finds no face", tr.path, tc.finder)
				f.close()
				continue
			}
			h, percent := f.face.head(), 100/tr.chin.distance(tr.crown)
			along := func(p point) float64 { return f.face.toCanonical.apply(p).y / f.face.toCanonical.scale() }
			chins[half] = append(chins[half], percent*math.Abs(along(h.chin)-along(tr.chin)))
			crowns[half] = append(crowns[half], percent*math.Abs(along(h.crown)-along(tr.crown)))
			heights[half] = append(heights[half], math.Abs(percent*h.height()-100))
			f.close()
		}
		for half, name := range []string{"fitted on", "never seen"} {
			chin, chin95 := spread(chins[half])
			crown, crown95 := spread(crowns[half])
			height, height95 := spread(heights[half])
			t.Logf("%s, %d people %s: chin %.1f / %.1f, crown %.1f / %.1f, height %.1f / %.1f %% of the head (median / p95)",
				tc.finder, len(heights[half]), name, chin, chin95, crown, crown95, height, height95)
			if chin95 > tc.chin || height95 > tc.height {
				t.Errorf("want at most %.1f %% for the chin and %.1f %% for the height at p95", tc.chin, tc.height)
			}
		}
	}
}
