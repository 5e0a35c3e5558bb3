package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// executor is what *sql.DB and *sql.Tx share.
type executor interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// queries holds the reads, which Store and Tx share.
type queries struct{ db executor }

type scanner interface{ Scan(dest ...any) error }

// with scans columns that follow on those that a scan function asks for.
type with struct {
	scanner
	more []any
}

// Scan reads a row.
func (w with) Scan(dest ...any) error { return w.scanner.Scan(append(dest, w.more...)...) }

// one reads one row, and turns "no row" into ErrNotFound.
func one[T any](row *sql.Row, what string, scan func(scanner) (T, error)) (T, error) {
	v, err := scan(row)
	if errors.Is(err, sql.ErrNoRows) {
		return v, fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	if err != nil {
		return v, fmt.Errorf("%s: %w", what, err)
	}
	return v, nil
}

// many reads all rows.
func many[T any](ctx context.Context, q queries, what string, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return out, nil
}

// change runs a guarded statement: no row changed means that the guard did not hold.
func (t *Tx) change(ctx context.Context, what, query string, args ...any) error {
	res, err := t.db.ExecContext(ctx, query, args...)
	if err != nil {
		if uniqueViolation(err) {
			return fmt.Errorf("%s: %w", what, ErrExists)
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if n == 0 {
		return fmt.Errorf("%s: %w", what, ErrStale)
	}
	return nil
}

// fromJSON reads a structure from a text column; an empty text is the zero value.
func fromJSON[T any](text string, into *T) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("stored structure: %w", err)
	}
	return nil
}

func toJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("store structure: %w", err)
	}
	return string(b), nil
}
