package mail

import (
	"fmt"
	"time"
)

// PasswordChanged is the notice of a new password.
type PasswordChanged struct {
	At time.Time // told in its own location
}

// Kind returns KindPasswordChanged.
func (PasswordChanged) Kind() Kind { return KindPasswordChanged }

func (c PasswordChanged) write(w *words, to Recipient, l links) part {
	t := w.account
	return part{Subject: subject(to, t.passwordSubject, t.passwordSubjectNoName), Hello: w.greeting(to), Heading: t.passwordHeading,
		Blocks: []block{text(fmt.Sprintf(t.passwordLead, w.moment(c.At))), text(t.passwordEnded), text(t.notYou + " " + w.reach(l)),
			press(t.passwordButton, l.page("/account", w))}}
}
