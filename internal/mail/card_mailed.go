package mail

import (
	"fmt"
	"time"
)

// CardMailed tells that production has mailed the card.
type CardMailed struct {
	At   time.Time // told as a date in its own location
	City string    // where it goes; "" is not told
}

// Kind returns KindCardMailed.
func (CardMailed) Kind() Kind { return KindCardMailed }

func (c CardMailed) write(w *words, to Recipient, l links) part {
	t := w.card
	p := part{Subject: subject(to, t.mailedSubject, t.mailedSubjectNoName), Hello: w.greeting(to), Heading: t.mailedHeading}
	lead := fmt.Sprintf(t.mailedLead, w.date(c.At))
	if city := oneLine(c.City, maxName); city != "" {
		lead += " " + fmt.Sprintf(t.mailedCity, city)
	}
	p.Blocks = []block{text(lead), text(t.mailedCheck), text(t.mailedNotCome), press(t.button, l.page("/status", w))}
	return p
}
