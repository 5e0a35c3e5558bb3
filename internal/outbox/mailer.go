package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/bounce"
	"prportal.example/internal/mail"
	"prportal.example/internal/store"
)

// sender hands messages to whoever delivers them: *mail.SMTP and *mail.Notify.
type sender interface {
	Send(ctx context.Context, m mail.Message) error
	Ready(ctx context.Context) error // mail.ErrUnavailable: nothing is taken now, and no secret is made in vain
	Timeout() time.Duration          // how long Send takes at most
}

// secrets makes what an e-mail must not wait with: *account.Service. Each of them fails with account.ErrNotNeeded when things have
// moved on.
type secrets interface {
	MintInvitation(ctx context.Context, personID string) (token string, expires time.Time, err error)
	MintCredentials(ctx context.Context, personID string) (username, password string, until time.Time, err error)
	MintReset(ctx context.Context, personID string) (token string, until time.Time, err error)
}

// Mailer writes an e-mail from the ids of its row and hands it over. Secrets are made in that moment, so that none waits in a row.
type Mailer struct {
	Store    *store.Store
	Composer *mail.Composer
	Sender   sender
	Secrets  secrets
	Bounces  *bounce.Service
	Location *time.Location // dates in letters
	Now      func() time.Time
}

// Why an e-mail is dropped.
const (
	becauseWithdrawn = "withdrawn"
	becauseNotNeeded = "not_needed"
)

// droppedError says that an e-mail is not sent, and that this is right.
type droppedError struct{ why string }

func (e *droppedError) Error() string { return "dropped: " + e.why }

// send writes and sends the e-mail of a row. It returns the address that it was for, and fails with a *droppedError where it is not
// to be sent.
func (m *Mailer) send(ctx context.Context, row store.Row) (to string, err error) {
	var p store.Mail
	if err := json.Unmarshal(row.Payload, &p); err != nil {
		return "", fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	person, err := m.Store.Person(ctx, p.PersonID)
	if err != nil {
		return "", fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	if !person.WithdrawnAt.IsZero() {
		return "", &droppedError{becauseWithdrawn}
	}
	l, err := m.write(ctx, p, person)
	if errors.Is(err, account.ErrNotNeeded) {
		return "", &droppedError{becauseNotNeeded}
	}
	if err != nil {
		return "", fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	to = person.Email
	if l.to != "" {
		to = l.to
	}
	message, err := m.Composer.Compose(row.ID, mail.Recipient{Email: to, GivenNames: person.GivenNames, FamilyName: person.FamilyName,
		Language: person.Language, Child: m.child(person)}, l.letter)
	if err != nil {
		return to, fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	if err := m.Sender.Send(ctx, message); err != nil {
		return to, fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	return to, nil
}

// childUntil is the age from which people read their e-mails themselves; it is the one from which they declare for themselves.
const childUntil = 14

// child tells whether a parent or guardian reads the person's e-mails; a birth date that can't be read is that of an adult.
func (m *Mailer) child(p store.Person) bool {
	born, err := time.ParseInLocation(time.DateOnly, p.BirthDate, m.Location)
	return err == nil && m.Now().In(m.Location).Before(born.AddDate(childUntil, 0, 0))
}
