package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"prportal.example/internal/store"
)

// ErrWrong is the one answer to an unknown username, a closed account, one of another role, one of a withdrawn person, and a
// wrong password.
var ErrWrong = errors.New("username and password do not fit together")

// ErrExpired means that the temporary password was right, but its time is over.
var ErrExpired = errors.New("the temporary password has expired")

// SignIn returns the account with that name and password, if it has one of the roles. With TemporaryUntil set in it, nothing may
// be opened but the choice of an own password: see FirstPassword. ErrWrong, ErrSlow and ErrExpired are for the person who tries;
// any other error is a fault of ours. A hash is verified in every case, so that the time tells as little as the answer does.
func (s *Service) SignIn(ctx context.Context, username, password string, roles ...store.Role) (store.Account, error) {
	username = normalUsername(username)
	// The turn comes first: tries that run at once see each other's count, up to as many as there are turns.
	done, err := s.turn(ctx)
	if err != nil {
		return store.Account{}, err
	}
	defer done()
	a, known, usable, err := s.find(ctx, username, roles)
	if err != nil {
		return store.Account{}, fmt.Errorf("sign in: %w", err)
	}
	now := s.c.Now()
	if !known {
		tried, err := s.c.Store.AbsentName(ctx, absentName(username))
		if err != nil {
			return store.Account{}, fmt.Errorf("sign in: %w", err)
		}
		a.Failures, a.LastFailedAt = tried.Failures, tried.LastFailedAt
	}
	if err := slowed(a.Failures, a.LastFailedAt, now); err != nil {
		return store.Account{}, err
	}
	hash := s.nobody
	if usable {
		hash = a.PasswordHash
	}
	temporary := !a.TemporaryUntil.IsZero()
	if temporary {
		password = asTemporary(password)
	}
	right, err := s.verify(hash, password)
	if err != nil {
		return store.Account{}, fmt.Errorf("sign in: account %s: %w", a.ID, err)
	}
	if usable && right {
		if temporary && !now.Before(a.TemporaryUntil) {
			return store.Account{}, ErrExpired
		}
		return a, s.succeeded(ctx, a, now)
	}
	switch {
	case known:
		err = s.failed(ctx, a, now)
	case checkUsername(username) == nil: // what can be no name at all is nobody's, as everybody knows
		err = s.failedAbsent(ctx, username, now)
	}
	if err != nil {
		return store.Account{}, fmt.Errorf("sign in: %w", err)
	}
	return store.Account{}, ErrWrong
}

// failed counts a wrong try. Who tries and breaks off has tried all the same.
func (s *Service) failed(ctx context.Context, a store.Account, now time.Time) error {
	ctx = context.WithoutCancel(ctx)
	return s.c.Store.Tx(ctx, func(tx *store.Tx) error { return tx.SignInFailed(ctx, a.ID, now.Add(-forgetAfter), now) })
}

// failedAbsent counts a wrong try under a name that nobody has: in the database too, so that it is slowed as an account is whichever
// process is asked, and takes as long.
func (s *Service) failedAbsent(ctx context.Context, username string, now time.Time) error {
	ctx = context.WithoutCancel(ctx)
	return s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		return tx.AbsentNameFailed(ctx, absentName(username), now.Add(-forgetAfter), now)
	})
}

// find looks an account up: known if there is one with one of the roles, usable if it may sign in. One of another role is not known
// here, so that nobody at the applicants' door slows an officer.
func (s *Service) find(ctx context.Context, username string, roles []store.Role) (a store.Account, known, usable bool, err error) {
	if checkUsername(username) != nil {
		return a, false, false, nil // nobody has such a name, and not every database can look it up
	}
	a, err = s.c.Store.AccountByUsername(ctx, username)
	if errors.Is(err, store.ErrNotFound) {
		return store.Account{}, false, false, nil
	}
	if err != nil {
		return a, false, false, err
	}
	if !slices.Contains(roles, a.Role) {
		return store.Account{}, false, false, nil
	}
	open, err := s.open(ctx, a)
	return a, true, open, err
}

// open tells whether the account may be used: it is not closed, and an applicant's application was not withdrawn.
func (s *Service) open(ctx context.Context, a store.Account) (bool, error) {
	if !a.ClosedAt.IsZero() {
		return false, nil
	}
	if a.Role != store.RoleApplicant {
		return true, nil
	}
	p, err := s.c.Store.Person(ctx, a.PersonID)
	if err != nil {
		return false, err
	}
	return p.WithdrawnAt.IsZero(), nil
}

func (s *Service) succeeded(ctx context.Context, a store.Account, now time.Time) error {
	if err := s.c.Store.Tx(ctx, func(tx *store.Tx) error { return tx.SignInSucceeded(ctx, a.ID, now) }); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return nil
}
