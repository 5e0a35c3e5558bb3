package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"prportal.example/internal/store"
)

// ErrNotNeeded means that things have moved on since an e-mail was queued: it need not be sent.
var ErrNotNeeded = errors.New("the e-mail is not needed any more")

const (
	// TemporaryFor is how long a temporary password is valid, from when it is handed over.
	TemporaryFor = 14 * 24 * time.Hour
	// ResetFor is how long the link for a forgotten password is.
	ResetFor = 30 * time.Minute
)

// MintCredentials makes a new temporary password for the account of a person; the one before is worth nothing any more. It is
// called when the e-mail is handed over, so that no secret waits anywhere. ErrNotNeeded means that the person has an own
// password by now, or no account that may be used.
func (s *Service) MintCredentials(ctx context.Context, personID string) (username, password string, until time.Time, err error) {
	a, err := s.ofPerson(ctx, personID)
	if err == nil && a.TemporaryUntil.IsZero() {
		err = ErrNotNeeded
	}
	if err != nil {
		return "", "", time.Time{}, fmt.Errorf("temporary password: %w", err)
	}
	if password, err = newTemporaryPassword(); err != nil {
		return "", "", time.Time{}, err
	}
	done, err := s.turn(ctx)
	if err != nil {
		return "", "", time.Time{}, err
	}
	hash := s.c.Cost.hash(asTemporary(password))
	done()
	now := s.c.Now()
	until = now.Add(TemporaryFor)
	err = s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.SetTemporaryPassword(ctx, a.ID, hash, until); err != nil {
			return err
		}
		return record(ctx, tx, a, store.ActorMachine, "temporary_password", now)
	})
	if errors.Is(err, store.ErrStale) {
		err = ErrNotNeeded
	}
	if err != nil {
		return "", "", time.Time{}, fmt.Errorf("temporary password: %w", err)
	}
	return a.Username, password, until, nil
}

// MintReset makes a link with which a person can set a new password, once. It is called when the e-mail is handed over.
// ErrNotNeeded means that there is no account that may be used.
func (s *Service) MintReset(ctx context.Context, personID string) (token string, until time.Time, err error) {
	a, err := s.ofPerson(ctx, personID)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("reset link: %w", err)
	}
	now := s.c.Now()
	token, until = newToken(), now.Add(ResetFor)
	err = s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		return tx.InsertLink(ctx, store.Link{TokenHash: tokenRef(token), Kind: store.LinkReset, PersonID: personID, AccountID: a.ID,
			ExpiresAt: until, CreatedAt: now})
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("reset link: %w", err)
	}
	return token, until, nil
}

// ofPerson is the account of a person that may be used, else ErrNotNeeded.
func (s *Service) ofPerson(ctx context.Context, personID string) (store.Account, error) {
	a, err := s.c.Store.AccountByPerson(ctx, personID)
	if errors.Is(err, store.ErrNotFound) {
		return store.Account{}, ErrNotNeeded
	}
	if err != nil {
		return store.Account{}, err
	}
	open, err := s.open(ctx, a)
	if err == nil && !open {
		err = ErrNotNeeded
	}
	return a, err
}

// Temporary passwords are five groups of four signs, 92 bits: small letters and digits that are not taken for each other, and no
// vowels, so that no word comes out by chance.
const (
	temporarySigns  = "bcdfghjkmnpqrstvwxyz34679"
	temporaryGroups = 5
	temporaryGroup  = 4
)

func newTemporaryPassword() (string, error) {
	groups := make([]string, temporaryGroups)
	for i := range groups {
		for range temporaryGroup {
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(temporarySigns))))
			if err != nil {
				return "", fmt.Errorf("temporary password: %w", err)
			}
			groups[i] += temporarySigns[n.Int64() : n.Int64()+1]
		}
	}
	return strings.Join(groups, "-"), nil
}

// asTemporary is a temporary password as it is hashed, however it was typed: capital letters, spaces and lines between the groups
// do not matter.
func asTemporary(typed string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(temporarySigns, r) {
			return r
		}
		return -1
	}, strings.ToLower(typed))
}
