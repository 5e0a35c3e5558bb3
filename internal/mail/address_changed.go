package mail

import (
	"fmt"
	"time"
)

// AddressChanged is the notice of a new home or postal address, which it does not show.
type AddressChanged struct {
	At time.Time // told in its own location
}

// Kind returns KindAddressChanged.
func (AddressChanged) Kind() Kind { return KindAddressChanged }

func (c AddressChanged) write(w *words, to Recipient, l links) part {
	t := w.account
	return part{Subject: subject(to, t.addressSubject, t.addressSubjectNoName), Hello: w.greeting(to), Heading: t.addressHeading,
		Blocks: []block{text(fmt.Sprintf(t.addressLead, w.moment(c.At))), text(t.addressNotShown),
			press(t.addressButton, l.page("/address", w)), text(t.notYou + " " + w.reach(l))}}
}
