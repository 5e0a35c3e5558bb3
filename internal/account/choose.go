package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/store"
)

var (
	// ErrBirthDate means that the birth date is not the person's.
	ErrBirthDate = errors.New("the birth date is not right")
	// ErrLink means a link that is unknown, was used, or is over.
	ErrLink = errors.New("the link is not valid")
	// ErrMoved means that the account has changed since the page was opened: the session is over, or there is nothing to do.
	ErrMoved = errors.New("the account has changed meanwhile")
)

// Choice is a new password, and what shows that it is the person who chooses it.
type Choice struct {
	Account   store.Account // as the session knows it
	BirthDate string        // YYYY-MM-DD; where it is asked for
	Current   string        // the password until now; where it is asked for
	Password  string        // the new one
}

// FirstPassword sets the own password of a person who has signed in with a temporary one, which is used up by it and not before.
// It returns the epoch of the account from then on. Beside *SlowError it fails with ErrExpired, ErrMoved, and ErrBirthDate or
// what CheckPassword says, or both of them joined.
func (s *Service) FirstPassword(ctx context.Context, c Choice) (epoch int64, err error) {
	a, p, done, err := s.again(ctx, c.Account)
	if err != nil {
		return 0, fmt.Errorf("first password: %w", err)
	}
	defer done()
	switch {
	case a.TemporaryUntil.IsZero():
		return 0, ErrMoved
	case !s.c.Now().Before(a.TemporaryUntil):
		return 0, ErrExpired
	}
	return s.choose(ctx, a, p, c, chosen{action: "own_password"})
}

// ChangePassword sets another own password of somebody who is signed in and knows the current one. It returns the epoch from
// then on: every other session is over. It fails with *SlowError, ErrWrong (the current one), ErrMoved and what CheckPassword says.
func (s *Service) ChangePassword(ctx context.Context, c Choice) (epoch int64, err error) {
	a, p, done, err := s.again(ctx, c.Account)
	if err != nil {
		return 0, fmt.Errorf("change password: %w", err)
	}
	defer done()
	if err := s.knows(ctx, a, c.Current); err != nil {
		return 0, err
	}
	if c.Current == c.Password {
		return 0, ErrPasswordSame
	}
	return s.choose(ctx, a, p, c, chosen{action: "password_changed", notice: true})
}

// Reset is what a link for a forgotten password opens.
type Reset struct {
	Username  string
	BirthDate bool // it is asked for, since the person has not signed in yet
}

// OpenReset looks a link up and changes nothing, so that it does not matter who opens it. It fails with ErrLink.
func (s *Service) OpenReset(ctx context.Context, token string) (Reset, error) {
	a, err := s.ofLink(ctx, token)
	return Reset{a.Username, !a.TemporaryUntil.IsZero()}, err
}

// ResetPassword sets a new password with a link, which is used up by it; every session is over. It fails like FirstPassword, and
// with ErrLink.
func (s *Service) ResetPassword(ctx context.Context, token string, c Choice) error {
	done, err := s.turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	a, err := s.ofLink(ctx, token)
	if err != nil {
		return err
	}
	a, p, err := s.fresh(ctx, a)
	if err != nil {
		return fmt.Errorf("reset password: %w", err)
	}
	_, err = s.choose(ctx, a, p, c, chosen{action: "password_reset", notice: true, link: tokenRef(token)})
	return err
}

func (s *Service) ofLink(ctx context.Context, token string) (store.Account, error) {
	l, err := s.c.Store.Link(ctx, tokenRef(token))
	if errors.Is(err, store.ErrNotFound) {
		return store.Account{}, ErrLink
	}
	if err != nil {
		return store.Account{}, fmt.Errorf("reset link: %w", err)
	}
	if l.Kind != store.LinkReset || !l.UsedAt.IsZero() || !s.c.Now().Before(l.ExpiresAt) {
		return store.Account{}, ErrLink
	}
	a, err := s.c.Store.Account(ctx, l.AccountID)
	if err != nil {
		return store.Account{}, fmt.Errorf("reset link: %w", err)
	}
	open, err := s.open(ctx, a)
	if err == nil && !open {
		return store.Account{}, ErrLink
	}
	return a, err
}

// again waits for a turn and then reads the account of a session anew; done gives the turn back.
func (s *Service) again(ctx context.Context, known store.Account) (a store.Account, p store.Person, done func(), err error) {
	if done, err = s.turn(ctx); err != nil {
		return a, p, nil, err
	}
	if a, p, err = s.fresh(ctx, known); err != nil {
		done()
	}
	return a, p, done, err
}

// fresh reads an account and its person again; ErrMoved if it is not the one that the session was opened with any more.
func (s *Service) fresh(ctx context.Context, known store.Account) (a store.Account, p store.Person, err error) {
	if a, err = s.c.Store.Account(ctx, known.ID); err != nil {
		return a, p, err
	}
	open, err := s.open(ctx, a)
	if err != nil {
		return a, p, err
	}
	if !open || a.Epoch != known.Epoch {
		return a, p, ErrMoved
	}
	if a.PersonID != "" {
		p, err = s.c.Store.Person(ctx, a.PersonID)
	}
	return a, p, err
}

// knows checks the password of somebody who is signed in; wrong ones count as those at sign-in do.
func (s *Service) knows(ctx context.Context, a store.Account, password string) error {
	now := s.c.Now()
	if err := slowed(a.Failures, a.LastFailedAt, now); err != nil {
		return err
	}
	right, err := s.verify(a.PasswordHash, password)
	if err != nil {
		return fmt.Errorf("account %s: %w", a.ID, err)
	}
	if right {
		return nil
	}
	if err := s.failed(ctx, a, now); err != nil {
		return err
	}
	return ErrWrong
}

// chosen is what follows on a new password.
type chosen struct {
	action string // in the history
	notice bool   // the person is told by e-mail
	link   string // hash of the link that it is done with
}

// choose checks a new password, and the birth date where the one until now is a temporary one, and stores it.
func (s *Service) choose(ctx context.Context, a store.Account, p store.Person, c Choice, then chosen) (epoch int64, err error) {
	now := s.c.Now()
	if err := s.checkBirthDate(ctx, a, p, c, now); err != nil {
		return 0, err
	}
	if err := CheckPassword(c.Password, AboutPerson(a, p)); err != nil {
		return 0, err
	}
	if !a.TemporaryUntil.IsZero() {
		same, err := s.verify(a.PasswordHash, asTemporary(c.Password))
		if err != nil {
			return 0, fmt.Errorf("account %s: %w", a.ID, err)
		}
		if same {
			return 0, ErrPasswordSame
		}
	}
	hash := s.c.Cost.hash(c.Password)
	err = s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		if then.link != "" {
			if err := tx.UseLink(ctx, then.link, now); errors.Is(err, store.ErrStale) {
				return ErrLink
			} else if err != nil {
				return err
			}
		}
		if err := tx.SetOwnPassword(ctx, a, hash); errors.Is(err, store.ErrStale) {
			return ErrMoved
		} else if err != nil {
			return err
		}
		if err := tx.EndLinks(ctx, a.PersonID, store.LinkReset, now); err != nil {
			return err
		}
		if then.notice {
			if err := tx.EnqueueMail(ctx, store.Mail{Kind: store.MailPasswordChanged, PersonID: a.PersonID}, now); err != nil {
				return err
			}
		}
		return record(ctx, tx, a, store.ActorApplicant, then.action, now)
	})
	if err != nil {
		return 0, fmt.Errorf("new password: %w", err)
	}
	return a.Epoch + 1, nil
}

// checkBirthDate asks for it while the password is a temporary one. A wrong one counts as a wrong password does: it slows and
// never locks. What is wrong with the new password is said with it, as far as it is no secret.
func (s *Service) checkBirthDate(ctx context.Context, a store.Account, p store.Person, c Choice, now time.Time) error {
	if a.TemporaryUntil.IsZero() {
		return nil
	}
	if err := slowed(a.Failures, a.LastFailedAt, now); err != nil {
		return err
	}
	if sameBirthDate(c.BirthDate, p.BirthDate) {
		return nil
	}
	if err := s.failed(ctx, a, now); err != nil {
		return err
	}
	return errors.Join(ErrBirthDate, CheckPassword(c.Password, AboutStranger(a)))
}
