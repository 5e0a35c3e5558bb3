package office

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"prportal.example/internal/account"
	"prportal.example/internal/store"
)

// MaxText bounds what an officer or an applicant writes, in characters; the forms' maxlength says the same.
const MaxText = 2000

// Act is what an officer does about a task, and why.
type Act struct {
	TaskID    string
	OfficerID string
	Outcome   Outcome
	Reason    string // for the record; required
	Message   string // to the person, who reads it in the portal; may be empty
}

// leaseLength is longer than anything that an officer can do takes.
const leaseLength = time.Minute

// Done does what the officer chose, and notes that and why. ErrStale when the task is done already: of two officers at once one is
// told so. ErrPast when things have moved on; then nothing was changed.
func (s *Service) Done(ctx context.Context, a Act) error {
	switch {
	case a.Reason == "":
		return ErrEmpty
	case tooLong(a.Reason) || tooLong(a.Message):
		return ErrLong
	}
	task, err := s.c.Store.OfficeTask(ctx, a.TaskID)
	if err != nil {
		return err
	}
	if !task.DoneAt.IsZero() {
		return ErrStale
	}
	choices, err := s.Choices(ctx, task)
	if err != nil {
		return err
	}
	switch {
	case slices.Contains(choices, a.Outcome):
	case slices.Contains(about[task.Kind], a.Outcome):
		return ErrPast
	default:
		return ErrOutcome
	}
	if s.elsewhere(a.Outcome) == nil {
		return s.close(ctx, task, a, false)
	}
	return s.alone(ctx, task, a)
}

// elsewhere is what another room does, nil if the outcome is the office's own.
func (s *Service) elsewhere(o Outcome) func(ctx context.Context, personID, officerID string) error {
	switch o {
	case InviteAgain:
		return s.c.InviteAgain
	case ReleaseInvitation:
		return s.c.ReleaseInvitation
	case ConfirmProof:
		return s.c.ConfirmProof
	default:
		return nil
	}
}

// alone lets another room act, in a transaction of its own, and then closes the task, while no other officer can do the same. The room
// settles in its transaction what the task is about, so that what follows at once is a task of its own; this one then gets the officer's
// words. Should the process die in between, those are missing.
func (s *Service) alone(ctx context.Context, task store.OfficeTask, a Act) error {
	lease, holder := "office-task/"+task.ID, store.NewID()
	var ours bool
	err := s.c.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		ours, err = tx.Lease(ctx, lease, holder, s.c.Now(), leaseLength)
		return err
	})
	if err != nil {
		return err
	}
	if !ours {
		return ErrStale
	}
	err = s.actAndClose(ctx, task, a)
	free := s.c.Store.Tx(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.Unlease(ctx, lease, holder) })
	return errors.Join(err, free)
}

func (s *Service) actAndClose(ctx context.Context, task store.OfficeTask, a Act) error {
	now, err := s.c.Store.OfficeTask(ctx, task.ID)
	switch {
	case err != nil:
		return err
	case !now.DoneAt.IsZero():
		return ErrStale
	}
	err = s.elsewhere(a.Outcome)(ctx, task.PersonID, a.OfficerID)
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) || errors.Is(err, account.ErrNotNeeded) {
		return fmt.Errorf("%w: %w", ErrPast, err)
	}
	if err != nil {
		return err
	}
	return s.close(context.WithoutCancel(ctx), task, a, true)
}

// close notes that the task is done, by whom and why. One that has settled itself is somebody else's doing, unless it was by what
// this officer has just done.
func (s *Service) close(ctx context.Context, task store.OfficeTask, a Act, acted bool) error {
	c, err := s.c.Store.CaseByPerson(ctx, task.PersonID)
	if err != nil {
		return err
	}
	err = s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		now := s.c.Now()
		if err := tx.LockCase(ctx, c.ID); err != nil {
			return err
		}
		fresh, err := tx.OfficeTask(ctx, task.ID)
		if err != nil {
			return err
		}
		if !fresh.DoneAt.IsZero() && !acted {
			return ErrStale
		}
		reason := store.NewID()
		if err := tx.AddNote(ctx, store.Note{ID: reason, CaseID: c.ID, Kind: store.NoteOfficeReason, AuthorID: a.OfficerID,
			Body: a.Reason, CreatedAt: now}); err != nil {
			return err
		}
		if err := tx.CloseOfficeTask(ctx, task.ID, a.OfficerID, string(a.Outcome), reason, now); err != nil {
			return err
		}
		if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorOfficer, ActorID: a.OfficerID, Action: "office_done",
			CaseID: c.ID, Detail: map[string]any{"task_id": task.ID, "kind": string(task.Kind), "outcome": string(a.Outcome),
				"note_id": reason}}); err != nil {
			return err
		}
		if a.Outcome == ReleaseCard {
			if _, err := s.c.Triage.ReleaseCard(ctx, tx, c.ID, a.OfficerID); err != nil {
				return err
			}
		}
		if a.Message == "" {
			return nil
		}
		return s.write(ctx, tx, c, a.OfficerID, a.Message)
	})
	if errors.Is(err, store.ErrStale) {
		return ErrStale
	}
	return err
}

func tooLong(text string) bool {
	return utf8.RuneCountInString(text) > MaxText || !utf8.ValidString(text)
}
