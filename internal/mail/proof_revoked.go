package mail

// ProofRevoked tells that the proof of status must not be used any more.
type ProofRevoked struct{}

// Kind returns KindProofRevoked.
func (ProofRevoked) Kind() Kind { return KindProofRevoked }

func (ProofRevoked) write(w *words, to Recipient, l links) part {
	t := w.proof
	return part{Subject: subject(to, t.revokedSubject, t.revokedSubjectNoName), Hello: w.greeting(to), Heading: t.revokedHeading,
		Blocks: []block{text(t.revokedLead), text(t.revokedNext), text(t.revokedAsk + " " + w.reach(l)),
			press(t.revokedButton, l.page("/proof", w))}}
}
