package casefile

import (
	"cmp"
	"slices"

	"prportal.example/pkg/photocheck/report"
)

// Change is how a fault of a photo stands against the photo before it.
type Change string

const (
	Gone   Change = "gone"   // it was there and is not any more
	Better Change = "better" // it is still there, and less
	Same   Change = "same"   // it is still there
	Worse  Change = "worse"  // it is still there, and more
	New    Change = "new"    // it was not there
)

// Side tells two faults of one reason apart that ask for opposite things; "" where there is nothing to tell apart.
type Side string

const (
	TooSmall Side = "small" // the head, or the picture of it
	TooLarge Side = "large" // the head
	TooFar   Side = "far"   // a head with too few pixels
)

// Advance is one thing that a person who tries again should know: in directions, never in figures.
type Advance struct {
	Reason report.Reason
	Side   Side
	Change Change
}

// Coach compares the verdict on a photo with that on the attempt before: first what is gone, then what still returns the photo, the
// worst first, then what is new and returns it. What could not be looked at is not spoken of, and what only leads to an officer is
// spoken of when it is gone, or was worse before.
func Coach(before, now report.Report) []Advance {
	was, is := faults(before), faults(now)
	var gone, still, added []Advance
	for _, f := range was {
		if !slices.ContainsFunc(is, func(g fault) bool { return g.reason == f.reason }) && passes(now, f.check.ID) {
			gone = append(gone, Advance{f.reason, f.side, Gone})
		}
	}
	for _, f := range is {
		i := slices.IndexFunc(was, func(g fault) bool { return g.reason == f.reason && g.side == f.side })
		returns := f.check.Action == report.ToReturn
		switch {
		case i < 0 && returns:
			added = append(added, Advance{f.reason, f.side, New})
		case i >= 0 && (returns || was[i].check.Action == report.ToReturn):
			still = append(still, Advance{f.reason, f.side, compare(was[i].check, f.check)})
		}
	}
	return slices.Concat(gone, still, added)
}

// fault is a reason that failed checks of a report give, with the worst of them.
type fault struct {
	reason report.Reason
	side   Side
	check  report.Check
}

// faults lists the faults of a report that count, the worst first.
func faults(r report.Report) []fault {
	var out []fault
	for _, c := range r.Checks {
		if c.Outcome != report.Fail || c.Action == report.Ignore || c.Measure == nil || c.Score == nil {
			continue
		}
		f := fault{c.Reason, side(r, c), c}
		if i := slices.IndexFunc(out, func(g fault) bool { return g.reason == f.reason }); i < 0 {
			out = append(out, f)
		} else if worse(f, out[i]) < 0 {
			out[i] = f
		}
	}
	// A face that nobody can see for darkness is told as darkness: see profile.Judge.
	if slices.ContainsFunc(out, func(f fault) bool { return f.reason == report.ReasonTooDark }) {
		out = slices.DeleteFunc(out, func(f fault) bool { return f.reason == report.ReasonNotOneFace })
	}
	slices.SortStableFunc(out, worse)
	return out
}

func worse(a, b fault) int {
	returns := func(f fault) int {
		if f.check.Action == report.ToReturn {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(returns(a), returns(b)), cmp.Compare(*a.check.Score, *b.check.Score))
}

func side(r report.Report, c report.Check) Side {
	switch c.ID {
	case report.HeadSize:
		if c.Limit.Min != nil && *c.Measure < *c.Limit.Min {
			return TooSmall
		}
		return TooLarge
	case report.PixelSize:
		if face, ok := r.Check(report.FaceCount); ok && face.Outcome == report.Pass {
			return TooFar // the frame around the head is too small
		}
		return TooSmall
	default:
		return ""
	}
}

func passes(r report.Report, id report.CheckID) bool {
	c, ok := r.Check(id)
	return ok && c.Outcome == report.Pass
}

// compare tells how the same fault has changed. Small changes are none: nobody should follow the noise of a measure.
func compare(before, now report.Check) Change {
	const notable, share = 5.0, .7 // points of the score's 50 below the limit, and how much of a distance has to be left
	if before.ID != now.ID {
		return Same
	}
	if before.Action != now.Action {
		if now.Action == report.ToReturn {
			return Worse
		}
		return Better
	}
	was, is := 50-*before.Score, 50-*now.Score
	if was >= 50 && is >= 50 { // the score ends where a fault is extreme; the distance from the limit goes on
		was, is = beyond(before), beyond(now)
	} else if max(was-is, is-was) < notable {
		return Same
	}
	switch {
	case is <= share*was:
		return Better
	case was <= share*is:
		return Worse
	}
	return Same
}

// beyond is how far the measure lies outside of its limits.
func beyond(c report.Check) float64 {
	out := 0.0
	if c.Limit.Min != nil {
		out = max(out, *c.Limit.Min-*c.Measure)
	}
	if c.Limit.Max != nil {
		out = max(out, *c.Measure-*c.Limit.Max)
	}
	return out
}
