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
	KindPhotoReturned Kind = "photo_returned"
	KindPhotoAccepted Kind = "photo_accepted"
	KindVerdictReady  Kind = "verdict_ready"
)

// ErrAddress says that the recipient's address is not one that mail can be sent to. Sending again does not help.
var ErrAddress = errors.New("mail: the recipient's address is not valid")

// Recipient is the person an e-mail is about and goes to. Either name may be empty.
type Recipient struct {
	Email      string
	GivenNames string
	FamilyName string
	Language   string // "en" or "fr"; anything else is read as "en"
}

// Message is a composed e-mail. Its strings hold no control characters where they become headers.
type Message struct {
	To        mail.Address
	Subject   string
	Text      string
	HTML      string
	MessageID string // without angle brackets; the same for the same outbox row, so that a repeat can be recognised
	Language  string
}

// Letter is one kind of e-mail with its data.
type Letter interface {
	Kind() Kind
	content(w *words, to Recipient, links links) content
}

// ComposerConfig says what all e-mails have in common.
type ComposerConfig struct {
	PublicURL  string        // address of the applicants' portal; links start with it
	CardWithin time.Duration // when a card is expected after its photo was accepted; 0 means one week
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
		links:  links{base: strings.TrimRight(u.Scheme+"://"+u.Host+u.Path, "/"), cardWithin: c.CardWithin},
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
	m.MessageID = id + "@" + c.domain
	return m, nil
}

// Preview writes the letter as it would be sent, without recipient and Message-ID.
func (c *Composer) Preview(to Recipient, l Letter) (Message, error) {
	w := wordsOf(to.Language)
	return render(w, l.Kind(), l.content(w, to, c.links))
}

type links struct {
	base       string
	cardWithin time.Duration
}

func (l links) page(path string, w *words) string { return l.base + path + "?lang=" + w.lang }

func idRune(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
		return r
	}
	return -1
}
