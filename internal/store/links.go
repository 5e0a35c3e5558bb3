package store

import (
	"context"
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
	TokenHash string // SHA-256 in hex
	Kind      LinkKind
	PersonID  string
	AccountID string // of a reset
	ExpiresAt time.Time
	UsedAt    time.Time
	CreatedAt time.Time
}

// Link returns the link with that token's hash, used or not, over or not.
func (q queries) Link(ctx context.Context, tokenHash string) (Link, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT token_hash, kind, person_id, account_id, expires_at, used_at, created_at
		FROM links WHERE token_hash = $1`, tokenHash), "link", func(s scanner) (l Link, err error) {
		var expires, used, created int64
		err = s.Scan(&l.TokenHash, &l.Kind, &l.PersonID, &l.AccountID, &expires, &used, &created)
		l.ExpiresAt, l.UsedAt, l.CreatedAt = instant(expires), instant(used), instant(created)
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
