// Package office is the list of what needs a person in the office: what puts something on it that comes from an applicant whose
// card is on its way, what an officer can do about each, and messages from the office to a person.
package office

import (
	"context"
	"errors"
	"time"

	"prportal.example/internal/store"
	"prportal.example/internal/triage"
)

var (
	// ErrStale means that it is done already, or that another officer is doing it just now.
	ErrStale = errors.New("this is done already")
	// ErrPast means that things have moved on, so that it can't be done any more.
	ErrPast = errors.New("this can't be done any more")
	// ErrOutcome means that this is not among what can be done about it.
	ErrOutcome = errors.New("this can't be done about it")
	// ErrEmpty means that words are missing.
	ErrEmpty = errors.New("there are no words")
	// ErrLong means that a text is too long.
	ErrLong = errors.New("the text is too long")
	// ErrUnreadable means that the person has no account, so that a message could not be read.
	ErrUnreadable = errors.New("the person has no account to read it in")
	// ErrEarly means that the card is not late yet.
	ErrEarly = errors.New("the card is not late yet")
	// ErrNoCard means that no card is on its way.
	ErrNoCard = errors.New("no card is on its way")
)

// Outcome is what an officer does about a task.
type Outcome string

const (
	Done              Outcome = "done"
	InviteAgain       Outcome = "invite_again"
	ReleaseInvitation Outcome = "release_invitation" // the address is right: its invitation goes on
	ReleaseCard       Outcome = "release_card"       // name and birth date are right by now: the card is ordered
	ConfirmProof      Outcome = "confirm_proof"
)

// Outcomes returns every outcome.
func Outcomes() []Outcome {
	return []Outcome{Done, InviteAgain, ReleaseInvitation, ReleaseCard, ConfirmProof}
}

// about is the one table of what can be done about what, the usual first. What holds something can only be ended by letting
// it go.
var about = map[store.OfficeTaskKind][]Outcome{
	store.OfficeDeclined:     {Done, InviteAgain},
	store.OfficeSilent:       {InviteAgain, Done},
	store.OfficeBounced:      {InviteAgain, Done},
	store.OfficeNotRight:     {ReleaseInvitation, Done},
	store.OfficeWrongDetails: {ReleaseCard},
	store.OfficeNoAddress:    {Done}, // the card stays held; the address orders it
	store.OfficeProof:        {ConfirmProof},
	store.OfficeMoved:        {Done},
	store.OfficeNotCome:      {Done},
	store.OfficeCardReturned: {Done},
	store.OfficeUnreachable:  {Done},
}

const day = 24 * time.Hour

// Target is how soon the office should have dealt with a task: sooner where somebody waits for it.
func Target(k store.OfficeTaskKind) time.Duration {
	switch k {
	case store.OfficeWrongDetails, store.OfficeNoAddress, store.OfficeProof, store.OfficeMoved, store.OfficeNotRight:
		return 2 * day
	default:
		return 5 * day
	}
}

// Config is what the office needs. What belongs to other rooms comes as functions; one that is nil can't be done from here, and
// is not offered.
type Config struct {
	Store             *store.Store
	Triage            *triage.Service
	InviteAgain       func(ctx context.Context, personID, officerID string) error
	ReleaseInvitation func(ctx context.Context, personID, officerID string) error
	ConfirmProof      func(ctx context.Context, personID, officerID string) error
	Now               func() time.Time
}

// Service is safe for concurrent use.
type Service struct{ c Config }

// New returns a service.
func New(c Config) *Service { return &Service{c} }

// Choices are what can be done about a task now, the usual first. Where things have moved on, so that nothing of it is possible
// any more, the task can still be called done.
func (s *Service) Choices(ctx context.Context, task store.OfficeTask) ([]Outcome, error) {
	if !task.DoneAt.IsZero() {
		return nil, nil
	}
	var out []Outcome
	for _, o := range about[task.Kind] {
		possible, err := s.possible(ctx, task, o)
		if err != nil {
			return nil, err
		}
		if possible {
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		return []Outcome{Done}, nil
	}
	return out, nil
}

func (s *Service) possible(ctx context.Context, task store.OfficeTask, o Outcome) (bool, error) {
	switch o {
	case ConfirmProof:
		p, err := s.c.Store.LastProof(ctx, task.PersonID)
		return s.c.ConfirmProof != nil && err == nil && p.State == store.ProofRequested, known(err)
	case InviteAgain:
		if s.c.InviteAgain == nil {
			return false, nil
		}
		return s.invitable(ctx, task.PersonID)
	case ReleaseInvitation:
		i, err := s.c.Store.Invitation(ctx, task.PersonID)
		return s.c.ReleaseInvitation != nil && err == nil && !i.HeldAt.IsZero(), known(err)
	default:
		return true, nil
	}
}

// invitable tells whether an invitation could bring a person anything: who has said yes, has an account or was withdrawn needs none.
func (s *Service) invitable(ctx context.Context, personID string) (bool, error) {
	p, err := s.c.Store.Person(ctx, personID)
	if err != nil || !p.WithdrawnAt.IsZero() {
		return false, err
	}
	i, err := s.c.Store.Invitation(ctx, personID)
	if err != nil || i.State == store.InvitationConfirmed {
		return false, known(err)
	}
	_, err = s.c.Store.AccountByPerson(ctx, personID)
	return errors.Is(err, store.ErrNotFound), known(err)
}

// known makes nothing of an error that only says that something is not there.
func known(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
