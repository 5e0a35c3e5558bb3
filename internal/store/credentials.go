package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// OpenAccount adds an account unless its username is taken or its person has one that is not closed; it tells whether it did.
// Unlike InsertAccount it leaves the transaction usable in either case.
func (t *Tx) OpenAccount(ctx context.Context, a Account) (opened bool, err error) {
	err = t.change(ctx, "open account", `INSERT INTO accounts (id, role, username, person_id, password_hash, created_at, temporary_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`, a.ID, string(a.Role), a.Username, a.PersonID, a.PasswordHash,
		millis(a.CreatedAt), millis(a.TemporaryUntil))
	if errors.Is(err, ErrStale) {
		return false, nil
	}
	return err == nil, err
}

// SetTemporaryPassword stores a new temporary password and ends sessions that an earlier one has opened. ErrStale means that
// the person has set an own one meanwhile, or that the account was closed.
func (t *Tx) SetTemporaryPassword(ctx context.Context, accountID, hash string, until time.Time) error {
	return t.change(ctx, "set temporary password", `UPDATE accounts SET password_hash = $2, temporary_until = $3, epoch = epoch + 1
		WHERE id = $1 AND temporary_until <> 0 AND closed_at = 0`, accountID, hash, millis(until))
}

// SetOwnPassword stores a password that the person has chosen, forgets wrong tries and ends every session: the new epoch is one
// more. ErrStale means that the account has changed since it was read.
func (t *Tx) SetOwnPassword(ctx context.Context, a Account, hash string) error {
	return t.change(ctx, "set password", `UPDATE accounts SET password_hash = $3, temporary_until = 0, epoch = epoch + 1, failures = 0,
		last_failed_at = 0 WHERE id = $1 AND epoch = $2 AND closed_at = 0`, a.ID, a.Epoch, hash)
}

// EndSessions ends every session of an account: the new epoch is one more. ErrStale means that it has changed since it was read.
func (t *Tx) EndSessions(ctx context.Context, a Account) error {
	return t.change(ctx, "end sessions", `UPDATE accounts SET epoch = epoch + 1 WHERE id = $1 AND epoch = $2 AND closed_at = 0`, a.ID, a.Epoch)
}

// CloseAccount closes an account for good; its sessions are over. ErrStale means that it was closed before.
func (t *Tx) CloseAccount(ctx context.Context, accountID string, now time.Time) error {
	return t.change(ctx, "close account", `UPDATE accounts SET closed_at = $2, epoch = epoch + 1 WHERE id = $1 AND closed_at = 0`,
		accountID, millis(now))
}

// AccountsByEmail returns the open accounts of everybody who has that e-mail address and is not withdrawn. Upper and lower case
// do not matter.
func (q queries) AccountsByEmail(ctx context.Context, email string) ([]Account, error) {
	return many(ctx, q, "accounts of an e-mail address", scanAccount, `SELECT `+accountColumns+` FROM accounts
		WHERE closed_at = 0 AND person_id <> ''
			AND person_id IN (SELECT id FROM people WHERE lower(email) = lower($1) AND withdrawn_at = 0) ORDER BY id`, email)
}

// MailsSince counts the e-mails of a kind that were queued for a person since then, sent or not.
func (q queries) MailsSince(ctx context.Context, personID string, kind MailKind, since time.Time) (int, error) {
	mails, err := many(ctx, q, "e-mails of a person", func(s scanner) (m Mail, err error) {
		var payload string
		if err := s.Scan(&payload); err != nil {
			return m, err
		}
		return m, json.Unmarshal([]byte(payload), &m)
	}, `SELECT payload FROM outbox WHERE person_id = $1 AND kind = $2 AND available_at > $3`, personID, string(KindMail), millis(since))
	n := 0
	for _, m := range mails {
		if m.Kind == kind {
			n++
		}
	}
	return n, err
}
