package mail

// Username tells a forgotten username.
type Username struct {
	Username string
}

// Kind returns KindUsername.
func (Username) Kind() Kind { return KindUsername }

func (u Username) write(w *words, to Recipient, l links) part {
	t := w.account
	return part{Subject: subject(to, t.usernameSubject, t.usernameSubjectNoName), Hello: w.greeting(to), Heading: t.usernameHeading,
		Blocks: []block{text(t.usernameLead), facts(fact{t.username, u.Username, true}), press(t.usernameBtn, l.page("/sign-in", w)),
			text(t.usernameForgot), text(t.notAsked)}}
}
