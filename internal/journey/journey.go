// Package journey keeps what a person declares and gives before the photo: that they are in Canada, where they live, where the
// card goes, and whether name and birth date are right. From what is stored it tells how far they have come.
package journey

import (
	"context"
	"errors"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
)

var (
	// ErrOrdered means that the card is ordered, so that what it is made from can't be changed here any more.
	ErrOrdered = errors.New("the card is ordered")
	// ErrSubmitted means that the photo is submitted, so that the declaration it rests on stays.
	ErrSubmitted = errors.New("the photo is submitted")
	// ErrNoHome means that there is no home address yet that a postal address could repeat.
	ErrNoHome = errors.New("there is no home address")
)

// Config is what the journey needs.
type Config struct {
	Store    *store.Store
	Now      func() time.Time
	Location *time.Location // of the office, for birthdays; nil means UTC
}

// Service is safe for concurrent use.
type Service struct{ c Config }

// New returns a service.
func New(c Config) *Service {
	if c.Location == nil {
		c.Location = time.UTC
	}
	return &Service{c}
}

// By is the person that something is about, and the account that did it.
type By struct {
	PersonID  string
	AccountID string
}

// step runs one step of an applicant in a transaction, and notes that there was one. The case is held from the start, so that
// a card that is ordered at the same moment is seen, or waits.
func (s *Service) step(ctx context.Context, by By, do func(tx *store.Tx, c store.CaseRow, now time.Time) error) error {
	return s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		now := s.c.Now()
		c, err := tx.CaseByPerson(ctx, by.PersonID)
		if err != nil {
			return err
		}
		if err := tx.Touch(ctx, c.ID, now); err != nil {
			return err
		}
		if c, err = tx.Case(ctx, c.ID); err != nil { // as it is now that nobody moves it
			return err
		}
		return do(tx, c, now)
	})
}

// changeable is ErrOrdered once the card is ordered; one that is held can still change.
func changeable(ctx context.Context, tx *store.Tx, c store.CaseRow) error {
	card, err := tx.Card(ctx, c.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	case card.State != store.CardHeld:
		return ErrOrdered
	}
	return nil
}

func record(ctx context.Context, tx *store.Tx, by By, c store.CaseRow, now time.Time, action string, detail map[string]any) error {
	return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorApplicant, ActorID: by.AccountID, Action: action, CaseID: c.ID,
		Detail: detail})
}

// found makes nil of a row that is not there.
func found[T any](row T, err error) (*T, error) {
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &row, nil
}

// State reads all that Progress looks at.
func (s *Service) State(ctx context.Context, p store.Person) (State, error) {
	st := State{Person: p}
	var err error
	if st.Case, err = s.c.Store.CaseByPerson(ctx, p.ID); err != nil {
		return st, err
	}
	if st.Declaration, err = found(s.c.Store.LastDeclaration(ctx, p.ID)); err != nil {
		return st, err
	}
	if st.Home, err = found(s.c.Store.LastAddress(ctx, p.ID, store.HomeAddress)); err != nil {
		return st, err
	}
	if st.Postal, err = found(s.c.Store.LastAddress(ctx, p.ID, store.PostalAddress)); err != nil {
		return st, err
	}
	if st.Details, err = found(s.c.Store.LastDetailsCheck(ctx, p.ID)); err != nil {
		return st, err
	}
	if st.Card, err = found(s.c.Store.Card(ctx, st.Case.ID)); err != nil {
		return st, err
	}
	if st.Case.State == casefile.Checked {
		st.Photo, err = found(s.c.Store.Photo(ctx, st.Case.PhotoID))
	}
	return st, err
}
