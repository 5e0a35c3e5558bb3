package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"prportal.example/internal/store"
)

// openAccount makes the account of a person who has none yet and queues the e-mail with user name and temporary password. Until
// that e-mail is handed over no password opens the account. It runs in the transaction of what caused it, and may run again.
func (s *Service) openAccount(ctx context.Context, tx *store.Tx, p store.Person, now time.Time) error {
	_, err := tx.AccountByPerson(ctx, p.ID)
	if err == nil {
		return nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	username, err := freeUsername(ctx, tx, p)
	if err != nil {
		return fmt.Errorf("open account: %w", err)
	}
	if err := tx.InsertAccount(ctx, store.Account{ID: store.NewID(), Role: store.RoleApplicant, Username: username, PersonID: p.ID,
		PasswordHash: s.nobody, TemporaryUntil: now, CreatedAt: now}); err != nil {
		return fmt.Errorf("open account: %w", err)
	}
	return tx.EnqueueMail(ctx, store.Mail{Kind: store.MailCredentials, PersonID: p.ID}, now)
}

const usernameTries = 20

// freeUsername makes a user name that can be read over the phone and typed on any keyboard: letters of the name, and four digits.
func freeUsername(ctx context.Context, tx *store.Tx, p store.Person) (string, error) {
	stem := plainLetters(p.GivenNames)
	if stem == "" {
		stem = plainLetters(p.FamilyName)
	}
	if stem == "" {
		stem = "pr"
	}
	for range usernameTries {
		n, err := rand.Int(rand.Reader, big.NewInt(9000))
		if err != nil {
			return "", fmt.Errorf("user name: %w", err)
		}
		name := fmt.Sprintf("%s-%d", stem, n.Int64()+1000)
		_, err = tx.AccountByUsername(ctx, name)
		if errors.Is(err, store.ErrNotFound) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", errors.New("no free user name was found")
}

// plainLetters is the first word of a name in the letters a to z, "" for a name in another script.
func plainLetters(name string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), strings.ToLower(name))
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(strings.TrimSpace(plain), " ")
	letters := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, first)
	const most = 12
	return letters[:min(len(letters), most)]
}
