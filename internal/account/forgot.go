package account

import (
	"context"
	"fmt"
	"time"

	"prportal.example/internal/store"
)

// E-mails that anybody can ask for in somebody's name are few. Beyond that nothing is sent, and the answer is the same: what was
// sent before is in the mailbox.
const (
	askedPause  = time.Minute // between two e-mails of a kind
	askedWindow = time.Hour
	askedAtMost = 5 // in the window
)

// ForgotPassword queues an e-mail with a link to set a new password, if there is such an account. Answer and time are the same
// if there is none.
func (s *Service) ForgotPassword(ctx context.Context, username string) error {
	return s.evenly(ctx, func() error {
		a, known, usable, err := s.find(ctx, normalUsername(username), []store.Role{store.RoleApplicant})
		if err != nil {
			return fmt.Errorf("forgotten password: %w", err)
		}
		if !known || !usable {
			return nil
		}
		return s.askFor(ctx, store.MailPasswordReset, a)
	})
}

// AskTemporary queues an e-mail with a new temporary password in place of one that has expired.
func (s *Service) AskTemporary(ctx context.Context, username string) error {
	return s.evenly(ctx, func() error {
		a, known, usable, err := s.find(ctx, normalUsername(username), []store.Role{store.RoleApplicant})
		if err != nil {
			return fmt.Errorf("new temporary password: %w", err)
		}
		if !known || !usable || a.TemporaryUntil.IsZero() {
			return nil
		}
		return s.askFor(ctx, store.MailCredentials, a)
	})
}

// ForgotUsername queues an e-mail with the username for everybody who has that e-mail address and an account. Answer and time
// are the same if there is nobody.
func (s *Service) ForgotUsername(ctx context.Context, email string) error {
	return s.evenly(ctx, func() error {
		email, err := CheckEmail(email)
		if err != nil {
			return nil //nolint:nilerr // nobody has such an address, and the answer is the same
		}
		accounts, err := s.c.Store.AccountsByEmail(ctx, email)
		if err != nil {
			return fmt.Errorf("forgotten username: %w", err)
		}
		return s.askFor(ctx, store.MailUsername, accounts...)
	})
}

func (s *Service) askFor(ctx context.Context, kind store.MailKind, accounts ...store.Account) error {
	now := s.c.Now()
	err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		for _, a := range accounts { // in the order of their ids: no two wait for each other
			if err := tx.LockAccount(ctx, a.ID); err != nil {
				return err
			}
			recent, err := tx.MailsSince(ctx, a.PersonID, kind, now.Add(-askedPause))
			if err != nil {
				return err
			}
			inWindow, err := tx.MailsSince(ctx, a.PersonID, kind, now.Add(-askedWindow))
			if err != nil {
				return err
			}
			if recent > 0 || inWindow >= askedAtMost {
				continue
			}
			if err := tx.EnqueueMail(ctx, store.Mail{Kind: kind, PersonID: a.PersonID}, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("queue %s: %w", kind, err)
	}
	return nil
}

// evenly does some work and takes the same time for it whatever there was to do.
func (s *Service) evenly(ctx context.Context, work func() error) error {
	over := time.NewTimer(s.c.AnswerAfter)
	defer over.Stop()
	err := work()
	select {
	case <-over.C:
	case <-ctx.Done():
	}
	return err
}
