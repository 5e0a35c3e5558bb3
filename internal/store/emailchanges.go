package store

import (
	"context"
	"time"
)

// EmailChange is a change of a person's e-mail address, so that the old and the new one can be told.
type EmailChange struct {
	ID        string
	PersonID  string
	OldEmail  string
	NewEmail  string
	ChangedBy string // the person who did it; empty: the office
	ChangedAt time.Time
}

// EmailChange returns the change with that id.
func (q queries) EmailChange(ctx context.Context, id string) (EmailChange, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT id, person_id, old_email, new_email, changed_by, changed_at
		FROM email_changes WHERE id = $1`, id), "change of e-mail address", func(s scanner) (c EmailChange, err error) {
		var changed int64
		err = s.Scan(&c.ID, &c.PersonID, &c.OldEmail, &c.NewEmail, &c.ChangedBy, &changed)
		c.ChangedAt = instant(changed)
		return c, err
	})
}
