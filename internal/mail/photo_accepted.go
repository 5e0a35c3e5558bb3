package mail

import "fmt"

// PhotoAccepted tells that an officer accepted the photo and that the card is ordered.
type PhotoAccepted struct{}

// Kind returns KindPhotoAccepted.
func (PhotoAccepted) Kind() Kind { return KindPhotoAccepted }

func (PhotoAccepted) content(w *words, to Recipient, links links) content {
	c := w.open(to, w.acceptedSubject, w.acceptedSubjectNoName)
	c.Heading = w.acceptedHeading
	c.Lead = []string{w.acceptedLead, fmt.Sprintf(w.acceptedCard, w.within(links.cardWithin))}
	c.Button, c.Link = w.acceptedButton, links.page("/status", w)
	c.Closing = []string{w.acceptedClosing}
	return c
}
