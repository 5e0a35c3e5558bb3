// Package casefile holds the rules of one person's photo on one application: its states, the one table of transitions,
// and the decision on a submitted photo. It is pure: no clock, no database.
package casefile

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"prportal.example/pkg/photocheck/report"
)

// State is where a case stands.
type State string

const (
	Open      State = "open"      // no photo yet
	Checking  State = "checking"  // a photo was uploaded, its report is awaited
	Checked   State = "checked"   // the applicant sees the verdict
	Submitted State = "submitted" // submitted before the verdict was there; it decides when it comes
	InReview  State = "in_review" // an officer's turn
	Decided   State = "decided"   // an officer decided; it can still be undone
	Returned  State = "returned"  // back with the applicant, with reasons
	Accepted  State = "accepted"  // the card is ordered
)

// States returns every state in the order of the journey.
func States() []State {
	return []State{Open, Checking, Checked, Submitted, InReview, Decided, Returned, Accepted}
}

// Action is what moves a case.
type Action string

const (
	Upload        Action = "upload"         // the applicant uploads a photo, or another one
	Report        Action = "report"         // the verdict on the current photo is there
	Submit        Action = "submit"         // the applicant submits it
	AutoReturn    Action = "auto_return"    // the verdict returns the submitted photo
	Queue         Action = "queue"          // the submitted photo goes to an officer
	Decide        Action = "decide"         // an officer accepts or returns
	Undo          Action = "undo"           // the officer takes that back in time
	ReleaseAccept Action = "release_accept" // an acceptance takes effect
	ReleaseReturn Action = "release_return" // a return takes effect
	AskPerson     Action = "ask_person"     // the applicant asks a person to look at the returned photo
)

// Transitions is the one table of what may follow on what.
var Transitions = map[State]map[Action]State{
	Open:      {Upload: Checking},
	Checking:  {Upload: Checking, Report: Checked, Submit: Submitted},
	Checked:   {Upload: Checking, Submit: Submitted},
	Submitted: {AutoReturn: Returned, Queue: InReview},
	InReview:  {Decide: Decided},
	Decided:   {Undo: InReview, ReleaseAccept: Accepted, ReleaseReturn: Returned},
	Returned:  {Upload: Checking, AskPerson: InReview},
	Accepted:  {},
}

// Outcome is what an officer, or the machine, decided.
type Outcome string

const (
	OutcomeAccept Outcome = "accept"
	OutcomeReturn Outcome = "return"
)

// By says who decided.
type By string

const (
	ByMachine By = "machine"
	ByOfficer By = "officer"
)

// Case is one person's photo on one application. Apply alone changes State; it and a change of the boxes change Version. Zero times
// mean "not yet".
type Case struct {
	ID       string
	PersonID string
	State    State
	Version  int64  // grows by one with each transition, and when the applicant changes the boxes
	PhotoID  string // the current photo; "" if there is none

	PersonAsked bool // the applicant asked for a person on this submission
	AutoReturns int  // how often the machine has returned a photo of this case

	Outcome   Outcome         // of the last decision
	Reasons   []report.Reason // of the last return
	DecidedBy By
	OfficerID string // who decided, if an officer did

	FirstSubmittedAt time.Time // starts the due time: who tries again does not go to the back
	SubmittedAt      time.Time
	DecidedAt        time.Time
	EffectiveAt      time.Time // when the decision takes effect
}

// ErrTransition means that the action does not fit the state.
var ErrTransition = errors.New("the case does not allow this now")

// Apply moves the case, or leaves it alone and returns an error that wraps ErrTransition.
func (c *Case) Apply(a Action) error {
	next, ok := Transitions[c.State][a]
	if !ok {
		return fmt.Errorf("case %s in state %q, action %q: %w", c.ID, c.State, a, ErrTransition)
	}
	c.State = next
	c.Version++
	return nil
}

// Locked tells whether the applicant can't change the photo now.
func (c *Case) Locked() bool {
	_, ok := Transitions[c.State][Upload]
	return !ok
}

// PublicState is the state that the applicant is told: a decision that can still be undone reads "in review".
func (c *Case) PublicState() State {
	if c.State == Decided {
		return InReview
	}
	return c.State
}

// AutoReturnsBeforeOfficer is how many automatic returns an applicant gets; the next submission goes to an officer.
const AutoReturnsBeforeOfficer = 2

// Decide says what follows on a submitted photo: AutoReturn or Queue. Only a verdict to return leads back to the
// applicant, and never when a person was asked for or the machine has returned two photos already.
func (c *Case) Decide(verdict report.Report) Action {
	if verdict.Decision == report.DecisionReturn && !c.PersonAsked && c.AutoReturns < AutoReturnsBeforeOfficer {
		return AutoReturn
	}
	return Queue
}

// Lane is the queue of officers that a submitted case waits in.
type Lane string

const (
	LaneAsked   Lane = "asked"   // the applicant asked for a person
	LaneFlagged Lane = "flagged" // the verdict is not a pass
	LaneClean   Lane = "clean"
)

// Lanes returns the lanes, that with the nearest target first.
func Lanes() []Lane { return []Lane{LaneAsked, LaneFlagged, LaneClean} }

// LaneOf says which lane a submitted photo with this verdict waits in.
func (c *Case) LaneOf(verdict report.Report) Lane {
	switch {
	case c.PersonAsked:
		return LaneAsked
	case verdict.Decision != report.DecisionPass:
		return LaneFlagged
	default:
		return LaneClean
	}
}

// Target is how soon after the first submission an officer should have looked.
func (l Lane) Target() time.Duration {
	switch l {
	case LaneAsked:
		return 24 * time.Hour
	case LaneFlagged:
		return 48 * time.Hour
	default:
		return 72 * time.Hour
	}
}

// Clone returns a copy that shares nothing with c.
func (c Case) Clone() Case {
	c.Reasons = slices.Clone(c.Reasons)
	return c
}
