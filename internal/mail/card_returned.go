package mail

// CardReturned tells that the card came back by mail.
type CardReturned struct{}

// Kind returns KindCardReturned.
func (CardReturned) Kind() Kind { return KindCardReturned }

func (CardReturned) write(w *words, to Recipient, l links) part {
	t := w.card
	return part{Subject: subject(to, t.backSubject, t.backSubjectNoName), Hello: w.greeting(to), Heading: t.backHeading,
		Blocks: []block{text(t.backLead), text(t.backNext), text(t.backMoved), press(t.button, l.page("/status", w))}}
}
