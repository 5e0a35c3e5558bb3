package mail

import (
	"fmt"
	"net/url"
	"time"
)

// PasswordReset leads to a new password. Its link is a secret of this person.
type PasswordReset struct {
	Token string
	For   time.Duration // how long the link works
}

// Kind returns KindPasswordReset.
func (PasswordReset) Kind() Kind { return KindPasswordReset }

func (r PasswordReset) write(w *words, to Recipient, l links) part {
	t := w.account
	return part{Subject: subject(to, t.resetSubject, t.resetSubjectNoName), Hello: w.greeting(to), Heading: t.resetHeading,
		Blocks: []block{text(t.resetLead), press(t.resetButton, l.page("/reset/"+url.PathEscape(r.Token), w)),
			text(fmt.Sprintf(t.resetLink, w.lasting(r.For))), text(t.notAsked)}}
}
