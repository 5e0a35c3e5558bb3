package account

import (
	"context"
	"errors"
	"fmt"

	"prportal.example/internal/store"
)

// ErrNoAccount means that there is no account with that username that is open.
var ErrNoAccount = errors.New("there is no open account with this username")

// Close closes an account for good: nobody can sign in with it, and its sessions are over at once. Its username is not given out
// again; a person can get another account. It fails with ErrNoAccount.
func (s *Service) Close(ctx context.Context, username string) (store.Account, error) {
	var closed store.Account
	err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		a, err := tx.AccountByUsername(ctx, normalUsername(username))
		if err != nil {
			return err
		}
		now := s.c.Now()
		if err := tx.CloseAccount(ctx, a.ID, now); err != nil {
			return err
		}
		if err := tx.EndLinks(ctx, a.PersonID, store.LinkReset, now); err != nil {
			return err
		}
		closed = a
		return record(ctx, tx, a, store.ActorOffice, "account_closed", now)
	})
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrStale) {
		return store.Account{}, ErrNoAccount
	}
	if err != nil {
		return store.Account{}, fmt.Errorf("close account: %w", err)
	}
	return closed, nil
}
