package triage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

// Decision is what an officer sends in. CaseVersion and PhotoID are those of the page, so that nobody decides on a photo
// that was not shown.
type Decision struct {
	OfficerID   string
	CaseID      string
	CaseVersion int64
	PhotoID     string
	Reasons     []report.Reason // of a return
	Comment     string          // in the letter of a return; may be empty
}

// Accept accepts the photo; it takes effect when the undo window is over.
func (s *Service) Accept(ctx context.Context, d Decision) error {
	return s.decide(ctx, d, casefile.OutcomeAccept)
}

// Return gives the photo back with reasons; it takes effect when the undo window is over.
func (s *Service) Return(ctx context.Context, d Decision) error {
	unknown := func(r report.Reason) bool { return !slices.Contains(report.Reasons(), r) }
	if len(d.Reasons) == 0 || slices.ContainsFunc(d.Reasons, unknown) {
		return ErrReasons
	}
	return s.decide(ctx, d, casefile.OutcomeReturn)
}

func (s *Service) decide(ctx context.Context, d Decision, outcome casefile.Outcome) error {
	err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		now := s.c.Now()
		c, err := tx.Case(ctx, d.CaseID)
		if err == nil {
			err = tx.NotWithdrawn(ctx, c.PersonID)
		}
		if err != nil {
			return err
		}
		if c.Version != d.CaseVersion || c.PhotoID != d.PhotoID {
			return ErrStale
		}
		if c.LeasedBy != d.OfficerID && c.LeasedUntil.After(now) {
			return ErrNotHeld
		}
		photo, err := tx.Photo(ctx, c.PhotoID)
		if err != nil {
			return err
		}
		if outcome == casefile.OutcomeAccept && photo.Print == nil {
			return ErrNoPrint
		}
		if err := c.Apply(casefile.Decide); err != nil {
			return err
		}
		c.Outcome, c.Reasons, c.DecidedBy, c.OfficerID = outcome, nil, casefile.ByOfficer, d.OfficerID
		c.DecidedAt, c.EffectiveAt = now, now.Add(s.c.UndoWindow)
		c.LeasedBy, c.LeasedUntil = "", time.Time{}
		noteID := ""
		if outcome == casefile.OutcomeReturn {
			c.Reasons = d.Reasons
			if d.Comment != "" {
				noteID = store.NewID()
				if err := tx.AddNote(ctx, store.Note{ID: noteID, CaseID: c.ID, PhotoID: c.PhotoID, Kind: store.NoteLetter,
					AuthorID: d.OfficerID, Body: d.Comment, CreatedAt: now}); err != nil {
					return err
				}
			}
		}
		payload, err := json.Marshal(ReleasePayload{CaseID: c.ID, Version: c.Version})
		if err != nil {
			return fmt.Errorf("queue release: %w", err)
		}
		if err := tx.Enqueue(ctx, store.Row{Kind: store.KindRelease, Key: c.ID, Payload: payload, AvailableAt: c.EffectiveAt}); err != nil {
			return err
		}
		detail := map[string]any{"version": c.Version, "reasons": c.Reasons, "profile": photo.VerdictProfile, "note_id": noteID}
		if photo.Print != nil {
			detail["print_sha256"] = photo.Print.SHA256
		}
		if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorOfficer, ActorID: d.OfficerID, Action: string(outcome),
			CaseID: c.ID, PhotoID: c.PhotoID, Detail: detail}); err != nil {
			return err
		}
		return tx.SaveCase(ctx, c, d.CaseVersion)
	})
	return told(err)
}

// Undo takes a decision back within the undo window; the case is the officer's again for the length of hold.
func (s *Service) Undo(ctx context.Context, d Decision, hold time.Duration) error {
	err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		now := s.c.Now()
		c, err := tx.Case(ctx, d.CaseID)
		if err != nil {
			return err
		}
		switch {
		case c.State == casefile.Accepted || c.State == casefile.Returned:
			return ErrTooLate
		case c.Version != d.CaseVersion:
			return ErrStale
		case c.OfficerID != d.OfficerID:
			return ErrNotHeld
		case c.State == casefile.Decided && !now.Before(c.EffectiveAt):
			return ErrTooLate
		}
		if err := c.Apply(casefile.Undo); err != nil {
			return err
		}
		undone := c.Outcome
		forget(&c)
		c.LeasedBy, c.LeasedUntil = d.OfficerID, now.Add(hold)
		if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorOfficer, ActorID: d.OfficerID, Action: "undo",
			CaseID: c.ID, PhotoID: c.PhotoID, Detail: map[string]any{"version": c.Version, "undone": string(undone)}}); err != nil {
			return err
		}
		return tx.SaveCase(ctx, c, d.CaseVersion)
	})
	return told(err)
}

// forget takes the decision out of the case.
func forget(c *store.CaseRow) {
	c.Outcome, c.Reasons, c.DecidedBy, c.OfficerID = "", nil, "", ""
	c.DecidedAt, c.EffectiveAt = time.Time{}, time.Time{}
}

// Release lets a decision take effect: e-mail, and for an acceptance the card. A release of another version
// than the case's is one that was undone, and does nothing. If the application was withdrawn meanwhile, the decision is undone: the
// case waits for an officer again, who sees it once the application is approved again. It runs in the transaction that marks its
// outbox row.
func (s *Service) Release(ctx context.Context, tx *store.Tx, r ReleasePayload) error {
	now := s.c.Now()
	if err := tx.LockCase(ctx, r.CaseID); err != nil { // what holds the card is closed under the same lock
		return fmt.Errorf("release: %w", err)
	}
	c, err := tx.Case(ctx, r.CaseID)
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	if c.State != casefile.Decided || c.Version != r.Version {
		return nil
	}
	switch err := tx.NotWithdrawn(ctx, c.PersonID); {
	case errors.Is(err, store.ErrWithdrawn):
		return undoWithdrawn(ctx, tx, c, now)
	case err != nil:
		return fmt.Errorf("release: %w", err)
	}
	action := casefile.ReleaseReturn
	if c.Outcome == casefile.OutcomeAccept {
		action = casefile.ReleaseAccept
	}
	if err := c.Apply(action); err != nil {
		return err
	}
	if err := tx.DecidePhoto(ctx, c.PhotoID, c.Case, now); err != nil {
		return err
	}
	detail := map[string]any{"version": c.Version}
	if action == casefile.ReleaseAccept {
		if detail["card"], err = s.followAcceptance(ctx, tx, c, now); err != nil {
			return err
		}
	} else {
		noteID, err := letterNote(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := mail(ctx, tx, store.MailPhotoReturned, c, c.PhotoID, noteID, now); err != nil {
			return err
		}
	}
	if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: string(action), CaseID: c.ID,
		PhotoID: c.PhotoID, Detail: detail}); err != nil {
		return err
	}
	return tx.SaveCase(ctx, c, r.Version)
}

// undoWithdrawn takes back a decision whose application was withdrawn before it took effect.
func undoWithdrawn(ctx context.Context, tx *store.Tx, c store.CaseRow, now time.Time) error {
	before, undone := c.Version, c.Outcome
	if err := c.Apply(casefile.Undo); err != nil {
		return err
	}
	forget(&c)
	if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: "undo", CaseID: c.ID, PhotoID: c.PhotoID,
		Detail: map[string]any{"version": c.Version, "undone": string(undone), "why": "withdrawn"}}); err != nil {
		return err
	}
	return tx.SaveCase(ctx, c, before)
}

// letterNote is the note of the decision that takes effect, "" if there is none.
func letterNote(ctx context.Context, tx *store.Tx, c store.CaseRow) (string, error) {
	if c.Outcome != casefile.OutcomeReturn {
		return "", nil
	}
	notes, err := tx.Notes(ctx, c.ID)
	if err != nil {
		return "", err
	}
	for _, n := range notes {
		if n.Kind == store.NoteLetter && n.PhotoID == c.PhotoID && n.CreatedAt.Equal(c.DecidedAt) {
			return n.ID, nil
		}
	}
	return "", nil
}
