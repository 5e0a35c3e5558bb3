package store

import (
	"context"
	"errors"
	"time"
)

// MailRow returns the outbox row of an e-mail, handed over or not.
func (q queries) MailRow(ctx context.Context, id string) (Row, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+rowColumns+` FROM outbox WHERE id = $1 AND kind = 'mail'`, id), "e-mail", scanRow)
}

// MailBounced notes on its row that an e-mail came back, and reports whether that is new. Code is a server's, never its words.
func (t *Tx) MailBounced(ctx context.Context, id, code string, now time.Time) (first bool, err error) {
	err = t.change(ctx, "note bounce", `UPDATE outbox SET bounced_at = $2, bounce = $3 WHERE id = $1 AND kind = 'mail' AND bounced_at = 0`,
		id, millis(now), code)
	if errors.Is(err, ErrStale) {
		return false, nil
	}
	return err == nil, err
}

// EmailChangedSince tells whether a person's address was changed at that time or later.
func (q queries) EmailChangedSince(ctx context.Context, personID string, since time.Time) (bool, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM email_changes WHERE person_id = $1 AND changed_at >= $2`,
		personID, millis(since)), "changes of e-mail address", func(s scanner) (bool, error) {
		var n int
		err := s.Scan(&n)
		return n > 0, err
	})
}
