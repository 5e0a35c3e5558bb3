// Package proof is the proof of permanent resident status: a document that a person asks for, that may wait for an officer's
// word, is made by a worker of its own, and can be revoked and issued anew.
package proof

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"prportal.example/internal/store"
)

var (
	// ErrNotDeclared means that the person has not declared to be in Canada, or not any more.
	ErrNotDeclared = errors.New("the person does not declare to be in Canada")
	// ErrNoReason means that a proof can't be revoked without a reason.
	ErrNoReason = errors.New("a reason is needed")
)

// Config is what the service needs.
type Config struct {
	Store *store.Store
	Now   func() time.Time
	// ConfirmFirst lets proofs wait for an officer's word; else the person's declaration is enough.
	ConfirmFirst bool
}

// Service asks for, confirms and revokes proofs. It is safe for concurrent use.
type Service struct{ c Config }

// New returns the service.
func New(c Config) *Service { return &Service{c} }

// Standing is how things stand with a person's proof.
type Standing struct {
	Proof    *store.Proof // nil: none was asked for
	Declared bool         // that the person is in Canada, by the declaration that counts
	Abroad   bool         // the declaration that counts says that the person is not in Canada
}

// Standing reads how things stand.
func (s *Service) Standing(ctx context.Context, personID string) (Standing, error) {
	var st Standing
	d, err := s.c.Store.LastDeclaration(ctx, personID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return st, fmt.Errorf("proof of status: %w", err)
	}
	st.Declared, st.Abroad = d.Answer == store.InCanada, d.Answer == store.NotInCanada
	p, err := s.c.Store.LastProof(ctx, personID)
	if errors.Is(err, store.ErrNotFound) {
		return st, nil
	}
	if err != nil {
		return st, fmt.Errorf("proof of status: %w", err)
	}
	st.Proof = &p
	return st, nil
}

// Request asks for a proof, the first or one after another was revoked. It returns the one that the person has afterwards: asking
// twice is as good as once. ErrNotDeclared and store.ErrWithdrawn say why there can be none.
func (s *Service) Request(ctx context.Context, personID, accountID string) (store.Proof, error) {
	now := s.c.Now()
	p := store.Proof{ID: store.NewID(), PersonID: personID, Number: newNumber(), State: store.ProofRequested, RequestedAt: now}
	if !s.c.ConfirmFirst {
		p.State, p.ConfirmedAt = store.ProofConfirmed, now
	}
	var has store.Proof
	err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		caseID, err := mayHave(ctx, tx, personID)
		if err != nil {
			return err
		}
		added, err := tx.InsertProof(ctx, p)
		if err != nil {
			return err
		}
		if added {
			if err := s.requested(ctx, tx, p, caseID, accountID); err != nil {
				return err
			}
		}
		has, err = tx.LastProof(ctx, personID)
		return err
	})
	if err != nil {
		return store.Proof{}, fmt.Errorf("ask for proof of status: %w", err)
	}
	return has, nil
}

// mayHave returns the case of a person who may have a proof.
func mayHave(ctx context.Context, tx *store.Tx, personID string) (caseID string, err error) {
	if err := tx.NotWithdrawn(ctx, personID); err != nil {
		return "", err
	}
	d, err := tx.LastDeclaration(ctx, personID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	if d.Answer != store.InCanada {
		return "", ErrNotDeclared
	}
	c, err := tx.CaseByPerson(ctx, personID)
	return c.ID, err
}

func (s *Service) requested(ctx context.Context, tx *store.Tx, p store.Proof, caseID, accountID string) error {
	if err := tx.Record(ctx, store.Entry{At: p.RequestedAt, Actor: store.ActorApplicant, ActorID: accountID, Action: "proof_request",
		CaseID: caseID, Detail: map[string]any{"proof_id": p.ID, "number": p.Number}}); err != nil {
		return err
	}
	if p.State != store.ProofRequested {
		return nil
	}
	_, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeProof, PersonID: p.PersonID, CaseID: caseID,
		OpenedBy: store.ActorApplicant, OpenedAt: p.RequestedAt})
	return err
}

// Confirm is the officer's word that a person's proof may be made; store.ErrStale if none waits for it.
func (s *Service) Confirm(ctx context.Context, personID, officerID string) error {
	return s.c.Store.Tx(ctx, func(tx *store.Tx) error { return s.ConfirmIn(ctx, tx, personID, officerID) })
}

// ConfirmIn is Confirm within a transaction that does more, such as closing the office's task; it leaves that task alone.
func (s *Service) ConfirmIn(ctx context.Context, tx *store.Tx, personID, officerID string) error {
	now := s.c.Now()
	p, err := tx.LastProof(ctx, personID)
	if err == nil {
		err = tx.ConfirmProof(ctx, p.ID, now)
	}
	if err != nil {
		return fmt.Errorf("confirm proof of status: %w", err)
	}
	return record(ctx, tx, p, store.Entry{At: now, Actor: store.ActorOfficer, ActorID: officerID, Action: "proof_confirm"})
}

// Revocation says which proof ends, and why.
type Revocation struct {
	ProofID   string
	OfficerID string // empty: the office at a command line
	Reason    string // for the office's record; the person does not see it
}

// Revoke ends a proof, whether it is issued yet or not, and tells the person. It is not shown from then on, and another can be asked
// for. store.ErrStale means that it was revoked before, ErrNoReason that there is no reason.
func (s *Service) Revoke(ctx context.Context, r Revocation) error {
	if r.Reason = strings.TrimSpace(r.Reason); r.Reason == "" {
		return ErrNoReason
	}
	actor := store.ActorOfficer
	if r.OfficerID == "" {
		actor = store.ActorOffice
	}
	err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		now := s.c.Now()
		if err := tx.RevokeProof(ctx, r.ProofID, now); err != nil {
			return err
		}
		p, err := tx.Proof(ctx, r.ProofID)
		if err != nil {
			return err
		}
		c, err := tx.CaseByPerson(ctx, p.PersonID)
		if err != nil {
			return err
		}
		note := store.Note{ID: store.NewID(), CaseID: c.ID, Kind: store.NoteProofRevoked, AuthorID: r.OfficerID, Body: r.Reason,
			CreatedAt: now}
		return errors.Join(
			tx.AddNote(ctx, note),
			tx.SettleOfficeTask(ctx, p.PersonID, store.OfficeProof, now),
			tx.EnqueueMail(ctx, store.Mail{Kind: store.MailProofRevoked, PersonID: p.PersonID, CaseID: c.ID, ProofID: p.ID}, now),
			tx.Record(ctx, store.Entry{At: now, Actor: actor, ActorID: r.OfficerID, Action: "proof_revoke", CaseID: c.ID,
				Detail: map[string]any{"proof_id": p.ID, "number": p.Number, "note_id": note.ID}}))
	})
	if err != nil {
		return fmt.Errorf("revoke proof of status: %w", err)
	}
	return nil
}

// record writes an entry about a proof into the history of its person's case.
func record(ctx context.Context, tx *store.Tx, p store.Proof, e store.Entry) error {
	c, err := tx.CaseByPerson(ctx, p.PersonID)
	if err != nil {
		return err
	}
	e.CaseID = c.ID
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	e.Detail["proof_id"], e.Detail["number"] = p.ID, p.Number
	return tx.Record(ctx, e)
}
