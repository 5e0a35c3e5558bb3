package journey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/store"
)

const day = 24 * time.Hour

// silence is when somebody who does nothing is reminded, and when the office is told.
var silence = store.Silence{First: 7 * day, Second: 30 * day, Office: 30 * day}

// silentBatch is how many are reminded in one turn.
const silentBatch = 500

// RemindSilent reminds applicants whose case waits for them, and puts those whom two reminders did not reach on the office's
// list. It returns how many it did something for; a turn that is full is followed by another.
func (s *Service) RemindSilent(ctx context.Context) (int, error) {
	now := s.c.Now()
	silent, err := s.c.Store.SilentCases(ctx, silence, now, silentBatch)
	if err != nil {
		return 0, fmt.Errorf("remind silent applicants: %w", err)
	}
	done := 0
	for _, c := range silent {
		err := s.c.Store.Tx(ctx, func(tx *store.Tx) error { return remind(ctx, tx, c, now) })
		switch {
		case errors.Is(err, store.ErrStale): // the applicant, or another process, was faster
		case err != nil:
			return done, fmt.Errorf("remind about case %s: %w", c.CaseID, err)
		default:
			done++
		}
	}
	return done, nil
}

func remind(ctx context.Context, tx *store.Tx, c store.SilentCase, now time.Time) error {
	if err := tx.Reminded(ctx, c, now); err != nil {
		return err
	}
	if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: "remind", CaseID: c.CaseID,
		Detail: map[string]any{"number": c.Reminders + 1}}); err != nil {
		return err
	}
	if c.Reminders < store.RemindersBeforeOffice {
		return tx.EnqueueMail(ctx, store.Mail{Kind: store.MailTaskReminder, PersonID: c.PersonID, CaseID: c.CaseID}, now)
	}
	_, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeUnreachable, PersonID: c.PersonID, CaseID: c.CaseID,
		OpenedBy: store.ActorMachine, OpenedAt: now})
	return err
}
