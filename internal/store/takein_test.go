package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

// family is a database with one person who was taken in and invited.
type family struct {
	*testing.T
	*store.Store
	now time.Time
	p   store.Person
}

func onFamilies(t *testing.T, test func(*family)) {
	testenv.OnBoth(t, func(t *testing.T, url string) {
		f := &family{T: t, Store: open(t, url, true), now: now, p: store.Person{Application: "A1", ClientID: "C1", GivenNames: "Zoë",
			FamilyName: "Łęcka", BirthDate: "1990-01-02", Email: "z@x.example", Language: "fr", Principal: true}}
		f.take(true, store.Added)
		test(f)
	})
}

// take takes the person in as f.p says, and expects that much.
func (f *family) take(invite bool, want store.Change, fields ...string) {
	f.Helper()
	var taken []store.Taken
	tx(f.T, f.Store, func(tx *store.Tx) (err error) {
		taken, err = tx.PutPeople(context.Background(), []store.Person{f.p}, store.TakeIn{Now: f.now, Invite: invite})
		return err
	})
	if taken[0].Change != want || !slices.Equal(taken[0].Fields, fields) {
		f.Errorf("%+v, want %s of %v", taken, want, fields)
	}
}

func (f *family) person() store.Person {
	f.Helper()
	return get[store.Person](f.T)(f.PersonByClientID(context.Background(), f.p.ClientID))
}

func (f *family) invitation() store.Invitation {
	f.Helper()
	return get[store.Invitation](f.T)(f.Invitation(context.Background(), f.person().ID))
}

// mails lists the kinds of e-mail that wait, in order.
func (f *family) mails() (kinds []store.MailKind) {
	f.Helper()
	for _, row := range get[[]store.Row](f.T)(f.DueRows(context.Background(), store.KindMail, f.now, 100)) {
		var m store.Mail
		if err := json.Unmarshal(row.Payload, &m); err != nil || row.PersonID != f.person().ID || row.Key != row.PersonID {
			f.Errorf("%+v, %v", row, err)
		}
		kinds = append(kinds, m.Kind)
	}
	return kinds
}

func (f *family) waits(want ...store.MailKind) {
	f.Helper()
	if got := f.mails(); !slices.Equal(got, want) {
		f.Errorf("waiting: %v, want %v", got, want)
	}
}

// sent hands all e-mails over, as the mailer does with the first invitation.
func (f *family) sent() {
	f.Helper()
	tx(f.T, f.Store, func(tx *store.Tx) error {
		rows, err := tx.DueRows(context.Background(), store.KindMail, f.now, 100)
		for _, row := range rows {
			err = errors.Join(err, tx.MarkSent(context.Background(), row.ID, f.now))
		}
		i, getErr := tx.Invitation(context.Background(), f.person2(tx))
		i.SentAt, i.ExpiresAt, i.Reminders = f.now, f.now.Add(30*24*time.Hour), 1
		return errors.Join(err, getErr, tx.SaveInvitation(context.Background(), i))
	})
}

func (f *family) person2(tx *store.Tx) string {
	return get[store.Person](f.T)(tx.PersonByClientID(context.Background(), f.p.ClientID)).ID
}

func (f *family) change(state store.InvitationState, change func(*store.Invitation)) {
	f.Helper()
	tx(f.T, f.Store, func(tx *store.Tx) error {
		i, err := tx.Invitation(context.Background(), f.person2(tx))
		i.State = state
		if change != nil {
			change(&i)
		}
		return errors.Join(err, tx.SaveInvitation(context.Background(), i))
	})
}

func (f *family) history() (actions []string) {
	f.Helper()
	c := get[store.CaseRow](f.T)(f.CaseByPerson(context.Background(), f.person().ID))
	for _, e := range get[[]store.Entry](f.T)(f.History(context.Background(), c.ID)) {
		if e.Actor != store.ActorOffice {
			f.Errorf("%+v", e)
		}
		actions = append(actions, e.Action)
	}
	return actions
}

func TestA1WhoIsNewIsInvited(t *testing.T) {
	onFamilies(t, func(f *family) {
		f.waits(store.MailInvitation)
		if i := f.invitation(); i.State != store.InvitationWaiting || !i.QueuedAt.Equal(now) || !i.SentAt.IsZero() {
			t.Errorf("%+v", i)
		}
		f.take(true, store.Unchanged)
		f.waits(store.MailInvitation)
		f.p.ClientID = "C2" // told not to
		f.take(false, store.Added)
		f.p.ClientID, f.p.WithdrawnAt = "C3", now // withdrawn from the first
		f.take(true, store.Added)
		f.p.ClientID = "C1"
		f.waits(store.MailInvitation)
		for _, client := range []string{"C2", "C3"} {
			p := get[store.Person](t)(f.PersonByClientID(context.Background(), client))
			if _, err := f.Invitation(context.Background(), p.ID); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s is invited: %v", client, err)
			}
		}
	})
}

func TestA1AnotherAddressUpstreamInvitesAgain(t *testing.T) {
	onFamilies(t, func(f *family) {
		f.sent()
		tx(t, f.Store, func(tx *store.Tx) error {
			_, err := tx.OpenOfficeTask(context.Background(), store.OfficeTask{Kind: store.OfficeBounced, PersonID: f.person2(tx), OpenedBy: store.ActorMachine, OpenedAt: now})
			return errors.Join(err, tx.InsertLink(context.Background(), store.Link{TokenHash: "t", Kind: store.LinkInvitation, PersonID: f.person2(tx),
				ExpiresAt: now.Add(30 * 24 * time.Hour), CreatedAt: now}))
		})
		f.change(store.InvitationWaiting, func(i *store.Invitation) { i.BouncedAt, i.HeldAt = now, now })
		f.now = now.Add(time.Hour)
		f.p.Email = "new@x.example"
		f.take(true, store.Updated, store.FieldEmail)
		f.waits(store.MailInvitation)
		if i := f.invitation(); !reflect.DeepEqual(i, store.Invitation{PersonID: f.person().ID, State: store.InvitationWaiting, QueuedAt: f.now}) {
			t.Errorf("%+v", i)
		}
		if l := get[store.Link](t)(f.Link(context.Background(), "t")); l.UsedAt.IsZero() {
			t.Errorf("the link in a stranger's mailbox opens until %v", l.ExpiresAt)
		}
		if open := get[[]store.OfficeTask](t)(f.OpenOfficeTasks(context.Background(), 9)); len(open) != 0 {
			t.Errorf("%+v", open)
		}
		// Once more before it goes out: one e-mail is enough, it is written when it goes.
		f.p.Email = "newer@x.example"
		f.take(true, store.Updated, store.FieldEmail)
		f.waits(store.MailInvitation)
		if got := f.history(); !slices.Equal(got, []string{"details_changed", "details_changed"}) {
			t.Errorf("history %v", got)
		}
	})
}

func TestA1AnotherAddressUpstreamLater(t *testing.T) {
	onFamilies(t, func(f *family) {
		takeBounced := func(email string, invite bool) { // mail to the address until now has come back
			tx(t, f.Store, func(tx *store.Tx) error {
				_, err := tx.OpenOfficeTask(context.Background(), store.OfficeTask{Kind: store.OfficeBounced, PersonID: f.person2(tx),
					OpenedBy: store.ActorMachine, OpenedAt: now})
				return err
			})
			f.p.Email = email
			f.take(invite, store.Updated, store.FieldEmail)
			if open := get[[]store.OfficeTask](t)(f.OpenOfficeTasks(context.Background(), 9)); len(open) != 0 {
				t.Errorf("%s: %+v", email, open)
			}
		}
		f.sent()
		// Nobody is to be invited now: what lies at the old address is worthless, and a reminder brings a link to the new one.
		tx(t, f.Store, func(tx *store.Tx) error {
			return tx.InsertLink(context.Background(), store.Link{TokenHash: "t", Kind: store.LinkInvitation, PersonID: f.person2(tx),
				ExpiresAt: now.Add(time.Hour), CreatedAt: now})
		})
		takeBounced("waiting@x.example", false)
		f.waits()
		if l := get[store.Link](t)(f.Link(context.Background(), "t")); l.UsedAt.IsZero() {
			t.Error("the link in a stranger's mailbox opens")
		}
		f.change(store.InvitationDeclined, nil)
		takeBounced("declined@x.example", true)
		f.waits()
		f.change(store.InvitationConfirmed, nil)
		takeBounced("confirmed@x.example", true) // as for any change of an address, both are told
		f.waits(store.MailEmailChanged, store.MailEmailChanged)
		f.sent()
		f.p.FamilyName, f.p.BirthDate, f.p.Principal, f.p.Application = "Nowak", "1990-02-01", false, "A2"
		f.take(true, store.Updated, store.FieldApplication, store.FieldFamilyName, store.FieldBirthDate, store.FieldPrincipal)
		f.waits()
		if got := f.person(); got.Email != f.p.Email || got.FamilyName != "Nowak" || got.BirthDate != "1990-02-01" || got.Principal || got.Application != "A2" {
			t.Errorf("%+v", got)
		}
	})
}

// TestA1WhatLiesAtAnAddressThatWasGivenUpIsWorthless: upstream puts the address right before the person has signed in.
func TestA1WhatLiesAtAnAddressThatWasGivenUpIsWorthless(t *testing.T) {
	onFamilies(t, func(f *family) {
		ctx, id := context.Background(), f.person().ID
		f.sent()
		f.change(store.InvitationConfirmed, nil)
		tx(t, f.Store, func(tx *store.Tx) error {
			opened, err := tx.OpenAccount(ctx, store.Account{ID: store.NewID(), Role: store.RoleApplicant, Username: store.NewID(), PersonID: id,
				PasswordHash: "x", TemporaryUntil: f.now.Add(time.Hour), CreatedAt: f.now})
			if !opened {
				t.Error("no account")
			}
			for _, kind := range []store.LinkKind{store.LinkInvitation, store.LinkReset} {
				err = errors.Join(err, tx.InsertLink(ctx, store.Link{TokenHash: "later " + string(kind) + id, Kind: kind, PersonID: id,
					ExpiresAt: f.now.Add(time.Hour), CreatedAt: f.now}))
			}
			return err
		})
		f.p.Email = "right@x.example"
		f.take(true, store.Updated, store.FieldEmail)
		f.waits(store.MailEmailChanged, store.MailEmailChanged, store.MailCredentials)
		f.p.Email = "righter@x.example" // the e-mail that waits goes to the address of then
		f.take(true, store.Updated, store.FieldEmail)
		f.waits(store.MailEmailChanged, store.MailEmailChanged, store.MailCredentials, store.MailEmailChanged, store.MailEmailChanged)
		for _, kind := range []store.LinkKind{store.LinkInvitation, store.LinkReset} {
			if l := get[store.Link](t)(f.Link(ctx, "later "+string(kind)+id)); l.UsedAt.IsZero() {
				t.Errorf("the %s link at the old address is good", kind)
			}
		}
	})
}

func TestP7AWithdrawnApplicationStopsTheOffice(t *testing.T) {
	onFamilies(t, func(f *family) {
		ctx := context.Background()
		f.sent()
		c := get[store.CaseRow](t)(f.CaseByPerson(ctx, f.person().ID))
		officer := store.Account{ID: "olga", Role: store.RoleSupervisor}
		tx(t, f.Store, func(tx *store.Tx) error {
			before := c.Version
			err := errors.Join(c.Apply(casefile.Upload), c.Apply(casefile.Submit), c.Apply(casefile.Queue))
			c.Lane, c.DueAt = casefile.LaneClean, now
			_, taskErr := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeWrongDetails, PersonID: c.PersonID, OpenedBy: store.ActorApplicant, OpenedAt: now})
			err = errors.Join(err, taskErr, tx.SaveCase(ctx, c, before))
			_, leaseErr := tx.LeaseNext(ctx, officer, now, time.Hour)
			return errors.Join(err, leaseErr)
		})
		queue := func() (listed, counted int) {
			for _, l := range get[[]store.LaneCount](t)(f.QueueCounts(ctx, now)) {
				counted += l.Waiting
			}
			return len(get[[]store.CaseRow](t)(f.CasesInReview(ctx, 9))), counted
		}
		held := func() []store.OfficeTask { return get[[]store.OfficeTask](t)(f.OpenOfficeTasks(ctx, 9)) }

		f.now, f.p.WithdrawnAt = now.Add(time.Minute), now.Add(time.Minute)
		f.take(true, store.Updated, store.FieldStatus)
		f.waits()
		if listed, counted := queue(); listed+counted+len(held()) != 0 {
			t.Errorf("%d listed, %d counted, %v", listed, counted, held())
		}
		for what, err := range map[string]error{
			"next":  f.Tx(ctx, func(tx *store.Tx) error { _, err := tx.LeaseNext(ctx, officer, now, time.Hour); return err }),
			"lease": f.Tx(ctx, func(tx *store.Tx) error { _, err := tx.LeaseCase(ctx, c.ID, officer.ID, now, time.Hour); return err }),
			"asked": f.NotWithdrawn(ctx, c.PersonID),
		} {
			if want := map[string]error{"next": store.ErrNotFound, "lease": store.ErrStale, "asked": store.ErrWithdrawn}[what]; !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", what, err, want)
			}
		}
		if row := get[store.CaseRow](t)(f.Case(ctx, c.ID)); row.LeasedBy != "" || row.State != casefile.InReview || row.Version != c.Version {
			t.Errorf("%+v", row)
		}

		f.now, f.p.WithdrawnAt = now.Add(time.Hour), time.Time{}
		f.take(true, store.Updated, store.FieldStatus)
		if listed, counted := queue(); listed != 1 || counted != 1 {
			t.Errorf("%d listed, %d counted", listed, counted)
		}
		if tasks := held(); len(tasks) != 1 || tasks[0].Kind != store.OfficeWrongDetails || tasks[0].Outcome != "" {
			t.Errorf("the card is not held any more: %+v", tasks)
		}
		if err := f.NotWithdrawn(ctx, c.PersonID); err != nil {
			t.Error(err)
		}
		f.waits(store.MailInvitation) // not answered: invited anew
		if got := f.history(); !slices.Equal(got, []string{"withdrawn", "approved_again"}) {
			t.Errorf("history %v", got)
		}
	})
}

func TestP7ApprovedAgain(t *testing.T) {
	onFamilies(t, func(f *family) {
		again := func(want ...store.MailKind) {
			t.Helper()
			f.sent()
			for _, at := range []time.Time{f.now, {}} {
				f.p.WithdrawnAt = at
				f.take(true, store.Updated, store.FieldStatus)
			}
			f.waits(want...)
		}
		f.sent()
		f.change(store.InvitationWaiting, func(i *store.Invitation) { i.HeldAt = now })
		again()
		f.change(store.InvitationDeclined, func(i *store.Invitation) { i.HeldAt = time.Time{} })
		again()
		f.change(store.InvitationConfirmed, nil)
		again() // no account yet: it waits for the list
		account := store.Account{ID: "a", Role: store.RoleApplicant, Username: "zoe", PersonID: f.person().ID, PasswordHash: "x", TemporaryUntil: now, CreatedAt: now}
		tx(t, f.Store, func(tx *store.Tx) error { return tx.InsertAccount(context.Background(), account) })
		again(store.MailCredentials) // the e-mail with the temporary password may have been dropped
		f.p.ClientID, f.p.WithdrawnAt = "C9", now
		f.take(true, store.Added)
		f.p.WithdrawnAt = time.Time{}
		f.take(true, store.Updated, store.FieldStatus)
		if i := f.invitation(); i.State != store.InvitationWaiting {
			t.Errorf("%+v", i)
		}
	})
}

func TestP7ManyAtOnce(t *testing.T) {
	onFamilies(t, func(f *family) {
		var people []store.Person
		for i := range 250 { // more than one statement takes
			p := f.p
			p.ClientID = fmt.Sprint("C", i)
			people = append(people, p)
		}
		people[1].FamilyName = "Nowak" // C1 is there
		put := func(people []store.Person) (taken []store.Taken, err error) {
			err = f.Tx(context.Background(), func(tx *store.Tx) (err error) {
				taken, err = tx.PutPeople(context.Background(), people, store.TakeIn{Now: now, Invite: true})
				return err
			})
			return taken, err
		}
		taken, err := put(people)
		counts := map[store.Change]int{}
		for _, one := range taken {
			counts[one.Change]++
		}
		if err != nil || counts[store.Added] != 249 || counts[store.Updated] != 1 || taken[1].Change != store.Updated {
			t.Errorf("%v, %v", counts, err)
		}
		rows := get[[]store.Row](t)(f.DueMails(context.Background(), now, 1000))
		if slices.ContainsFunc(rows, func(r store.Row) bool { return !r.Bulk }) || len(rows) != 250 {
			t.Errorf("%d invitations, or one of them goes before what a person waits for", len(rows))
		}
		if _, err := put([]store.Person{f.p, f.p}); err == nil {
			t.Error("one person twice at once was taken in")
		}
	})
}

// TestP7WhatAPersonChoosesMeanwhileStays runs updates of a person against the person's own choice of language.
func TestP7WhatAPersonChoosesMeanwhileStays(t *testing.T) {
	onFamilies(t, func(f *family) {
		ctx := context.Background()
		id := f.person().ID
		done := make(chan error)
		go func() { done <- f.Tx(ctx, func(tx *store.Tx) error { return tx.SetLanguage(ctx, id, "en", now) }) }()
		for i := range 40 {
			p := f.p
			p.FamilyName = fmt.Sprint("Łęcka ", i)
			err := f.Tx(ctx, func(tx *store.Tx) error {
				_, err := tx.PutPeople(ctx, []store.Person{p}, store.TakeIn{Now: now})
				return err
			})
			if err != nil && !errors.Is(err, store.ErrStale) {
				t.Fatal(err)
			}
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if p := f.person(); p.Language != "en" || !p.LanguageChosen {
			t.Errorf("%+v", p)
		}
	})
}
