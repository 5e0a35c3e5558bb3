package report

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

const (
	// MaxBytes is the largest report in JSON; it has to fit into an event with room to spare.
	MaxBytes = 64 << 10
	// maxGridSide bounds the columns and the rows of a grid.
	maxGridSide = 64
)

// Validate says what in r breaks the contract of this package. A report that comes from another process is validated
// before anything is done with it.
func Validate(r Report) error {
	if !slices.Contains([]Decision{DecisionPass, DecisionReview, DecisionReturn}, r.Decision) {
		return fmt.Errorf("report: unknown decision %q", r.Decision)
	}
	if r.Width < 0 || r.Height < 0 || !finite(r.ElapsedMS) {
		return fmt.Errorf("report: size %d×%d, elapsed %v", r.Width, r.Height, r.ElapsedMS)
	}
	if r.Reasons == nil || r.Checks == nil {
		return fmt.Errorf("report: reasons and checks must not be null")
	}
	for _, reason := range r.Reasons {
		if !slices.Contains(Reasons(), reason) {
			return fmt.Errorf("report: unknown reason %q", reason)
		}
	}
	if c := r.Crop; c != nil {
		if c.X < 0 || c.Y < 0 || c.Width <= 0 || c.Height <= 0 || c.X+c.Width > r.Width || c.Y+c.Height > r.Height {
			return fmt.Errorf("report: crop %v lies outside of %d×%d", *c, r.Width, r.Height)
		}
	}
	if r.PerceptualHash != "" && !isHash(r.PerceptualHash) {
		return fmt.Errorf("report: perceptual hash %q", r.PerceptualHash)
	}
	seen := map[CheckID]bool{}
	for _, c := range r.Checks {
		if seen[c.ID] {
			return fmt.Errorf("report: check %q is listed twice", c.ID)
		}
		seen[c.ID] = true
		if err := c.validate(); err != nil {
			return fmt.Errorf("report: check %q: %w", c.ID, err)
		}
	}
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if len(b) > MaxBytes {
		return fmt.Errorf("report: %d bytes, at most %d are allowed", len(b), MaxBytes)
	}
	return nil
}

func (c Check) validate() error {
	if !slices.Contains(CheckIDs(), c.ID) {
		return fmt.Errorf("unknown id")
	}
	if !slices.Contains([]Outcome{Pass, Fail, NotApplicable, Inconclusive}, c.Outcome) {
		return fmt.Errorf("unknown outcome %q", c.Outcome)
	}
	if !slices.Contains([]Action{Ignore, ToReview, ToReturn}, c.Action) {
		return fmt.Errorf("unknown action %q", c.Action)
	}
	if c.Reason != "" && !slices.Contains(Reasons(), c.Reason) {
		return fmt.Errorf("unknown reason %q", c.Reason)
	}
	for _, v := range []*float64{c.Measure, c.Score, c.Limit.Min, c.Limit.Max, c.Limit.ReturnMin, c.Limit.ReturnMax} {
		if v != nil && !finite(*v) {
			return fmt.Errorf("a number is not finite")
		}
	}
	for name, v := range c.Values {
		if !finite(v) {
			return fmt.Errorf("value %q is not finite", name)
		}
	}
	if c.Evidence == nil {
		return fmt.Errorf("evidence must not be null")
	}
	for _, e := range c.Evidence {
		if err := e.validate(); err != nil {
			return fmt.Errorf("evidence %q: %w", e.Label, err)
		}
	}
	return nil
}

// points gives the least and the greatest number of points of each kind of evidence; 0 is no bound.
var points = map[EvidenceKind][2]int{Box: {2, 2}, Point: {1, 1}, Line: {2, 0}, Polygon: {3, 0}, Quad: {4, 4}, Grid: {2, 2}}

func (e Evidence) validate() error {
	bounds, known := points[e.Kind]
	if !known {
		return fmt.Errorf("unknown kind %q", e.Kind)
	}
	if n := len(e.Points); n < bounds[0] || (bounds[1] > 0 && n > bounds[1]) {
		return fmt.Errorf("a %s with %d points", e.Kind, n)
	}
	for _, p := range e.Points {
		if !finite(p[0]) || !finite(p[1]) {
			return fmt.Errorf("a point is not finite")
		}
	}
	for _, v := range e.Values {
		if !finite(v) {
			return fmt.Errorf("a value is not finite")
		}
	}
	if e.Kind != Grid {
		return nil
	}
	if len(e.Values) < 2 {
		return fmt.Errorf("a grid without columns and rows")
	}
	cols, rows := e.Values[0], e.Values[1]
	if cols < 1 || rows < 1 || cols > maxGridSide || rows > maxGridSide || float64(len(e.Values)-2) != cols*rows {
		return fmt.Errorf("a grid of %v×%v with %d values", cols, rows, len(e.Values)-2)
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
