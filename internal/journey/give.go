package journey

import (
	"context"
	"fmt"
	"time"

	"prportal.example/internal/store"
)

// GiveHome stores a home address that CheckAddress has found right. A postal address that repeats the one before repeats the
// new one. Every change after the first is told by e-mail. ErrOrdered leaves everything as it was.
func (s *Service) GiveHome(ctx context.Context, by By, a store.Address) error {
	err := s.step(ctx, by, func(tx *store.Tx, c store.CaseRow, now time.Time) error {
		a.Kind, a.SameAsHome, a.CareOf = store.HomeAddress, false, ""
		changed, err := give(ctx, tx, by, c, a, now)
		if err != nil || !changed {
			return err
		}
		postal, err := found(tx.LastAddress(ctx, by.PersonID, store.PostalAddress))
		if err != nil || postal == nil || !postal.SameAsHome {
			return err
		}
		a.Kind, a.SameAsHome = store.PostalAddress, true
		return add(ctx, tx, by, c, a, now)
	})
	return given(err)
}

// GivePostal stores a postal address that CheckAddress has found right.
func (s *Service) GivePostal(ctx context.Context, by By, a store.Address) error {
	err := s.step(ctx, by, func(tx *store.Tx, c store.CaseRow, now time.Time) error {
		a.Kind, a.SameAsHome = store.PostalAddress, false
		_, err := give(ctx, tx, by, c, a, now)
		return err
	})
	return given(err)
}

// GiveSamePostal stores that mail goes to the home address. ErrNoHome if there is none.
func (s *Service) GiveSamePostal(ctx context.Context, by By) error {
	err := s.step(ctx, by, func(tx *store.Tx, c store.CaseRow, now time.Time) error {
		home, err := found(tx.LastAddress(ctx, by.PersonID, store.HomeAddress))
		if err != nil {
			return err
		}
		if home == nil {
			return ErrNoHome
		}
		home.Kind, home.SameAsHome = store.PostalAddress, true
		_, err = give(ctx, tx, by, c, *home, now)
		return err
	})
	return given(err)
}

func given(err error) error {
	if err != nil {
		return fmt.Errorf("give address: %w", err)
	}
	return nil
}

// give stores an address unless it is there already, and reports whether it did. Where another one was before, the person is
// told.
func give(ctx context.Context, tx *store.Tx, by By, c store.CaseRow, a store.Address, now time.Time) (changed bool, err error) {
	if err := changeable(ctx, tx, c); err != nil {
		return false, err
	}
	last, err := found(tx.LastAddress(ctx, by.PersonID, a.Kind))
	if err != nil {
		return false, err
	}
	if last != nil && same(*last, a) {
		return false, nil
	}
	if err := add(ctx, tx, by, c, a, now); err != nil {
		return false, err
	}
	if last == nil {
		return true, nil
	}
	return true, tx.EnqueueMail(ctx, store.Mail{Kind: store.MailAddressChanged, PersonID: by.PersonID, CaseID: c.ID}, now)
}

func add(ctx context.Context, tx *store.Tx, by By, c store.CaseRow, a store.Address, now time.Time) error {
	a.PersonID, a.GivenAt = by.PersonID, now
	id, err := tx.AddAddress(ctx, a)
	if err != nil {
		return err
	}
	if a.Kind == store.PostalAddress { // a card that waited for it is ordered now
		if err := tx.SettleOfficeTask(ctx, by.PersonID, store.OfficeNoAddress, now); err != nil {
			return err
		}
	}
	return record(ctx, tx, by, c, now, "address", map[string]any{"kind": string(a.Kind), "address_id": id, "same_as_home": a.SameAsHome})
}

// same tells whether two addresses say the same, whenever they were given.
func same(a, b store.Address) bool {
	b.ID, b.PersonID, b.GivenAt = a.ID, a.PersonID, a.GivenAt
	return a == b
}
