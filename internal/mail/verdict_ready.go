package mail

// VerdictReady tells someone who waited in vain that the automatic check of the photo has finished.
type VerdictReady struct{}

// Kind returns KindVerdictReady.
func (VerdictReady) Kind() Kind { return KindVerdictReady }

func (VerdictReady) write(w *words, to Recipient, l links) part {
	t := w.photo
	return part{Subject: subject(to, t.readySubject, t.readySubjectNoName), Hello: w.greeting(to), Heading: t.readyHeading,
		Blocks: []block{text(t.readyLead), text(t.readyNext), press(t.readyButton, l.page("/photo", w))}}
}
