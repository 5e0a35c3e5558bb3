package account

import (
	"context"
	"errors"
	"fmt"

	"prportal.example/internal/store"
)

// ErrEmailSame means the address that is there already.
var ErrEmailSame = errors.New("this is the e-mail address that is there already")

// EmailChange is a new e-mail address of somebody who is signed in, and what shows that it is the person who gives it.
type EmailChange struct {
	Account  store.Account // as the session knows it
	Password string
	Email    string
}

// ChangeEmail gives the person another e-mail address. Both are told, links that the old one has got are worth nothing any more,
// and every other session is over: it returns the epoch from then on. It fails with *SlowError, ErrEmail, ErrEmailSame, ErrWrong
// (the password) and ErrMoved.
func (s *Service) ChangeEmail(ctx context.Context, c EmailChange) (epoch int64, err error) {
	email, err := CheckEmail(c.Email)
	if err != nil {
		return 0, err
	}
	a, p, done, err := s.again(ctx, c.Account)
	if err != nil {
		return 0, fmt.Errorf("change e-mail address: %w", err)
	}
	defer done()
	if p.Email == email {
		return 0, ErrEmailSame
	}
	if err := s.knows(ctx, a, c.Password); err != nil {
		return 0, err
	}
	now := s.c.Now()
	err = s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.ChangeEmail(ctx, p.ID, email, p.ID, now); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, a); err != nil {
			return err
		}
		if err := tx.EndLinks(ctx, a.PersonID, store.LinkReset, now); err != nil {
			return err
		}
		return record(ctx, tx, a, store.ActorApplicant, "email_changed", now)
	})
	if errors.Is(err, store.ErrStale) {
		err = ErrMoved
	}
	if err != nil {
		return 0, fmt.Errorf("change e-mail address: %w", err)
	}
	return a.Epoch + 1, nil
}
