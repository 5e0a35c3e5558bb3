package mail

import (
	"fmt"
	"strings"
	"time"

	"prportal.example/pkg/photocheck/report"
)

// PhotoReturned tells that a photo can't be used, who decided so, why, what to do, and how to ask a person.
type PhotoReturned struct {
	Reasons     []report.Reason
	Comment     string    // of the officer, in the officer's words; may be empty
	ByMachine   bool      // an automatic check decided, no person has looked
	SubmittedAt time.Time // told as a date in its own location; zero: not told
}

// Kind returns KindPhotoReturned.
func (PhotoReturned) Kind() Kind { return KindPhotoReturned }

func (l PhotoReturned) write(w *words, to Recipient, links links) part {
	t := w.photo
	sent, decided, ask := t.returnedLeadNoDate, t.returnedByOfficer, t.askOfficer
	if !l.SubmittedAt.IsZero() {
		sent = fmt.Sprintf(t.returnedLead, w.date(l.SubmittedAt))
	}
	if l.ByMachine {
		decided, ask = t.returnedByMachine, t.askMachine
	}
	p := part{Subject: subject(to, t.returnedSubject, t.returnedSubjectNoName), Hello: w.greeting(to), Heading: t.returnedHeading}
	p.Blocks = append(w.forChild(to), text(sent), text(decided))
	if reasons := l.reasons(w.lang); len(reasons) > 0 {
		p.Blocks = append(p.Blocks, title(t.reasonsTitle), block{Reasons: reasons})
	}
	if l.Comment != "" {
		p.Blocks = append(p.Blocks, title(t.commentTitle),
			block{Quote: strings.Split(paragraph(l.Comment, 2000), "\n")})
	}
	p.Blocks = append(p.Blocks, press(t.returnedButton, links.page("/photo", w)), text(t.returnedClosing),
		title(t.askTitle), text(ask))
	return p
}

// reasons are told once each, those without words not at all.
func (l PhotoReturned) reasons(lang string) []reason {
	var all []reason
	seen := map[report.Reason]bool{}
	for _, r := range l.Reasons {
		t := r.Text(lang)
		if seen[r] || t.Title == "" {
			continue
		}
		seen[r] = true
		all = append(all, reason{t.Title, t.Explanation, t.Advice})
	}
	return all
}
