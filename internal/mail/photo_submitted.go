package mail

import (
	"fmt"
	"time"
)

// PhotoSubmitted confirms that the photo has come, with the reference that people can quote.
type PhotoSubmitted struct {
	Reference string
	At        time.Time // told in its own location
}

// Kind returns KindPhotoSubmitted.
func (PhotoSubmitted) Kind() Kind { return KindPhotoSubmitted }

func (s PhotoSubmitted) write(w *words, to Recipient, l links) part {
	t := w.photo
	return part{Subject: subject(to, t.submittedSubject, t.submittedSubjectNoName), Hello: w.greeting(to), Heading: t.submittedHeading,
		Blocks: []block{text(fmt.Sprintf(t.submittedLead, w.moment(s.At))), facts(fact{t.reference, s.Reference, true}),
			title(t.submittedNext), steps(t.submittedNextCheck, t.submittedNextPerson, t.submittedNextMail), text(t.submittedLocked),
			press(t.statusButton, l.page("/status", w))}}
}
