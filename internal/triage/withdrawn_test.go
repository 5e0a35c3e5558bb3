package triage_test

import (
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/report"
)

// withdraw withdraws the application, or approves it again with the zero time.
func (w *world) withdraw(at time.Time) {
	w.t.Helper()
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
		p, err := tx.Person(ctx, w.person)
		if err != nil {
			return err
		}
		p.WithdrawnAt = at
		_, err = tx.PutPerson(ctx, p, w.clock)
		return err
	}))
}

func TestP7NothingIsSubmittedOrDecidedWhileWithdrawn(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
		w.withdraw(w.clock)
		w.is(w.submit(photo, false), store.ErrWithdrawn)
		w.state(casefile.Checked)
		w.withdraw(time.Time{})
		w.ok(w.submit(photo, false))
		w.withdraw(w.clock)
		w.is(w.triage.Accept(ctx, w.decision(photo)), store.ErrWithdrawn)
		w.is(w.triage.Return(ctx, w.decision(photo, report.ReasonGlare)), store.ErrWithdrawn)
		w.state(casefile.InReview)
		w.withdraw(time.Time{})
		w.ok(w.triage.Accept(ctx, w.decision(photo)))
	})
}

func TestP7ADecisionOnAWithdrawnApplicationDoesNotTakeEffect(t *testing.T) {
	onBoth(t, func(w *world) {
		for _, reasons := range [][]report.Reason{nil, {report.ReasonGlare}} {
			photo := w.now().PhotoID
			if photo == "" {
				photo = w.upload()
				w.apply(w.checked(photo, nil), triage.AppliedMoved)
				w.ok(w.submit(photo, false))
			}
			if reasons == nil {
				w.ok(w.triage.Accept(ctx, w.decision(photo)))
			} else {
				w.ok(w.triage.Return(ctx, w.decision(photo, reasons...)))
			}
			w.withdraw(w.clock)
			w.clock = w.clock.Add(time.Minute)
			mails := len(w.mails())
			w.release()
			c := w.now()
			if c.State != casefile.InReview || c.Outcome != "" || c.OfficerID != "" || !c.EffectiveAt.IsZero() || len(w.orders()) != 0 || len(w.mails()) != mails {
				t.Errorf("%+v, %d orders, %v", c, len(w.orders()), w.mails())
			}
			w.withdraw(time.Time{}) // an officer decides anew
		}
	})
}

// TestP7ADecisionOutlivesAShortWithdrawal: approved again before the decision takes effect, as if nothing had been.
func TestP7ADecisionOutlivesAShortWithdrawal(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		w.ok(w.triage.Accept(ctx, w.decision(photo)))
		w.withdraw(w.clock)
		w.withdraw(time.Time{})
		w.clock = w.clock.Add(time.Minute)
		w.release()
		w.state(casefile.Accepted)
		if len(w.orders()) != 1 {
			t.Errorf("%d cards were ordered", len(w.orders()))
		}
	})
}

// TestP7AWithdrawnPhotoIsNeverReturnedByItself: its report comes after the withdrawal. Nobody would read the letter.
func TestP7AWithdrawnPhotoIsNeverReturnedByItself(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.ok(w.submit(photo, false))
		w.withdraw(w.clock)
		mails := len(w.mails())
		w.apply(w.checked(photo, dark), triage.AppliedMoved)
		if c := w.now(); c.State != casefile.InReview || c.AutoReturns != 0 || len(w.mails()) != mails {
			t.Errorf("%+v, %v", c, w.mails())
		}
	})
}

func TestP7TheOfficeSubmits(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.ok(w.triage.Submit(ctx, triage.Submission{CaseID: w.caseID, PhotoID: photo, Actor: store.ActorOffice}))
		h, err := w.store.History(ctx, w.caseID)
		w.ok(err)
		if last := h[len(h)-1]; last.Action != "submit" || last.Actor != store.ActorOffice {
			t.Errorf("%+v", last)
		}
	})
}
