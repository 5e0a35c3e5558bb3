// Package evaluate measures how well the checks tell good photos from faulty ones: it reads what is expected of labelled photos,
// counts what was found, and compares two such counts. It is pure Go over reports.
package evaluate

import (
	"time"

	"prportal.example/internal/evaluate/stats"
	"prportal.example/pkg/photocheck/report"
)

// FormatVersion is of the JSON form of an Evaluation. A number is added to it when a field changes its meaning.
const FormatVersion = 1

// Evaluation is everything that was found about a folder of labelled photos. Its numbers follow from Photos, Expectations and the
// profile's limits.
type Evaluation struct {
	Version      int           `json:"version"`
	Made         time.Time     `json:"made"`
	Folder       string        `json:"folder"` // its name without the way to it
	Profile      string        `json:"profile"`
	ProfileTitle string        `json:"profile_title"`
	Engine       report.Engine `json:"engine"`
	Seconds      float64       `json:"seconds"`
	Unlabelled   int           `json:"unlabelled"` // photos in the folder that no label is known for; they were not looked at

	Overall      Overall       `json:"overall"`
	Checks       []Check       `json:"checks"` // in table order
	Sets         []Part        `json:"sets"`
	GroupKinds   []GroupKind   `json:"group_kinds"`
	Labels       []Label       `json:"labels"`
	Expectations []Expectation `json:"expectations"`
	Comparison   *Comparison   `json:"comparison,omitempty"`
	Photos       []Photo       `json:"photos"`
}

// Photo is what was found about one photo.
type Photo struct {
	Path     string                     `json:"path"`
	Label    string                     `json:"label"`
	Expected string                     `json:"expected"` // name of its expectation
	Set      string                     `json:"set"`
	Subject  string                     `json:"subject,omitempty"`
	Groups   []Group                    `json:"groups,omitempty"`
	Effect   string                     `json:"effect,omitempty"`
	Strength *float64                   `json:"strength,omitempty"`
	Decision report.Decision            `json:"decision"`
	Error    string                     `json:"error,omitempty"` // the photo could not be judged
	Checks   map[report.CheckID]Finding `json:"checks"`
}

// Finding is a check's result on one photo.
type Finding struct {
	Measure *float64       `json:"measure,omitempty"`
	Outcome report.Outcome `json:"outcome"`
	Action  report.Action  `json:"action,omitempty"` // of a failure
}

// Flagged tells whether the check's limit was crossed.
func (f Finding) Flagged() bool { return f.Outcome == report.Fail }

// Returned tells whether the check by itself sends the photo back.
func (f Finding) Returned() bool { return f.Flagged() && f.Action == report.ToReturn }

// NewPhoto is what r says about s.
func NewPhoto(s Sample, r report.Report) Photo {
	p := Photo{Path: s.Path, Label: s.Label, Expected: s.Name, Set: s.Set, Subject: s.Subject, Groups: s.Groups, Effect: s.Effect,
		Strength: s.Strength, Decision: r.Decision, Checks: map[report.CheckID]Finding{}}
	if r.Error != nil {
		p.Error = *r.Error
	}
	for _, c := range r.Checks {
		f := Finding{Measure: c.Measure, Outcome: c.Outcome}
		if c.Outcome == report.Fail {
			f.Action = c.Action
		}
		p.Checks[c.ID] = f
	}
	return p
}

// Rate is a share of photos with its 95 % interval.
type Rate struct {
	Count int      `json:"count"`
	Of    int      `json:"of"`
	Share *float64 `json:"share"` // nil of no photo
	Low   float64  `json:"low"`
	High  float64  `json:"high"`
}

// NewRate is k of n.
func NewRate(k, n int) Rate {
	i := stats.Wilson(k, n)
	r := Rate{Count: k, Of: n, Low: i.Low, High: i.High}
	if n > 0 {
		r.Share = report.Number(float64(k) / float64(n))
	}
	return r
}

// Tally counts what a check found on photos that are alike for it.
type Tally struct {
	Photos        int  `json:"photos"`
	People        int  `json:"people"` // known ones
	Flagged       Rate `json:"flagged"`
	Returned      Rate `json:"returned"`
	Inconclusive  Rate `json:"inconclusive"`
	NotApplicable Rate `json:"not_applicable"`
	// Stopped counts photos that were flagged by this check or stopped by any other one.
	Stopped Rate `json:"stopped"`
}

// Part is the photos of one set, group or effect, as far as they are good or faulty for a check, or all together.
type Part struct {
	Name   string `json:"name"`
	Good   Tally  `json:"good"`
	Faulty Tally  `json:"faulty"`
	// AUC is that of the measures within this part, nil unless it holds both kinds. Over several sets a curve may only tell one
	// camera from another; within one it can't.
	AUC *float64 `json:"auc"`
}

// Check is how well one check tells.
type Check struct {
	ID     report.CheckID `json:"id"`
	Policy report.Action  `json:"policy"`
	Unit   string         `json:"unit"`
	Limit  report.Limit   `json:"limit"`
	Good   Tally          `json:"good"`
	Faulty Tally          `json:"faulty"`

	Sets    []Part       `json:"sets"`
	Groups  []GroupTally `json:"groups"`
	Labels  []Part       `json:"labels"`
	Effects []Effect     `json:"effects"`

	Curve   *Curve   `json:"curve"` // nil unless there are measures of both
	Attacks []Attack `json:"attacks,omitempty"`
	Genuine []Attack `json:"genuine,omitempty"`
}

// Curve is the error curve of a check's raw measures.
type Curve struct {
	AUC    float64 `json:"auc"`
	EER    float64 `json:"eer"`
	Good   int     `json:"good"`   // photos with a measure
	Faulty int     `json:"faulty"` // the same
}

// GroupTally is what a check found on good photos of people of one group.
type GroupTally struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
	Good  Tally  `json:"good"`
}

// GroupKind is a way in which people are told apart, and how far apart the groups are treated.
type GroupKind struct {
	Name   string      `json:"name"`
	Values []GroupSize `json:"values"`
	Gaps   []Gap       `json:"gaps"` // of checks that flagged a good photo of anyone
}

// GroupSize is how many there are of one group.
type GroupSize struct {
	Value  string `json:"value"`
	Photos int    `json:"photos"`
	People int    `json:"people"`
}

// Gap is the difference between the group with the most false flags and the one with the least.
type Gap struct {
	Check report.CheckID `json:"check"`
	Most  string         `json:"most"`
	Least string         `json:"least"`
	Gap   float64        `json:"gap"` // a share
	Low   float64        `json:"low"`
	High  float64        `json:"high"`
}

// Effect is how often simulated faults of one kind are told, also by their strength.
type Effect struct {
	Name   string  `json:"name"`
	Faulty Tally   `json:"faulty"`
	Bands  []Band  `json:"bands"`
	From   float64 `json:"from"` // weakest
	To     float64 `json:"to"`
}

// Band is a third of the range of strengths.
type Band struct {
	From    float64 `json:"from"`
	To      float64 `json:"to"`
	Flagged Rate    `json:"flagged"`
}

// Attack is how often one species of recaptures passes for the genuine thing, or one kind of genuine photos for a recapture, in
// the terms of ISO/IEC 30107-3.
type Attack struct {
	Species string `json:"species"`
	Set     string `json:"set"`
	Photos  int    `json:"photos"`
	// Error is APCER of a recapture, the share not flagged, and BPCER of a genuine photo, the share flagged.
	Error Rate `json:"error"`
	// ErrorAtReturn is the same at the return limit.
	ErrorAtReturn Rate `json:"error_at_return"`
	// NoResponse is APNRR or BPNRR: the share that the check could not judge.
	NoResponse Rate `json:"no_response"`
}

// Label is what became of photos with one label.
type Label struct {
	Label    string `json:"label"`
	Expected string `json:"expected"`
	Photos   int    `json:"photos"`
	Pass     int    `json:"pass"`
	Review   int    `json:"review"`
	Return   int    `json:"return"`
	Failed   int    `json:"failed"` // could not be judged at all
	// Right counts photos treated as expected: nothing of Good flagged, and something of Faulty or Also.
	Right Rate `json:"right"`
	// Otherwise counts faulty photos that another check stopped, and none that was expected.
	Otherwise int `json:"otherwise"`
}

// Overall counts whole photos.
type Overall struct {
	Photos int `json:"photos"`
	People int `json:"people"`
	Failed int `json:"failed"`
	// Of photos on which no check should fail: flagged or returned by a check that is measured on them, or not judged by one.
	GoodFlagged      Rate `json:"good_flagged"`
	GoodReturned     Rate `json:"good_returned"`
	GoodInconclusive Rate `json:"good_inconclusive"`
	// Of photos with a fault: told by a check that is for it, or stopped by any.
	FaultyTold    Rate `json:"faulty_told"`
	FaultyStopped Rate `json:"faulty_stopped"`
}
