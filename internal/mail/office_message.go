package mail

// OfficeMessage tells that there is a message to read in the portal, not what it says.
type OfficeMessage struct{}

// Kind returns KindOfficeMessage.
func (OfficeMessage) Kind() Kind { return KindOfficeMessage }

func (OfficeMessage) write(w *words, to Recipient, l links) part {
	t := w.tasks
	return part{Subject: subject(to, t.messageSubject, t.messageSubjectNoName), Hello: w.greeting(to), Heading: t.messageHeading,
		Blocks: []block{text(t.messageLead), text(t.messageNext), press(t.messageButton, l.page("/messages", w))}}
}
