package evaluate

import (
	"encoding/json"
	"fmt"
	"slices"

	"prportal.example/internal/evaluate/stats"
	"prportal.example/pkg/photocheck/report"
)

// Comparison is what changed since another evaluation, on the photos that both hold. All of them count by what is expected of
// them now.
type Comparison struct {
	Made       string `json:"made"` // when the other one was
	Profile    string `json:"profile"`
	Engine     string `json:"engine"`
	SameRules  bool   `json:"same_rules"`
	SameEngine bool   `json:"same_engine"`
	Common     int    `json:"common"` // photos in both
	Added      int    `json:"added"`  // only in this one
	Gone       int    `json:"gone"`   // only in the other one

	Changes []Change `json:"changes"` // of what is measured on some photo, in table order
	Worse   bool     `json:"worse"`   // some change is, beyond chance
}

// Aspect is one of the things that may change for the better or for the worse.
type Aspect string

// What is compared of each check.
const (
	FalseFlags   Aspect = "false flags"        // good photos flagged
	FalseReturns Aspect = "false returns"      // good photos returned
	Detections   Aspect = "faults told"        // faulty photos flagged
	Open         Aspect = "inconclusive, good" // good photos that could not be judged
	Returns      Aspect = "faults returned"    // faulty photos returned; more or less of them is no better or worse by itself
)

// Change is how one aspect of a check differs.
type Change struct {
	Check  report.CheckID `json:"check"`
	Aspect Aspect         `json:"aspect"`
	Old    Rate           `json:"old"`
	New    Rate           `json:"new"`
	Broken []string       `json:"broken"` // photos that were right and are wrong now
	Fixed  []string       `json:"fixed"`  // photos that were wrong and are right now
	P      float64        `json:"p"`      // McNemar's exact test, two-sided
	Worse  bool           `json:"worse"`  // more photos broke than chance explains
}

// noise is the chance below which a change for the worse is taken for one: of the exact one-sided sign test. Five photos that break
// while none is fixed are just beyond it.
const noise = .05

// Read takes the JSON form of an Evaluation.
func Read(data []byte) (*Evaluation, error) {
	var e Evaluation
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("evaluation: %w", err)
	}
	if e.Version != FormatVersion {
		return nil, fmt.Errorf("evaluation: version %d is not %d", e.Version, FormatVersion)
	}
	return &e, nil
}

// Compare says what changed from old to e. Count must have been called on e.
func (e *Evaluation) Compare(old *Evaluation) *Comparison {
	c := &Comparison{Made: old.Made.UTC().Format("2006-01-02 15:04 UTC"), Profile: old.Profile, Engine: old.Engine.Version,
		SameRules: old.Profile == e.Profile, SameEngine: old.Engine == e.Engine, Changes: []Change{}}
	before := map[string]*Photo{}
	for i := range old.Photos {
		before[old.Photos[i].Path] = &old.Photos[i]
	}
	var pairs []pair
	for _, p := range e.seen() {
		if o := before[p.Path]; o != nil {
			pairs = append(pairs, pair{p, o})
		}
	}
	c.Common, c.Added, c.Gone = len(pairs), len(e.Photos)-len(pairs), len(old.Photos)-len(pairs)
	for _, check := range e.Checks {
		for _, a := range []struct {
			aspect Aspect
			truth  Truth
			yes    func(Finding) bool
			wrong  bool // whether yes is wrong
		}{
			{FalseFlags, Good, Finding.Flagged, true},
			{FalseReturns, Good, Finding.Returned, true},
			{Open, Good, func(f Finding) bool { return f.Outcome == report.Inconclusive }, true},
			{Detections, Faulty, Finding.Flagged, false},
			{Returns, Faulty, Finding.Returned, false},
		} {
			change := Change{Check: check.ID, Aspect: a.aspect, Broken: []string{}, Fixed: []string{}}
			n, was, is := 0, 0, 0
			for _, p := range pairs {
				if p.now.Truth(check.ID) != a.truth {
					continue
				}
				old, now := a.yes(p.before.Checks[check.ID]), a.yes(p.now.Checks[check.ID])
				n++
				was += count(old)
				is += count(now)
				switch {
				case old == now:
				case now == a.wrong:
					change.Broken = append(change.Broken, p.now.Path)
				default:
					change.Fixed = append(change.Fixed, p.now.Path)
				}
			}
			if n == 0 {
				continue
			}
			slices.Sort(change.Broken)
			slices.Sort(change.Fixed)
			change.Old, change.New = NewRate(was, n), NewRate(is, n)
			change.P = stats.McNemar(len(change.Broken), len(change.Fixed))
			change.Worse = a.aspect != Returns && stats.Sign(len(change.Broken), len(change.Fixed)) < noise
			c.Worse = c.Worse || change.Worse
			c.Changes = append(c.Changes, change)
		}
	}
	return c
}

type pair struct {
	now    seen
	before *Photo
}
