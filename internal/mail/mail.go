// Package mail writes the e-mails of the portal and hands them to a mail server. There is one struct for each e-mail;
// Composer turns it into a Message in the reader's language, as plain text and as HTML.
package mail

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"
)

// Kind names an e-mail in the outbox.
type Kind string

const (
	KindInvitation         Kind = "invitation"
	KindInvitationReminder Kind = "invitation_reminder"
	KindDeclined           Kind = "declined"
	KindCredentials        Kind = "credentials"
	KindPasswordReset      Kind = "password_reset"
	KindUsername           Kind = "username"
	KindPasswordChanged    Kind = "password_changed"
	KindEmailChanged       Kind = "email_changed"
	KindAddressChanged     Kind = "address_changed"
	KindPhotoSubmitted     Kind = "photo_submitted"
	KindPhotoReturned      Kind = "photo_returned"
	KindPhotoAccepted      Kind = "photo_accepted"
	KindVerdictReady       Kind = "verdict_ready"
	KindTaskReminder       Kind = "task_reminder"
	KindProofReady         Kind = "proof_ready"
	KindProofRevoked       Kind = "proof_revoked"
	KindCardHeld           Kind = "card_held"
	KindCardMailed         Kind = "card_mailed"
	KindCardReturned       Kind = "card_returned"
	KindOfficeMessage      Kind = "office_message"
)

// Kinds returns every kind.
func Kinds() []Kind {
	return []Kind{KindInvitation, KindInvitationReminder, KindDeclined, KindCredentials, KindPasswordReset, KindUsername,
		KindPasswordChanged, KindEmailChanged, KindAddressChanged, KindPhotoSubmitted, KindPhotoReturned, KindPhotoAccepted,
		KindVerdictReady, KindTaskReminder, KindProofReady, KindProofRevoked, KindCardHeld, KindCardMailed, KindCardReturned,
		KindOfficeMessage}
}

// ErrAddress says that the recipient's address is not one that mail can be sent to. Sending again does not help.
var ErrAddress = errors.New("mail: the recipient's address is not valid")

// Recipient is the person an e-mail is about and goes to. Either name may be empty.
type Recipient struct {
	Email      string
	GivenNames string
	FamilyName string
	Language   string // "en" or "fr"; anything else is read as "en"
	Child      bool   // a small child: a parent or guardian reads it
}

// Message is a composed e-mail. Its strings hold no control characters where they become headers.
type Message struct {
	Kind      Kind
	To        mail.Address
	Subject   string
	Text      string
	HTML      string
	Markdown  string // the same in the markdown of GC Notify
	Reference string // the id of the outbox row
	MessageID string // without angle brackets; the same for the same outbox row, so that a repeat can be recognised
	Language  string // of the first part, where it is in both
}

// Letter is one kind of e-mail with its data.
type Letter interface {
	Kind() Kind
	write(w *words, to Recipient, l links) part
}

// inBoth is a letter in both languages, the reader's first.
type inBoth interface {
	Letter
	inBoth()
}

// Contact is how people reach the office who can't use the portal. Either may be empty.
type Contact struct {
	Email string
	Phone string
}

// ComposerConfig says what all e-mails have in common.
type ComposerConfig struct {
	PublicURL  string        // address of the applicants' portal; links start with it
	CardWithin time.Duration // when a card is expected after its photo was accepted; 0 means one week
	Contact    Contact       // without any, e-mails name the help page
}

// Composer writes e-mails. It is safe for concurrent use.
type Composer struct {
	links  links
	domain string
}

// NewComposer refuses a public address that is not an absolute http or https URL.
func NewComposer(c ComposerConfig) (*Composer, error) {
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("mail: public address %q is not an absolute http(s) URL", c.PublicURL)
	}
	if c.CardWithin < 0 {
		return nil, fmt.Errorf("mail: card expected within %v, want a positive time", c.CardWithin)
	}
	if c.CardWithin == 0 {
		c.CardWithin = 7 * 24 * time.Hour
	}
	return &Composer{
		links:  links{base: strings.TrimRight(u.Scheme+"://"+u.Host+u.Path, "/"), cardWithin: c.CardWithin, contact: c.Contact},
		domain: strings.Trim(strings.ReplaceAll(u.Hostname(), ":", "-"), "."),
	}, nil
}

// Compose writes the letter to the person. rowID is the id of the outbox row and becomes the Message-ID. An address that
// can't be used gives ErrAddress.
func (c *Composer) Compose(rowID string, to Recipient, l Letter) (Message, error) {
	addr, err := mail.ParseAddress(to.Email)
	if err != nil || addr.Address != to.Email || addr.Name != "" || strings.ContainsFunc(to.Email, isUnsafe) {
		return Message{}, ErrAddress
	}
	m, err := c.Preview(to, l)
	if err != nil {
		return Message{}, err
	}
	id := strings.Map(idRune, rowID)
	if id == "" {
		return Message{}, fmt.Errorf("mail: compose %s: outbox row has no usable id", l.Kind())
	}
	m.To = mail.Address{Name: fullName(to), Address: to.Email}
	m.Reference, m.MessageID = id, id+"@"+c.domain
	return m, nil
}

// Preview writes the letter as it would be sent, without recipient and Message-ID.
func (c *Composer) Preview(to Recipient, l Letter) (Message, error) {
	languages := []*words{wordsOf(to.Language)}
	if _, both := l.(inBoth); both {
		languages = append(languages, languages[0].other())
	}
	parts := make([]part, len(languages))
	for i, w := range languages {
		parts[i] = l.write(w, to, c.links)
	}
	return render(languages, l.Kind(), parts)
}

// Domain is what stands behind the @ of every Message-ID.
func (c *Composer) Domain() string { return c.domain }

// links is what letters refer to.
type links struct {
	base       string
	cardWithin time.Duration
	contact    Contact
}

func (l links) page(path string, w *words) string { return l.base + path + "?lang=" + w.lang }

func idRune(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
		return r
	}
	return -1
}
