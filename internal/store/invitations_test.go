package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

// TestA1InvitationsAreStored is the contract of a database for invitations, their links and changes of addresses.
func TestA1InvitationsAreStored(t *testing.T) {
	testenv.OnBoth(t, func(t *testing.T, url string) {
		s := open(t, url, true)
		invitations(t, s)
		bounces(t, s)
		linkTries(t, s)
	})
}

func invitations(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase(t, s, "I1")
	invite := func() error {
		return s.Tx(ctx, func(tx *store.Tx) error { return tx.InsertInvitation(ctx, c.PersonID, now) })
	}
	if _, err := s.Invitation(ctx, c.PersonID); !errors.Is(err, store.ErrNotFound) {
		// The database may invite whoever is added.
		if err != nil {
			t.Fatal(err)
		}
	} else if err := invite(); err != nil {
		t.Fatal(err)
	}
	if err := invite(); !errors.Is(err, store.ErrExists) {
		t.Errorf("a second invitation: %v", err)
	}
	want := store.Invitation{PersonID: c.PersonID, State: store.InvitationConfirmed, QueuedAt: now, SentAt: now.Add(1e9), ExpiresAt: now.Add(2e9),
		Reminders: 2, RemindedAt: now.Add(3e9), BouncedAt: now.Add(4e9), AnsweredAt: now.Add(5e9), ListConfirmedAt: now.Add(6e9),
		HeldAt: now.Add(7e9), NextAt: now.Add(8e9)}
	tx(t, s, func(tx *store.Tx) error { return tx.SaveInvitation(ctx, want) })
	if got := get[store.Invitation](t)(s.Invitation(ctx, c.PersonID)); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.SaveInvitation(ctx, store.Invitation{PersonID: "nobody"}) }); !errors.Is(err, store.ErrStale) {
		t.Errorf("nobody's invitation: %v", err)
	}
	due := func(at time.Time, skip int) []string { return get[[]string](t)(s.DueInvitations(ctx, at, skip, 9)) }
	if n := len(due(now.Add(8e9-1e6), 0)); n != 0 {
		t.Errorf("%d due too early", n)
	}
	if got := due(now.Add(8e9), 0); len(got) != 1 || got[0] != c.PersonID || len(due(now.Add(8e9), 1)) != 0 {
		t.Errorf("due: %v", got)
	}
	if got := get[[]store.Invitation](t)(s.InvitationsOfApplication(ctx, "A1")); len(got) != 1 || got[0] != want {
		t.Errorf("%+v", got)
	}
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.LockApplication(ctx, "none") }); !errors.Is(err, store.ErrStale) {
		t.Errorf("no such application: %v", err)
	}
}

// bounces looks at what a bounce does to a member who waits.
func bounces(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c, other := newCase(t, s, "I2"), newCase(t, s, "I3")
	for _, id := range []string{c.PersonID, other.PersonID} {
		tx(t, s, func(tx *store.Tx) error {
			if _, err := tx.Invitation(ctx, id); err == nil {
				return nil
			}
			return tx.InsertInvitation(ctx, id, now)
		})
	}
	bounce := func() store.Invitation {
		tx(t, s, func(tx *store.Tx) error { return tx.InvitationBounced(ctx, c.PersonID, now) })
		return get[store.Invitation](t)(s.Invitation(ctx, c.PersonID))
	}
	if i := bounce(); !i.BouncedAt.IsZero() {
		t.Errorf("bounced before it was sent: %+v", i)
	}
	tx(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.SaveInvitation(ctx, store.Invitation{PersonID: c.PersonID, State: store.InvitationWaiting, SentAt: now, NextAt: now.Add(1e12)}),
			tx.SaveInvitation(ctx, store.Invitation{PersonID: other.PersonID, State: store.InvitationConfirmed, NextAt: now.Add(1e12)}))
	})
	for range 2 {
		if i := bounce(); !i.BouncedAt.Equal(now) || !i.NextAt.IsZero() {
			t.Errorf("%+v", i)
		}
	}
	if tasks := get[[]store.OfficeTask](t)(s.OfficeTasksOfPerson(ctx, c.PersonID)); len(tasks) != 1 || tasks[0].CaseID != c.ID {
		t.Errorf("%+v", tasks)
	}
	if i := get[store.Invitation](t)(s.Invitation(ctx, other.PersonID)); !i.NextAt.Equal(now) {
		t.Errorf("who waits is looked at at %v", i.NextAt)
	}
	tx(t, s, func(tx *store.Tx) error {
		return tx.SaveInvitation(ctx, store.Invitation{PersonID: c.PersonID, State: store.InvitationConfirmed, SentAt: now})
	})
	if i := bounce(); !i.BouncedAt.IsZero() {
		t.Errorf("bounced after the answer: %+v", i)
	}
}

func linkTries(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase(t, s, "I4")
	tx(t, s, func(tx *store.Tx) error {
		for _, hash := range []string{"one", "two"} {
			if err := tx.InsertLink(ctx, store.Link{TokenHash: hash, Kind: store.LinkInvitation, PersonID: c.PersonID, ExpiresAt: now.Add(1e12),
				CreatedAt: now}); err != nil {
				return err
			}
		}
		return tx.InsertLink(ctx, store.Link{TokenHash: "reset", Kind: store.LinkReset, PersonID: c.PersonID, ExpiresAt: now.Add(1e12), CreatedAt: now})
	})
	read := get[store.Link](t)(s.Link(ctx, "one"))
	var counted atomic.Int32
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			err := s.Tx(ctx, func(tx *store.Tx) error { return tx.LinkFailed(ctx, read, now) })
			if err == nil {
				counted.Add(1)
			} else if !errors.Is(err, store.ErrStale) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if l := get[store.Link](t)(s.Link(ctx, "one")); counted.Load() != 1 || l.Failures != 1 || !l.LastFailedAt.Equal(now) {
		t.Errorf("%d of 16 tries were counted on what each had read, %+v", counted.Load(), l)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.LinkSucceeded(ctx, "one") })
	tx(t, s, func(tx *store.Tx) error { return tx.UseLink(ctx, "two", now) })
	for range 2 {
		tx(t, s, func(tx *store.Tx) error { return tx.EndLinks(ctx, c.PersonID, store.LinkInvitation, now.Add(1e9)) })
	}
	one, two, reset := get[store.Link](t)(s.Link(ctx, "one")), get[store.Link](t)(s.Link(ctx, "two")), get[store.Link](t)(s.Link(ctx, "reset"))
	if one.Failures != 0 || !one.LastFailedAt.IsZero() || !one.UsedAt.Equal(now.Add(1e9)) || !two.UsedAt.Equal(now) || !reset.UsedAt.IsZero() {
		t.Errorf("%+v\n%+v\n%+v", one, two, reset)
	}
}
