package mail

import "fmt"

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
	link := text(fmt.Sprintf(t.link, w.date(i.Expires)) + " " + t.remindAfter)
	p.Blocks = append(p.Blocks, Invitation(i).steps(w, to, l, link)...)
	return p
}
