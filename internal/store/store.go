// Package store keeps people, cases, photos, accounts and the outbox in SQL: the same statements on SQLite and on
// PostgreSQL. What changes data runs in Tx; reads are methods of Store and Tx alike.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrNotFound means that there is no such row.
	ErrNotFound = errors.New("store: not found")
	// ErrStale means that somebody else has changed the row since it was read.
	ErrStale = errors.New("store: changed by somebody else")
	// ErrExists means that a row with this natural key is there already.
	ErrExists = errors.New("store: exists already")
)

// Config says where the database is.
type Config struct {
	// URL is "sqlite:/absolute/path.db" or "postgres://…".
	URL string
}

// Store is safe for concurrent use.
type Store struct {
	queries
	write    *sql.DB
	read     *sql.DB
	postgres bool
	url      string

	mu      sync.Mutex
	waiting []chan struct{} // in-process listeners to commits with outbox rows
}

// Open connects. It does not migrate: see Migrate and CheckSchema.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{url: c.URL}
	switch {
	case strings.HasPrefix(c.URL, "sqlite:"):
		path := strings.TrimPrefix(c.URL, "sqlite:")
		dsn := func(extra string) string {
			return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)" +
				"&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" + extra
		}
		var err error
		// One writer: SQLite has one anyway, and waiting for it in Go is fair and cheap.
		if s.write, err = sql.Open("sqlite", dsn("&_txlock=immediate")); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
		s.write.SetMaxOpenConns(1)
		if s.read, err = sql.Open("sqlite", dsn("&_pragma=query_only(1)")); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
		s.read.SetMaxOpenConns(8)
	case strings.HasPrefix(c.URL, "postgres://"), strings.HasPrefix(c.URL, "postgresql://"):
		db, err := sql.Open("pgx", c.URL)
		if err != nil {
			return nil, fmt.Errorf("open database: the address can't be read")
		}
		db.SetMaxOpenConns(16)
		db.SetMaxIdleConns(8)
		s.write, s.read, s.postgres = db, db, true
	default:
		return nil, fmt.Errorf(`open database: want an address that starts with "sqlite:" or "postgres:"`)
	}
	s.queries = queries{s.read}
	if err := s.write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), s.Close())
	}
	return s, nil
}

// Close closes all connections.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != nil && s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	if err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.read.PingContext(ctx); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return nil
}

// Tx is a transaction; its methods are the only ones that write.
type Tx struct {
	queries
	postgres bool
	enqueued bool
}

const (
	txAttempts = 8
	txPause    = 5 * time.Millisecond
)

// Tx runs body in a transaction. Body may run several times when the database asks for it, so it must have no effect
// outside of the transaction.
func (s *Store) Tx(ctx context.Context, body func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := s.once(ctx, body)
		if err == nil || attempt == txAttempts || !repeatable(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(txPause << attempt):
		}
	}
}

func (s *Store) once(ctx context.Context, body func(*Tx) error) error {
	raw, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	tx := &Tx{queries: queries{raw}, postgres: s.postgres}
	if err := body(tx); err != nil {
		if rollback := raw.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			return errors.Join(err, fmt.Errorf("roll back: %w", rollback))
		}
		return err
	}
	if tx.enqueued && s.postgres {
		if _, err := raw.ExecContext(ctx, `SELECT pg_notify('outbox', '')`); err != nil {
			return errors.Join(fmt.Errorf("wake the relay: %w", err), raw.Rollback())
		}
	}
	if err := raw.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if tx.enqueued {
		s.wakeLocal()
	}
	return nil
}

// repeatable tells whether the database gave up on a transaction that may well succeed when it is tried again.
func repeatable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}

// uniqueViolation tells whether a natural key was there already.
func uniqueViolation(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// NewID returns a new id, ordered by time (UUIDv7).
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// millis and instant convert between time.Time and the database; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
