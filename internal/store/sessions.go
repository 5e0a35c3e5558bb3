package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Sessions keeps the server-side sessions of one listener; it is a session store of alexedwards/scs. Tokens are stored
// as hashes: who reads the table can sign in as nobody.
type Sessions struct {
	store    *Store
	listener string
	now      func() time.Time
}

// Sessions returns the sessions of a listener, "applicant" or "officer"; a token of one is worth nothing at the other.
func (s *Store) Sessions(listener string, now func() time.Time) *Sessions {
	return &Sessions{s, listener, now}
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FindCtx returns the data of a session that has not ended.
func (s *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	text, err := one(s.store.read.QueryRowContext(ctx,
		`SELECT data FROM sessions WHERE listener = $1 AND token_hash = $2 AND expires_at > $3`,
		s.listener, tokenHash(token), millis(s.now())), "session", func(r scanner) (v string, err error) { return v, r.Scan(&v) })
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, false, fmt.Errorf("session: %w", err)
	}
	return data, true, nil
}

type carriedKey struct{}

// CarriedSession is the context of a request that came with a session's token. If that session is ended while the request is under way, by
// signing out in another window, the end of the request does not bring it back.
func CarriedSession(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, carriedKey{}, token)
}

// CommitCtx stores a session, and removes those that have ended.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return s.store.Tx(ctx, func(tx *Tx) error {
		if _, err := tx.db.ExecContext(ctx, `DELETE FROM sessions WHERE expires_at <= $1`, millis(s.now())); err != nil {
			return fmt.Errorf("remove ended sessions: %w", err)
		}
		if carried, _ := ctx.Value(carriedKey{}).(string); carried == token {
			err := tx.change(ctx, "store session", `UPDATE sessions SET data = $3, expires_at = $4 WHERE listener = $1 AND token_hash = $2`,
				s.listener, tokenHash(token), base64.StdEncoding.EncodeToString(data), millis(expiry))
			if errors.Is(err, ErrStale) {
				return nil // ended meanwhile
			}
			return err
		}
		return tx.change(ctx, "store session", `INSERT INTO sessions (listener, token_hash, data, expires_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (listener, token_hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`,
			s.listener, tokenHash(token), base64.StdEncoding.EncodeToString(data), millis(expiry))
	})
}

// DeleteCtx ends a session.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.store.Tx(ctx, func(tx *Tx) error {
		_, err := tx.db.ExecContext(ctx, `DELETE FROM sessions WHERE listener = $1 AND token_hash = $2`, s.listener, tokenHash(token))
		if err != nil {
			return fmt.Errorf("end session: %w", err)
		}
		return nil
	})
}

// Find completes the interface of scs with Commit and Delete; scs calls the variants with a context.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit stores a session.
func (s *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete ends a session.
func (s *Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
