package mail

import (
	"fmt"
	"time"
)

// PhotoAccepted tells that an officer accepted the photo, and what becomes of the card.
type PhotoAccepted struct {
	Held     bool      // the card waits for something to be settled
	Expected time.Time // the day by which the card should have come, in its own location; zero: a length of time is told
	City     string    // where the card goes; "" is not told
}

// Kind returns KindPhotoAccepted.
func (PhotoAccepted) Kind() Kind { return KindPhotoAccepted }

func (a PhotoAccepted) write(w *words, to Recipient, l links) part {
	t := w.photo
	p := part{Subject: subject(to, t.acceptedSubject, t.acceptedSubjectNoName), Hello: w.greeting(to), Heading: t.acceptedHeading,
		Blocks: []block{text(t.acceptedLead)}}
	button := press(t.acceptedButton, l.page("/status", w))
	if a.Held {
		p.Blocks = append(p.Blocks, text(t.acceptedHeld), press(t.statusButton, l.page("/status", w)))
		return p
	}
	expected := fmt.Sprintf(t.acceptedWithin, w.within(l.cardWithin))
	if !a.Expected.IsZero() {
		expected = fmt.Sprintf(t.acceptedBy, w.date(a.Expected))
	}
	p.Blocks = append(p.Blocks, text(t.acceptedOrdered+" "+expected))
	if city := oneLine(a.City, maxName); city != "" {
		p.Blocks = append(p.Blocks, text(fmt.Sprintf(t.acceptedCity, city)))
	}
	p.Blocks = append(p.Blocks, button, text(t.acceptedMoved), text(t.acceptedClosing))
	return p
}
