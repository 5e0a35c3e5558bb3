package mail

import (
	"fmt"
	"net/url"
	"time"
)

// Invitation asks a person to the portal, in both languages. Its link is a secret of this person.
type Invitation struct {
	Token     string
	Expires   time.Time // told as a date in its own location
	Principal bool      // is asked about the whole application's addresses too
}

// Kind returns KindInvitation.
func (Invitation) Kind() Kind { return KindInvitation }

func (Invitation) inBoth() {}

func (i Invitation) write(w *words, to Recipient, l links) part {
	t := w.invitation
	p := part{Subject: subject(to, t.subject, t.subjectNoName), Unnamed: t.subjectNoName, Hello: w.greeting(to),
		Heading: t.heading}
	p.Blocks = append(p.Blocks, text(t.lead))
	p.Blocks = append(p.Blocks, i.steps(w, to, l, text(fmt.Sprintf(t.link, w.date(i.Expires))))...)
	return p
}

// steps is what the invitation and its reminders have in common: what they say of the link, the questions, and other ways.
func (i Invitation) steps(w *words, to Recipient, l links, link block) []block {
	t := w.invitation
	asks := []string{t.askBirthDate, t.askPortal, t.askAddress}
	if to.Child {
		asks[0] = t.askBirthDateChild
	}
	if i.Principal {
		asks = append(asks, t.askList)
	}
	return append(w.forChild(to),
		link, press(t.button, l.page("/invitation/"+url.PathEscape(i.Token), w)),
		title(t.askTitle), points(asks...), text(t.nothing), text(t.own),
		title(t.helpTitle), text(t.help+" "+w.reach(l)), text(t.decline))
}
