package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"prportal.example/internal/store"
)

// member adds a person and returns it.
func member(t *testing.T, s *store.Store, client, email string) store.Person {
	t.Helper()
	tx(t, s, func(tx *store.Tx) error {
		_, err := tx.PutPerson(context.Background(), store.Person{Application: "A", ClientID: client, GivenNames: "Zoë", BirthDate: "1990-01-02",
			Email: email, Language: "fr"}, now)
		return err
	})
	return get[store.Person](t)(s.PersonByClientID(context.Background(), client))
}

func credentials(t *testing.T, s *store.Store) {
	ctx := context.Background()
	p := member(t, s, "C-cred", "zoe@x.example")
	a := store.Account{ID: store.NewID(), Role: store.RoleApplicant, Username: "zoe-1", PersonID: p.ID, PasswordHash: "h", CreatedAt: now,
		TemporaryUntil: now}
	again := a
	again.ID = store.NewID()
	tx(t, s, func(tx *store.Tx) error {
		first, err := tx.OpenAccount(ctx, a)
		if err != nil || !first {
			t.Errorf("%t, %v", first, err)
		}
		second, err := tx.OpenAccount(ctx, again)
		if err != nil || second {
			t.Errorf("again: %t, %v", second, err)
		}
		_, err = tx.AccountByPerson(ctx, p.ID) // the transaction is still good
		return err
	})
	fresh := func() store.Account { t.Helper(); return get[store.Account](t)(s.Account(ctx, a.ID)) }
	stale := func(what string, do func(*store.Tx) error) {
		t.Helper()
		if err := s.Tx(ctx, do); !errors.Is(err, store.ErrStale) {
			t.Errorf("%s: %v", what, err)
		}
	}

	tx(t, s, func(tx *store.Tx) error { return tx.SetTemporaryPassword(ctx, a.ID, "t", now.Add(time.Hour)) })
	if got := fresh(); got.PasswordHash != "t" || got.Epoch != 1 || !got.TemporaryUntil.Equal(now.Add(time.Hour)) {
		t.Errorf("%+v", got)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.SignInFailed(ctx, a.ID, now.Add(-time.Hour), now) })
	tx(t, s, func(tx *store.Tx) error { return tx.SignInSucceeded(ctx, a.ID, now) })
	if got := fresh(); got.Failures != 1 || !got.SignedInAt.Equal(now) {
		t.Errorf("wrong tries are forgotten before the birth date was given: %+v", got)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.SignInFailed(ctx, a.ID, now.Add(-time.Hour), now.Add(time.Minute)) })
	if got := fresh(); got.Failures != 2 || !got.LastFailedAt.Equal(now.Add(time.Minute)) {
		t.Errorf("%+v", got)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.SignInFailed(ctx, a.ID, now.Add(time.Hour), now.Add(2*time.Hour)) })
	if got := fresh(); got.Failures != 1 {
		t.Errorf("wrong tries of long ago count: %+v", got)
	}
	before := fresh()
	tx(t, s, func(tx *store.Tx) error { return tx.SetOwnPassword(ctx, before, "own") })
	if got := fresh(); got.PasswordHash != "own" || got.Epoch != 2 || !got.TemporaryUntil.IsZero() || got.Failures != 0 {
		t.Errorf("%+v", got)
	}
	stale("an own password on what was read before", func(tx *store.Tx) error { return tx.SetOwnPassword(ctx, before, "x") })
	stale("sessions of what was read before", func(tx *store.Tx) error { return tx.EndSessions(ctx, before) })
	stale("a temporary password over an own one", func(tx *store.Tx) error { return tx.SetTemporaryPassword(ctx, a.ID, "x", now) })
	tx(t, s, func(tx *store.Tx) error { return tx.EndSessions(ctx, fresh()) })

	for _, hash := range []string{"one", "two"} {
		tx(t, s, func(tx *store.Tx) error {
			return tx.InsertLink(ctx, store.Link{TokenHash: hash, Kind: store.LinkReset, PersonID: p.ID, AccountID: a.ID, ExpiresAt: now.Add(time.Hour), CreatedAt: now})
		})
	}
	tx(t, s, func(tx *store.Tx) error { return tx.UseLink(ctx, "one", now) })
	tx(t, s, func(tx *store.Tx) error { return tx.EndLinks(ctx, p.ID, store.LinkReset, now.Add(time.Minute)) })
	for hash, used := range map[string]time.Time{"one": now, "two": now.Add(time.Minute)} {
		if got := get[store.Link](t)(s.Link(ctx, hash)); !got.UsedAt.Equal(used) {
			t.Errorf("link %s: used at %v", hash, got.UsedAt)
		}
	}

	if got := get[[]store.Account](t)(s.AccountsByEmail(ctx, "ZOE@X.example")); len(got) != 1 || got[0].ID != a.ID {
		t.Errorf("%+v", got)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.CloseAccount(ctx, a.ID, now) })
	stale("closed twice", func(tx *store.Tx) error { return tx.CloseAccount(ctx, a.ID, now) })
	if got := fresh(); !got.ClosedAt.Equal(now) || got.Epoch != 4 {
		t.Errorf("%+v", got)
	}
	if got := get[[]store.Account](t)(s.AccountsByEmail(ctx, "zoe@x.example")); len(got) != 0 {
		t.Errorf("a closed account: %+v", got)
	}
}

func emailChanges(t *testing.T, s *store.Store) {
	ctx := context.Background()
	p := member(t, s, "C-mail", "old@x.example")
	tx(t, s, func(tx *store.Tx) error {
		_, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeBounced, PersonID: p.ID, OpenedBy: store.ActorMachine, OpenedAt: now})
		return err
	})
	for range 2 { // the second time it is no change any more
		tx(t, s, func(tx *store.Tx) error { return tx.ChangeEmail(ctx, p.ID, "new@x.example", p.ID, now) })
	}
	if got := get[store.Person](t)(s.Person(ctx, p.ID)); got.Email != "new@x.example" || !got.EmailChosen {
		t.Errorf("%+v", got)
	}
	member(t, s, "C-mail", "upstream@x.example")
	if got := get[store.Person](t)(s.Person(ctx, p.ID)); got.Email != "new@x.example" {
		t.Errorf("upstream changed it to %s", got.Email)
	}
	if n := get[int](t)(s.MailsSince(ctx, p.ID, store.MailEmailChanged, now.Add(-time.Second))); n != 2 {
		t.Errorf("%d e-mails", n)
	}
	if n := get[int](t)(s.MailsSince(ctx, p.ID, store.MailEmailChanged, now)); n != 0 {
		t.Errorf("%d e-mails later", n)
	}
	told := map[bool]int{}
	for _, row := range get[[]store.Row](t)(s.DueRows(ctx, store.KindMail, now, 100)) {
		var m store.Mail
		if err := json.Unmarshal(row.Payload, &m); err != nil {
			t.Fatal(err)
		}
		if m.PersonID != p.ID || m.Kind != store.MailEmailChanged {
			continue
		}
		told[m.ToOldAddress]++
		c := get[store.EmailChange](t)(s.EmailChange(ctx, m.EmailChangeID))
		if c.OldEmail != "old@x.example" || c.NewEmail != "new@x.example" || c.ChangedBy != p.ID || !c.ChangedAt.Equal(now) {
			t.Errorf("%+v", c)
		}
	}
	if told[true] != 1 || told[false] != 1 {
		t.Errorf("told %v", told)
	}
	if tasks := get[[]store.OfficeTask](t)(s.OfficeTasksOfPerson(ctx, p.ID)); len(tasks) != 1 || tasks[0].DoneAt.IsZero() {
		t.Errorf("%+v", tasks)
	}
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.ChangeEmail(ctx, "nobody", "n@x.example", "", now) }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
