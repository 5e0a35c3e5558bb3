package triage_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
	"prportal.example/internal/triage"
)

// accept brings the case before an officer, who accepts it, and lets the time to undo pass.
func (w *world) accept() {
	w.t.Helper()
	w.decided()
	w.release()
	w.state(casefile.Accepted)
}

// decided is accept up to the moment before it takes effect.
func (w *world) decided() {
	w.t.Helper()
	photo := w.upload()
	w.apply(w.checked(photo, nil), triage.AppliedMoved)
	w.ok(w.submit(photo, false))
	w.ok(w.triage.Accept(ctx, w.decision(photo)))
	w.clock = w.clock.Add(time.Minute)
}

func (w *world) address(street string) string {
	w.t.Helper()
	var id string
	w.tx(func(tx *store.Tx) (err error) {
		id, err = tx.AddAddress(ctx, store.Address{PersonID: w.person, Kind: store.PostalAddress, Street: street, City: "Ottawa",
			Province: "ON", PostalCode: "K1A 0B1", GivenAt: w.clock})
		return err
	})
	return id
}

func (w *world) tx(body func(*store.Tx) error) {
	w.t.Helper()
	w.ok(w.store.Tx(ctx, body))
}

func (w *world) openTask(kind store.OfficeTaskKind) {
	w.t.Helper()
	w.tx(func(tx *store.Tx) error {
		_, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: kind, PersonID: w.person, CaseID: w.caseID,
			OpenedBy: store.ActorApplicant, OpenedAt: w.clock})
		return err
	})
}

// closeTask closes a task as the office does, and releases the card that it has held.
func (w *world) closeTask(kind store.OfficeTaskKind) (ordered bool, err error) {
	task, err := w.store.OpenOfficeTaskOf(ctx, w.person, kind)
	if err != nil {
		return false, err
	}
	return ordered, w.store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.LockCase(ctx, w.caseID); err != nil {
			return err
		}
		if err := tx.CloseOfficeTask(ctx, task.ID, "olga", "released", "", w.clock); err != nil {
			return err
		}
		ordered, err = w.triage.ReleaseCard(ctx, tx, w.caseID, "olga")
		return err
	})
}

func (w *world) card() store.Card {
	w.t.Helper()
	c, err := w.store.Card(ctx, w.caseID)
	w.ok(err)
	return c
}

// orders are the cards that were asked for.
func (w *world) orders() (out []event.CardOrdered) {
	w.t.Helper()
	rows, err := w.store.DueRows(ctx, store.KindEvent, w.clock, 100)
	w.ok(err)
	for _, row := range rows {
		var o event.CardOrdered
		if _, err := event.Decode(row.Payload, &o); err == nil {
			if row.Headers["topic"] != event.TopicCardOrdered || row.Key != w.caseID {
				w.t.Errorf("row %+v", row)
			}
			out = append(out, o)
		}
	}
	return out
}

func (w *world) wants(mails ...store.MailKind) {
	w.t.Helper()
	if got := w.mails(); !slices.Equal(got, mails) {
		w.t.Errorf("e-mails %v, want %v", got, mails)
	}
}

func TestA9AnAcceptedPhotoOrdersTheCardToTheAddressOfThatMoment(t *testing.T) {
	onBoth(t, func(w *world) {
		w.address("1 Old Road")
		w.clock = w.clock.Add(time.Second)
		kept := w.address("2 New Road")
		w.accept()
		w.clock = w.clock.Add(time.Second)
		w.address("3 Later Road")
		card := w.card()
		if card.State != store.CardOrdered || card.AddressID != kept || card.PhotoID != w.now().PhotoID ||
			!card.OrderedAt.Equal(w.clock.Add(-time.Second)) || card.ExpectedAt.Sub(card.OrderedAt) != 7*24*time.Hour {
			t.Errorf("%+v", card)
		}
		if o := w.orders(); len(o) != 1 || o[0].AddressID != kept || o[0].CaseVersion != w.now().Version || o[0].PrintSHA256 != strings.Repeat("ef", 32) {
			t.Errorf("%+v", o)
		}
		w.wants(store.MailPhotoAccepted)
	})
}

func TestA9WhenTheCardIsExpectedIsASetting(t *testing.T) {
	w := newWorld(t, testenv.SQLite(t))
	w.triage = triage.New(triage.Config{Store: w.store, Profile: w.profile, UndoWindow: time.Minute, CardWithin: 72 * time.Hour,
		Now: func() time.Time { return w.clock }})
	w.accept()
	card := w.card()
	if card.ExpectedAt.Sub(card.OrderedAt) != 72*time.Hour || w.triage.CardWithin() != 72*time.Hour {
		t.Errorf("%+v", card)
	}
}

// TestA9ACardIsNotOrderedToNowhere: the photo of somebody who gave no address came from a service centre.
func TestA9ACardIsNotOrderedToNowhere(t *testing.T) {
	for name, wrong := range map[string]bool{"nothing else holds it": false, "its details are wrong as well": true} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(w *world) {
				var err error
				w.caseID, w.person, err = w.another()
				w.ok(err)
				if wrong {
					w.openTask(store.OfficeWrongDetails)
				}
				w.accept()
				if card := w.card(); card.State != store.CardHeld || len(w.orders()) != 0 {
					t.Errorf("%+v, %d orders", card, len(w.orders()))
				}
				task, err := w.store.OpenOfficeTaskOf(ctx, w.person, store.OfficeNoAddress)
				if err != nil || task.OpenedBy != store.ActorMachine || task.CaseID != w.caseID {
					t.Errorf("%+v, %v", task, err)
				}
				w.wants(store.MailCardHeld)
				if wrong { // what the office releases has nowhere to go either
					ordered, err := w.closeTask(store.OfficeWrongDetails)
					if err != nil || ordered {
						t.Errorf("%v %v", ordered, err)
					}
				}
				if n, err := w.triage.ReleaseFreeCards(ctx); err != nil || n != 0 {
					t.Errorf("%d %v", n, err)
				}
				given := w.address("9 Last Road")
				if n, err := w.triage.ReleaseFreeCards(ctx); err != nil || n != 1 {
					t.Errorf("%d %v", n, err)
				}
				if o := w.orders(); len(o) != 1 || o[0].AddressID != given {
					t.Errorf("%+v", o)
				}
			})
		})
	}
}

// another is the case of a further person, who has given no address.
func (w *world) another() (caseID, personID string, err error) {
	w.tx(func(tx *store.Tx) error {
		_, err := tx.PutPerson(ctx, store.Person{Application: "A", ClientID: "D", GivenNames: "Al", Email: "a@x.example", Language: "en"}, w.clock)
		return err
	})
	p, err := w.store.PersonByClientID(ctx, "D")
	if err != nil {
		return "", "", err
	}
	c, err := w.store.CaseByPerson(ctx, p.ID)
	return c.ID, p.ID, err
}

func TestA4WrongDetailsHoldTheCardUntilTheOfficeReleasesIt(t *testing.T) {
	onBoth(t, func(w *world) {
		w.openTask(store.OfficeWrongDetails)
		w.accept()
		if card := w.card(); card.State != store.CardHeld || card.HeldAt.IsZero() || !card.OrderedAt.IsZero() || card.AddressID != "" {
			t.Errorf("%+v", card)
		}
		if o := w.orders(); len(o) != 0 {
			t.Errorf("a held card was ordered: %+v", o)
		}
		w.wants(store.MailCardHeld) // nothing says that a card is ordered
		w.clock = w.clock.Add(time.Hour)
		address := w.address("2 New Road")
		if ordered, err := w.closeTask(store.OfficeWrongDetails); err != nil || !ordered {
			t.Fatal(ordered, err)
		}
		card := w.card()
		if card.State != store.CardOrdered || card.AddressID != address || !card.OrderedAt.Equal(w.clock) || card.HeldAt.IsZero() {
			t.Errorf("%+v", card)
		}
		if o := w.orders(); len(o) != 1 {
			t.Errorf("%+v", o)
		}
		w.wants(store.MailCardHeld, store.MailPhotoAccepted)
		h, err := w.store.History(ctx, w.caseID)
		w.ok(err)
		if n := len(h); h[n-1].Action != "card_ordered" || h[n-1].ActorID != "olga" || h[n-2].Detail["card"] != "held" {
			t.Errorf("history %+v", h)
		}
		w.tx(func(tx *store.Tx) error {
			ordered, err := w.triage.ReleaseCard(ctx, tx, w.caseID, "olga")
			if ordered {
				t.Error("a card was ordered twice")
			}
			return err
		})
	})
}

func TestA4DetailsThatAreRightBeforeTheAcceptanceHoldNothing(t *testing.T) {
	onBoth(t, func(w *world) {
		w.openTask(store.OfficeWrongDetails)
		if ordered, err := w.closeTask(store.OfficeWrongDetails); err != nil || ordered {
			t.Fatal(ordered, err)
		}
		w.accept()
		if card := w.card(); card.State != store.CardOrdered {
			t.Errorf("%+v", card)
		}
	})
}

// TestA4AcceptanceAndReleaseAtOnce: an acceptance that takes effect while the office is about to say that nothing holds the card
// any more waits for that, else nobody would ever order the card.
func TestA4AcceptanceAndReleaseAtOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		w.openTask(store.OfficeWrongDetails)
		w.decided()
		task, err := w.store.OpenOfficeTaskOf(ctx, w.person, store.OfficeWrongDetails)
		w.ok(err)
		version := w.now().Version
		released := make(chan error, 1)
		w.tx(func(tx *store.Tx) error {
			if err := errors.Join(tx.LockCase(ctx, w.caseID), tx.CloseOfficeTask(ctx, task.ID, "olga", "released", "", w.clock)); err != nil {
				return err
			}
			if ordered, err := w.triage.ReleaseCard(ctx, tx, w.caseID, "olga"); ordered || err != nil {
				t.Errorf("%t %v", ordered, err)
			}
			go func() {
				released <- w.store.Tx(ctx, func(tx *store.Tx) error {
					return w.triage.Release(ctx, tx, triage.ReleasePayload{CaseID: w.caseID, Version: version})
				})
			}()
			select {
			case err := <-released:
				t.Errorf("it did not wait: %v", err)
				released <- err
			case <-time.After(200 * time.Millisecond): // time enough for one that does not
			}
			return nil
		})
		w.ok(<-released)
		if card := w.card(); card.State != store.CardOrdered {
			t.Errorf("nobody will ever order this card: %+v", card)
		}
		if o := w.orders(); len(o) != 1 {
			t.Errorf("%d orders", len(o))
		}
	})
}

// TestA4DetailsThatSettleThemselvesFreeTheCard: where nobody of the office lets the card go, housekeeping does.
func TestA4DetailsThatSettleThemselvesFreeTheCard(t *testing.T) {
	onBoth(t, func(w *world) {
		w.openTask(store.OfficeWrongDetails)
		w.accept()
		if n, err := w.triage.ReleaseFreeCards(ctx); n != 0 || err != nil || w.card().State != store.CardHeld {
			t.Fatalf("%d %v: there is a reason to hold it", n, err)
		}
		w.tx(func(tx *store.Tx) error { return tx.SettleOfficeTask(ctx, w.person, store.OfficeWrongDetails, w.clock) })
		for _, want := range []int{1, 0} {
			if n, err := w.triage.ReleaseFreeCards(ctx); n != want || err != nil {
				t.Errorf("%d %v, want %d", n, err, want)
			}
		}
		if o := w.orders(); len(o) != 1 || w.card().State != store.CardOrdered {
			t.Errorf("%+v", o)
		}
		h, err := w.store.History(ctx, w.caseID)
		w.ok(err)
		if last := h[len(h)-1]; last.Action != "card_ordered" || last.Actor != store.ActorMachine {
			t.Errorf("%+v", last)
		}
	})
}

func TestNoCardForSomebodyWhoseApplicationIsWithdrawn(t *testing.T) {
	onBoth(t, func(w *world) {
		w.openTask(store.OfficeWrongDetails)
		w.accept()
		withdraw(w)
		if n, err := w.triage.ReleaseFreeCards(ctx); n != 0 || err != nil {
			t.Errorf("%d %v", n, err)
		}
		if _, err := w.closeTask(store.OfficeWrongDetails); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the withdrawal has not settled it: %v", err)
		}
		if o := w.orders(); len(o) != 0 || w.card().State != store.CardHeld {
			t.Errorf("%+v", o)
		}
	})
}

func withdraw(w *world) {
	w.t.Helper()
	w.tx(func(tx *store.Tx) error {
		p, err := tx.Person(ctx, w.person)
		if err != nil {
			return err
		}
		p.WithdrawnAt = w.clock
		_, err = tx.PutPerson(ctx, p, w.clock)
		return err
	})
}

// step is what production says.
type step struct {
	mailed bool
	after  int // hours after the order
	want   triage.Applied
}

func TestA9WhatProductionSaysOfTheCard(t *testing.T) {
	for name, c := range map[string]struct {
		steps []step
		state store.CardState
		mails []store.MailKind
		task  bool
	}{
		"mailed":                  {[]step{{true, 24, triage.AppliedMoved}}, store.CardMailed, []store.MailKind{store.MailCardMailed}, false},
		"the same again":          {[]step{{true, 24, triage.AppliedMoved}, {true, 24, triage.AppliedLate}}, store.CardMailed, []store.MailKind{store.MailCardMailed}, false},
		"came back":               {[]step{{true, 24, triage.AppliedMoved}, {false, 48, triage.AppliedMoved}, {false, 48, triage.AppliedLate}}, store.CardReturned, []store.MailKind{store.MailCardMailed, store.MailCardReturned}, true},
		"told in the wrong order": {[]step{{false, 48, triage.AppliedMoved}, {true, 24, triage.AppliedStored}}, store.CardReturned, []store.MailKind{store.MailCardReturned}, true},
		"mailed once more":        {[]step{{true, 24, triage.AppliedMoved}, {false, 48, triage.AppliedMoved}, {true, 72, triage.AppliedMoved}}, store.CardMailed, []store.MailKind{store.MailCardMailed, store.MailCardReturned, store.MailCardMailed}, false},
		"mailed once more, then the return is told": {[]step{{true, 72, triage.AppliedMoved}, {false, 48, triage.AppliedStored}}, store.CardMailed, []store.MailKind{store.MailCardMailed}, false},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(w *world) {
				w.accept()
				ordered := w.card().OrderedAt
				w.clock = w.clock.Add(30 * 24 * time.Hour)
				for _, s := range c.steps {
					at := ordered.Add(time.Duration(s.after) * time.Hour)
					var got triage.Applied
					var err error
					if s.mailed {
						got, err = w.triage.CardMailed(ctx, event.CardMailed{CaseID: w.caseID, MailedAt: at})
					} else {
						got, err = w.triage.CardReturned(ctx, event.CardReturned{CaseID: w.caseID, ReturnedAt: at})
					}
					if err != nil || got != s.want {
						t.Fatalf("%+v: %s, %v", s, got, err)
					}
				}
				if card := w.card(); card.State != c.state {
					t.Errorf("%+v", card)
				}
				w.wants(append([]store.MailKind{store.MailPhotoAccepted}, c.mails...)...)
				_, err := w.store.OpenOfficeTaskOf(ctx, w.person, store.OfficeCardReturned)
				if (err == nil) != c.task {
					t.Errorf("on the office's list: %v, want %t", err, c.task)
				}
			})
		})
	}
}

func TestA9WhatProductionCannotMean(t *testing.T) {
	onBoth(t, func(w *world) {
		for what, id := range map[string]string{"no case": "nobody", "no card yet": w.caseID} {
			if got, err := w.triage.CardMailed(ctx, event.CardMailed{CaseID: id, MailedAt: w.clock}); err != nil || got != triage.AppliedUnknown {
				t.Errorf("%s: %s %v", what, got, err)
			}
		}
		w.openTask(store.OfficeWrongDetails)
		w.accept()
		if got, err := w.triage.CardReturned(ctx, event.CardReturned{CaseID: w.caseID, ReturnedAt: w.clock}); err != nil || got != triage.AppliedUnknown {
			t.Errorf("a held card: %s %v", got, err)
		}
		_, err := w.triage.CardMailed(ctx, event.CardMailed{CaseID: w.caseID, MailedAt: w.clock.Add(2 * time.Hour)})
		w.is(err, triage.ErrAhead)
		if card := w.card(); card.State != store.CardHeld {
			t.Errorf("%+v", card)
		}
	})
}

// TestA9ManyConsumersOneLetter: the same events at once from many sides tell the person once.
func TestA9ManyConsumersOneLetter(t *testing.T) {
	onBoth(t, func(w *world) {
		w.accept()
		at := w.clock
		w.clock = w.clock.Add(time.Hour)
		var all sync.WaitGroup
		errs := make([]error, 16)
		for i := range errs {
			all.Go(func() {
				if i%2 == 0 {
					_, errs[i] = w.triage.CardMailed(ctx, event.CardMailed{CaseID: w.caseID, MailedAt: at})
				} else {
					_, errs[i] = w.triage.CardReturned(ctx, event.CardReturned{CaseID: w.caseID, ReturnedAt: at.Add(time.Minute)})
				}
			})
		}
		all.Wait()
		w.ok(errors.Join(errs...))
		if card := w.card(); card.State != store.CardReturned || !card.MailedAt.Equal(at) || !card.ReturnedAt.Equal(at.Add(time.Minute)) {
			t.Errorf("%+v", card)
		}
		count := map[store.MailKind]int{}
		for _, kind := range w.mails() {
			count[kind]++
		}
		if count[store.MailCardReturned] != 1 || count[store.MailCardMailed] > 1 {
			t.Errorf("e-mails %s", fmt.Sprint(count))
		}
	})
}
