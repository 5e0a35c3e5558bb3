package journey

import (
	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

// Task names a step of the journey.
type Task string

const (
	TaskDeclaration Task = "declaration"
	TaskHome        Task = "home"
	TaskPostal      Task = "postal"
	TaskPhoto       Task = "photo"
	TaskSubmit      Task = "submit"
)

// Tasks returns every task in the order of the journey.
func Tasks() []Task { return []Task{TaskDeclaration, TaskHome, TaskPostal, TaskPhoto, TaskSubmit} }

// Status says how far a task is.
type Status string

const (
	Completed   Status = "completed"
	Incomplete  Status = "incomplete"
	CannotStart Status = "cannot_start"
	Problem     Status = "problem"
)

// State is all that the progress is told from. What is nil is not there yet.
type State struct {
	Person       store.Person
	Case         store.CaseRow
	Photo        *store.Photo // of a case whose photo is checked
	Declaration  *store.Declaration
	Home, Postal *store.Address
	Details      *store.DetailsCheck
	Card         *store.Card
}

// Ready tells whether the photo can be started: the person declared to be in Canada and gave both addresses.
func (s State) Ready() bool {
	return s.Declaration != nil && s.Declaration.Answer == store.InCanada && s.Home != nil && s.Postal != nil
}

// Ordered tells whether the card is ordered, so that addresses stay as they are.
func (s State) Ordered() bool { return s.Card != nil && s.Card.State != store.CardHeld }

// DetailsWrong tells whether the person said that name or birth date, as they are now, are wrong.
func (s State) DetailsWrong() bool {
	return s.Details != nil && !s.Details.Right && s.Details.Printed == Printed(s.Person)
}

// Step is a task and how far it is. Open tells whether something can be done about it now.
type Step struct {
	Task   Task
	Status Status
	Open   bool
}

// Progress tells how far each task is, in the order of the journey. It is pure.
func Progress(s State) []Step {
	submitted := s.Case.Locked()
	return []Step{
		declaration(s, submitted),
		{TaskHome, entered(s.Home != nil, true), !s.Ordered()},
		{TaskPostal, entered(s.Postal != nil, s.Home != nil), s.Home != nil && !s.Ordered()},
		photo(s, submitted),
		submit(s, submitted),
	}
}

func declaration(s State, submitted bool) Step {
	step := Step{TaskDeclaration, Incomplete, true}
	switch {
	case s.Declaration == nil:
	case s.Declaration.Answer == store.InCanada:
		step.Status, step.Open = Completed, !submitted
	default:
		step.Status = Problem
	}
	return step
}

func entered(there, can bool) Status {
	switch {
	case there:
		return Completed
	case can:
		return Incomplete
	}
	return CannotStart
}

func photo(s State, submitted bool) Step {
	step := Step{TaskPhoto, Incomplete, true}
	switch {
	case submitted:
		step.Status = Completed
	case s.Case.State == casefile.Returned:
		step.Status = Problem
	case !s.Ready():
		step.Status, step.Open = CannotStart, false
	case s.Case.State != casefile.Checked:
	case s.Photo != nil && s.Photo.Verdict != nil && s.Photo.Verdict.Decision == report.DecisionReturn:
		step.Status = Problem
	default:
		step.Status = Completed
	}
	return step
}

func submit(s State, submitted bool) Step {
	switch {
	case submitted:
		return Step{TaskSubmit, Completed, true}
	case s.Ready() && (s.Case.State == casefile.Checking || s.Case.State == casefile.Checked):
		return Step{TaskSubmit, Incomplete, true}
	}
	return Step{TaskSubmit, CannotStart, false}
}
