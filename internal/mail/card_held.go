package mail

// CardHeld tells that the card waits for something to be settled.
type CardHeld struct {
	NoAddress bool // nobody knows where it should go
}

// Kind returns KindCardHeld.
func (CardHeld) Kind() Kind { return KindCardHeld }

func (c CardHeld) write(w *words, to Recipient, l links) part {
	t := w.card
	p := part{Subject: subject(to, t.heldSubject, t.heldSubjectNoName), Hello: w.greeting(to), Heading: t.heldHeading,
		Blocks: []block{text(t.heldLead), text(t.heldNext), press(t.button, l.page("/status", w))}}
	if c.NoAddress {
		p.Blocks = []block{text(t.heldAddress), text(t.heldAddressNext), press(t.heldGive, l.page("/", w))}
	}
	return p
}
