package triage_test

import (
	"strings"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
)

// submittedMails counts the e-mails that say that a photo is there.
func (w *world) submittedMails() int {
	w.t.Helper()
	rows, err := w.store.DueRows(ctx, store.KindMail, w.clock, 100)
	w.ok(err)
	n := 0
	for _, r := range rows {
		if strings.Contains(string(r.Payload), string(store.MailPhotoSubmitted)) {
			n++
		}
	}
	return n
}

func TestA6APhotoIsDeclaredWhenItIsSubmitted(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
		w.is(w.triage.Submit(ctx, triage.Submission{CaseID: w.caseID, PhotoID: photo}), triage.ErrNotDeclared)
		w.state(casefile.Checked)
		w.clock = w.clock.Add(time.Minute)
		w.ok(w.submit(photo, false))
		p, err := w.store.Photo(ctx, photo)
		w.ok(err)
		if !p.DeclaredAt.Equal(w.clock) {
			t.Errorf("declared at %v", p.DeclaredAt)
		}
		if n := w.submittedMails(); n != 1 {
			t.Errorf("%d e-mails say that the photo is there", n)
		}
	})
}

func TestA8EveryStepOfTheApplicantCounts(t *testing.T) {
	onBoth(t, func(w *world) {
		stepped := func(what string) {
			t.Helper()
			if c := w.now(); !c.ActiveAt.Equal(w.clock) || c.Reminders != 0 {
				t.Errorf("%s: last step %v, want %v", what, c.ActiveAt, w.clock)
			}
			w.clock = w.clock.Add(time.Hour)
		}
		photo := w.upload()
		stepped("upload")
		w.ok(w.triage.SetBoxes(ctx, triage.Ticked{CaseID: w.caseID, Boxes: casefile.Boxes{Medical: true}, AccountID: "acc"}))
		stepped("boxes")
		w.ok(w.triage.SetBoxes(ctx, triage.Ticked{CaseID: w.caseID, AccountID: "acc"}))
		w.apply(w.checked(photo, dark), triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		w.state(casefile.Returned)
		stepped("submit")
		if n := w.submittedMails(); n != 0 {
			t.Errorf("%d e-mails say that a photo is there that came back at once", n)
		}
		w.ok(w.triage.Submit(ctx, triage.Submission{CaseID: w.caseID, PhotoID: photo, PersonAsked: true}))
		w.state(casefile.InReview)
		stepped("ask")
	})
}
