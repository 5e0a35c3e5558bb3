package journey_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/journey"
	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
)

const day = 24 * time.Hour

// world is a database with a person, and a clock that stands still until it is moved.
type world struct {
	*testing.T
	ctx     context.Context
	store   *store.Store
	service *journey.Service
	clock   time.Time
	by      journey.By
	person  store.Person
}

func onBoth(t *testing.T, test func(*world)) {
	testenv.OnBoth(t, func(t *testing.T, url string) { test(newWorld(t, url)) })
}

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	w := &world{T: t, ctx: t.Context(), clock: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}
	w.store = storetest.Open(t, url)
	w.service = journey.New(journey.Config{Store: w.store, Now: func() time.Time { return w.clock }})
	w.by = w.add("zoe", "2000-05-04")
	w.person = w.theirs(w.by)
	return w
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) is(err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Fatalf("%v, want %v", err, want)
	}
}

func (w *world) later(d time.Duration) { w.clock = w.clock.Add(d) }

// add is a person with an account.
func (w *world) add(name, birthDate string) journey.By {
	w.Helper()
	p, _ := storetest.Put(w, w.store, store.Person{Application: "A-" + name, ClientID: name, GivenNames: name, FamilyName: "Łęcka",
		BirthDate: birthDate, Email: name + "@x.example", Language: "fr"}, w.clock)
	by := journey.By{PersonID: p.ID, AccountID: store.NewID()}
	w.ok(w.store.Tx(w.ctx, func(tx *store.Tx) error {
		return tx.InsertAccount(w.ctx, store.Account{ID: by.AccountID, Role: store.RoleApplicant, Username: name, PersonID: p.ID,
			CreatedAt: w.clock})
	}))
	return by
}

func (w *world) theirs(by journey.By) store.Person {
	w.Helper()
	p, err := w.store.Person(w.ctx, by.PersonID)
	w.ok(err)
	return p
}

func (w *world) theCase() store.CaseRow {
	w.Helper()
	c, err := w.store.CaseByPerson(w.ctx, w.by.PersonID)
	w.ok(err)
	return c
}

// move brings the case into a state as if it had come there, without touching it.
func (w *world) move(change func(*store.CaseRow)) {
	w.Helper()
	w.ok(w.store.Tx(w.ctx, func(tx *store.Tx) error {
		c, err := tx.CaseByPerson(w.ctx, w.by.PersonID)
		if err != nil {
			return err
		}
		before := c.Version
		c.Version++
		change(&c)
		return tx.SaveCase(w.ctx, c, before)
	}))
}

func (w *world) card(state store.CardState) {
	w.Helper()
	w.ok(w.store.Tx(w.ctx, func(tx *store.Tx) error {
		return tx.PutCard(w.ctx, store.Card{CaseID: w.theCase().ID, State: state, PhotoID: "p"})
	}))
}

// mails counts queued e-mails of a kind.
func (w *world) mails(kind store.MailKind) int {
	w.Helper()
	rows, err := w.store.DueRows(w.ctx, store.KindMail, w.clock, 1000)
	w.ok(err)
	n := 0
	for _, r := range rows {
		if strings.Contains(string(r.Payload), `"mail":"`+string(kind)+`"`) {
			n++
		}
	}
	return n
}

// open lists the office's open tasks of a kind.
func (w *world) open(kind store.OfficeTaskKind) (out []store.OfficeTask) {
	w.Helper()
	all, err := w.store.OpenOfficeTasks(w.ctx, 1000)
	w.ok(err)
	for _, t := range all {
		if t.Kind == kind {
			out = append(out, t)
		}
	}
	return out
}

func (w *world) actions() (out []string) {
	w.Helper()
	all, err := w.store.History(w.ctx, w.theCase().ID)
	w.ok(err)
	for _, e := range all {
		out = append(out, e.Action)
		if strings.Contains(fmt.Sprint(e.Detail), "Denis") || strings.Contains(fmt.Sprint(e.Detail), "Łęcka") {
			w.Errorf("personal data in the history: %v", e.Detail)
		}
	}
	return out
}

var (
	home  = store.Address{Street: "345 rue Saint-Denis", Unit: "12", City: "Montréal", Province: "QC", PostalCode: "H2X 1Y4"}
	other = store.Address{CareOf: "Sam Roy", Street: "PO BOX 12", City: "Ottawa", Province: "ON", PostalCode: "K1A 0A2"}
)

func TestA4Declaration(t *testing.T) {
	onBoth(t, func(w *world) {
		w.ok(w.service.Declare(w.ctx, w.by, store.NotInCanada))
		w.later(time.Minute)
		w.ok(w.service.Declare(w.ctx, w.by, store.InCanada))
		w.ok(w.service.Declare(w.ctx, w.by, store.InCanada)) // a double click
		d, err := w.store.LastDeclaration(w.ctx, w.by.PersonID)
		w.ok(err)
		if d.Answer != store.InCanada || d.ForChild || d.AccountID != w.by.AccountID || !d.MadeAt.Equal(w.clock) {
			t.Errorf("%+v", d)
		}
		if got := w.actions(); !slices.Equal(got, []string{"declare", "declare"}) {
			t.Error(got)
		}
		if c := w.theCase(); !c.ActiveAt.Equal(w.clock) {
			t.Errorf("last step %v", c.ActiveAt)
		}
		w.move(func(c *store.CaseRow) { c.State = casefile.InReview })
		w.is(w.service.Declare(w.ctx, w.by, store.NotInCanada), journey.ErrSubmitted)
		w.ok(w.service.Declare(w.ctx, w.by, store.InCanada))

		child := w.add("mia", "2012-05-05") // 14 tomorrow
		w.ok(w.service.Declare(w.ctx, child, store.InCanada))
		d, err = w.store.LastDeclaration(w.ctx, child.PersonID)
		w.ok(err)
		if !d.ForChild {
			t.Error("a parent declares for a child under 14")
		}
	})
}

func TestA4WhoIsAChild(t *testing.T) {
	toronto, err := time.LoadLocation("America/Toronto")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 4, 3, 0, 0, 0, time.UTC) // 3 May in Toronto
	s := journey.New(journey.Config{Now: func() time.Time { return now }, Location: toronto})
	for birth, want := range map[string]bool{"2012-05-03": false, "2012-05-04": true, "2026-01-01": true, "1950-01-01": false, "": false,
		"2020-13-01": false} {
		if got := s.Child(store.Person{BirthDate: birth}); got != want {
			t.Errorf("%s: %v", birth, got)
		}
	}
}

func TestA4Addresses(t *testing.T) {
	onBoth(t, func(w *world) {
		w.is(w.service.GiveSamePostal(w.ctx, w.by), journey.ErrNoHome)
		w.ok(w.service.GiveHome(w.ctx, w.by, home))
		w.ok(w.service.GiveHome(w.ctx, w.by, home)) // a double click
		w.later(time.Minute)
		w.ok(w.service.GiveSamePostal(w.ctx, w.by))
		if n := w.mails(store.MailAddressChanged); n != 0 {
			t.Errorf("%d notices of a change, and nothing changed", n)
		}
		w.later(time.Minute)
		moved := home
		moved.Unit = "14"
		w.ok(w.service.GiveHome(w.ctx, w.by, moved))
		postal, err := w.store.LastAddress(w.ctx, w.by.PersonID, store.PostalAddress)
		w.ok(err)
		if postal.Unit != "14" || !postal.SameAsHome {
			t.Errorf("mail goes to %+v", postal)
		}
		if n := w.mails(store.MailAddressChanged); n != 1 {
			t.Errorf("%d notices of one change", n)
		}
		w.later(time.Minute)
		w.ok(w.service.GivePostal(w.ctx, w.by, other))
		w.later(time.Minute)
		w.ok(w.service.GiveHome(w.ctx, w.by, home))
		postal, err = w.store.LastAddress(w.ctx, w.by.PersonID, store.PostalAddress)
		w.ok(err)
		if postal.City != "Ottawa" || postal.SameAsHome || postal.CareOf != "Sam Roy" {
			t.Errorf("mail goes to %+v", postal)
		}
		if n := w.mails(store.MailAddressChanged); n != 3 {
			t.Errorf("%d notices of three changes", n)
		}
		w.card(store.CardHeld)
		w.ok(w.service.GiveHome(w.ctx, w.by, moved))
		w.card(store.CardOrdered)
		w.is(w.service.GiveHome(w.ctx, w.by, home), journey.ErrOrdered)
		w.is(w.service.GivePostal(w.ctx, w.by, home), journey.ErrOrdered)
		w.is(w.service.GiveSamePostal(w.ctx, w.by), journey.ErrOrdered)
		if last, err := w.store.LastAddress(w.ctx, w.by.PersonID, store.HomeAddress); err != nil || last.Unit != "14" {
			t.Errorf("%+v %v", last, err)
		}
		w.actions()
	})
}

// TestA4AnAddressIsGivenWhileTheCardIsOrdered holds a step of the applicant against what orders cards: the card goes to the last
// address, whoever comes first.
func TestA4AnAddressIsGivenWhileTheCardIsOrdered(t *testing.T) {
	onBoth(t, func(w *world) {
		for i := range 12 {
			by := w.add(fmt.Sprint("p", i), "1990-01-01")
			w.ok(w.service.GivePostal(w.ctx, by, home))
			c, err := w.store.CaseByPerson(w.ctx, by.PersonID)
			w.ok(err)
			var both sync.WaitGroup
			var refused error
			both.Go(func() { refused = w.service.GivePostal(w.ctx, by, other) })
			both.Go(func() {
				if err := w.store.Tx(w.ctx, func(tx *store.Tx) error {
					if err := tx.HoldCase(w.ctx, c.ID); err != nil {
						return err
					}
					a, err := tx.LastAddress(w.ctx, by.PersonID, store.PostalAddress)
					if err != nil {
						return err
					}
					return tx.PutCard(w.ctx, store.Card{CaseID: c.ID, State: store.CardOrdered, PhotoID: "p", AddressID: a.ID})
				}); err != nil {
					t.Error(err)
				}
			})
			both.Wait()
			card, err := w.store.Card(w.ctx, c.ID)
			w.ok(err)
			last, err := w.store.LastAddress(w.ctx, by.PersonID, store.PostalAddress)
			w.ok(err)
			if card.AddressID != last.ID || (refused != nil && !errors.Is(refused, journey.ErrOrdered)) {
				t.Errorf("the card goes to %s, the last address is %s; %v", card.AddressID, last.ID, refused)
			}
		}
	})
}

func TestA4WrongDetailsWaitForTheOffice(t *testing.T) {
	onBoth(t, func(w *world) {
		check := func(right bool, note string) {
			w.Helper()
			w.later(time.Second)
			w.ok(w.service.CheckDetails(w.ctx, journey.DetailsCheck{By: w.by, Right: right, Note: note}))
		}
		check(true, "")
		check(false, "My name has no Ł")
		check(false, "and the birth date is wrong")
		tasks := w.open(store.OfficeWrongDetails)
		if len(tasks) != 1 || tasks[0].NoteID == "" || tasks[0].CaseID != w.theCase().ID {
			t.Fatalf("%+v", tasks)
		}
		notes, err := w.store.Notes(w.ctx, w.theCase().ID)
		w.ok(err)
		if len(notes) != 2 || notes[0].ID != tasks[0].NoteID || notes[0].Kind != store.NoteToOffice {
			t.Errorf("%+v", notes)
		}
		st, err := w.service.State(w.ctx, w.person)
		w.ok(err)
		if !st.DetailsWrong() {
			t.Error("that it is wrong is not known")
		}
		st.Person.FamilyName = "Lecka"
		if st.DetailsWrong() {
			t.Error("an answer holds for details that were changed since")
		}
		check(true, "")
		if tasks := w.open(store.OfficeWrongDetails); len(tasks) != 0 {
			t.Errorf("%+v", tasks)
		}
		check(false, "")
		w.card(store.CardHeld)
		check(false, "still")
		w.is(w.service.CheckDetails(w.ctx, journey.DetailsCheck{By: w.by, Right: true}), journey.ErrOrdered)
		if tasks := w.open(store.OfficeWrongDetails); len(tasks) != 1 {
			t.Error("a card is held for nobody")
		}
		w.card(store.CardOrdered)
		w.is(w.service.CheckDetails(w.ctx, journey.DetailsCheck{By: w.by}), journey.ErrOrdered)
		if got := w.actions(); !slices.Equal(got, slices.Repeat([]string{"details_check"}, 6)) {
			t.Error(got)
		}
	})
}

func TestA8RemindersOfSilence(t *testing.T) {
	onBoth(t, func(w *world) {
		remind := func(want, mails, office int) {
			w.Helper()
			n, err := w.service.RemindSilent(w.ctx)
			w.ok(err)
			if again, err := w.service.RemindSilent(w.ctx); err != nil || again != 0 {
				w.Fatalf("at once again: %d %v", again, err)
			}
			if n != want || w.mails(store.MailTaskReminder) != mails || len(w.open(store.OfficeUnreachable)) != office {
				w.Fatalf("%v: %d reminded, %d e-mails, %d for the office; want %d, %d, %d", w.clock, n, w.mails(store.MailTaskReminder),
					len(w.open(store.OfficeUnreachable)), want, mails, office)
			}
		}
		w.later(7*day - time.Second)
		remind(0, 0, 0)
		w.later(time.Second)
		remind(1, 1, 0) // never did anything: from the account on
		w.later(23*day - time.Second)
		remind(0, 1, 0)
		w.later(time.Second)
		remind(1, 2, 0)
		w.later(30*day - time.Second)
		remind(0, 2, 0)
		w.later(time.Second)
		remind(1, 2, 1)
		w.later(100 * day)
		remind(0, 2, 1)

		w.ok(w.service.Declare(w.ctx, w.by, store.InCanada)) // and all begins anew
		if len(w.open(store.OfficeUnreachable)) != 0 {
			t.Error("out of reach, and has just done something")
		}
		remind(0, 2, 0)
		w.later(7 * day)
		remind(1, 3, 0)

		w.move(func(c *store.CaseRow) { c.State = casefile.InReview })
		w.later(100 * day)
		remind(0, 3, 0) // the office's turn
		w.move(func(c *store.CaseRow) { c.State, c.EffectiveAt = casefile.Returned, w.clock })
		w.ok(w.store.Tx(w.ctx, func(tx *store.Tx) error { return tx.Touch(w.ctx, w.theCase().ID, w.clock.Add(-100*day)) }))
		w.later(7*day - time.Second)
		remind(0, 3, 0) // from the return on
		w.later(time.Second)
		remind(1, 4, 0)

		withdrawn := w.person
		withdrawn.WithdrawnAt = w.clock
		w.ok(w.store.Tx(w.ctx, func(tx *store.Tx) error {
			_, err := tx.PutPerson(w.ctx, withdrawn, w.clock)
			return err
		}))
		w.later(100 * day)
		remind(0, 4, 0)
		if n := strings.Count(strings.Join(w.actions(), " "), "remind"); n != 5 {
			t.Errorf("%d reminders in the history", n)
		}
	})
}

func TestA8AfterALongPauseOneReminderAtATime(t *testing.T) {
	onBoth(t, func(w *world) {
		w.later(200 * day)
		for i, want := range []int{1, 0} {
			if n, err := w.service.RemindSilent(w.ctx); err != nil || n != want {
				t.Errorf("turn %d: %d %v", i, n, err)
			}
		}
	})
}

func TestA8RemindersComeOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		for i := range 20 {
			w.add(fmt.Sprint("p", i), "1990-01-01")
		}
		w.ok(w.store.Tx(w.ctx, func(tx *store.Tx) error { // nobody without an account is reminded
			_, err := tx.PutPerson(w.ctx, store.Person{Application: "B", ClientID: "none", GivenNames: "N", Language: "en"}, w.clock)
			return err
		}))
		w.later(8 * day)
		var all sync.WaitGroup
		sums := make([]int, 4)
		for i := range sums {
			all.Go(func() {
				n, err := w.service.RemindSilent(w.ctx)
				if err != nil {
					t.Error(err)
				}
				sums[i] = n
			})
		}
		all.Wait()
		if n := w.mails(store.MailTaskReminder); n != 21 || sums[0]+sums[1]+sums[2]+sums[3] != 21 {
			t.Errorf("%d e-mails to 21 people, %v", n, sums)
		}
	})
}
