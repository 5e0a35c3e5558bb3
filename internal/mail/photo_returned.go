package mail

import (
	"time"

	"prportal.example/pkg/photocheck/report"
)

// PhotoReturned tells that a photo can't be used, why, and what to do.
type PhotoReturned struct {
	Reasons     []report.Reason
	Comment     string    // of the officer, in the officer's words; may be empty
	ByMachine   bool      // an automatic check decided, no person has looked
	SubmittedAt time.Time // told as a date in its own location; zero: not told
}

// Kind returns KindPhotoReturned.
func (PhotoReturned) Kind() Kind { return KindPhotoReturned }

func (l PhotoReturned) content(w *words, to Recipient, links links) content {
	c := w.open(to, w.returnedSubject, w.returnedSubjectNoName)
	c.Heading = w.returnedHeading
	c.Lead = append(c.Lead, w.sentOn(l.SubmittedAt))
	if l.ByMachine {
		c.Lead = append(c.Lead, w.returnedByMachine)
	} else {
		c.Lead = append(c.Lead, w.returnedByOfficer)
	}
	c.ReasonsTitle = w.reasonsTitle
	seen := map[report.Reason]bool{}
	for _, r := range l.Reasons {
		t := r.Text(w.lang)
		if seen[r] || t.Title == "" {
			continue
		}
		seen[r] = true
		c.Reasons = append(c.Reasons, reason{t.Title, t.Explanation, t.Advice})
	}
	if l.Comment != "" {
		c.CommentTitle, c.Comment = w.commentTitle, paragraph(l.Comment, 2000)
	}
	c.Button, c.Link = w.returnedButton, links.page("/photo", w)
	c.Closing = []string{w.returnedClosing}
	return c
}
