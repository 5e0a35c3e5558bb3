package store

import (
	"context"
	"fmt"
	"time"
)

// Kind says what becomes of an outbox row.
type Kind string

const (
	// KindEvent rows are published to the topic in header "topic".
	KindEvent Kind = "event"
	// KindMail rows hold ids and the kind of e-mail; the e-mail is written when it is sent.
	KindMail Kind = "mail"
	// KindRelease rows let a decision take effect once it can't be undone any more.
	KindRelease Kind = "release"
)

// Row is a row of the outbox: work that was committed together with the change that caused it. It holds no secret and no
// personal data.
type Row struct {
	ID          string
	Kind        Kind
	Key         string // the case id: rows of one case are handled in order
	PersonID    string // whom an e-mail is for; empty for other kinds
	Headers     map[string]string
	Payload     []byte
	AvailableAt time.Time
	Attempts    int
	LastError   string
	SentAt      time.Time
	Bulk        bool      // goes after what a person waits for
	BouncedAt   time.Time // an e-mail that came back
	Bounce      string    // the code of the server that sent it back
}

// Enqueue adds a row. It exists on Tx alone: nothing is sent that was not committed.
func (t *Tx) Enqueue(ctx context.Context, r Row) error {
	headers, err := toJSON(r.Headers)
	if err != nil {
		return err
	}
	if r.ID == "" {
		r.ID = NewID()
	}
	t.enqueued = true
	return t.change(ctx, "add outbox row", `INSERT INTO outbox (id, kind, key, person_id, headers, payload, available_at, bulk)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.ID, string(r.Kind), r.Key, r.PersonID, headers, string(r.Payload), millis(r.AvailableAt), flag(r.Bulk))
}

const rowColumns = `id, kind, key, person_id, headers, payload, available_at, attempts, last_error, sent_at, bulk, bounced_at, bounce`

func scanRow(s scanner) (r Row, err error) {
	var headers, payload string
	var available, sent, bulk, bounced int64
	if err := s.Scan(&r.ID, &r.Kind, &r.Key, &r.PersonID, &headers, &payload, &available, &r.Attempts, &r.LastError, &sent, &bulk,
		&bounced, &r.Bounce); err != nil {
		return r, err
	}
	r.Payload, r.AvailableAt, r.SentAt = []byte(payload), instant(available), instant(sent)
	r.Bulk, r.BouncedAt = bulk == 1, instant(bounced)
	return r, fromJSON(headers, &r.Headers)
}

// DueRows returns rows of a kind that wait to be handled, the oldest first, bulk last; only e-mails are that. Whatever waits of other
// kinds is not read: the plus keeps both databases to the index in whose order the rows are wanted.
func (q queries) DueRows(ctx context.Context, kind Kind, now time.Time, limit int) ([]Row, error) {
	return many(ctx, q, "due outbox rows", scanRow, `SELECT `+rowColumns+`
		FROM outbox WHERE sent_at = 0 AND kind = $1 AND +available_at <= $2 ORDER BY bulk, id LIMIT $3`, string(kind), millis(now), limit)
}

// DueMails returns e-mails that wait to be sent: what a person waits for before bulk, else the oldest first. Of each person it is
// the first one that has not gone out, so that their order stays. With 100,000 rows it must read no more than it returns: the plus
// and the count keep both databases to the index in whose order the rows are wanted. PostgreSQL takes "= 0" for so rare that it would
// sort them all; of "< 1" it expects enough.
func (q queries) DueMails(ctx context.Context, now time.Time, limit int) ([]Row, error) {
	return many(ctx, q, "due e-mails", scanRow, `SELECT `+rowColumns+` FROM outbox AS o
		WHERE sent_at = 0 AND kind = 'mail' AND +available_at <= $1 AND (
			SELECT COUNT(*) FROM outbox AS e WHERE e.person_id = o.person_id AND e.person_id <> '' AND +e.sent_at = 0 AND e.kind = 'mail'
			AND e.id < o.id AND (e.available_at <= $1 OR e.attempts > 0)) < 1
		ORDER BY bulk, id LIMIT $2`, millis(now), limit)
}

// MarkSent notes that a row was handled; doing so twice is ErrStale.
func (t *Tx) MarkSent(ctx context.Context, id string, now time.Time) error {
	return t.change(ctx, "mark outbox row", `UPDATE outbox SET sent_at = $2, last_error = '' WHERE id = $1 AND sent_at = 0`, id, millis(now))
}

// MarkFailed notes why a row could not be handled, and when to try again.
func (t *Tx) MarkFailed(ctx context.Context, id, reason string, again time.Time) error {
	return t.change(ctx, "mark outbox row",
		`UPDATE outbox SET attempts = attempts + 1, last_error = $2, available_at = $3 WHERE id = $1 AND sent_at = 0`, id, reason, millis(again))
}

// Waiting tells how many rows of a kind are due, and since when the oldest is.
type Waiting struct {
	Rows   int
	Oldest time.Time
}

// Waiting measures the outbox.
func (q queries) Waiting(ctx context.Context, kind Kind, now time.Time) (Waiting, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MIN(available_at), 0) FROM outbox
		WHERE sent_at = 0 AND kind = $1 AND available_at <= $2`, string(kind), millis(now)), "waiting outbox rows",
		func(s scanner) (w Waiting, err error) {
			var oldest int64
			err = s.Scan(&w.Rows, &oldest)
			w.Oldest = instant(oldest)
			return w, err
		})
}

// Lease takes or renews the right to be the only one who does something; false while another holds it.
func (t *Tx) Lease(ctx context.Context, name, holder string, now time.Time, length time.Duration) (bool, error) {
	res, err := t.db.ExecContext(ctx, `INSERT INTO leases (name, holder, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
		WHERE leases.holder = excluded.holder OR leases.expires_at <= $4`, name, holder, millis(now.Add(length)), millis(now))
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", name, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", name, err)
	}
	return n == 1, nil
}

// Unlease gives a lease back early.
func (t *Tx) Unlease(ctx context.Context, name, holder string) error {
	if _, err := t.db.ExecContext(ctx, `DELETE FROM leases WHERE name = $1 AND holder = $2`, name, holder); err != nil {
		return fmt.Errorf("give back lease %s: %w", name, err)
	}
	return nil
}
