package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// IsDown tells whether err lies with the database itself, so that the same statement may well succeed later: it can't be
// reached, shuts down, is out of room, or was too busy for too long. Everything else is the statement's own fault.
func IsDown(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code[:min(2, len(pg.Code))] {
		case "08", "25", "28", "40", "53", "55", "57", "58": // connection, read-only, sign-in, rollback, resources, not ready, operator, system
			return true
		}
		return false
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
			sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT:
			return true
		}
		return false
	}
	var network net.Error
	var connect *pgconn.ConnectError
	for _, target := range []error{context.DeadlineExceeded, context.Canceled, driver.ErrBadConn, sql.ErrConnDone, net.ErrClosed,
		io.EOF, io.ErrUnexpectedEOF} { // the last two: a connection that broke in the middle of an answer
		if errors.Is(err, target) {
			return true
		}
	}
	return errors.As(err, &network) || errors.As(err, &connect) || pgconn.SafeToRetry(err)
}
