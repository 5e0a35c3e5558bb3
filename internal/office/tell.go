package office

import (
	"context"
	"errors"

	"prportal.example/internal/store"
)

// Word is what an applicant tells the office about a card that is on its way.
type Word struct {
	CaseID    string
	AccountID string
	Note      string // required of who has moved
}

// Moved puts on the list that a person has another address than the one that the card goes to.
func (s *Service) Moved(ctx context.Context, w Word) error {
	if w.Note == "" {
		return ErrEmpty
	}
	return s.tell(ctx, w, store.OfficeMoved, func(store.Card) error { return nil })
}

// NotCome puts on the list that a card has not come, once it is later than we have said.
func (s *Service) NotCome(ctx context.Context, w Word) error {
	return s.tell(ctx, w, store.OfficeNotCome, func(c store.Card) error {
		if c.State == store.CardReturned {
			return ErrNoCard
		}
		if s.c.Now().Before(c.ExpectedAt) {
			return ErrEarly
		}
		return nil
	})
}

// tell keeps every word, also when the same is on the list already.
func (s *Service) tell(ctx context.Context, w Word, kind store.OfficeTaskKind, check func(store.Card) error) error {
	if tooLong(w.Note) {
		return ErrLong
	}
	return s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		now := s.c.Now()
		c, err := tx.Case(ctx, w.CaseID)
		if err != nil {
			return err
		}
		card, err := tx.Card(ctx, w.CaseID)
		if errors.Is(err, store.ErrNotFound) || (err == nil && card.OrderedAt.IsZero()) {
			return ErrNoCard
		}
		if err != nil {
			return err
		}
		if err := check(card); err != nil {
			return err
		}
		note := ""
		if w.Note != "" {
			note = store.NewID()
			if err := tx.AddNote(ctx, store.Note{ID: note, CaseID: c.ID, Kind: store.NoteToOffice, AuthorID: w.AccountID,
				Body: w.Note, CreatedAt: now}); err != nil {
				return err
			}
		}
		if _, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: kind, PersonID: c.PersonID, CaseID: c.ID, NoteID: note,
			OpenedBy: store.ActorApplicant, OpenedAt: now}); err != nil {
			return err
		}
		return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorApplicant, ActorID: w.AccountID, Action: "office_" + string(kind),
			CaseID: c.ID, Detail: map[string]any{"note_id": note}})
	})
}
