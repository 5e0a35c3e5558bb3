package store

import (
	"context"
	"fmt"
	"time"
)

// LinkKind says what a link in an e-mail is for.
type LinkKind string

const (
	LinkInvitation LinkKind = "invitation"
	LinkReset      LinkKind = "reset" // of a forgotten password
)

// Link is a link in an e-mail. Only the hash of its token is kept.
type Link struct {
	TokenHash    string // SHA-256 in hex
	Kind         LinkKind
	PersonID     string
	AccountID    string // of a reset
	ExpiresAt    time.Time
	UsedAt       time.Time // or made worthless
	CreatedAt    time.Time
	Failures     int // wrong tries since the last right one
	LastFailedAt time.Time
}

// Link returns the link with that token's hash, used or not, over or not.
func (q queries) Link(ctx context.Context, tokenHash string) (Link, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT token_hash, kind, person_id, account_id, expires_at, used_at, created_at,
		failures, last_failed_at FROM links WHERE token_hash = $1`, tokenHash), "link", func(s scanner) (l Link, err error) {
		var expires, used, created, failed int64
		err = s.Scan(&l.TokenHash, &l.Kind, &l.PersonID, &l.AccountID, &expires, &used, &created, &l.Failures, &failed)
		l.ExpiresAt, l.UsedAt, l.CreatedAt, l.LastFailedAt = instant(expires), instant(used), instant(created), instant(failed)
		return l, err
	})
}

// InsertLink adds a link.
func (t *Tx) InsertLink(ctx context.Context, l Link) error {
	return t.change(ctx, "add link", `INSERT INTO links (token_hash, kind, person_id, account_id, expires_at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, l.TokenHash, string(l.Kind), l.PersonID, l.AccountID, millis(l.ExpiresAt), millis(l.CreatedAt))
}

// UseLink uses a link up; ErrStale if it was used before or is over.
func (t *Tx) UseLink(ctx context.Context, tokenHash string, now time.Time) error {
	return t.change(ctx, "use link", `UPDATE links SET used_at = $2 WHERE token_hash = $1 AND used_at = 0 AND expires_at > $2`,
		tokenHash, millis(now))
}

// EndLinks makes all of a person's links of a kind worthless; there need not be any.
func (t *Tx) EndLinks(ctx context.Context, personID string, kind LinkKind, now time.Time) error {
	if _, err := t.db.ExecContext(ctx, `UPDATE links SET used_at = $3 WHERE person_id = $1 AND kind = $2 AND used_at = 0`,
		personID, string(kind), millis(now)); err != nil {
		return fmt.Errorf("end links: %w", err)
	}
	return nil
}

// LinkFailed counts a wrong try of the link as it was read; ErrStale if another try was counted since.
func (t *Tx) LinkFailed(ctx context.Context, l Link, now time.Time) error {
	return t.change(ctx, "count wrong try", `UPDATE links SET failures = failures + 1, last_failed_at = $3
		WHERE token_hash = $1 AND failures = $2`, l.TokenHash, l.Failures, millis(now))
}

// LinkSucceeded forgets wrong tries of a link.
func (t *Tx) LinkSucceeded(ctx context.Context, tokenHash string) error {
	return t.change(ctx, "forget wrong tries", `UPDATE links SET failures = 0, last_failed_at = 0 WHERE token_hash = $1`, tokenHash)
}
