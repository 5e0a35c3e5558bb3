package store_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

func TestA5ProofsOnSQLite(t *testing.T)     { proofs(t, testenv.SQLite) }
func TestA5ProofsOnPostgreSQL(t *testing.T) { proofs(t, testenv.Postgres) }

// proofs is what a database has to keep of proofs of status.
func proofs(t *testing.T, database func(testing.TB) string) {
	for name, test := range map[string]func(*testing.T, *store.Store){
		"a proof's way":                            proofsWay,
		"who may have none is left out":            proofsLeftOut,
		"a claim ends, and names its attempt":      proofsClaims,
		"16 goroutines ask, one proof":             contendedRequest,
		"16 workers, one document":                 contendedClaim,
		"16 revoke and 16 issue, one of them":      contendedEnd,
		"a worker is woken by what has to be made": proofsWake,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t, database(t), true)) })
	}
}

func declare(t testing.TB, s *store.Store, personID string, answer store.Answer, at time.Time) {
	t.Helper()
	tx(t, s, func(tx *store.Tx) error {
		return tx.AddDeclaration(context.Background(), store.Declaration{PersonID: personID, Answer: answer, AccountID: "a", MadeAt: at})
	})
}

// newProof makes a person in Canada with a proof that can be made.
func newProof(t testing.TB, s *store.Store, client string) store.Proof {
	t.Helper()
	p := store.Proof{ID: store.NewID(), PersonID: newCase(t, s, client).PersonID, Number: "PS-" + client, State: store.ProofConfirmed,
		RequestedAt: now, ConfirmedAt: now}
	declare(t, s, p.PersonID, store.InCanada, now)
	tx(t, s, func(tx *store.Tx) error {
		added, err := tx.InsertProof(context.Background(), p)
		if err == nil && !added {
			err = errors.New("not added")
		}
		return err
	})
	return get[store.Proof](t)(s.Proof(context.Background(), p.ID))
}

func claim(s *store.Store, at time.Time) (p store.Proof, err error) {
	err = s.Tx(context.Background(), func(tx *store.Tx) (err error) {
		p, err = tx.ClaimProof(context.Background(), at, at.Add(time.Minute))
		return err
	})
	return p, err
}

func issue(s *store.Store, p store.Proof) error {
	p.IssuedAt, p.SHA256, p.Size = now.Add(time.Hour), "ab", 7
	return s.Tx(context.Background(), func(tx *store.Tx) error { return tx.IssueProof(context.Background(), p) })
}

func proofsWay(t *testing.T, s *store.Store) {
	ctx := context.Background()
	person := newCase(t, s, "C1").PersonID
	if _, err := s.LastProof(ctx, person); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("before any: %v", err)
	}
	first := store.Proof{ID: store.NewID(), PersonID: person, Number: "PS-1", State: store.ProofRequested, RequestedAt: now}
	insert := func(p store.Proof) (added bool) {
		t.Helper()
		tx(t, s, func(tx *store.Tx) (err error) { added, err = tx.InsertProof(ctx, p); return err })
		return added
	}
	second := first
	second.ID, second.Number = store.NewID(), "PS-2"
	if !insert(first) || insert(second) {
		t.Error("one is added, another beside it is not")
	}
	declare(t, s, person, store.InCanada, now)
	if _, err := claim(s, now.Add(time.Hour)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("claimed before an officer's word: %v", err)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.ConfirmProof(ctx, first.ID, now.Add(time.Minute)) })
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.ConfirmProof(ctx, first.ID, now) }); !errors.Is(err, store.ErrStale) {
		t.Errorf("confirmed twice: %v", err)
	}
	if w := get[store.Waiting](t)(s.WaitingProofs(ctx)); w.Rows != 1 || !w.Oldest.Equal(now.Add(time.Minute)) {
		t.Errorf("%+v", w)
	}
	claimed, err := claim(s, now.Add(time.Minute))
	if err != nil || claimed.ID != first.ID || claimed.Attempts != 1 {
		t.Fatalf("%+v, %v", claimed, err)
	}
	if err := issue(s, claimed); err != nil {
		t.Fatal(err)
	}
	got := get[store.Proof](t)(s.ProofByNumber(ctx, "PS-1"))
	if got.State != store.ProofIssued || got.SHA256 != "ab" || got.Size != 7 || !got.IssuedAt.Equal(now.Add(time.Hour)) || !got.AvailableAt.IsZero() {
		t.Errorf("%+v", got)
	}
	if insert(second) {
		t.Error("a second one beside an issued one")
	}
	tx(t, s, func(tx *store.Tx) error { return tx.RevokeProof(ctx, first.ID, now.Add(2*time.Hour)) })
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.RevokeProof(ctx, first.ID, now) }); !errors.Is(err, store.ErrStale) {
		t.Errorf("revoked twice: %v", err)
	}
	second.RequestedAt = now.Add(-time.Hour) // a clock that went back: the valid one is the last all the same
	if !insert(second) {
		t.Error("no new one after it was revoked")
	}
	if last := get[store.Proof](t)(s.LastProof(ctx, person)); last.ID != second.ID {
		t.Errorf("the last one is %+v", last)
	}
	if all := get[[]store.Proof](t)(s.ProofsOfPerson(ctx, person)); len(all) != 2 {
		t.Errorf("%d on record", len(all))
	}
}

func proofsLeftOut(t *testing.T, s *store.Store) {
	ctx := context.Background()
	p := newProof(t, s, "C1")
	none := func(why string) {
		t.Helper()
		if _, err := claim(s, now.Add(time.Hour)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", why, err)
		}
		if get[bool](t)(s.ProofDue(ctx, now.Add(time.Hour))) || get[store.Waiting](t)(s.WaitingProofs(ctx)).Rows != 0 {
			t.Errorf("%s: it waits to be made", why)
		}
	}
	declare(t, s, p.PersonID, store.NotInCanada, now.Add(time.Minute))
	none("not in Canada")
	declare(t, s, p.PersonID, store.InCanada, now.Add(2*time.Minute))
	claimed, err := claim(s, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	declare(t, s, p.PersonID, store.NotInCanada, now.Add(3*time.Minute))
	if err := issue(s, claimed); !errors.Is(err, store.ErrStale) {
		t.Errorf("issued to somebody who left while it was made: %v", err)
	}
	declare(t, s, p.PersonID, store.InCanada, now.Add(4*time.Minute))
	person := get[store.Person](t)(s.Person(ctx, p.PersonID))
	person.WithdrawnAt = now
	tx(t, s, func(tx *store.Tx) error { _, err := tx.PutPerson(ctx, person, now); return err })
	none("withdrawn")
	if err := issue(s, claimed); !errors.Is(err, store.ErrStale) {
		t.Errorf("issued to somebody who was withdrawn while it was made: %v", err)
	}
}

func proofsClaims(t *testing.T, s *store.Store) {
	ctx := context.Background()
	newProof(t, s, "C1")
	dead, err := claim(s, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := claim(s, now.Add(59*time.Second)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("claimed while another makes it: %v", err)
	}
	second, err := claim(s, now.Add(time.Minute))
	if err != nil || second.ID != dead.ID || second.Attempts != 2 {
		t.Fatalf("%+v, %v", second, err)
	}
	// The first was only slow. What it brings now counts for nothing.
	if err := issue(s, dead); !errors.Is(err, store.ErrStale) {
		t.Errorf("an old attempt issued it: %v", err)
	}
	fail := func(p store.Proof, again time.Time) error {
		return s.Tx(ctx, func(tx *store.Tx) error { return tx.ProofFailed(ctx, p.ID, p.Attempts, "no paper", again) })
	}
	if err := fail(dead, now); !errors.Is(err, store.ErrStale) {
		t.Errorf("an old attempt puts it off: %v", err)
	}
	again := now.Add(time.Hour)
	if err := fail(second, again); err != nil {
		t.Error(err)
	}
	if p := get[store.Proof](t)(s.Proof(ctx, dead.ID)); p.LastError != "no paper" || !p.AvailableAt.Equal(again) || p.State != store.ProofConfirmed {
		t.Errorf("%+v", p)
	}
	if get[bool](t)(s.ProofDue(ctx, again.Add(-time.Second))) || !get[bool](t)(s.ProofDue(ctx, again)) {
		t.Error("it is not due when it was put off to")
	}
}

func contendedRequest(t *testing.T, s *store.Store) {
	ctx := context.Background()
	person := newCase(t, s, "C1").PersonID
	var added atomic.Int32
	together(t, nil, func(int) error {
		return s.Tx(ctx, func(tx *store.Tx) error {
			id := store.NewID()
			is, err := tx.InsertProof(ctx, store.Proof{ID: id, PersonID: person, Number: id, State: store.ProofRequested, RequestedAt: now})
			if is && err == nil {
				added.Add(1)
			}
			return err
		})
	})
	if all := get[[]store.Proof](t)(s.ProofsOfPerson(ctx, person)); added.Load() != 1 || len(all) != 1 {
		t.Errorf("%d were told that theirs was added, %d are there", added.Load(), len(all))
	}
}

func contendedClaim(t *testing.T, s *store.Store) {
	p := newProof(t, s, "C1")
	var won atomic.Int32
	together(t, store.ErrNotFound, func(int) error {
		_, err := claim(s, now)
		switch {
		case err == nil:
			won.Add(1)
		case errors.Is(err, store.ErrStale): // on a database that skips no locked row
			return nil
		}
		return err
	})
	if got := get[store.Proof](t)(s.Proof(context.Background(), p.ID)); won.Load() != 1 || got.Attempts != 1 {
		t.Errorf("%d make it, %d attempts", won.Load(), got.Attempts)
	}
}

func contendedEnd(t *testing.T, s *store.Store) {
	newProof(t, s, "C1")
	claimed, err := claim(s, now)
	if err != nil {
		t.Fatal(err)
	}
	var issued, revoked atomic.Int32
	together(t, store.ErrStale, func(i int) error {
		if i%2 == 0 {
			err := issue(s, claimed)
			if err == nil {
				issued.Add(1)
			}
			return err
		}
		err := s.Tx(context.Background(), func(tx *store.Tx) error { return tx.RevokeProof(context.Background(), claimed.ID, now) })
		if err == nil {
			revoked.Add(1)
		}
		return err
	})
	if got := get[store.Proof](t)(s.Proof(context.Background(), claimed.ID)); issued.Load() > 1 || revoked.Load() != 1 || got.State != store.ProofRevoked {
		t.Errorf("issued %d times, revoked %d times, %+v", issued.Load(), revoked.Load(), got)
	}
}

func proofsWake(t *testing.T, s *store.Store) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	wake := s.Wake(ctx)
	newProof(t, s, "C1")
	select {
	case <-wake:
	case <-ctx.Done():
		t.Error("nobody was woken")
	}
}
