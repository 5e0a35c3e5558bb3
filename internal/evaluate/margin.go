package evaluate

import (
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// Margin is how far a measure lies beyond the limit of a rule: 0 at the limit, 1 where the score is 0, negative for a measure that
// passes. With limits on both sides the worse side counts.
func Margin(rule profile.Rule, measure float64) float64 {
	var margins []float64
	if l := rule.Limit.Min; l != nil && rule.Score.WorstLow != nil {
		margins = append(margins, (*l-measure)/(*l-*rule.Score.WorstLow))
	}
	if l := rule.Limit.Max; l != nil && rule.Score.WorstHigh != nil {
		margins = append(margins, (measure-*l)/(*rule.Score.WorstHigh-*l))
	}
	switch len(margins) {
	case 0:
		return 0
	case 1:
		return margins[0]
	}
	return max(margins[0], margins[1])
}

// Truth is what a photo is for one check.
type Truth int

// What a photo is for a check.
const (
	Unknown Truth = iota // nothing is expected of the check
	Good                 // it should not fail
	Faulty               // it should fail
)

// Truth returns what a photo with this expectation is for the check.
func (e Expectation) Truth(id report.CheckID) Truth {
	for _, g := range e.Good {
		if g == id {
			return Good
		}
	}
	for _, f := range e.Faulty {
		if f == id {
			return Faulty
		}
	}
	return Unknown
}
