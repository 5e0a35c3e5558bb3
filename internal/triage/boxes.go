package triage

import (
	"context"
	"errors"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
)

// Ticked is what an applicant ticks, or does not tick any more.
type Ticked struct {
	CaseID    string
	Boxes     casefile.Boxes
	AccountID string
}

// SetBoxes stores what is ticked until it is changed again. A verdict on the current photo is made anew from its measures, as long as
// the photo was not submitted. ErrAlreadySubmitted leaves everything as it was.
func (s *Service) SetBoxes(ctx context.Context, in Ticked) error {
	const tries = 3 // against a report or an upload that comes at the same moment
	var err error
	for range tries {
		err = s.c.Store.Tx(ctx, func(tx *store.Tx) error { return s.setBoxes(ctx, tx, in) })
		if !errors.Is(err, store.ErrStale) {
			break
		}
	}
	return told(err)
}

func (s *Service) setBoxes(ctx context.Context, tx *store.Tx, in Ticked) error {
	c, err := tx.Case(ctx, in.CaseID)
	if err != nil {
		return err
	}
	if c.Locked() {
		return ErrAlreadySubmitted
	}
	if c.Boxes() == in.Boxes {
		return nil
	}
	now := s.c.Now()
	if err := tx.SaveBoxes(ctx, c.ID, c.Version, in.Boxes); err != nil {
		return err
	}
	if err := tx.Touch(ctx, c.ID, now); err != nil {
		return err
	}
	entry := store.Entry{At: now, Actor: store.ActorApplicant, ActorID: in.AccountID, Action: "boxes", CaseID: c.ID, PhotoID: c.PhotoID,
		Detail: map[string]any{"head_covering": in.Boxes.HeadCovering, "medical": in.Boxes.Medical, "small_child": in.Boxes.SmallChild}}
	if c.State == casefile.Checked {
		photo, err := tx.Photo(ctx, c.PhotoID)
		if err != nil {
			return err
		}
		verdict, lowered := s.judge(*photo.Verdict, in.Boxes)
		if err := tx.Rejudge(ctx, photo.ID, verdict, lowered); err != nil {
			return err
		}
		entry.Detail["decision"] = string(verdict.Decision)
	}
	return tx.Record(ctx, entry)
}
