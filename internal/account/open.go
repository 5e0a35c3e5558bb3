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

// openAccount makes the account of a person who has none yet and queues the e-mail with username and temporary password. Until
// that e-mail is handed over no password opens the account. It runs in the transaction of what caused it, and may run again.
func (s *Service) openAccount(ctx context.Context, tx *store.Tx, p store.Person, now time.Time) error {
	for try := range usernameTries {
		_, err := tx.AccountByPerson(ctx, p.ID)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("open account: %w", err)
		}
		username, err := newUsername(p, try)
		if err != nil {
			return fmt.Errorf("open account: %w", err)
		}
		a := store.Account{ID: store.NewID(), Role: store.RoleApplicant, Username: username, PersonID: p.ID, PasswordHash: s.nobody,
			TemporaryUntil: now, CreatedAt: now}
		opened, err := tx.OpenAccount(ctx, a)
		if err != nil {
			return fmt.Errorf("open account: %w", err)
		}
		if !opened {
			continue // the name is taken, or somebody else has just opened the account
		}
		if err := record(ctx, tx, a, store.ActorMachine, "account_opened", now); err != nil {
			return fmt.Errorf("open account: %w", err)
		}
		return tx.EnqueueMail(ctx, store.Mail{Kind: store.MailCredentials, PersonID: p.ID}, now)
	}
	return errors.New("open account: no free username was found")
}

// Numbers in usernames start with four digits and grow where many people have the same name.
const (
	usernameTries  = 12
	triesPerLength = 3
)

// newUsername makes a username that can be read over the phone and typed on any keyboard: letters of the name, and a number.
func newUsername(p store.Person, try int) (string, error) {
	least := big.NewInt(1000)
	for range try / triesPerLength {
		least.Mul(least, big.NewInt(10))
	}
	n, err := rand.Int(rand.Reader, new(big.Int).Mul(least, big.NewInt(9)))
	if err != nil {
		return "", fmt.Errorf("username: %w", err)
	}
	return fmt.Sprintf("%s-%d", usernameStem(p), n.Add(n, least)), nil
}

// usernameStem is the first word of a person's names that can be written in the letters a to z.
func usernameStem(p store.Person) string {
	const least, most = 2, 12
	for _, word := range strings.Fields(p.GivenNames + " " + p.FamilyName) {
		letters := strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, plain(word))
		if len(letters) >= least {
			return letters[:min(len(letters), most)]
		}
	}
	return "pr"
}

// record writes a line into the history of the person's case.
func record(ctx context.Context, tx *store.Tx, a store.Account, by store.Actor, action string, now time.Time) error {
	e := store.Entry{At: now, Actor: by, Action: action, Detail: map[string]any{"account_id": a.ID}}
	if by == store.ActorApplicant {
		e.ActorID = a.ID
	}
	if a.PersonID != "" {
		c, err := tx.CaseByPerson(ctx, a.PersonID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		e.CaseID, e.Detail["person_id"] = c.ID, a.PersonID
	}
	return tx.Record(ctx, e)
}
