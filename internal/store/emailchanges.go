package store

import (
	"context"
	"time"
)

// EmailChange is an e-mail address that was given in place of another. Both are kept so that both can be told.
type EmailChange struct {
	ID        string
	PersonID  string
	OldEmail  string
	NewEmail  string
	ChangedBy string // id of the person who did it; empty: the office
	ChangedAt time.Time
}

// EmailChange returns the change with that id.
func (q queries) EmailChange(ctx context.Context, id string) (EmailChange, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT id, person_id, old_email, new_email, changed_by, changed_at FROM email_changes WHERE id = $1`,
		id), "change of an e-mail address", func(s scanner) (c EmailChange, err error) {
		var at int64
		err = s.Scan(&c.ID, &c.PersonID, &c.OldEmail, &c.NewEmail, &c.ChangedBy, &at)
		c.ChangedAt = instant(at)
		return c, err
	})
}

// ChangeEmail gives a person another e-mail address, which holds from then on whatever comes from upstream, and queues an e-mail to
// the old address and one to the new. That mail came back from the old one is settled with it. The address that is there already
// is no change. ErrNotFound means that there is no such person, ErrStale that somebody else has changed it at the same time.
func (t *Tx) ChangeEmail(ctx context.Context, personID, newEmail, changedBy string, now time.Time) error {
	p, err := t.Person(ctx, personID)
	if err != nil || p.Email == newEmail {
		return err
	}
	if err := t.change(ctx, "change e-mail address", `UPDATE people SET email = $3, email_chosen = 1, updated_at = $4
		WHERE id = $1 AND email = $2`, personID, p.Email, newEmail, millis(now)); err != nil {
		return err
	}
	change, err := t.recordEmailChange(ctx, p, newEmail, changedBy, now)
	if err != nil {
		return err
	}
	if err := t.SettleOfficeTask(ctx, personID, OfficeBounced, now); err != nil {
		return err
	}
	return t.tellEmailChange(ctx, change, personID, now)
}

// recordEmailChange notes that somebody has another address than p says, and returns the id of the change.
func (t *Tx) recordEmailChange(ctx context.Context, p Person, newEmail, changedBy string, now time.Time) (id string, err error) {
	id = NewID()
	return id, t.change(ctx, "record change of e-mail address", `INSERT INTO email_changes (id, person_id, old_email, new_email, changed_by, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, id, p.ID, p.Email, newEmail, changedBy, millis(now))
}

// tellEmailChange queues an e-mail about a change to the old address and one to the new.
func (t *Tx) tellEmailChange(ctx context.Context, change, personID string, now time.Time) error {
	for _, old := range []bool{true, false} {
		if err := t.EnqueueMail(ctx, Mail{Kind: MailEmailChanged, PersonID: personID, EmailChangeID: change, ToOldAddress: old}, now); err != nil {
			return err
		}
	}
	return nil
}
