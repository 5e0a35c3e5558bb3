package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/casefile"
	"prportal.example/internal/mail"
	"prportal.example/internal/store"
)

// written is a letter, and whom it goes to where that is not the person's address.
type written struct {
	letter mail.Letter
	to     string
}

// writers read what each kind of e-mail needs.
var writers = map[store.MailKind]func(*Mailer, context.Context, store.Mail, store.Person) (written, error){
	store.MailInvitation: (*Mailer).invitation,
	store.MailInvitationReminder: func(m *Mailer, ctx context.Context, p store.Mail, person store.Person) (written, error) {
		w, err := m.invitation(ctx, p, person)
		if err == nil {
			w.letter = mail.InvitationReminder(w.letter.(mail.Invitation))
		}
		return w, err
	},
	store.MailDeclined:        always(mail.Declined{}),
	store.MailCredentials:     (*Mailer).credentials,
	store.MailPasswordReset:   (*Mailer).reset,
	store.MailUsername:        (*Mailer).username,
	store.MailPasswordChanged: (*Mailer).passwordChanged,
	store.MailEmailChanged:    (*Mailer).emailChanged,
	store.MailAddressChanged:  (*Mailer).addressChanged,
	store.MailPhotoSubmitted:  (*Mailer).photoSubmitted,
	store.MailPhotoReturned:   (*Mailer).photoReturned,
	store.MailPhotoAccepted:   (*Mailer).photoAccepted,
	store.MailVerdictReady:    always(mail.VerdictReady{}),
	store.MailTaskReminder:    (*Mailer).taskReminder,
	store.MailProofReady:      (*Mailer).proofReady,
	store.MailProofRevoked:    always(mail.ProofRevoked{}),
	store.MailCardHeld:        (*Mailer).cardHeld,
	store.MailCardMailed:      (*Mailer).cardMailed,
	store.MailCardReturned:    always(mail.CardReturned{}),
	store.MailOfficeMessage:   always(mail.OfficeMessage{}),
}

func always(l mail.Letter) func(*Mailer, context.Context, store.Mail, store.Person) (written, error) {
	return func(*Mailer, context.Context, store.Mail, store.Person) (written, error) {
		return written{letter: l}, nil
	}
}

// write fails with account.ErrNotNeeded where there is nothing to tell any more.
func (m *Mailer) write(ctx context.Context, p store.Mail, person store.Person) (written, error) {
	writer, known := writers[p.Kind]
	if !known {
		return written{}, fmt.Errorf("unknown kind of e-mail %q", p.Kind)
	}
	return writer(m, ctx, p, person)
}

func (m *Mailer) invitation(ctx context.Context, _ store.Mail, person store.Person) (written, error) {
	token, expires, err := m.Accounts.MintInvitation(ctx, person.ID)
	return written{letter: mail.Invitation{Token: token, Expires: m.local(expires), Principal: person.Principal}}, err
}

func (m *Mailer) credentials(ctx context.Context, _ store.Mail, person store.Person) (written, error) {
	username, password, until, err := m.Accounts.MintCredentials(ctx, person.ID)
	return written{letter: mail.Credentials{Username: username, Password: password, Until: m.local(until)}}, err
}

func (m *Mailer) reset(ctx context.Context, _ store.Mail, person store.Person) (written, error) {
	token, until, err := m.Accounts.MintReset(ctx, person.ID)
	return written{letter: mail.PasswordReset{Token: token, For: until.Sub(m.Now())}}, err
}

func (m *Mailer) username(ctx context.Context, _ store.Mail, person store.Person) (written, error) {
	a, err := m.Store.AccountByPerson(ctx, person.ID)
	return written{letter: mail.Username{Username: a.Username}}, gone(err)
}

func (m *Mailer) passwordChanged(_ context.Context, p store.Mail, _ store.Person) (written, error) {
	return written{letter: mail.PasswordChanged{At: m.queued(p)}}, nil
}

func (m *Mailer) emailChanged(ctx context.Context, p store.Mail, person store.Person) (written, error) {
	change, err := m.Store.EmailChange(ctx, p.EmailChangeID)
	if err != nil {
		return written{}, err
	}
	by := mail.ByFamily
	switch change.ChangedBy {
	case person.ID:
		by = mail.BySelf
	case "":
		by = mail.ByOffice
	}
	letter := mail.EmailChanged{At: m.local(change.ChangedAt), By: by, ToOld: p.ToOldAddress, NewAddress: change.NewEmail}
	if p.ToOldAddress {
		return written{letter: letter, to: change.OldEmail}, nil
	}
	// To the address of this change, should there have been another one since: each is told once.
	return written{letter: letter, to: change.NewEmail}, nil
}

func (m *Mailer) addressChanged(_ context.Context, p store.Mail, _ store.Person) (written, error) {
	return written{letter: mail.AddressChanged{At: m.queued(p)}}, nil
}

func (m *Mailer) photoSubmitted(_ context.Context, p store.Mail, _ store.Person) (written, error) {
	return written{letter: mail.PhotoSubmitted{Reference: casefile.Reference(p.CaseID), At: m.queued(p)}}, nil
}

func (m *Mailer) photoReturned(ctx context.Context, p store.Mail, _ store.Person) (written, error) {
	photo, err := m.Store.Photo(ctx, p.PhotoID)
	if err != nil {
		return written{}, err
	}
	letter := mail.PhotoReturned{Reasons: photo.Reasons, ByMachine: photo.DecidedBy == casefile.ByMachine,
		SubmittedAt: m.local(photo.SubmittedAt)}
	notes, err := m.Store.Notes(ctx, p.CaseID)
	if err != nil {
		return written{}, err
	}
	for _, n := range notes {
		if p.NoteID != "" && n.ID == p.NoteID {
			letter.Comment = n.Body
		}
	}
	return written{letter: letter}, nil
}

func (m *Mailer) photoAccepted(ctx context.Context, p store.Mail, _ store.Person) (written, error) {
	card, err := m.Store.Card(ctx, p.CaseID)
	if errors.Is(err, store.ErrNotFound) {
		return written{letter: mail.PhotoAccepted{}}, nil
	}
	if err != nil {
		return written{}, err
	}
	city, err := m.city(ctx, card)
	return written{letter: mail.PhotoAccepted{Held: card.State == store.CardHeld, Expected: m.local(card.ExpectedAt), City: city}}, err
}

func (m *Mailer) proofReady(ctx context.Context, p store.Mail, _ store.Person) (written, error) {
	proof, err := m.Store.Proof(ctx, p.ProofID)
	if err == nil && proof.State != store.ProofIssued {
		err = account.ErrNotNeeded // revoked in the meantime
	}
	return written{letter: mail.ProofReady{}}, err
}

func (m *Mailer) cardHeld(ctx context.Context, p store.Mail, _ store.Person) (written, error) {
	card, err := m.Store.Card(ctx, p.CaseID)
	if err == nil && card.State != store.CardHeld {
		err = account.ErrNotNeeded // settled in the meantime
	}
	if err != nil {
		return written{}, err
	}
	_, err = m.Store.LastAddress(ctx, p.PersonID, store.PostalAddress)
	missing := errors.Is(err, store.ErrNotFound)
	if missing {
		err = nil
	}
	return written{letter: mail.CardHeld{NoAddress: missing}}, err
}

func (m *Mailer) cardMailed(ctx context.Context, p store.Mail, _ store.Person) (written, error) {
	card, err := m.Store.Card(ctx, p.CaseID)
	if err != nil {
		return written{}, err
	}
	at := m.local(card.MailedAt)
	if at.IsZero() {
		at = m.queued(p)
	}
	city, err := m.city(ctx, card)
	return written{letter: mail.CardMailed{At: at, City: city}}, err
}

// city is where a card goes: no e-mail shows more of an address.
func (m *Mailer) city(ctx context.Context, card store.Card) (string, error) {
	if card.AddressID == "" {
		return "", nil
	}
	a, err := m.Store.Address(ctx, card.AddressID)
	return a.City, err
}

// local is a time in the office's zone; the zero time stays.
func (m *Mailer) local(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(m.Location)
}

// queued is when what the e-mail tells of happened.
func (m *Mailer) queued(p store.Mail) time.Time { return time.UnixMilli(p.QueuedAt).In(m.Location) }

// gone makes of a row that is not there any more an e-mail that is not needed.
func gone(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return account.ErrNotNeeded
	}
	return err
}
