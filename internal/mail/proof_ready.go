package mail

// ProofReady tells that the proof of status can be downloaded.
type ProofReady struct{}

// Kind returns KindProofReady.
func (ProofReady) Kind() Kind { return KindProofReady }

func (ProofReady) write(w *words, to Recipient, l links) part {
	t := w.proof
	return part{Subject: subject(to, t.readySubject, t.readySubjectNoName), Hello: w.greeting(to), Heading: t.readyHeading,
		Blocks: []block{text(t.readyLead), press(t.readyButton, l.page("/proof", w)), text(t.readyUse), text(t.readyCopy)}}
}
