package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

// relative is somebody on the application that tests of invitations use.
type relative struct {
	*world
	id    string
	birth string
	token string // of the last link
}

// family takes in people by their client ids, each with an invitation that waits to be sent. Those whose name starts with "p" are
// principals, with "c" children of ten, with "t" minors of seventeen.
func (w *world) family(names ...string) map[string]*relative {
	w.Helper()
	all := map[string]*relative{}
	for _, name := range names {
		r := &relative{world: w, birth: "1985-03-09"}
		switch name[0] {
		case 'c':
			r.birth = "2016-01-31"
		case 't':
			r.birth = "2008-06-01"
		}
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
			if _, err := tx.PutPerson(ctx, store.Person{Application: "F", ClientID: "F-" + name, GivenNames: name, FamilyName: "Ruiz",
				BirthDate: r.birth, Email: name + "@people.example", Language: "en", Principal: name[0] == 'p'}, w.clock); err != nil {
				return err
			}
			p, err := tx.PersonByClientID(ctx, "F-"+name)
			if err != nil {
				return err
			}
			r.id = p.ID
			if _, err := tx.Invitation(ctx, p.ID); errors.Is(err, store.ErrNotFound) {
				return tx.InsertInvitation(ctx, p.ID, w.clock)
			}
			return err
		}))
		all[name] = r
	}
	return all
}

// sent hands the invitation over.
func (r *relative) sent() *relative {
	r.Helper()
	var err error
	r.token, _, err = r.service.MintInvitation(ctx, r.id)
	r.ok(err)
	return r
}

// enter gives the birth date and returns what names the invitation from then on.
func (r *relative) enter() string {
	r.Helper()
	ref, err := r.service.EnterInvitation(ctx, r.token, r.birth)
	r.ok(err)
	return ref
}

func (r *relative) person() store.Person {
	r.Helper()
	p, err := r.store.Person(ctx, r.id)
	r.ok(err)
	return p
}

func (r *relative) invitation() store.Invitation {
	r.Helper()
	i, err := r.store.Invitation(ctx, r.id)
	r.ok(err)
	return i
}

// confirm says yes at the address that is known.
func (r *relative) confirm() string {
	r.Helper()
	ref := r.enter()
	r.ok(r.service.ConfirmInvitation(ctx, ref, r.person().Email))
	return ref
}

// list says that the list is right.
func (r *relative) list(ref string) {
	r.Helper()
	r.ok(r.service.ConfirmList(ctx, ref, r.invited(ref).Shown))
}

func (r *relative) invited(ref string) Invited {
	r.Helper()
	i, err := r.service.Invited(ctx, ref)
	r.ok(err)
	return i
}

func (r *relative) hasAccount() bool {
	r.Helper()
	_, err := r.store.AccountByPerson(ctx, r.id)
	if errors.Is(err, store.ErrNotFound) {
		return false
	}
	r.ok(err)
	return true
}

// tasks are the kinds of open tasks of the office about this person.
func (r *relative) tasks() []store.OfficeTaskKind {
	r.Helper()
	all, err := r.store.OfficeTasksOfPerson(ctx, r.id)
	r.ok(err)
	var open []store.OfficeTaskKind
	for _, t := range all {
		if t.DoneAt.IsZero() {
			open = append(open, t.Kind)
		}
		if t.CaseID == "" {
			r.Error("a task without its case")
		}
	}
	return open
}

// done lets an officer close the open task of a kind.
func (r *relative) done(kind store.OfficeTaskKind) {
	r.Helper()
	all, err := r.store.OfficeTasksOfPerson(ctx, r.id)
	r.ok(err)
	for _, t := range all {
		if t.Kind == kind && t.DoneAt.IsZero() {
			r.ok(r.store.Tx(ctx, func(tx *store.Tx) error { return tx.CloseOfficeTask(ctx, t.ID, "olga", "phoned", "", r.clock) }))
			return
		}
	}
	r.Fatalf("no open task %s", kind)
}

// mails counts the queued e-mails of a kind to this person.
func (r *relative) mails(kind store.MailKind) int {
	r.Helper()
	rows, err := r.store.DueRows(ctx, store.KindMail, r.clock.Add(1000*time.Hour), 1000)
	r.ok(err)
	n := 0
	for _, row := range rows {
		var m store.Mail
		r.ok(json.Unmarshal(row.Payload, &m))
		if m.Kind == kind && m.PersonID == r.id {
			n++
		}
	}
	return n
}

func (r *relative) actions() (all []string) {
	r.Helper()
	c, err := r.store.CaseByPerson(ctx, r.id)
	r.ok(err)
	entries, err := r.store.History(ctx, c.ID)
	r.ok(err)
	for _, e := range entries {
		all = append(all, e.Action)
	}
	return all
}

func (r *relative) withdraw() {
	r.Helper()
	p := r.person()
	p.WithdrawnAt = r.clock
	r.ok(r.store.Tx(ctx, func(tx *store.Tx) error { _, err := tx.PutPerson(ctx, p, r.clock); return err }))
}

func (r *relative) bounce() {
	r.Helper()
	r.ok(r.store.Tx(ctx, func(tx *store.Tx) error { return tx.InvitationBounced(ctx, r.id, r.clock) }))
}

func (w *world) tend() int {
	w.Helper()
	n, err := w.service.TendInvitations(ctx)
	w.ok(err)
	return n
}

func (w *world) later(d time.Duration) { w.clock = w.clock.Add(d) }

// exec changes the database behind the programs' back.
func (w *world) exec(statement string) {
	w.Helper()
	driver, address := "pgx", w.url
	if path, lite := strings.CutPrefix(w.url, "sqlite:"); lite {
		driver, address = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, address)
	w.ok(err)
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	w.ok(err)
}

// aside moves the family of a test to an application of another name, so that family makes a new one.
func (w *world) aside() {
	w.Helper()
	id := store.NewID()
	w.exec("UPDATE people SET application = '" + id + "', client_id = client_id || '" + id + "' WHERE application = 'F'")
}

const oneDay = 24 * time.Hour

func TestA1ALinkAsksForTheBirthDateAndTellsNothing(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana", "gone", "done")
		token, expires, err := w.service.MintInvitation(ctx, f["paul"].id)
		w.ok(err)
		if want := w.clock.Add(30 * oneDay); !expires.Equal(want) || len(token) < 22 {
			t.Errorf("token %q until %v, want %v", token, expires, want)
		}
		w.ok(w.service.OpenInvitation(ctx, token))
		if f["paul"].invitation().State != store.InvitationWaiting {
			t.Error("opening the link has changed something")
		}
		for _, birth := range []string{"", "1985-03-10", "09-03-1985", "1985-03-09 ", f["ana"].birth + "x"} {
			_, err := w.service.EnterInvitation(ctx, token, birth)
			if err != ErrBirthDate { //nolint:errorlint // nothing may be wrapped around it
				t.Errorf("%q: %v", birth, err)
			}
			w.later(longestWait)
		}
		ref, err := w.service.EnterInvitation(ctx, token, f["paul"].birth)
		w.ok(err)
		if i := f["paul"].invited(ref); i.Person.ID != f["paul"].id || i.State != store.InvitationWaiting || i.Held || i.Account {
			t.Errorf("%+v", i)
		}

		// One answer to all that lead nowhere.
		f["gone"].sent().withdraw()
		f["done"].sent().confirm()
		f["paul"].sent().list(f["paul"].confirm())
		if !f["done"].hasAccount() {
			t.Fatal("no account")
		}
		f["ana"].sent()
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
			return tx.InsertLink(ctx, store.Link{TokenHash: tokenRef(newTokenOf(7)), Kind: store.LinkReset, PersonID: f["ana"].id,
				ExpiresAt: w.clock.Add(time.Hour), CreatedAt: w.clock})
		}))
		over := map[string]string{"unknown": newTokenOf(1), "none": "", "no token": "../../etc", "of a reset": newTokenOf(7),
			"withdrawn": f["gone"].token, "with an account": f["done"].token, "cut": f["ana"].token[1:]}
		check := func(name, token, birth string) {
			t.Helper()
			if err := w.service.OpenInvitation(ctx, token); err != ErrInvitationOver { //nolint:errorlint // the same
				t.Errorf("%s: %v", name, err)
			}
			if _, err := w.service.EnterInvitation(ctx, token, birth); err != ErrInvitationOver { //nolint:errorlint // the same
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, token := range over {
			check(name, token, "1985-03-09")
		}
		w.later(30*oneDay - time.Millisecond)
		w.ok(w.service.OpenInvitation(ctx, f["ana"].token))
		ref = f["ana"].enter()
		w.later(time.Millisecond)
		check("expired", f["ana"].token, f["ana"].birth)
		_, err = w.service.Invited(ctx, ref)
		w.is(err, ErrInvitationOver)
		w.is(w.service.ConfirmInvitation(ctx, ref, "ana@people.example"), ErrInvitationOver)
	})
}

// newTokenOf is a token that is well formed.
func newTokenOf(n byte) string { return strings.Repeat(string('a'+rune(n)), 32) }

func TestA1WrongBirthDatesSlowALinkAndNeverLockIt(t *testing.T) {
	onBoth(t, func(w *world) {
		r := w.family("paul")["paul"].sent()
		var longest time.Duration
		for range 20 {
			_, err := w.service.EnterInvitation(ctx, r.token, "1900-01-01")
			var slow *SlowError
			if errors.As(err, &slow) {
				_, err := w.service.EnterInvitation(ctx, r.token, r.birth)
				w.is(err, ErrSlow) // the right one waits too
				longest = max(longest, slow.Wait)
				w.later(slow.Wait)
				_, err = w.service.EnterInvitation(ctx, r.token, "1900-01-01")
				w.is(err, ErrBirthDate)
				continue
			}
			w.is(err, ErrBirthDate)
		}
		if longest != longestWait {
			t.Errorf("the longest wait was %v", longest)
		}
		w.later(longestWait)
		r.enter()
		_, err := w.service.EnterInvitation(ctx, r.token, "1900-01-01")
		w.is(err, ErrBirthDate)
		r.enter() // what came before the right one is forgotten
	})
}

func TestA1TriesOfALinkAtOnceAreCounted(t *testing.T) {
	onBoth(t, func(w *world) {
		r := w.family("paul")["paul"].sent()
		var wrong, slow atomic.Int32
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				switch _, err := w.service.EnterInvitation(ctx, r.token, "1900-01-01"); {
				case errors.Is(err, ErrBirthDate):
					wrong.Add(1)
				case errors.Is(err, ErrSlow):
					slow.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if wrong.Load() != freeFailures || slow.Load() != 16-freeFailures {
			t.Errorf("%d were looked at, %d had to wait", wrong.Load(), slow.Load())
		}
	})
}

func TestA1TwoRemindersThenTheOffice(t *testing.T) {
	onBoth(t, func(w *world) {
		r := w.family("paul")["paul"]
		w.later(100 * oneDay) // what was not sent runs out of nothing
		if w.tend() != 0 || r.mails(store.MailInvitationReminder) != 0 {
			t.Error("somebody is reminded who got nothing")
		}
		r.sent()
		begun := w.clock
		for _, step := range []struct {
			at               time.Duration
			reminders, tasks int
		}{
			{10*oneDay - time.Second, 0, 0}, {10 * oneDay, 1, 0}, {15 * oneDay, 1, 0}, {20 * oneDay, 2, 0}, {29 * oneDay, 2, 0},
			{30 * oneDay, 2, 1}, {31 * oneDay, 2, 1}, {300 * oneDay, 2, 1},
		} {
			w.clock = begun.Add(step.at)
			w.tend()
			if w.tend() != 0 {
				t.Errorf("after %v: something is due again at once", step.at)
			}
			if n := r.mails(store.MailInvitationReminder); n != step.reminders {
				t.Errorf("after %v: %d reminders", step.at, n)
			}
			if n := len(r.tasks()); n != step.tasks {
				t.Errorf("after %v: tasks %v", step.at, r.tasks())
			}
			if step.at == 20*oneDay {
				token, expires, err := w.service.MintInvitation(ctx, r.id)
				w.ok(err)
				if !expires.Equal(begun.Add(30 * oneDay)) {
					t.Errorf("a reminder moves the end to %v", expires)
				}
				w.ok(w.service.OpenInvitation(ctx, token))
				w.ok(w.service.OpenInvitation(ctx, r.token))
			}
		}
		_, _, err := w.service.MintInvitation(ctx, r.id)
		w.is(err, ErrNotNeeded)
		r.done(store.OfficeSilent)
		w.later(oneDay)
		w.family("ana")["ana"].sent().confirm() // something happens on the application
		w.tend()
		if len(r.tasks()) != 0 {
			t.Error("the office is told twice")
		}
		if got := r.actions(); !slices.Equal(got, []string{"invitation_sent", "invitation_sent", "invitation_silent"}) {
			t.Errorf("history %v", got)
		}
	})
}

func TestA1AClockworkThatStoodStillRemindsOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		r := w.family("paul")["paul"].sent()
		w.later(21 * oneDay)
		w.tend()
		if n := r.mails(store.MailInvitationReminder); n != 1 || r.invitation().Reminders != 2 {
			t.Errorf("%d reminders, %+v", n, r.invitation())
		}
		w.later(10 * oneDay)
		w.tend()
		if n := r.mails(store.MailInvitationReminder); n != 1 || len(r.tasks()) != 1 {
			t.Errorf("%d reminders, tasks %v", n, r.tasks())
		}
	})
}

func TestA1WhoIsNotReminded(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana", "bo", "dee", "eve", "nia")
		for _, r := range f {
			r.sent()
		}
		ref := f["paul"].confirm()
		w.ok(w.service.DeclineInvitation(ctx, f["ana"].enter()))
		w.ok(w.service.NotRight(ctx, ref, f["bo"].id))
		f["dee"].bounce()
		f["eve"].withdraw()
		for range 40 {
			w.later(oneDay)
			w.tend()
		}
		for name, want := range map[string]struct {
			reminders int
			tasks     []store.OfficeTaskKind
		}{
			"paul": {0, nil}, "ana": {0, []store.OfficeTaskKind{store.OfficeDeclined}}, "bo": {0, []store.OfficeTaskKind{store.OfficeNotRight}},
			"dee": {0, []store.OfficeTaskKind{store.OfficeBounced}}, "eve": {0, nil}, "nia": {2, []store.OfficeTaskKind{store.OfficeSilent}},
		} {
			if n := f[name].mails(store.MailInvitationReminder); n != want.reminders || !slices.Equal(f[name].tasks(), want.tasks) {
				t.Errorf("%s: %d reminders, tasks %v", name, n, f[name].tasks())
			}
		}
		if f["eve"].hasAccount() || !f["paul"].hasAccount() {
			t.Error("accounts")
		}
	})
}

func TestA1WhatIsMintedWhen(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana", "bo", "eve", "will")
		for _, name := range []string{"paul", "ana", "bo"} {
			f[name].sent()
		}
		ref := f["paul"].confirm()
		w.ok(w.service.DeclineInvitation(ctx, f["ana"].enter()))
		w.ok(w.service.NotRight(ctx, ref, f["bo"].id))
		f["eve"].withdraw()
		for name, r := range f {
			_, _, err := w.service.MintInvitation(ctx, r.id)
			if name == "will" {
				w.ok(err)
			} else if err != ErrNotNeeded { //nolint:errorlint // the mailer asks for just this
				t.Errorf("%s: %v", name, err)
			}
		}
		p, err := w.store.PersonByClientID(ctx, "C1")
		w.ok(err)
		_, _, err = w.service.MintInvitation(ctx, p.ID)
		w.is(err, ErrNotNeeded) // was never invited
		_, _, err = w.service.MintInvitation(ctx, "nobody")
		w.is(err, store.ErrNotFound)
	})
}

func TestA1TheListIsMaskedForAllButThePrincipal(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana", "tom", "gone")
		f["gone"].sent().withdraw()
		emails := func(i Invited) (all []string) {
			for _, m := range i.Members {
				all = append(all, m.GivenNames+" "+m.Email)
			}
			return all
		}
		i := f["ana"].invited(f["ana"].sent().enter())
		if got, want := emails(i), []string{"paul p•••@p•••.example", "ana ana@people.example", "tom t•••@p•••.example"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		for _, m := range i.Members {
			if m.Correct != (m.GivenNames == "ana") || m.Me != (m.GivenNames == "ana") {
				t.Errorf("%+v", m)
			}
		}
		i = f["paul"].invited(f["paul"].sent().enter())
		if got, want := emails(i), []string{"paul paul@people.example", "ana ana@people.example", "tom tom@people.example"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		for _, m := range i.Members {
			if m.Correct != (m.GivenNames != "ana") {
				t.Errorf("%+v", m)
			}
		}
	})
}

func TestA1AnAddressIsCorrectedByItsOwnerAndAMinorsByThePrincipal(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana", "tom", "cleo")
		for _, r := range f {
			r.sent()
		}
		ref := f["ana"].enter()
		w.is(w.service.ConfirmInvitation(ctx, ref, "no address"), ErrEmail)
		if f["ana"].invitation().State != store.InvitationWaiting {
			t.Error("confirmed with no address")
		}
		w.ok(w.service.ConfirmInvitation(ctx, ref, " new@Other.example "))
		if p := f["ana"].person(); p.Email != "new@other.example" || !p.EmailChosen || f["ana"].mails(store.MailEmailChanged) != 2 {
			t.Errorf("%+v, %d told", p, f["ana"].mails(store.MailEmailChanged))
		}
		// Nobody else's, and a minor's only by the principal.
		w.is(w.service.CorrectMinor(ctx, ref, f["cleo"].id, "x@y.example"), ErrNotNow)
		paul := f["paul"].enter()
		w.is(w.service.CorrectMinor(ctx, paul, f["cleo"].id, "x@y.example"), ErrNotNow) // has not answered yet
		w.ok(w.service.ConfirmInvitation(ctx, paul, "paul@people.example"))
		w.is(w.service.CorrectMinor(ctx, paul, f["ana"].id, "x@y.example"), ErrNotNow)
		w.is(w.service.CorrectMinor(ctx, paul, f["paul"].id, "x@y.example"), ErrNotNow)
		w.is(w.service.CorrectMinor(ctx, paul, "nobody", "x@y.example"), ErrNotNow)
		w.is(w.service.CorrectMinor(ctx, paul, f["cleo"].id, "x@y"), ErrEmail)

		f["cleo"].bounce()
		w.ok(w.service.NotRight(ctx, ref, f["cleo"].id))
		w.ok(w.service.CorrectMinor(ctx, paul, f["cleo"].id, "paul@people.example"))
		if i := f["cleo"].invitation(); !i.HeldAt.IsZero() || !i.BouncedAt.IsZero() || !i.SentAt.IsZero() || len(f["cleo"].tasks()) != 0 {
			t.Errorf("%+v, tasks %v", i, f["cleo"].tasks())
		}
		if f["cleo"].mails(store.MailInvitation) != 1 || f["cleo"].mails(store.MailEmailChanged) != 2 {
			t.Error("nothing goes to the new address, or the change is not told")
		}
		w.is(w.service.OpenInvitation(ctx, f["cleo"].token), ErrInvitationOver) // went to the old address
		w.ok(w.service.OpenInvitation(ctx, f["cleo"].sent().token))

		// A minor who has answered keeps the answer; the credentials go to the new address.
		f["tom"].confirm()
		w.ok(w.service.CorrectMinor(ctx, paul, f["tom"].id, "tom@new.example"))
		if i := f["tom"].invitation(); i.State != store.InvitationConfirmed || f["tom"].mails(store.MailInvitation) != 0 {
			t.Errorf("%+v", i)
		}
		w.is(w.service.OpenInvitation(ctx, f["tom"].token), ErrInvitationOver) // went to the old address
		f["paul"].list(paul)
		if !f["tom"].hasAccount() {
			t.Fatal("no account")
		}
		w.is(w.service.CorrectMinor(ctx, paul, f["tom"].id, "again@new.example"), ErrNotNow)

		// The address that came from upstream is not judged, and confirming it is no change.
		w.exec("UPDATE people SET email = 'Odd@Upstream' WHERE client_id = 'F-cleo'")
		w.ok(w.service.ConfirmInvitation(ctx, f["cleo"].enter(), "Odd@Upstream"))
		if f["cleo"].person().Email != "Odd@Upstream" || f["cleo"].mails(store.MailEmailChanged) != 2 {
			t.Errorf("%+v", f["cleo"].person())
		}
	})
}

func TestA1NotRightHoldsThatInvitationAndChangesNothingElse(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana", "bo", "cyd")
		for _, r := range f {
			r.sent()
		}
		ana := f["ana"].enter()
		w.is(w.service.NotRight(ctx, ana, f["bo"].id), ErrNotNow) // who has not answered has no say
		w.ok(w.service.ConfirmInvitation(ctx, ana, "ana@people.example"))
		stranger, err := w.store.PersonByClientID(ctx, "C1")
		w.ok(err)
		for _, id := range []string{f["ana"].id, stranger.ID, "nobody", ""} {
			w.is(w.service.NotRight(ctx, ana, id), ErrNotNow)
		}
		bo, before := f["bo"].enter(), f["bo"].person()
		for range 2 {
			w.ok(w.service.NotRight(ctx, ana, f["bo"].id))
		}
		if f["bo"].person() != before || !slices.Equal(f["bo"].tasks(), []store.OfficeTaskKind{store.OfficeNotRight}) {
			t.Errorf("%+v, tasks %v", f["bo"].person(), f["bo"].tasks())
		}
		if !f["bo"].invited(bo).Held {
			t.Error("not held")
		}
		for name, err := range map[string]error{
			"confirm": w.service.ConfirmInvitation(ctx, bo, "bo@people.example"), "decline": w.service.DeclineInvitation(ctx, bo),
			"list": w.service.ConfirmList(ctx, bo, ""), "not right": w.service.NotRight(ctx, bo, f["ana"].id),
		} {
			if !errors.Is(err, ErrNotNow) {
				t.Errorf("held, %s: %v", name, err)
			}
		}
		// One who has confirmed and is held gets no account, however long it takes; nobody waits for them.
		f["cyd"].confirm()
		w.ok(w.service.NotRight(ctx, ana, f["cyd"].id))
		f["paul"].list(f["paul"].confirm())
		w.later(20 * oneDay)
		w.tend()
		if f["cyd"].hasAccount() || f["bo"].hasAccount() || !f["ana"].hasAccount() || !f["paul"].hasAccount() {
			t.Error("accounts")
		}
		w.ok(w.service.ReleaseInvitation(ctx, f["cyd"].id, "olga"))
		if !f["cyd"].hasAccount() {
			t.Error("no account when the hold was taken off")
		}
		w.ok(w.service.ReleaseInvitation(ctx, f["bo"].id, "olga"))
		w.ok(w.service.ReleaseInvitation(ctx, f["bo"].id, "olga"))
		if f["bo"].mails(store.MailInvitation) != 1 {
			t.Errorf("invited again %d times", f["bo"].mails(store.MailInvitation))
		}
		_, err = w.service.Invited(ctx, bo)
		w.is(err, ErrInvitationOver) // went to an address that may have been wrong
		f["bo"].sent().confirm()
		if !f["bo"].hasAccount() {
			t.Error("no account after the hold")
		}
		if got := f["bo"].actions(); !slices.Equal(got, []string{"invitation_sent", "invitation_not_right", "invitation_released",
			"invitation_sent", "invitation_confirmed", "account_opened"}) {
			t.Errorf("history %v", got)
		}
		// About somebody with an account it only tells the office.
		w.ok(w.service.NotRight(ctx, ana, f["bo"].id))
		if !f["bo"].invitation().HeldAt.IsZero() || f["bo"].tasks() == nil {
			t.Errorf("%+v", f["bo"].invitation())
		}
	})
}

func TestA2WhenTheAccountIsOpened(t *testing.T) {
	now := time.Date(2026, 5, 20, 10, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.Add(-time.Duration(days) * oneDay) }
	confirmed := func(days int) store.Invitation {
		return store.Invitation{State: store.InvitationConfirmed, SentAt: ago(25), ExpiresAt: ago(-5), AnsweredAt: ago(days)}
	}
	with := func(i store.Invitation, change func(*store.Invitation)) store.Invitation { change(&i); return i }
	waiting := store.Invitation{State: store.InvitationWaiting, SentAt: ago(25), ExpiresAt: ago(-5)}
	listed := with(confirmed(3), func(i *store.Invitation) { i.ListConfirmedAt = ago(2) })
	withdrawn := func(m *member) { m.WithdrawnAt = ago(1) }
	for name, c := range map[string]struct {
		me        store.Invitation
		principal store.Invitation
		change    func(me, principal *member)
		missing   bool
		want      time.Time // zero: never by itself
	}{
		"the principal has confirmed the list":  {me: confirmed(1), principal: listed, want: ago(1)},
		"the principal has not answered":        {me: confirmed(1), principal: waiting, want: ago(-13)},
		"for 14 days":                           {me: confirmed(14), principal: waiting, want: now},
		"the principal has not got to the list": {me: confirmed(1), principal: confirmed(5), want: ago(-9)},
		"and answered after me":                 {me: confirmed(5), principal: confirmed(1), want: ago(-9)},
		"the principal got nothing yet":         {me: confirmed(1), principal: store.Invitation{State: store.InvitationWaiting}, want: ago(-13)},
		"the principal has declined": {me: confirmed(1),
			principal: with(confirmed(2), func(i *store.Invitation) { i.State = store.InvitationDeclined }), want: ago(1)},
		"the principal's e-mail came back": {me: confirmed(1),
			principal: with(waiting, func(i *store.Invitation) { i.BouncedAt = ago(1) }), want: ago(1)},
		"the principal was silent": {me: confirmed(1),
			principal: with(waiting, func(i *store.Invitation) { i.ExpiresAt = now }), want: ago(1)},
		"a moment before that": {me: confirmed(1),
			principal: with(waiting, func(i *store.Invitation) { i.ExpiresAt = now.Add(time.Millisecond) }), want: ago(-13)},
		"the principal is held": {me: confirmed(1),
			principal: with(waiting, func(i *store.Invitation) { i.HeldAt = ago(1) }), want: ago(-13)},
		"the principal is withdrawn":    {me: confirmed(1), principal: waiting, change: func(_, p *member) { withdrawn(p) }, want: ago(1)},
		"the principal was not invited": {me: confirmed(1), change: func(_, p *member) { p.invited = false }, want: ago(1)},
		"the principal has an account":  {me: confirmed(1), principal: confirmed(3), change: func(_, p *member) { p.account = true }, want: ago(1)},
		"there is no principal":         {me: confirmed(1), missing: true, want: ago(1)},
		"I have not answered":           {me: waiting, principal: listed},
		"I have declined":               {me: with(confirmed(1), func(i *store.Invitation) { i.State = store.InvitationDeclined }), principal: listed},
		"I am held":                     {me: with(confirmed(20), func(i *store.Invitation) { i.HeldAt = ago(1) }), principal: listed},
		"I am withdrawn":                {me: confirmed(20), principal: listed, change: func(me, _ *member) { withdrawn(me) }},
	} {
		me, principal := &member{inv: c.me, invited: true}, &member{inv: c.principal, invited: true}
		if c.change != nil {
			c.change(me, principal)
		}
		if c.missing {
			principal = nil
		}
		if got := accountAt(me, principal, now); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	// The principal's own account waits for the list in the same way.
	me := &member{inv: confirmed(2), invited: true}
	if got := accountAt(me, me, now); !got.Equal(ago(-12)) {
		t.Errorf("the principal's own: %v", got)
	}
}

func TestA2NobodyWaitsForAPrincipalWhoIsGone(t *testing.T) {
	onBoth(t, func(w *world) {
		for name, c := range map[string]struct {
			gone  func(*relative)
			later time.Duration
		}{
			"declined":         {gone: func(p *relative) { w.ok(w.service.DeclineInvitation(ctx, p.sent().enter())) }},
			"bounced":          {gone: func(p *relative) { p.sent().bounce() }, later: time.Second},
			"withdrawn":        {gone: func(p *relative) { p.sent().withdraw() }, later: time.Hour},
			"lists it":         {gone: func(p *relative) { p.sent().list(p.confirm()) }},
			"silent":           {gone: func(p *relative) { p.sent(); w.later(25 * oneDay) }, later: 5 * oneDay},
			"only waits":       {gone: func(p *relative) { p.sent() }, later: 14 * oneDay},
			"skips the list":   {gone: func(p *relative) { p.sent().confirm(); w.later(13 * oneDay) }, later: oneDay},
			"was never mailed": {gone: func(*relative) {}, later: 14 * oneDay},
		} {
			// Each on an application of its own.
			w.aside()
			f := w.family("paul", "ana", "bo")
			if name == "silent" || name == "skips the list" {
				c.gone(f["paul"])
				f["ana"].sent().confirm()
			} else {
				f["ana"].sent().confirm()
				c.gone(f["paul"])
			}
			if c.later > 0 {
				w.later(c.later - time.Millisecond)
				w.tend()
				if f["ana"].hasAccount() && name != "bounced" {
					t.Errorf("%s: an account too early", name)
				}
				w.later(time.Millisecond)
				w.tend()
			}
			if !f["ana"].hasAccount() || f["bo"].hasAccount() {
				t.Errorf("%s: the account of who has confirmed: %v, of another: %v", name, f["ana"].hasAccount(), f["bo"].hasAccount())
			}
			if n := f["ana"].mails(store.MailCredentials); n != 1 {
				t.Errorf("%s: %d e-mails with credentials", name, n)
			}
		}
	})
}

func TestA2WhoIsApprovedAgainGoesOn(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana", "bo", "told")
		f["told"].sent()
		w.later(30 * oneDay)
		w.tend()
		f["told"].done(store.OfficeSilent)
		f["paul"].sent()
		f["bo"].sent()
		f["ana"].sent().confirm()
		for _, name := range []string{"ana", "bo", "told"} {
			f[name].withdraw()
		}
		for range 20 { // the wait for the list and the first reminder fall into this time
			w.later(oneDay)
			w.tend()
		}
		if f["ana"].hasAccount() || f["bo"].mails(store.MailInvitationReminder) != 0 {
			t.Error("something was done for who was withdrawn")
		}
		w.exec("UPDATE people SET withdrawn_at = 0")
		w.later(lookAgain)
		w.tend()
		if !f["ana"].hasAccount() {
			t.Error("no account after the second approval")
		}
		if n := f["bo"].mails(store.MailInvitationReminder); n != 1 {
			t.Errorf("%d reminders after the second approval", n)
		}
		if tasks := f["told"].tasks(); len(tasks) != 0 {
			t.Errorf("the office is told again: %v", tasks)
		}
	})
}

func TestA2ConfirmedAndListedOpensAllAtOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana", "cleo")
		for _, r := range f {
			r.sent()
		}
		f["ana"].confirm()
		f["cleo"].confirm()
		ref := f["paul"].confirm()
		i := f["paul"].invited(ref)
		if !i.ListAsked || i.Alone() || f["ana"].hasAccount() || f["paul"].hasAccount() {
			t.Errorf("%+v", i)
		}
		if by := f["ana"].invited(f["ana"].enter()).AccountBy; !by.Equal(w.clock.Add(14 * oneDay)) {
			t.Errorf("the account waits until %v", by)
		}
		w.is(w.service.ConfirmList(ctx, f["ana"].enter(), i.Shown), ErrNotNow)
		w.ok(w.service.CorrectMinor(ctx, ref, f["cleo"].id, "cleo@new.example"))
		w.is(w.service.ConfirmList(ctx, ref, i.Shown), ErrListChanged)
		f["paul"].list(ref)
		f["paul"].list(ref) // a second time changes nothing
		for name, r := range f {
			if !r.hasAccount() || r.mails(store.MailCredentials) != 1 {
				t.Errorf("%s: account %v, %d e-mails", name, r.hasAccount(), r.mails(store.MailCredentials))
			}
			i := r.invitation()
			if !i.NextAt.IsZero() {
				t.Errorf("%s: something is due at %v", name, i.NextAt)
			}
		}
		if i := f["paul"].invited(ref); !i.Account || i.ListAsked || !i.AccountBy.IsZero() {
			t.Errorf("%+v", i)
		}
		w.ok(w.service.ConfirmInvitation(ctx, ref, "other@people.example"))
		if f["paul"].person().Email != "paul@people.example" {
			t.Error("the address was changed by a link although there is an account")
		}
		w.is(w.service.DeclineInvitation(ctx, ref), ErrNotNow)
	})
}

func TestA2WhoIsAloneHasNoList(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "gone")
		f["gone"].withdraw()
		ref := f["paul"].sent().confirm()
		if i := f["paul"].invited(ref); !f["paul"].hasAccount() || !i.Alone() || i.ListAsked {
			t.Errorf("%+v", i)
		}
	})
}

func TestA2DecliningAndThinkingAgain(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana")
		ref := f["ana"].sent().enter()
		for range 2 {
			w.ok(w.service.DeclineInvitation(ctx, ref))
		}
		if n := f["ana"].mails(store.MailDeclined); n != 1 || !slices.Equal(f["ana"].tasks(), []store.OfficeTaskKind{store.OfficeDeclined}) {
			t.Errorf("%d e-mails, tasks %v", n, f["ana"].tasks())
		}
		// The same link leads back as long as the office has not seen to it.
		w.later(oneDay)
		ref = f["ana"].enter()
		if i := f["ana"].invited(ref); i.State != store.InvitationDeclined || i.Settled {
			t.Errorf("%+v", i)
		}
		w.ok(w.service.ConfirmInvitation(ctx, ref, "ana@people.example"))
		if i := f["ana"].invitation(); i.State != store.InvitationConfirmed || !i.AnsweredAt.Equal(w.clock) || f["ana"].tasks() != nil {
			t.Errorf("%+v, tasks %v", i, f["ana"].tasks())
		}
		w.is(w.service.DeclineInvitation(ctx, ref), ErrNotNow)

		ref = f["paul"].sent().enter()
		w.ok(w.service.DeclineInvitation(ctx, ref))
		f["paul"].done(store.OfficeDeclined)
		if i := f["paul"].invited(ref); !i.Settled {
			t.Errorf("%+v", i)
		}
		w.is(w.service.ConfirmInvitation(ctx, ref, "paul@people.example"), ErrNotNow)
		w.ok(w.service.InviteAgain(ctx, f["paul"].id, "olga"))
		f["paul"].sent().confirm()
		if f["paul"].invitation().State != store.InvitationConfirmed {
			t.Error("not invited again")
		}
		w.is(w.service.InviteAgain(ctx, f["paul"].id, "olga"), ErrNotNeeded)
	})
}

func TestA2InvitedAgainAfterSilenceOrABounce(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana", "bo", "eve")
		for _, r := range f {
			r.sent()
		}
		first := f["bo"].token
		f["bo"].bounce()
		f["bo"].bounce()
		w.later(31 * oneDay)
		w.tend()
		for _, name := range []string{"ana", "bo"} {
			w.ok(w.service.InviteAgain(ctx, f[name].id, "olga"))
			if tasks := f[name].tasks(); tasks != nil {
				t.Errorf("%s: what becomes of the new e-mail would not be told, since there is %v", name, tasks)
			}
			f[name].sent()
			if i := f[name].invitation(); i.Reminders != 0 || !i.ExpiresAt.Equal(w.clock.Add(30*oneDay)) || !i.BouncedAt.IsZero() {
				t.Errorf("%s: %+v", name, i)
			}
			if n := f[name].mails(store.MailInvitation); n != 1 {
				t.Errorf("%s: %d invitations", name, n)
			}
			// It comes back before the officer's words are stored, and is answered later all the same.
			f[name].bounce()
			if tasks := f[name].tasks(); !slices.Equal(tasks, []store.OfficeTaskKind{store.OfficeBounced}) {
				t.Errorf("%s: tasks %v", name, tasks)
			}
			f[name].confirm()
			if len(f[name].tasks()) != 0 {
				t.Errorf("%s: tasks %v", name, f[name].tasks())
			}
		}
		w.is(w.service.OpenInvitation(ctx, first), ErrInvitationOver)
		f["eve"].withdraw()
		w.is(w.service.InviteAgain(ctx, f["eve"].id, "olga"), ErrNotNeeded)

		// A held one is sent when the hold is taken off.
		ref := f["ana"].sentAgain()
		w.ok(w.service.NotRight(ctx, ref, f["paul"].id))
		w.ok(w.service.InviteAgain(ctx, f["paul"].id, "olga"))
		if f["paul"].mails(store.MailInvitation) != 0 {
			t.Error("a held invitation was sent")
		}
		w.ok(w.service.ReleaseInvitation(ctx, f["paul"].id, "olga"))
		if f["paul"].mails(store.MailInvitation) != 1 || f["paul"].tasks() != nil {
			t.Errorf("after the hold: %d invitations, tasks %v", f["paul"].mails(store.MailInvitation), f["paul"].tasks())
		}
	})
}

// sentAgain names the invitation of the last link without another birth date.
func (r *relative) sentAgain() string { return tokenRef(r.token) }

// TestA2AClosedAccountIsNotOpenedAgain: not by a relative's answer, nor by the clockwork, nor by the link that still lies in a mailbox.
func TestA2AClosedAccountIsNotOpenedAgain(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana")
		paul, ana := f["paul"].sent(), f["ana"].sent()
		ref := ana.confirm()
		answer := paul.confirm()
		paul.list(answer)
		if !ana.hasAccount() {
			t.Fatal("no account")
		}
		w.close(w.account(ana.id).Username)
		if i := ana.invited(ref); !i.Account {
			t.Errorf("%+v", i)
		}
		w.is(w.service.OpenInvitation(ctx, ana.token), ErrInvitationOver)
		w.is(errOf(store.Account{}, w.service.InviteAgain(ctx, ana.id, "olga")), ErrNotNeeded)
		w.ok(w.service.NotRight(ctx, answer, ana.id))
		w.ok(w.service.ReleaseInvitation(ctx, ana.id, "olga"))
		w.later(oneDay)
		w.tend()
		if ana.hasAccount() || ana.mails(store.MailCredentials) != 1 {
			t.Error("the account was opened again")
		}
		_, err := w.service.AddApplicant(ctx, "F-ana", "ana-again", good)
		w.ok(err)
	})
}

func TestA2TwoTabsConfirmAtOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana")
		ref := f["ana"].sent().enter()
		paul := f["paul"].sent().confirm()
		list := f["paul"].invited(paul).Shown
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := w.service.ConfirmInvitation(ctx, ref, "ana@new.example"); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				err := w.service.ConfirmList(ctx, paul, list)
				if err != nil && !errors.Is(err, ErrListChanged) { // the other's address is another one now
					t.Error(err)
				}
			})
		}
		wg.Wait()
		f["paul"].list(paul)
		for name, r := range f {
			if !r.hasAccount() || r.mails(store.MailCredentials) != 1 {
				t.Errorf("%s: account %v, %d e-mails", name, r.hasAccount(), r.mails(store.MailCredentials))
			}
		}
		if n := f["ana"].mails(store.MailEmailChanged); n != 2 {
			t.Errorf("%d told of one change", n)
		}
	})
}

// TestA2AnswersAtOnceSeeEachOther lets the principal and another member answer in the same moment, again and again: whoever comes
// second has to open both accounts.
func TestA2AnswersAtOnceSeeEachOther(t *testing.T) {
	onBoth(t, func(w *world) {
		for range 10 {
			w.aside()
			f := w.family("paul", "ana")
			ana, paul := f["ana"].sent().enter(), f["paul"].sent().confirm()
			list := f["paul"].invited(paul).Shown
			var wg sync.WaitGroup
			wg.Go(func() {
				if err := w.service.ConfirmInvitation(ctx, ana, "ana@people.example"); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if err := w.service.ConfirmList(ctx, paul, list); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			if !f["ana"].hasAccount() || !f["paul"].hasAccount() {
				t.Fatal("two answers did not see each other")
			}
		}
	})
}

func TestA2SixteenOpenOneAccount(t *testing.T) {
	onBoth(t, func(w *world) {
		r := w.family("paul", "ana")["ana"].sent()
		r.confirm()
		w.later(14 * oneDay)
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if _, err := w.service.TendInvitations(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if !r.hasAccount() || r.mails(store.MailCredentials) != 1 {
			t.Errorf("account %v, %d e-mails", r.hasAccount(), r.mails(store.MailCredentials))
		}
	})
}

func TestA1TheChosenLanguageHolds(t *testing.T) {
	onBoth(t, func(w *world) {
		r := w.family("paul")["paul"].sent()
		ref := r.enter()
		for range 2 {
			w.ok(w.service.ChooseInvitedLanguage(ctx, ref, "fr"))
		}
		if p := r.person(); p.Language != "fr" || !p.LanguageChosen {
			t.Errorf("%+v", p)
		}
		w.is(w.service.ChooseInvitedLanguage(ctx, "nothing", "fr"), ErrInvitationOver)
	})
}

// TestA1OneBadRowKeepsNobodyWaiting takes the case of one person away, so that nothing can be done for them.
func TestA1OneBadRowKeepsNobodyWaiting(t *testing.T) {
	onBoth(t, func(w *world) {
		r := w.family("paul")["paul"].sent()
		w.exec("UPDATE people SET application = 'bad' WHERE client_id = 'F-paul'")
		other := w.family("bo")["bo"].sent()
		w.exec("DELETE FROM history")
		w.exec("DELETE FROM cases WHERE person_id = '" + r.id + "'")
		w.later(10 * oneDay)
		n, err := w.service.TendInvitations(ctx)
		if err == nil || !strings.Contains(err.Error(), r.id) || n != 1 {
			t.Errorf("%d done, %v", n, err)
		}
		if other.mails(store.MailInvitationReminder) != 1 {
			t.Error("another was not reminded")
		}
	})
}

// TestA1AHundredThousandInvitations looks for what is due among many.
func TestA1AHundredThousandInvitations(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	onBoth(t, func(w *world) {
		f := w.family("paul", "ana")
		f["paul"].sent()
		f["ana"].sent()
		w.exec(`INSERT INTO people (id, application, client_id, given_names, family_name, birth_date, email, language, principal, created_at, updated_at)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
			SELECT 'many-' || i, 'many-' || (i / 4), 'many-' || i, 'Li', 'Wu', '1990-01-01', 'li@people.example', 'en', 0, 1, 1 FROM n`)
		w.exec(`INSERT INTO invitations (person_id, state, queued_at, sent_at, expires_at, next_at)
			SELECT id, 'waiting', 1, 1, 9000000000000, 8000000000000 FROM people WHERE id LIKE 'many-%'`)
		w.later(10 * oneDay)
		limited, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		begin := time.Now()
		n, err := w.service.TendInvitations(limited)
		w.ok(err)
		if n != 2 || f["paul"].mails(store.MailInvitationReminder) != 1 {
			t.Errorf("%d looked at", n)
		}
		t.Logf("%v", time.Since(begin))
		if took := time.Since(begin); took > time.Second {
			t.Errorf("two among many took %v", took)
		}
	})
}

func TestA1NoBirthDateIsNobodys(t *testing.T) {
	for _, known := range []string{"", "unknown", "1990-02-30"} {
		if sameBirthDate(known, known) {
			t.Errorf("%q opens an invitation", known)
		}
	}
	if !sameBirthDate("1990-02-28", "1990-02-28") {
		t.Error("the right one does not")
	}
}

func TestSettleWithoutDatabase(t *testing.T) {
	w := newWorld(t, testenv.SQLite(t))
	r := w.family("paul")["paul"].sent()
	ref := r.enter()
	w.ok(w.store.Close())
	for name, err := range map[string]error{
		"open": w.service.OpenInvitation(ctx, r.token), "confirm": w.service.ConfirmInvitation(ctx, ref, "a@b.example"),
		"release": w.service.ReleaseInvitation(ctx, r.id, "olga"),
	} {
		if err == nil || errors.Is(err, ErrInvitationOver) || errors.Is(err, ErrNotNow) {
			t.Errorf("%s: %v", name, err) // a fault of ours is not told as an answer
		}
	}
	if _, err := w.service.TendInvitations(ctx); err == nil {
		t.Error("nothing was done, without a word")
	}
	var err error
	w.store, err = store.Open(ctx, store.Config{URL: w.url}) // closed at the end
	w.ok(err)
}
