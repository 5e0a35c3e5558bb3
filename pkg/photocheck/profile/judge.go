package profile

import (
	"cmp"
	"slices"

	"prportal.example/pkg/photocheck/report"
)

// Judge maps the raw measures of m to outcomes, scores, actions, reasons and the decision by the rules of p. It is pure:
// the same measures, profile and overrides always give the same verdict, and judging a verdict again changes nothing.
//
// Of m's checks it reads ID, Outcome, Measure, Values and Evidence. NotApplicable and Inconclusive stay as they are; any
// other outcome is found anew from the measure, and a check without a measure, or missing in m, is Inconclusive. The
// result lists every check of the profile in table order. overrides lowers what a failure of a check may lead to; it
// never raises it.
func Judge(p *Profile, m report.Report, overrides map[report.CheckID]report.Action) report.Report {
	out := m
	out.Profile = p.id
	out.Checks = make([]report.Check, 0, len(p.rules))
	for _, rule := range p.rules {
		if lowered, ok := overrides[rule.ID]; ok && weight(lowered) < weight(rule.Policy) {
			rule.Policy = lowered
		}
		c, ok := m.Check(rule.ID)
		if !ok {
			c = report.Check{ID: rule.ID, Outcome: report.Inconclusive}
		}
		out.Checks = append(out.Checks, rule.judge(c))
	}
	out.Decision, out.Reasons = decide(out.Checks)
	return report.Normalize(out)
}

func (r Rule) judge(c report.Check) report.Check {
	c.Unit, c.Limit, c.Action, c.Score, c.Reason = r.Unit, r.Limit, r.Policy, nil, report.ReasonFor(c)
	switch {
	case c.Outcome == report.NotApplicable || c.Outcome == report.Inconclusive:
		return c
	case c.Measure == nil:
		c.Outcome = report.Inconclusive
		return c
	}
	v := *c.Measure
	c.Score = report.Number(r.score(v))
	c.Outcome = report.Pass
	if beyond(v, r.Limit.Min, r.Limit.Max) {
		c.Outcome = report.Fail
		c.Action = r.failureAction(c)
	}
	return c
}

// failureAction is what a failed check leads to: return only beyond the return limits, if there are any, and only with
// the further value that the rule asks for.
func (r Rule) failureAction(c report.Check) report.Action {
	if r.Policy != report.ToReturn {
		return r.Policy
	}
	twoLimits := r.Limit.ReturnMin != nil || r.Limit.ReturnMax != nil
	if twoLimits && !beyond(*c.Measure, r.Limit.ReturnMin, r.Limit.ReturnMax) {
		return report.ToReview
	}
	if r.ReturnNeeds != nil && c.Values[r.ReturnNeeds.Value] < r.ReturnNeeds.Min {
		return report.ToReview
	}
	return report.ToReturn
}

func beyond(v float64, lower, upper *float64) bool {
	return (lower != nil && v < *lower) || (upper != nil && v > *upper)
}

// score is piecewise linear on each side of the best value; with limits on both sides the worse side counts.
func (r Rule) score(v float64) float64 {
	s := 100.0
	if r.Limit.Min != nil {
		s = min(s, side(v, r.Score.Best, *r.Limit.Min, *r.Score.WorstLow))
	}
	if r.Limit.Max != nil {
		s = min(s, side(-v, -r.Score.Best, -*r.Limit.Max, -*r.Score.WorstHigh))
	}
	return s
}

// side maps worst to 0, limit to 50 and best to 100, where worst < limit <= best.
func side(v, best, limit, worst float64) float64 {
	switch {
	case v >= best:
		return 100
	case v >= limit:
		return 50 + 50*(v-limit)/(best-limit)
	default:
		return max(0, 50*(v-worst)/(limit-worst))
	}
}

// decide gives the decision over all checks, and the reasons of those that made it, worst first and once each.
func decide(checks []report.Check) (report.Decision, []report.Reason) {
	for _, d := range []struct {
		action   report.Action
		decision report.Decision
	}{{report.ToReturn, report.DecisionReturn}, {report.ToReview, report.DecisionReview}} {
		var made []report.Check
		for _, c := range checks {
			if c.Outcome == report.Fail && c.Action == d.action {
				made = append(made, c)
			}
		}
		open := d.action == report.ToReview && slices.ContainsFunc(checks, func(c report.Check) bool {
			return c.Outcome == report.Inconclusive && c.Action != report.Ignore
		})
		if len(made) > 0 || open {
			return d.decision, reasons(made)
		}
	}
	return report.DecisionPass, nil
}

func reasons(made []report.Check) []report.Reason {
	slices.SortStableFunc(made, func(a, b report.Check) int { return cmp.Compare(*a.Score, *b.Score) })
	var out []report.Reason
	for _, c := range made {
		if !slices.Contains(out, c.Reason) {
			out = append(out, c.Reason)
		}
	}
	// A face that nobody can see for darkness is told as darkness: "no face" would send the person looking for another fault.
	if i := slices.Index(out, report.ReasonNotOneFace); i >= 0 && slices.Contains(out, report.ReasonTooDark) {
		out = slices.Delete(out, i, i+1)
	}
	return out
}

func weight(a report.Action) int {
	return slices.Index([]report.Action{report.Ignore, report.ToReview, report.ToReturn}, a)
}
