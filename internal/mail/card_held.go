package mail

// CardHeld tells that the card waits for something to be settled.
type CardHeld struct{}

// Kind returns KindCardHeld.
func (CardHeld) Kind() Kind { return KindCardHeld }

func (CardHeld) write(w *words, to Recipient, l links) part {
	t := w.card
	return part{Subject: subject(to, t.heldSubject, t.heldSubjectNoName), Hello: w.greeting(to), Heading: t.heldHeading,
		Blocks: []block{text(t.heldLead), text(t.heldNext), press(t.button, l.page("/status", w))}}
}
