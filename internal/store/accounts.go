package store

import (
	"context"
	"time"
)

// Role says what an account may do.
type Role string

const (
	RoleApplicant  Role = "applicant"
	RoleOfficer    Role = "officer"
	RoleSupervisor Role = "supervisor"
)

// Account is somebody who can sign in.
type Account struct {
	ID           string
	Role         Role
	Username     string // lower case, unique over all roles
	PersonID     string // of an applicant
	PasswordHash string
	Failures     int // wrong passwords since the last right one
	LastFailedAt time.Time
	ClosedAt     time.Time
	CreatedAt    time.Time

	TemporaryUntil time.Time // the password is a temporary one, valid until then; zero: it is the person's own
	Epoch          int64     // sessions that were begun under another one are over
	SignedInAt     time.Time // the last time; zero: never
}

const accountColumns = `id, role, username, person_id, password_hash, failures, last_failed_at, closed_at, created_at,
	temporary_until, epoch, signed_in_at`

func scanAccount(s scanner) (a Account, err error) {
	var failed, closed, created, temporary, signedIn int64
	err = s.Scan(&a.ID, &a.Role, &a.Username, &a.PersonID, &a.PasswordHash, &a.Failures, &failed, &closed, &created, &temporary,
		&a.Epoch, &signedIn)
	a.LastFailedAt, a.ClosedAt, a.CreatedAt = instant(failed), instant(closed), instant(created)
	a.TemporaryUntil, a.SignedInAt = instant(temporary), instant(signedIn)
	return a, err
}

// Account returns the account with that id.
func (q queries) Account(ctx context.Context, id string) (Account, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts WHERE id = $1`, id), "account", scanAccount)
}

// AccountByUsername returns the account with that username, whatever its role.
func (q queries) AccountByUsername(ctx context.Context, username string) (Account, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts WHERE username = $1`, username), "account", scanAccount)
}

// AccountByPerson returns the account of a person that is not closed, ErrNotFound if there is none.
func (q queries) AccountByPerson(ctx context.Context, personID string) (Account, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts
		WHERE person_id = $1 AND person_id <> '' AND closed_at = 0`, personID), "account", scanAccount)
}

// HadAccount tells whether a person has an account, or had one that is closed.
func (q queries) HadAccount(ctx context.Context, personID string) (bool, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM accounts WHERE person_id = $1)`, personID), "accounts of a person",
		func(s scanner) (had bool, err error) { return had, s.Scan(&had) })
}

// LockAccount keeps others who lock it from an account until the transaction ends.
func (t *Tx) LockAccount(ctx context.Context, id string) error {
	return t.change(ctx, "lock account", `UPDATE accounts SET id = id WHERE id = $1`, id)
}

// InsertAccount adds an account; ErrExists if the username is taken, or the person has an account that is not closed.
func (t *Tx) InsertAccount(ctx context.Context, a Account) error {
	return t.change(ctx, "add account", `INSERT INTO accounts (id, role, username, person_id, password_hash, created_at, temporary_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, a.ID, string(a.Role), a.Username, a.PersonID, a.PasswordHash, millis(a.CreatedAt),
		millis(a.TemporaryUntil))
}

// SignInFailed counts a wrong password. Those before it are forgotten if the last is older than since.
func (t *Tx) SignInFailed(ctx context.Context, accountID string, since, now time.Time) error {
	return t.change(ctx, "count failed sign-in", `UPDATE accounts SET failures = CASE WHEN last_failed_at < $2 THEN 1 ELSE failures + 1 END,
		last_failed_at = $3 WHERE id = $1`, accountID, millis(since), millis(now))
}

// SignInSucceeded notes when an account was last signed in with, and forgets wrong tries. While the password is a temporary one
// they are kept, since the birth date is still to come: signing in again must not give free guesses at it.
func (t *Tx) SignInSucceeded(ctx context.Context, accountID string, now time.Time) error {
	return t.change(ctx, "note sign-in", `UPDATE accounts SET signed_in_at = $2,
		failures = CASE WHEN temporary_until = 0 THEN 0 ELSE failures END,
		last_failed_at = CASE WHEN temporary_until = 0 THEN 0 ELSE last_failed_at END WHERE id = $1`, accountID, millis(now))
}
