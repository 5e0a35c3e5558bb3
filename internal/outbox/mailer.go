package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/mail"
	"prportal.example/internal/store"
)

// Mailer writes an e-mail from the ids of its row and hands it to the mail server.
type Mailer struct {
	Store    *store.Store
	Composer *mail.Composer
	Server   *mail.SMTP
	Location *time.Location // dates in letters
}

// send writes and sends the e-mail of a row.
func (m *Mailer) send(ctx context.Context, row store.Row) error {
	var p store.Mail
	if err := json.Unmarshal(row.Payload, &p); err != nil {
		return fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	person, err := m.Store.Person(ctx, p.PersonID)
	if err != nil {
		return fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	letter, err := m.letter(ctx, p)
	if err != nil {
		return fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	message, err := m.Composer.Compose(row.ID, mail.Recipient{Email: person.Email, GivenNames: person.GivenNames,
		FamilyName: person.FamilyName, Language: person.Language}, letter)
	if err != nil {
		return fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	if err := m.Server.Send(ctx, message); err != nil {
		return fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	return nil
}

func (m *Mailer) letter(ctx context.Context, p store.Mail) (mail.Letter, error) {
	switch p.Kind {
	case store.MailPhotoAccepted:
		return mail.PhotoAccepted{}, nil
	case store.MailVerdictReady:
		return mail.VerdictReady{}, nil
	case store.MailPhotoReturned:
		photo, err := m.Store.Photo(ctx, p.PhotoID)
		if err != nil {
			return nil, err
		}
		letter := mail.PhotoReturned{Reasons: photo.Reasons, ByMachine: photo.DecidedBy == casefile.ByMachine,
			SubmittedAt: photo.SubmittedAt.In(m.Location)}
		notes, err := m.Store.Notes(ctx, p.CaseID)
		if err != nil {
			return nil, err
		}
		for _, n := range notes {
			if p.NoteID != "" && n.ID == p.NoteID {
				letter.Comment = n.Body
			}
		}
		return letter, nil
	default:
		return nil, fmt.Errorf("unknown kind of e-mail %q", p.Kind)
	}
}

const (
	mailAttempts = 12 // with pauses that double up to an hour: several hours
	mailBatch    = 20
	firstPause   = 5 * time.Second
	longestPause = time.Hour
)

// pauseAfter is how long a row waits that has failed that often before.
func pauseAfter(attempts int) time.Duration {
	pause := firstPause
	for range attempts {
		if pause *= 2; pause >= longestPause {
			return longestPause
		}
	}
	return pause
}

// mails sends what is due. A server that is down, or refuses for now, is tried again ever more slowly; an address that
// can't be used is given up, and history says so. What the lease leaves no time for is left to the next turn: an e-mail that
// is cut off in the middle may have gone out.
func (r *Relay) mails(ctx context.Context) (int, error) {
	rows, err := r.c.Store.DueRows(ctx, store.KindMail, r.c.Now(), mailBatch)
	if err != nil {
		return 0, err
	}
	sent := 0
	for i, row := range rows {
		if deadline, ok := ctx.Deadline(); ok && i > 0 && time.Until(deadline) < r.c.Mailer.Server.Timeout() {
			break
		}
		err := r.c.Mailer.send(ctx, row)
		if errors.Is(context.Cause(ctx), context.Canceled) {
			return sent, ctx.Err() // told to stop: no fault of the row
		}
		if noted := r.mailed(ctx, row, err); noted != nil {
			return sent, noted
		}
		if err == nil {
			sent++
		}
	}
	return sent, nil
}

// mailed notes what became of a row.
func (r *Relay) mailed(ctx context.Context, row store.Row, cause error) error {
	now := r.c.Now()
	giveUp := errors.Is(cause, mail.ErrAddress) || mail.IsPermanent(cause) || row.Attempts+1 >= mailAttempts
	if cause != nil {
		r.metrics.failures.WithLabelValues(string(store.KindMail)).Inc()
		r.c.Logger.WarnContext(ctx, "outbox: e-mail not sent", "row", row.ID, "attempt", row.Attempts+1, "given_up", giveUp, "error", cause)
	}
	ctx = context.WithoutCancel(ctx)
	err := r.c.Store.Tx(ctx, func(tx *store.Tx) error {
		switch {
		case cause == nil:
			return tx.MarkSent(ctx, row.ID, now)
		case giveUp:
			if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: "mail_failed", CaseID: row.Key,
				Detail: map[string]any{"row": row.ID, "attempts": row.Attempts + 1}}); err != nil {
				return err
			}
			return tx.MarkSent(ctx, row.ID, now)
		default:
			return tx.MarkFailed(ctx, row.ID, cause.Error(), now.Add(pauseAfter(row.Attempts)))
		}
	})
	if errors.Is(err, store.ErrStale) {
		return nil // noted by another relay
	}
	return err
}
