package mail

import "time"

// Credentials hands out a username and a temporary password: secrets of this person.
type Credentials struct {
	Username string
	Password string
	Until    time.Time // told in its own location
}

// Kind returns KindCredentials.
func (Credentials) Kind() Kind { return KindCredentials }

func (c Credentials) write(w *words, to Recipient, l links) part {
	t := w.account
	p := part{Subject: subject(to, t.credentialsSubject, t.credentialsSubjectNoName), Hello: w.greeting(to),
		Heading: t.credentialsHeading}
	enter := t.credentialsEnter
	if to.Child {
		enter = t.credentialsEnterChild
	}
	p.Blocks = append(w.forChild(to), text(t.credentialsLead),
		facts(fact{t.username, c.Username, true}, fact{t.password, c.Password, true},
			fact{t.passwordUntil, w.moment(c.Until), false}),
		press(t.credentialsButton, l.page("/first-sign-in", w)),
		title(t.credentialsTitle), steps(t.credentialsOpen, enter, t.credentialsChoose), text(t.credentialsOver),
		title(t.credentialsShareTitle), text(t.credentialsShare), text(t.credentialsFamily))
	return p
}
