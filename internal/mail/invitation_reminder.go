package mail

// InvitationReminder asks once more who has not answered.
type InvitationReminder Invitation

// Kind returns KindInvitationReminder.
func (InvitationReminder) Kind() Kind { return KindInvitationReminder }

func (InvitationReminder) inBoth() {}

func (i InvitationReminder) write(w *words, to Recipient, l links) part {
	t := w.invitation
	p := part{Subject: subject(to, t.remindSubject, t.remindSubjectNoName), Unnamed: t.remindSubjectNoName, Hello: w.greeting(to),
		Heading: t.remindHeading}
	p.Blocks = append(p.Blocks, text(t.remindLead))
	p.Blocks = append(p.Blocks, Invitation(i).steps(w, to, l)...)
	p.Blocks = append(p.Blocks, text(t.remindAfter))
	return p
}
