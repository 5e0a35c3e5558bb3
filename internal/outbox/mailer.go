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

// Mailer writes an e-mail from the ids of its row and hands it over. Secrets are made in that moment, so that none waits in a row.
type Mailer struct {
	Store    *store.Store
	Composer *mail.Composer
	Sender   sender
	Accounts *account.Service // makes what an e-mail must not wait with
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
	person, err := m.reader(ctx, p)
	if err != nil {
		return "", fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	l, err := m.write(ctx, p, person)
	if errors.Is(err, account.ErrNotNeeded) {
		return "", &droppedError{becauseNotNeeded}
	}
	if err != nil {
		return "", fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	// Who changes an address makes the links worthless that were made until then. So it is read once the link is there: what was made
	// after the change must not go to the old address.
	if person, err = m.reader(ctx, p); err != nil {
		return "", fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	to = person.Email
	if l.to != "" {
		to = l.to
	}
	message, err := m.Composer.Compose(row.ID, mail.Recipient{Email: to, GivenNames: person.GivenNames, FamilyName: person.FamilyName,
		Language: person.Language, Child: person.IsChild(m.Now().In(m.Location))}, l.letter)
	if err != nil {
		return to, fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	if err := m.Sender.Send(ctx, message); err != nil {
		return to, fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	return to, nil
}

// reader is the person that an e-mail goes to; a *droppedError for who was withdrawn.
func (m *Mailer) reader(ctx context.Context, p store.Mail) (store.Person, error) {
	person, err := m.Store.Person(ctx, p.PersonID)
	if err == nil && !person.WithdrawnAt.IsZero() {
		err = &droppedError{becauseWithdrawn}
	}
	return person, err
}
