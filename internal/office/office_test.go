package office_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/office"
	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/profile"
)

var ctx = context.Background()

// world is one person of an application, and a clock that stands still until it is moved.
type world struct {
	t      *testing.T
	store  *store.Store
	office *office.Service
	config office.Config
	clock  time.Time
	person string
	caseID string

	mu    sync.Mutex
	calls []string // of other rooms
	fails error
}

func onBoth(t *testing.T, test func(*world)) {
	testenv.OnBoth(t, func(t *testing.T, url string) { test(newWorld(t, url)) })
}

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	w := &world{t: t, clock: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}
	w.store = storetest.Open(t, url)
	p, err := profile.Default()
	w.ok(err)
	now := func() time.Time { return w.clock }
	w.config = office.Config{Store: w.store, Now: now, Triage: triage.New(triage.Config{Store: w.store, Profile: p, Now: now}),
		InviteAgain: w.room("invite"), ReleaseInvitation: w.room("release"), ConfirmProof: w.room("confirm")}
	w.office = office.New(w.config)
	who, caseID := storetest.Put(t, w.store, store.Person{Application: "A", ClientID: "C", GivenNames: "Zoë", Email: "z@x.example", Language: "fr"}, w.clock)
	w.person, w.caseID = who.ID, caseID
	return w
}

// room stands for another room that does what it is told, or fails.
func (w *world) room(name string) func(context.Context, string, string) error {
	return func(_ context.Context, personID, officerID string) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.calls = append(w.calls, name+" "+officerID)
		if personID != w.person {
			w.t.Errorf("%s for %s", name, personID)
		}
		return w.fails
	}
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) is(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Fatalf("error %v, want %v", err, want)
	}
}

func (w *world) tx(body func(*store.Tx) error) {
	w.t.Helper()
	w.ok(w.store.Tx(ctx, body))
}

func (w *world) open(kind store.OfficeTaskKind) store.OfficeTask {
	w.t.Helper()
	w.tx(func(tx *store.Tx) error {
		_, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: kind, PersonID: w.person, CaseID: w.caseID,
			OpenedBy: store.ActorMachine, OpenedAt: w.clock})
		return err
	})
	task, err := w.store.OpenOfficeTaskOf(ctx, w.person, kind)
	w.ok(err)
	return task
}

func (w *world) invited(i store.Invitation) {
	w.t.Helper()
	i.PersonID, i.QueuedAt = w.person, w.clock
	w.tx(func(tx *store.Tx) error {
		if _, err := tx.Invitation(ctx, w.person); errors.Is(err, store.ErrNotFound) {
			if err := tx.InsertInvitation(ctx, w.person, w.clock); err != nil {
				return err
			}
		}
		return tx.SaveInvitation(ctx, i)
	})
}

func (w *world) hasAccount() {
	w.t.Helper()
	w.tx(func(tx *store.Tx) error {
		return tx.InsertAccount(ctx, store.Account{ID: "acc", Role: store.RoleApplicant, Username: "zoe", PersonID: w.person, CreatedAt: w.clock})
	})
}

func (w *world) card(c store.Card) {
	w.t.Helper()
	c.CaseID = w.caseID
	w.tx(func(tx *store.Tx) error { return tx.PutCard(ctx, c) })
}

func (w *world) mails() (kinds []store.MailKind) {
	w.t.Helper()
	rows, err := w.store.DueRows(ctx, store.KindMail, w.clock, 100)
	w.ok(err)
	for _, row := range rows {
		var m store.Mail
		w.ok(json.Unmarshal(row.Payload, &m))
		if m.Kind != store.MailInvitation { // of the person's coming in
			kinds = append(kinds, m.Kind)
		}
	}
	return kinds
}

func (w *world) history() (actions []string) {
	w.t.Helper()
	h, err := w.store.History(ctx, w.caseID)
	w.ok(err)
	for _, e := range h {
		actions = append(actions, e.Action)
	}
	return actions
}

func (w *world) note(id string) store.Note {
	w.t.Helper()
	notes, err := w.store.Notes(ctx, w.caseID)
	w.ok(err)
	for _, n := range notes {
		if n.ID == id {
			return n
		}
	}
	w.t.Fatalf("no note %q", id)
	return store.Note{}
}

func act(task store.OfficeTask, o office.Outcome) office.Act {
	return office.Act{TaskID: task.ID, OfficerID: "olga", Outcome: o, Reason: "phoned"}
}

func TestA2WhatTheOfficeCanDoAboutEachThing(t *testing.T) {
	waiting, held := store.Invitation{State: store.InvitationWaiting}, store.Invitation{State: store.InvitationWaiting, HeldAt: time.Unix(1, 0)}
	said := store.Invitation{State: store.InvitationConfirmed}
	for _, c := range []struct {
		kind       store.OfficeTaskKind
		invitation store.Invitation
		want       []office.Outcome
	}{
		{store.OfficeDeclined, store.Invitation{State: store.InvitationDeclined}, []office.Outcome{office.Done, office.InviteAgain}},
		{store.OfficeSilent, waiting, []office.Outcome{office.InviteAgain, office.Done}},
		{store.OfficeBounced, waiting, []office.Outcome{office.InviteAgain, office.Done}},
		{store.OfficeBounced, said, []office.Outcome{office.Done}},
		{store.OfficeNotRight, held, []office.Outcome{office.ReleaseInvitation, office.Done}},
		{store.OfficeNotRight, waiting, []office.Outcome{office.Done}},
		{store.OfficeWrongDetails, said, []office.Outcome{office.ReleaseCard}},
		{store.OfficeProof, said, []office.Outcome{office.Done}}, // no proof waits any more
		{store.OfficeMoved, said, []office.Outcome{office.Done}},
		{store.OfficeNotCome, said, []office.Outcome{office.Done}},
		{store.OfficeCardReturned, said, []office.Outcome{office.Done}},
		{store.OfficeUnreachable, said, []office.Outcome{office.Done}},
	} {
		t.Run(string(c.kind)+" "+string(c.invitation.State), func(t *testing.T) {
			w := newWorld(t, testenv.SQLite(t))
			w.invited(c.invitation)
			task := w.open(c.kind)
			got, err := w.office.Choices(ctx, task)
			if err != nil || !slices.Equal(got, c.want) {
				t.Fatalf("%v %v, want %v", got, err, c.want)
			}
			for _, o := range office.Outcomes() {
				if !slices.Contains(got, o) {
					if err := w.office.Done(ctx, act(task, o)); !errors.Is(err, office.ErrOutcome) && !errors.Is(err, office.ErrPast) {
						t.Errorf("%s: %v", o, err)
					}
				}
			}
			w.ok(w.office.Done(ctx, act(task, got[0])))
			w.is(w.office.Done(ctx, act(task, got[0])), office.ErrStale)
			if got, err := w.office.Choices(ctx, reread(w, task)); err != nil || got != nil {
				t.Errorf("something can be done about what is done: %v %v", got, err)
			}
		})
	}
	for _, kind := range store.OfficeTaskKinds() {
		if office.Target(kind) < 24*time.Hour {
			t.Errorf("%s: no target", kind)
		}
	}
}

func reread(w *world, task store.OfficeTask) store.OfficeTask {
	w.t.Helper()
	task, err := w.store.OfficeTask(ctx, task.ID)
	w.ok(err)
	return task
}

func TestA2WhoHasAnAccountIsNotInvitedAgain(t *testing.T) {
	onBoth(t, func(w *world) {
		w.invited(store.Invitation{State: store.InvitationWaiting})
		task := w.open(store.OfficeBounced)
		w.hasAccount()
		got, err := w.office.Choices(ctx, task)
		if err != nil || !slices.Equal(got, []office.Outcome{office.Done}) {
			t.Errorf("%v %v", got, err)
		}
		w.is(w.office.Done(ctx, act(task, office.InviteAgain)), office.ErrPast)
		if len(w.calls) != 0 {
			t.Errorf("%v", w.calls)
		}
	})
}

func TestA2DoneKeepsWhoAndWhy(t *testing.T) {
	onBoth(t, func(w *world) {
		w.hasAccount()
		task := w.open(store.OfficeUnreachable)
		w.clock = w.clock.Add(time.Hour)
		a := act(task, office.Done)
		a.Message = "Please ring us."
		w.ok(w.office.Done(ctx, a))
		got := reread(w, task)
		if got.DoneBy != "olga" || got.Outcome != "done" || !got.DoneAt.Equal(w.clock) {
			t.Errorf("%+v", got)
		}
		if n := w.note(got.DoneNoteID); n.Kind != store.NoteOfficeReason || n.Body != "phoned" || n.AuthorID != "olga" {
			t.Errorf("%+v", n)
		}
		if m := w.mails(); !slices.Equal(m, []store.MailKind{store.MailOfficeMessage}) {
			t.Errorf("e-mails %v", m)
		}
		if h := w.history(); !slices.Equal(h, []string{"office_done", "office_message"}) {
			t.Errorf("history %v", h)
		}
		h, err := w.store.History(ctx, w.caseID)
		w.ok(err)
		for _, e := range h {
			for _, v := range e.Detail {
				if strings.Contains(v.(string), "ring") || strings.Contains(v.(string), "phoned") {
					t.Errorf("free text in history: %+v", e)
				}
			}
		}
	})
}

func TestA2WhatAnotherRoomDoes(t *testing.T) {
	onBoth(t, func(w *world) {
		w.invited(store.Invitation{State: store.InvitationWaiting})
		task := w.open(store.OfficeSilent)
		w.fails = errors.New("the database is down")
		if err := w.office.Done(ctx, act(task, office.InviteAgain)); err == nil || errors.Is(err, office.ErrPast) {
			t.Errorf("%v", err)
		}
		w.fails = account.ErrNotNeeded
		w.is(w.office.Done(ctx, act(task, office.InviteAgain)), office.ErrPast)
		if !reread(w, task).DoneAt.IsZero() || len(w.history()) != 0 {
			t.Error("closed although nothing was done")
		}
		w.fails = nil
		w.ok(w.office.Done(ctx, act(task, office.InviteAgain)))
		if got := reread(w, task); got.Outcome != "invite_again" || got.DoneBy != "olga" {
			t.Errorf("%+v", got)
		}
		if !slices.Equal(w.calls, []string{"invite olga", "invite olga", "invite olga"}) {
			t.Errorf("calls %v", w.calls)
		}
	})
}

func TestA2WhatSettlesTheTaskItselfKeepsTheOfficersWords(t *testing.T) {
	onBoth(t, func(w *world) {
		w.invited(store.Invitation{State: store.InvitationWaiting, HeldAt: w.clock})
		task := w.open(store.OfficeNotRight)
		w.config.ReleaseInvitation = func(ctx context.Context, personID, _ string) error {
			return w.store.Tx(ctx, func(tx *store.Tx) error { return tx.SettleOfficeTask(ctx, personID, store.OfficeNotRight, w.clock) })
		}
		w.office = office.New(w.config)
		w.ok(w.office.Done(ctx, act(task, office.ReleaseInvitation)))
		if got := reread(w, task); got.Outcome != "release_invitation" || got.DoneBy != "olga" || got.DoneNoteID == "" {
			t.Errorf("%+v", got)
		}
		// What comes of it before the words are stored is a task of its own.
		bounced := w.open(store.OfficeBounced)
		w.config.InviteAgain = func(ctx context.Context, personID, _ string) error {
			err := w.store.Tx(ctx, func(tx *store.Tx) error { return tx.SettleOfficeTask(ctx, personID, store.OfficeBounced, w.clock) })
			w.open(store.OfficeBounced)
			return err
		}
		w.office = office.New(w.config)
		w.ok(w.office.Done(ctx, act(bounced, office.InviteAgain)))
		again, err := w.store.OpenOfficeTaskOf(ctx, w.person, store.OfficeBounced)
		w.ok(err)
		if got := reread(w, bounced); got.Outcome != "invite_again" || again.ID == got.ID {
			t.Errorf("%+v, then %+v", got, again)
		}
		w.tx(func(tx *store.Tx) error { return tx.SettleOfficeTask(ctx, w.person, store.OfficeBounced, w.clock) })
		// One that has settled itself before is nobody's to close.
		other := w.open(store.OfficeBounced)
		w.tx(func(tx *store.Tx) error { return tx.SettleOfficeTask(ctx, w.person, store.OfficeBounced, w.clock) })
		w.is(w.office.Done(ctx, act(other, office.Done)), office.ErrStale)
	})
}

func TestOneOf16OfficersDoesIt(t *testing.T) {
	for _, o := range []office.Outcome{office.Done, office.InviteAgain} {
		onBoth(t, func(w *world) {
			w.invited(store.Invitation{State: store.InvitationWaiting})
			task := w.open(store.OfficeSilent)
			var all sync.WaitGroup
			errs := make([]error, 16)
			for i := range errs {
				all.Go(func() { errs[i] = w.office.Done(ctx, act(task, o)) })
			}
			all.Wait()
			done := 0
			for _, err := range errs {
				if err == nil {
					done++
				} else if !errors.Is(err, office.ErrStale) {
					t.Error(err)
				}
			}
			if done != 1 || len(w.history()) != 1 || (o == office.InviteAgain) != (len(w.calls) == 1) {
				t.Errorf("%s: %d did it, history %v, calls %v", o, done, w.history(), w.calls)
			}
		})
	}
}

func TestA4TheOfficeReleasesTheCard(t *testing.T) {
	onBoth(t, func(w *world) {
		task := w.open(store.OfficeWrongDetails)
		w.ok(w.office.Done(ctx, act(task, office.ReleaseCard))) // before there is one: it will not be held
		if h := w.history(); !slices.Equal(h, []string{"office_done"}) {
			t.Errorf("history %v", h)
		}
	})
}

func TestA11MessagesFromTheOffice(t *testing.T) {
	onBoth(t, func(w *world) {
		message := office.Message{CaseID: w.caseID, OfficerID: "olga", Body: "Please ring us."}
		w.is(w.office.Write(ctx, message), office.ErrUnreadable)
		if ok, err := w.office.Readable(ctx, w.person); ok || err != nil {
			t.Error(ok, err)
		}
		w.hasAccount()
		if ok, err := w.office.Readable(ctx, w.person); !ok || err != nil {
			t.Error(ok, err)
		}
		w.is(w.office.Write(ctx, office.Message{CaseID: w.caseID, OfficerID: "olga"}), office.ErrEmpty)
		long := message
		long.Body = strings.Repeat("é", office.MaxText+1)
		w.is(w.office.Write(ctx, long), office.ErrLong)
		w.is(w.office.Write(ctx, office.Message{CaseID: "nobody", OfficerID: "olga", Body: "x"}), store.ErrNotFound)
		w.ok(w.office.Write(ctx, message))
		w.clock = w.clock.Add(time.Minute)
		message.Body = "It is about your card."
		w.ok(w.office.Write(ctx, message))
		if m := w.mails(); len(m) != 2 {
			t.Errorf("e-mails %v", m)
		}
		list, err := w.store.Messages(ctx, w.caseID)
		w.ok(err)
		if len(list) != 2 || list[0].Body != message.Body || !list[0].ReadAt.IsZero() {
			t.Errorf("%+v", list)
		}
		unread := func(want int) {
			t.Helper()
			if n, err := w.store.UnreadMessages(ctx, w.person); n != want || err != nil {
				t.Errorf("%d unread, want %d: %v", n, want, err)
			}
		}
		unread(2)
		read := w.clock
		w.tx(func(tx *store.Tx) error { return tx.ReadMessage(ctx, w.caseID, list[0].ID, read) })
		unread(1)
		w.tx(func(tx *store.Tx) error { return tx.ReadMessage(ctx, w.caseID, list[0].ID, read.Add(time.Hour)) })
		if n := w.note(list[0].ID); !n.ReadAt.Equal(read) {
			t.Errorf("first read at %s", n.ReadAt)
		}
		err = w.store.Tx(ctx, func(tx *store.Tx) error { return tx.ReadMessage(ctx, "another", list[1].ID, read) })
		w.is(err, store.ErrStale)
		withdrawn := func(tx *store.Tx) error {
			p, err := tx.Person(ctx, w.person)
			p.WithdrawnAt = w.clock
			if err == nil {
				_, err = tx.PutPerson(ctx, p, w.clock)
			}
			return err
		}
		w.tx(withdrawn)
		w.is(w.office.Write(ctx, message), office.ErrUnreadable)
	})
}

func TestA9MovedAndNotComeReachTheOffice(t *testing.T) {
	onBoth(t, func(w *world) {
		word := office.Word{CaseID: w.caseID, AccountID: "acc", Note: "5 New Street"}
		w.is(w.office.Moved(ctx, word), office.ErrNoCard)
		w.card(store.Card{State: store.CardHeld, PhotoID: "p", HeldAt: w.clock})
		w.is(w.office.Moved(ctx, word), office.ErrNoCard) // the address can simply be changed
		w.is(w.office.NotCome(ctx, word), office.ErrNoCard)
		ordered := store.Card{State: store.CardOrdered, PhotoID: "p", OrderedAt: w.clock, ExpectedAt: w.clock.Add(7 * 24 * time.Hour)}
		w.card(ordered)
		w.is(w.office.Moved(ctx, office.Word{CaseID: w.caseID}), office.ErrEmpty)
		long := word
		long.Note = strings.Repeat("x", office.MaxText+1)
		w.is(w.office.Moved(ctx, long), office.ErrLong)
		w.is(w.office.NotCome(ctx, word), office.ErrEarly)
		w.ok(w.office.Moved(ctx, word))
		word.Note = "No, 6 New Street"
		w.ok(w.office.Moved(ctx, word))
		w.clock = ordered.ExpectedAt
		w.ok(w.office.NotCome(ctx, office.Word{CaseID: w.caseID, AccountID: "acc"}))
		open, err := w.store.OpenOfficeTasks(ctx, 10)
		w.ok(err)
		if len(open) != 2 || open[0].Kind != store.OfficeMoved || open[1].Kind != store.OfficeNotCome || open[1].NoteID != "" ||
			w.note(open[0].NoteID).Body != "5 New Street" || open[0].OpenedBy != store.ActorApplicant {
			t.Errorf("%+v", open)
		}
		notes, err := w.store.Notes(ctx, w.caseID)
		w.ok(err)
		if len(notes) != 2 || notes[1].Body != word.Note || notes[1].Kind != store.NoteToOffice {
			t.Errorf("a word was lost: %+v", notes)
		}
		if h := w.history(); !slices.Equal(h, []string{"office_moved", "office_moved", "office_not_come"}) {
			t.Errorf("history %v", h)
		}
		w.card(store.Card{State: store.CardReturned, PhotoID: "p", OrderedAt: w.clock, ExpectedAt: w.clock, ReturnedAt: w.clock})
		w.is(w.office.NotCome(ctx, word), office.ErrNoCard)
	})
}
