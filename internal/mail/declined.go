package mail

// Declined tells who does not want to use the portal how to finish.
type Declined struct{}

// Kind returns KindDeclined.
func (Declined) Kind() Kind { return KindDeclined }

func (Declined) write(w *words, to Recipient, l links) part {
	t := w.invitation
	return part{Subject: subject(to, t.declinedSubject, t.declinedSubjectNoName), Hello: w.greeting(to), Heading: t.declinedHeading,
		Blocks: []block{text(t.declinedLead), text(t.declinedHow), text(t.declinedAsk + " " + w.reach(l) + " " + t.declinedTell),
			text(t.declinedBack)}}
}
