package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"prportal.example/internal/store"
)

var (
	// ErrExists means that the username is taken, or that the person has an account.
	ErrExists = errors.New("the account exists already")
	// ErrNoPerson means that there is no person with that client id, or that the application was withdrawn.
	ErrNoPerson = errors.New("there is no such person on an approved application")
)

// AddOfficer makes an account for an officer or a supervisor. It fails with ErrExists, ErrUsername or what CheckPassword says.
func (s *Service) AddOfficer(ctx context.Context, username, password string, supervisor bool) (store.Account, error) {
	a := store.Account{Role: store.RoleOfficer, Username: username}
	if supervisor {
		a.Role = store.RoleSupervisor
	}
	return s.add(ctx, a, store.Person{}, password)
}

// AddApplicant makes the account of the person with that client id, who has one at most, with an own password. The person is not
// invited any more: the invitation counts as confirmed. It fails with ErrNoPerson beside what AddOfficer can say.
func (s *Service) AddApplicant(ctx context.Context, clientID, username, password string) (store.Account, error) {
	p, err := s.c.Store.PersonByClientID(ctx, strings.TrimSpace(clientID))
	if errors.Is(err, store.ErrNotFound) || (err == nil && !p.WithdrawnAt.IsZero()) {
		return store.Account{}, ErrNoPerson
	}
	if err != nil {
		return store.Account{}, fmt.Errorf("add account: %w", err)
	}
	return s.add(ctx, store.Account{Role: store.RoleApplicant, Username: username, PersonID: p.ID}, p, password)
}

func (s *Service) add(ctx context.Context, a store.Account, p store.Person, password string) (store.Account, error) {
	a.Username = normalUsername(a.Username)
	if err := checkUsername(a.Username); err != nil {
		return store.Account{}, err
	}
	if err := CheckPassword(password, AboutPerson(a, p)); err != nil {
		return store.Account{}, err
	}
	done, err := s.turn(ctx)
	if err != nil {
		return store.Account{}, err
	}
	a.PasswordHash = s.c.Cost.hash(password)
	done()
	a.ID, a.CreatedAt = store.NewID(), s.c.Now()
	err = s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.InsertAccount(ctx, a); err != nil {
			return err
		}
		if a.PersonID != "" {
			if err := confirmed(ctx, tx, a); err != nil {
				return err
			}
		}
		return record(ctx, tx, a, store.ActorOffice, "account_opened", a.CreatedAt)
	})
	if errors.Is(err, store.ErrExists) {
		return store.Account{}, fmt.Errorf("%w: %w", ErrExists, err)
	}
	if err != nil {
		return store.Account{}, fmt.Errorf("add account: %w", err)
	}
	return a, nil
}

// confirmed notes that the person of a new account need not answer an invitation.
func confirmed(ctx context.Context, tx *store.Tx, a store.Account) error {
	i, err := tx.Invitation(ctx, a.PersonID)
	if errors.Is(err, store.ErrNotFound) {
		if err := tx.InsertInvitation(ctx, a.PersonID, a.CreatedAt); err != nil {
			return err
		}
		i, err = tx.Invitation(ctx, a.PersonID)
	}
	if err != nil || i.State == store.InvitationConfirmed {
		return err
	}
	i.State, i.AnsweredAt = store.InvitationConfirmed, a.CreatedAt
	return tx.SaveInvitation(ctx, i)
}
