package office

import (
	"context"
	"errors"

	"prportal.example/internal/store"
)

// Message is what an officer writes to a person.
type Message struct {
	CaseID    string
	OfficerID string
	Body      string
}

// Write sends a message to the person of a case, who reads it in the portal. The e-mail only says that there is one.
func (s *Service) Write(ctx context.Context, m Message) error {
	switch {
	case m.Body == "":
		return ErrEmpty
	case tooLong(m.Body):
		return ErrLong
	}
	c, err := s.c.Store.Case(ctx, m.CaseID)
	if err != nil {
		return err
	}
	return s.c.Store.Tx(ctx, func(tx *store.Tx) error { return s.write(ctx, tx, c, m.OfficerID, m.Body) })
}

// Readable tells whether a person could read a message: somebody with an account, whose application is not withdrawn.
func (s *Service) Readable(ctx context.Context, personID string) (bool, error) {
	p, err := s.c.Store.Person(ctx, personID)
	if err != nil || !p.WithdrawnAt.IsZero() {
		return false, err
	}
	_, err = s.c.Store.AccountByPerson(ctx, personID)
	return err == nil, known(err)
}

func (s *Service) write(ctx context.Context, tx *store.Tx, c store.CaseRow, officerID, body string) error {
	p, err := tx.Person(ctx, c.PersonID)
	if err != nil {
		return err
	}
	if !p.WithdrawnAt.IsZero() {
		return ErrUnreadable
	}
	if _, err := tx.AccountByPerson(ctx, c.PersonID); errors.Is(err, store.ErrNotFound) {
		return ErrUnreadable
	} else if err != nil {
		return err
	}
	now, note := s.c.Now(), store.NewID()
	if err := tx.AddNote(ctx, store.Note{ID: note, CaseID: c.ID, Kind: store.NoteOfficeMessage, AuthorID: officerID, Body: body,
		CreatedAt: now}); err != nil {
		return err
	}
	if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorOfficer, ActorID: officerID, Action: "office_message",
		CaseID: c.ID, Detail: map[string]any{"note_id": note}}); err != nil {
		return err
	}
	return tx.EnqueueMail(ctx, store.Mail{Kind: store.MailOfficeMessage, PersonID: c.PersonID, CaseID: c.ID, NoteID: note}, now)
}
