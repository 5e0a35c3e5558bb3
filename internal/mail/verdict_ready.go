package mail

// VerdictReady tells someone who waited in vain that the automatic check of the photo has finished.
type VerdictReady struct{}

// Kind returns KindVerdictReady.
func (VerdictReady) Kind() Kind { return KindVerdictReady }

func (VerdictReady) content(w *words, to Recipient, links links) content {
	c := w.open(to, w.readySubject, w.readySubjectNoName)
	c.Heading = w.readyHeading
	c.Lead = []string{w.readyLead, w.readyNext}
	c.Button, c.Link = w.readyButton, links.page("/photo", w)
	return c
}
