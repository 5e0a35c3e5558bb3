package evaluate

import (
	"slices"

	"prportal.example/internal/evaluate/stats"
	"prportal.example/pkg/photocheck/report"
)

// groupOf is a photo's group of one kind, "" if nobody says.
func (p Photo) groupOf(kind string) string {
	for _, g := range p.Groups {
		if g.Name == kind {
			return g.Value
		}
	}
	return ""
}

// kindsOf are the kinds of groups, in the order of a photo about which most is known.
func kindsOf(photos []seen) []string {
	ordered := slices.Clone(photos)
	slices.SortStableFunc(ordered, func(a, b seen) int { return len(b.Groups) - len(a.Groups) })
	var kinds []string
	for _, p := range ordered {
		for _, g := range p.Groups {
			if !slices.Contains(kinds, g.Name) {
				kinds = append(kinds, g.Name)
			}
		}
	}
	return kinds
}

func groupTallies(id report.CheckID, good []seen) []GroupTally {
	out := []GroupTally{}
	for _, kind := range kindsOf(good) {
		keys, of := by(good, func(p seen) string { return p.groupOf(kind) })
		for _, k := range keys {
			out = append(out, GroupTally{kind, k, tally(id, of[k])})
		}
	}
	return out
}

// groupKinds counts the groups of photos on which no check should fail, and says how far apart the checks treat them.
func groupKinds(photos []seen, checks []Check) []GroupKind {
	good := slices.DeleteFunc(slices.Clone(photos), func(p seen) bool { return p.faulty() })
	out := []GroupKind{}
	for _, kind := range kindsOf(good) {
		k := GroupKind{Name: kind, Values: []GroupSize{}, Gaps: []Gap{}}
		keys, of := by(good, func(p seen) string { return p.groupOf(kind) })
		for _, value := range keys {
			k.Values = append(k.Values, GroupSize{value, len(of[value]), people(of[value])})
		}
		for _, c := range checks {
			if g, ok := gap(c, kind); ok {
				k.Gaps = append(k.Gaps, g)
			}
		}
		out = append(out, k)
	}
	return out
}

// gap compares the groups with the largest and the smallest share of false flags. It is none where nobody is flagged, or where
// there is one group only.
func gap(c Check, kind string) (Gap, bool) {
	var most, least *GroupTally
	groups := 0
	for i := range c.Groups {
		g := &c.Groups[i]
		if g.Kind != kind || g.Good.Photos == 0 {
			continue
		}
		groups++
		share := *g.Good.Flagged.Share
		if most == nil || share > *most.Good.Flagged.Share {
			most = g
		}
		// Of groups with the same share the largest says most.
		if least == nil || share < *least.Good.Flagged.Share ||
			(share == *least.Good.Flagged.Share && g.Good.Photos > least.Good.Photos) {
			least = g
		}
	}
	if groups < 2 || most.Good.Flagged.Count == 0 {
		return Gap{}, false
	}
	a, b := most.Good.Flagged, least.Good.Flagged
	i := stats.Difference(a.Count, a.Of, b.Count, b.Of)
	return Gap{Check: c.ID, Most: most.Value, Least: least.Value, Gap: *a.Share - *b.Share, Low: i.Low, High: i.High}, true
}
