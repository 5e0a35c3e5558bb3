package mail

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// ChangedBy says who changed something of a person.
type ChangedBy int

const (
	BySelf   ChangedBy = iota
	ByFamily           // the principal, for a minor
	ByOffice
)

// EmailChanged is the notice of a new e-mail address; the old address and the new one get one each.
type EmailChanged struct {
	At         time.Time // told in its own location
	By         ChangedBy
	ToOld      bool
	NewAddress string // told to the old address with most of it hidden
}

// Kind returns KindEmailChanged.
func (EmailChanged) Kind() Kind { return KindEmailChanged }

func (c EmailChanged) write(w *words, to Recipient, l links) part {
	t := w.account
	p := part{Subject: subject(to, t.emailSubject, t.emailSubjectNoName), Hello: w.greeting(to), Heading: t.emailHeading}
	who := map[ChangedBy]string{BySelf: t.emailBySelf, ByFamily: t.emailByFamily, ByOffice: t.emailByOffice}[c.By]
	p.Blocks = []block{text(fmt.Sprintf(who, w.moment(c.At)))}
	if c.ToOld {
		p.Blocks = append(p.Blocks, text(fmt.Sprintf(t.emailToOld, masked(c.NewAddress))), text(t.emailNothing),
			text(t.notYouMail+" "+w.reach(l)))
		return p
	}
	p.Blocks = append(p.Blocks, text(t.emailToNew), text(t.emailNothing), text(t.emailStranger+" "+w.reach(l)),
		press(t.emailButton, l.page("/account", w)))
	return p
}

// masked shows enough of an address to know one's own by.
func masked(address string) string {
	local, domain, found := strings.Cut(oneLine(address, 254), "@")
	_, size := utf8.DecodeRuneInString(local)
	if !found {
		return "•••"
	}
	return local[:size] + "•••@" + domain
}
