// Package report is the vocabulary of a photo inspection: check ids, outcomes, measures, evidence and return reasons.
// It is plain data without OpenCV or any other dependency, so that anybody may read or write reports.
//
// All coordinates, Width, Height and Crop are those of the upright picture (EXIF orientation applied) at full resolution,
// in pixels, x to the right, y down.
package report

import "slices"

// Outcome is what a check found.
type Outcome string

const (
	// Pass: the measure lies within the limit.
	Pass Outcome = "pass"
	// Fail: the measure crosses at least the weaker limit.
	Fail Outcome = "fail"
	// NotApplicable: the check's own precondition (a decodable picture, a face) is missing.
	NotApplicable Outcome = "not_applicable"
	// Inconclusive: we could not look. It never counts against the applicant and always leads to a person.
	Inconclusive Outcome = "inconclusive"
)

// Action is what a failed check leads to; for another outcome it is the profile's policy for the check.
type Action string

const (
	// Ignore never counts towards a decision.
	Ignore Action = "ignore"
	// ToReview sends the photo to an officer.
	ToReview Action = "review"
	// ToReturn sends the photo back to the applicant.
	ToReturn Action = "return"
)

// Decision is the verdict over the whole photo.
type Decision string

const (
	// DecisionPass: no check failed and every check that counts could look.
	DecisionPass Decision = "pass"
	// DecisionReview: an officer has to look at what failed or could not be judged.
	DecisionReview Decision = "review"
	// DecisionReturn: at least one check failed beyond its return limit.
	DecisionReturn Decision = "return"
)

// Report is the result of one inspection. Arrays are never null in JSON and numbers are finite.
type Report struct {
	Profile   string   `json:"profile"` // name@hash of the profile that judged
	Engine    Engine   `json:"engine"`
	Decision  Decision `json:"decision"`
	Reasons   []Reason `json:"reasons"` // of the checks that made the decision, worst first, once each
	Checks    []Check  `json:"checks"`  // every check of the profile, in table order
	Crop      *Rect    `json:"crop"`    // [x,y,w,h] of the crop that meets the rules; nil if there is none
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	ElapsedMS float64  `json:"elapsed_ms"`
	// PerceptualHash is of the upright picture: 64 bits as 16 hex digits, of which few differ between two files of one picture. It is
	// empty where none could be decoded.
	PerceptualHash string  `json:"perceptual_hash"`
	Error          *string `json:"error"` // only for what could not be read from disk, or an engine fault
}

// Engine says what looked at the photo.
type Engine struct {
	Finder  string `json:"finder"`  // face finder that judged: "centerface" or "haar"; "" if none was run
	Version string `json:"version"` // of the checks, and of OpenCV
}

// Check is the result of one check.
type Check struct {
	ID      CheckID  `json:"id"`
	Outcome Outcome  `json:"outcome"`
	Measure *float64 `json:"measure"` // raw value in Unit; nil if there is none
	Unit    string   `json:"unit"`
	// Score runs from 0 to 100, 100 best, 50 at the weaker limit; nil unless the outcome is pass or fail.
	Score  *float64 `json:"score"`
	Limit  Limit    `json:"limit"`
	Action Action   `json:"action"`
	// Reason is the return reason this check gives when it fails; it depends on the evidence for some checks.
	Reason   Reason     `json:"reason"`
	Evidence []Evidence `json:"evidence"`
	// Values are further raw values that the profile judges or the officer reads (for glare: the share over the eyes).
	Values map[string]float64 `json:"values,omitempty"`
}

// Limit holds the limits of a check's measure; unused ones are nil. Beyond Min or Max the check fails; beyond ReturnMin
// or ReturnMax a failed check may return the photo.
type Limit struct {
	Min       *float64 `json:"min"`
	Max       *float64 `json:"max"`
	ReturnMin *float64 `json:"return_min"`
	ReturnMax *float64 `json:"return_max"`
}

// EvidenceKind tells how to draw a piece of evidence.
type EvidenceKind string

const (
	Box     EvidenceKind = "box"     // two points: top-left and bottom-right
	Point   EvidenceKind = "point"   // one point
	Line    EvidenceKind = "line"    // two or more points
	Polygon EvidenceKind = "polygon" // three or more points, closed
	Quad    EvidenceKind = "quad"    // four points, clockwise from top-left
	Grid    EvidenceKind = "grid"    // two points (the covered box); Values row by row, at most 64×64, first two are columns and rows
)

// Evidence is a geometry that a page can draw over the photo.
type Evidence struct {
	Kind   EvidenceKind `json:"kind"`
	Label  string       `json:"label"`
	Points [][2]float64 `json:"points"`
	Values []float64    `json:"values,omitempty"`
}

// Rect is a rectangle of whole pixels; in JSON it is [x,y,width,height].
type Rect struct{ X, Y, Width, Height int }

// Check returns the result of the check with that id, and whether the report holds it.
func (r *Report) Check(id CheckID) (Check, bool) {
	i := slices.IndexFunc(r.Checks, func(c Check) bool { return c.ID == id })
	if i < 0 {
		return Check{}, false
	}
	return r.Checks[i], true
}
