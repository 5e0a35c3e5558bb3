package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// AbsentName is how often somebody has tried to sign in under a name that nobody has, and when last.
type AbsentName struct {
	Failures     int
	LastFailedAt time.Time
}

// AbsentName returns what was tried under the name with that hash; the zero value if nothing was.
func (q queries) AbsentName(ctx context.Context, nameHash string) (AbsentName, error) {
	n, err := one(q.db.QueryRowContext(ctx, `SELECT failures, last_failed_at FROM absent_names WHERE name_hash = $1`, nameHash),
		"absent name", func(s scanner) (n AbsentName, err error) {
			var failed int64
			err = s.Scan(&n.Failures, &failed)
			n.LastFailedAt = instant(failed)
			return n, err
		})
	if errors.Is(err, ErrNotFound) {
		return AbsentName{}, nil
	}
	return n, err
}

// AbsentNameFailed counts a wrong try under a name that nobody has. Names whose last try is older than since are forgotten, so that
// guessing at names takes a bounded time of the table.
func (t *Tx) AbsentNameFailed(ctx context.Context, nameHash string, since, now time.Time) error {
	if _, err := t.db.ExecContext(ctx, `DELETE FROM absent_names WHERE last_failed_at < $1`, millis(since)); err != nil {
		return fmt.Errorf("forget absent names: %w", err)
	}
	return t.change(ctx, "count try under an absent name", `INSERT INTO absent_names (name_hash, failures, last_failed_at) VALUES ($1, 1, $2)
		ON CONFLICT (name_hash) DO UPDATE SET failures = absent_names.failures + 1, last_failed_at = excluded.last_failed_at`,
		nameHash, millis(now))
}
