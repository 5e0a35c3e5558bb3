package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
	"prportal.example/pkg/photocheck/report"
)

var now = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)

func TestOnSQLite(t *testing.T)     { exercise(t, testenv.SQLite) }
func TestOnPostgreSQL(t *testing.T) { exercise(t, testenv.Postgres) }

// exercise is the contract of a database.
func exercise(t *testing.T, database func(testing.TB) string) {
	for name, test := range map[string]func(*testing.T, *store.Store){
		"people are idempotent":                                people,
		"a person's language":                                  language,
		"cases are guarded":                                    guardedCases,
		"the first verdict stays":                              firstVerdict,
		"photos keep what was decided":                         photoLife,
		"rows wait, fail, and are sent once":                   outboxRows,
		"a failed body leaves nothing":                         rollback,
		"one holder of a lease":                                leases,
		"sessions are apart and end":                           sessions,
		"accounts":                                             accounts,
		"A3: passwords, epochs and links end what came before": credentials,
		"A3: both addresses are told of a change":              emailChanges,
		"uploads that break off are known":                     pendingUploads,
		"officers are offered what is due, once":               reviewQueue,
		"history and notes":                                    history,
		"a commit wakes the relay":                             wakes,
		"16 goroutines move one case once a version":           contendedCase,
		"16 officers get 16 different cases":                   contendedQueue,
		"16 goroutines mark a row once":                        contendedRow,
		"16 relays, one lease":                                 contendedLease,
		"16 reports, one verdict":                              contendedVerdict,
		"the schema is checked and migrating is harmless":      schema,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t, database(t), true)) })
	}
	t.Run("two processes", func(t *testing.T) { twoProcesses(t, database(t)) })
	t.Run("an empty database is refused", func(t *testing.T) {
		s := open(t, database(t), false)
		if err := s.CheckSchema(context.Background()); err == nil || !strings.Contains(err.Error(), "portal migrate") {
			t.Errorf("%v", err)
		}
	})
}

func open(t testing.TB, url string, migrate bool) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if migrate {
		if err := s.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func tx(t testing.TB, s *store.Store, body func(*store.Tx) error) {
	t.Helper()
	if err := s.Tx(context.Background(), body); err != nil {
		t.Fatal(err)
	}
}

// get fails the test on an error.
func get[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// newCase makes a person with a case.
func newCase(t testing.TB, s *store.Store, client string) store.CaseRow {
	t.Helper()
	p := store.Person{Application: "A1", ClientID: client, GivenNames: "Zoë", FamilyName: "Łęcka", BirthDate: "1990-01-02",
		Email: "z@x.example", Language: "fr", Principal: true}
	tx(t, s, func(tx *store.Tx) error {
		_, err := tx.PutPerson(context.Background(), p, now)
		return err
	})
	person := get[store.Person](t)(s.PersonByClientID(context.Background(), client))
	return get[store.CaseRow](t)(s.CaseByPerson(context.Background(), person.ID))
}

func newPhoto(t testing.TB, s *store.Store, caseID string) store.Photo {
	t.Helper()
	p := store.Photo{ID: store.NewID(), CaseID: caseID, SHA256: strings.Repeat("ab", 32), Size: 9, Format: "jpeg", Width: 5, Height: 7, UploadedAt: now}
	tx(t, s, func(tx *store.Tx) error { return tx.InsertPhoto(context.Background(), p) })
	return p
}

func people(t *testing.T, s *store.Store) {
	ctx := context.Background()
	put := func(change func(*store.Person)) store.Change {
		p := store.Person{Application: "A1", ClientID: "C1", GivenNames: "Zoë", FamilyName: "Łęcka", BirthDate: "1990-01-02", Email: "z@x.example", Language: "fr"}
		change(&p)
		var c store.Change
		tx(t, s, func(tx *store.Tx) (err error) { c, err = tx.PutPerson(ctx, p, now); return err })
		return c
	}
	same := func(*store.Person) {}
	moved := func(p *store.Person) { p.Email = "new@x.example" }
	gone := func(p *store.Person) { p.Email = "new@x.example"; p.WithdrawnAt = now }
	for i, step := range []struct {
		change func(*store.Person)
		want   store.Change
	}{{same, store.Added}, {same, store.Unchanged}, {moved, store.Updated}, {moved, store.Unchanged}, {gone, store.Updated}, {gone, store.Unchanged}} {
		if got := put(step.change); got != step.want {
			t.Errorf("step %d: %s, want %s", i, got, step.want)
		}
	}
	p := get[store.Person](t)(s.PersonByClientID(ctx, "C1"))
	if p.FamilyName != "Łęcka" || p.Email != "new@x.example" || !p.WithdrawnAt.Equal(now) {
		t.Errorf("%+v", p)
	}
	if c := get[store.CaseRow](t)(s.CaseByPerson(ctx, p.ID)); c.State != casefile.Open || c.Version != 0 {
		t.Errorf("%+v", c)
	}
	if family := get[[]store.Person](t)(s.PeopleOfApplication(ctx, "A1")); len(family) != 1 {
		t.Errorf("%d people", len(family))
	}
	if _, err := s.Person(ctx, "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func language(t *testing.T, s *store.Store) {
	ctx, later := context.Background(), now.Add(time.Hour)
	id := newCase(t, s, "C1").PersonID
	tx(t, s, func(tx *store.Tx) error { return tx.SetLanguage(ctx, id, "en", later) })
	if p := get[store.Person](t)(s.Person(ctx, id)); p.Language != "en" || !p.UpdatedAt.Equal(later) || p.GivenNames != "Zoë" {
		t.Errorf("%+v", p)
	}
	// What upstream says afterwards changes all but the language.
	var change store.Change
	p := get[store.Person](t)(s.Person(ctx, id))
	p.Language, p.FamilyName = "fr", "Nowak"
	tx(t, s, func(tx *store.Tx) (err error) { change, err = tx.PutPerson(ctx, p, later); return err })
	if p = get[store.Person](t)(s.Person(ctx, id)); change != store.Updated || p.Language != "en" || p.FamilyName != "Nowak" {
		t.Errorf("%s: %+v", change, p)
	}
	p.Language = "fr"
	tx(t, s, func(tx *store.Tx) (err error) { change, err = tx.PutPerson(ctx, p, later); return err })
	if change != store.Unchanged {
		t.Errorf("the chosen language makes the same row %s", change)
	}
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.SetLanguage(ctx, "nobody", "en", later) }); !errors.Is(err, store.ErrStale) {
		t.Errorf("nobody's language: %v", err)
	}
}

func guardedCases(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase(t, s, "C1")
	before := c.Version
	if err := c.Apply(casefile.Upload); err != nil {
		t.Fatal(err)
	}
	c.PhotoID, c.PersonAsked, c.Reasons, c.DueAt, c.SubmittedAt = "p", true, []report.Reason{report.ReasonGlare}, now, now
	c.LeasedUntil, c.EffectiveAt, c.Lane, c.AutoReturns = now, now, casefile.LaneAsked, 2
	tx(t, s, func(tx *store.Tx) error { return tx.SaveCase(ctx, c, before) })
	if got := get[store.CaseRow](t)(s.Case(ctx, c.ID)); !reflect.DeepEqual(got, c) {
		t.Errorf("came back as %+v, was %+v", got, c)
	}
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.SaveCase(ctx, c, before) }); !errors.Is(err, store.ErrStale) {
		t.Errorf("saved twice from one version: %v", err)
	}
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.SaveCase(ctx, c, c.Version) }); err == nil {
		t.Error("saved without a new version")
	}
}

func verdictOn(p store.Photo, d report.Decision) store.Verdict {
	return store.Verdict{PhotoID: p.ID, SHA256: p.SHA256, At: now, Report: report.Normalize(report.Report{Decision: d, Profile: "x@1"}),
		Rendition: &event.ObjectRef{Key: "k", SHA256: "s", Width: 1, Height: 2, Size: 3}}
}

func firstVerdict(t *testing.T, s *store.Store) {
	ctx := context.Background()
	p := newPhoto(t, s, newCase(t, s, "C1").ID)
	store1 := func(v store.Verdict) (first bool, err error) {
		err = s.Tx(ctx, func(tx *store.Tx) (err error) { first, err = tx.StoreVerdict(ctx, v); return err })
		return first, err
	}
	if first, err := store1(verdictOn(p, report.DecisionReturn)); err != nil || !first {
		t.Fatalf("%v %v", first, err)
	}
	if first, err := store1(verdictOn(p, report.DecisionPass)); err != nil || first {
		t.Fatalf("%v %v", first, err)
	}
	got := get[store.Photo](t)(s.Photo(ctx, p.ID))
	if got.Verdict.Decision != report.DecisionReturn || got.LateReports != 1 || got.VerdictProfile != "x@1" || got.Rendition.Width != 1 || got.Print != nil {
		t.Errorf("%+v", got)
	}
	forged := verdictOn(p, report.DecisionPass)
	forged.SHA256 = strings.Repeat("cd", 32)
	if _, err := store1(forged); !errors.Is(err, store.ErrStale) {
		t.Errorf("a report on another file: %v", err)
	}
}

func photoLife(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase(t, s, "C1")
	a, b := newPhoto(t, s, c.ID), newPhoto(t, s, c.ID)
	tx(t, s, func(tx *store.Tx) error {
		c.Outcome, c.DecidedBy, c.Reasons = casefile.OutcomeReturn, casefile.ByMachine, []report.Reason{report.ReasonTooDark}
		return errors.Join(tx.MarkReplaced(ctx, a.ID, now), tx.MarkSubmitted(ctx, b.ID, now),
			tx.MarkSubmitted(ctx, b.ID, now.Add(time.Hour)), tx.DecidePhoto(ctx, b.ID, c.Case, now))
	})
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.MarkReplaced(ctx, b.ID, now) }); !errors.Is(err, store.ErrStale) {
		t.Errorf("a submitted photo was replaced: %v", err)
	}
	all := get[[]store.Photo](t)(s.PhotosOfCase(ctx, c.ID))
	if len(all) != 2 || !all[0].ReplacedAt.Equal(now) || !all[1].SubmittedAt.Equal(now) || all[1].Outcome != casefile.OutcomeReturn ||
		len(all[1].Reasons) != 1 {
		t.Errorf("%+v", all)
	}
}

func outboxRows(t *testing.T, s *store.Store) {
	ctx := context.Background()
	tx(t, s, func(tx *store.Tx) error {
		return errors.Join(
			tx.Enqueue(ctx, store.Row{ID: "1", Kind: store.KindEvent, Key: "c", Headers: map[string]string{"topic": "x"}, Payload: []byte(`{"a":"é"}`), AvailableAt: now}),
			tx.Enqueue(ctx, store.Row{ID: "2", Kind: store.KindEvent, Key: "c", Payload: []byte(`{}`), AvailableAt: now.Add(time.Minute)}),
			tx.Enqueue(ctx, store.Row{ID: "3", Kind: store.KindMail, Key: "c", Payload: []byte(`{}`), AvailableAt: now}))
	})
	due := func(at time.Time) (ids []string) {
		for _, r := range get[[]store.Row](t)(s.DueRows(ctx, store.KindEvent, at, 10)) {
			ids = append(ids, r.ID)
		}
		return ids
	}
	if got := due(now); !reflect.DeepEqual(got, []string{"1"}) {
		t.Fatalf("due now: %v", got)
	}
	row := get[[]store.Row](t)(s.DueRows(ctx, store.KindEvent, now, 10))[0]
	if row.Headers["topic"] != "x" || string(row.Payload) != `{"a":"é"}` {
		t.Errorf("%+v", row)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.MarkFailed(ctx, "1", "broker away", now.Add(time.Second)) })
	if got := due(now); got != nil {
		t.Errorf("failed row is due at once: %v", got)
	}
	if w := get[store.Waiting](t)(s.Waiting(ctx, store.KindEvent, now.Add(time.Hour))); w.Rows != 2 || !w.Oldest.Equal(now.Add(time.Second)) {
		t.Errorf("%+v", w)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.MarkSent(ctx, "1", now) })
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.MarkSent(ctx, "1", now) }); !errors.Is(err, store.ErrStale) {
		t.Errorf("sent twice: %v", err)
	}
	if got := due(now.Add(time.Hour)); !reflect.DeepEqual(got, []string{"2"}) {
		t.Errorf("due later: %v", got)
	}
}

func rollback(t *testing.T, s *store.Store) {
	ctx := context.Background()
	fault := errors.New("fault")
	if err := s.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Enqueue(ctx, store.Row{ID: "1", Kind: store.KindEvent, Payload: []byte(`{}`), AvailableAt: now}); err != nil {
			return err
		}
		return fault
	}); !errors.Is(err, fault) {
		t.Fatal(err)
	}
	if rows := get[[]store.Row](t)(s.DueRows(ctx, store.KindEvent, now, 10)); len(rows) != 0 {
		t.Errorf("%d rows of a failed body", len(rows))
	}
}

func leases(t *testing.T, s *store.Store) {
	ctx := context.Background()
	take := func(holder string, at time.Time) (ok bool) {
		tx(t, s, func(tx *store.Tx) (err error) { ok, err = tx.Lease(ctx, "relay", holder, at, time.Minute); return err })
		return ok
	}
	if !take("a", now) || take("b", now) || !take("a", now.Add(30*time.Second)) || take("b", now.Add(80*time.Second)) || !take("b", now.Add(91*time.Second)) {
		t.Error("a lease is held by one, renewed by its holder, and free when it ends")
	}
	tx(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.Unlease(ctx, "relay", "a"), tx.Unlease(ctx, "relay", "b"))
	})
	if !take("c", now.Add(92*time.Second)) {
		t.Error("a lease that was given back is free")
	}
}

func sessions(t *testing.T, s *store.Store) {
	ctx := context.Background()
	at := now
	clock := func() time.Time { return at }
	applicant, officer := s.Sessions("applicant", clock), s.Sessions("officer", clock)
	data := []byte{0, 1, 255}
	if err := applicant.CommitCtx(ctx, "token", data, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	got, found, err := applicant.FindCtx(ctx, "token")
	if err != nil || !found || !bytes.Equal(got, data) {
		t.Errorf("%v %v %v", got, found, err)
	}
	if _, found, _ := officer.FindCtx(ctx, "token"); found {
		t.Error("an applicant's token opens the officers' listener")
	}
	at = now.Add(time.Hour)
	if _, found, _ := applicant.FindCtx(ctx, "token"); found {
		t.Error("the session did not end")
	}
	at = now
	if err := applicant.DeleteCtx(ctx, "token"); err != nil {
		t.Fatal(err)
	}
	if _, found, _ := applicant.FindCtx(ctx, "token"); found {
		t.Error("the session was not deleted")
	}
}

func pendingUploads(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for i, id := range []string{"p1", "p2", "p3"} {
		tx(t, s, func(tx *store.Tx) error { return tx.BeginUpload(ctx, id, now.Add(time.Duration(i)*time.Hour)) })
	}
	tx(t, s, func(tx *store.Tx) error { return tx.EndUpload(ctx, "p2") })
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.EndUpload(ctx, "p2") }); !errors.Is(err, store.ErrStale) {
		t.Errorf("ended twice: %v", err)
	}
	for before, want := range map[time.Time][]string{now: nil, now.Add(time.Minute): {"p1"}, now.Add(3 * time.Hour): {"p1", "p3"}} {
		if got := get[[]string](t)(s.PendingUploads(ctx, before, 10)); !reflect.DeepEqual(got, want) {
			t.Errorf("before %v: %v, want %v", before, got, want)
		}
	}
	if got := get[[]string](t)(s.PendingUploads(ctx, now.Add(3*time.Hour), 1)); len(got) != 1 {
		t.Errorf("the limit does not hold: %v", got)
	}
	for what, step := range map[string]func(tx *store.Tx) error{
		"abandon what has ended":   func(tx *store.Tx) error { return tx.AbandonUpload(ctx, "p2") },
		"forget what goes on":      func(tx *store.Tx) error { return tx.ForgetUpload(ctx, "p3") },
		"end what is abandoned":    func(tx *store.Tx) error { return errors.Join(tx.AbandonUpload(ctx, "p3"), tx.EndUpload(ctx, "p3")) },
		"forget what is forgotten": func(tx *store.Tx) error { return tx.ForgetUpload(ctx, "p2") },
	} {
		if err := s.Tx(ctx, step); !errors.Is(err, store.ErrStale) {
			t.Errorf("%s: %v", what, err)
		}
	}
	tx(t, s, func(tx *store.Tx) error { return tx.AbandonUpload(ctx, "p3") })
	if got := get[[]string](t)(s.PendingUploads(ctx, now, 10)); !reflect.DeepEqual(got, []string{"p3"}) {
		t.Errorf("abandoned: %v", got)
	}
	tx(t, s, func(tx *store.Tx) error { return errors.Join(tx.AbandonUpload(ctx, "p3"), tx.ForgetUpload(ctx, "p3")) })
}

func accounts(t *testing.T, s *store.Store) {
	ctx := context.Background()
	a := store.Account{ID: store.NewID(), Role: store.RoleOfficer, Username: "olga", PasswordHash: "h", CreatedAt: now}
	tx(t, s, func(tx *store.Tx) error { return tx.InsertAccount(ctx, a) })
	if got := get[store.Account](t)(s.AccountByUsername(ctx, "olga")); got != a {
		t.Errorf("%+v", got)
	}
	again := a
	again.ID = store.NewID()
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.InsertAccount(ctx, again) }); !errors.Is(err, store.ErrExists) {
		t.Errorf("%v", err)
	}
	person := store.Account{ID: store.NewID(), Role: store.RoleApplicant, Username: "zoe", PersonID: "p", CreatedAt: now}
	tx(t, s, func(tx *store.Tx) error { return tx.InsertAccount(ctx, person) })
	person.ID, person.Username = store.NewID(), "zoe2"
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.InsertAccount(ctx, person) }); !errors.Is(err, store.ErrExists) {
		t.Errorf("a second account of one person: %v", err)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.SignInFailed(ctx, a.ID, now.Add(-time.Hour), now) })
	if got := get[store.Account](t)(s.Account(ctx, a.ID)); got.Failures != 1 || !got.LastFailedAt.Equal(now) {
		t.Errorf("%+v", got)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.SignInSucceeded(ctx, a.ID, now) })
	a.SignedInAt = now
	if got := get[store.Account](t)(s.Account(ctx, a.ID)); got != a {
		t.Errorf("%+v", got)
	}
}

// inReview puts a case into the queue.
func inReview(t testing.TB, s *store.Store, client string, due time.Time) store.CaseRow {
	t.Helper()
	c := newCase(t, s, client)
	for _, a := range []casefile.Action{casefile.Upload, casefile.Submit, casefile.Queue} {
		if err := c.Apply(a); err != nil {
			t.Fatal(err)
		}
	}
	c.DueAt, c.Lane = due, casefile.LaneFlagged
	tx(t, s, func(tx *store.Tx) error { return tx.SaveCase(context.Background(), c, 0) })
	return c
}

func reviewQueue(t *testing.T, s *store.Store) {
	ctx := context.Background()
	late, early := inReview(t, s, "C1", now.Add(2*time.Hour)), inReview(t, s, "C2", now.Add(-time.Hour))
	a, b := store.Account{ID: "a", Role: store.RoleOfficer}, store.Account{ID: "b", Role: store.RoleOfficer}
	next := func(o store.Account, at time.Time) string {
		var c store.CaseRow
		err := s.Tx(ctx, func(tx *store.Tx) (err error) { c, err = tx.LeaseNext(ctx, o, at, time.Minute); return err })
		if errors.Is(err, store.ErrNotFound) {
			return ""
		}
		if err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	if next(a, now) != early.ID || next(b, now) != late.ID || next(a, now) != early.ID {
		t.Error("due first, held by one, and one's own again")
	}
	if next(store.Account{ID: "c"}, now) != "" {
		t.Error("both are held")
	}
	if err := s.Tx(ctx, func(tx *store.Tx) error { _, err := tx.LeaseCase(ctx, early.ID, "b", now, time.Minute); return err }); !errors.Is(err, store.ErrStale) {
		t.Errorf("b took what a holds: %v", err)
	}
	tx(t, s, func(tx *store.Tx) error { return tx.Skip(ctx, early.ID, "a", "unsure", now) })
	if next(a, now.Add(2*time.Minute)) != late.ID {
		t.Error("a is offered again what a skipped")
	}
	for i, o := range []string{"c", "d"} {
		at := now.Add(time.Duration(i+3) * time.Minute)
		tx(t, s, func(tx *store.Tx) error {
			_, err := tx.LeaseCase(ctx, early.ID, o, at, time.Minute)
			return errors.Join(err, tx.Skip(ctx, early.ID, o, "unsure", at))
		})
	}
	if got := next(store.Account{ID: "e", Role: store.RoleOfficer}, now.Add(time.Hour)); got == early.ID {
		t.Error("an officer is offered what three have skipped")
	}
	if got := next(store.Account{ID: "s", Role: store.RoleSupervisor}, now.Add(time.Hour)); got != early.ID {
		t.Error("a supervisor is not offered what three have skipped")
	}
	counts := get[[]store.LaneCount](t)(s.QueueCounts(ctx, now))
	if len(counts) != 3 || counts[1].Waiting != 2 || counts[1].Overdue != 1 || !counts[1].FirstDue.Equal(early.DueAt) {
		t.Errorf("%+v", counts)
	}
	if all := get[[]store.CaseRow](t)(s.CasesInReview(ctx, 10)); len(all) != 2 || all[0].ID != early.ID {
		t.Errorf("%d in review", len(all))
	}
}

func history(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase(t, s, "C1")
	tx(t, s, func(tx *store.Tx) error {
		return errors.Join(
			tx.Record(ctx, store.Entry{At: now, Actor: store.ActorOfficer, ActorID: "o", Action: "accept", CaseID: c.ID, Detail: map[string]any{"version": 4}}),
			tx.Record(ctx, store.Entry{At: now.Add(-time.Hour), Actor: store.ActorApplicant, Action: "submit", CaseID: c.ID}),
			tx.AddNote(ctx, store.Note{CaseID: c.ID, Kind: store.NoteApplicant, Body: "I wear a scarf — always", CreatedAt: now}))
	})
	if h := get[[]store.Entry](t)(s.History(ctx, c.ID)); len(h) != 2 || h[0].Action != "submit" || h[1].Detail["version"] != 4.0 {
		t.Errorf("%+v", h)
	}
	if n := get[[]store.Note](t)(s.Notes(ctx, c.ID)); len(n) != 1 || n[0].Body != "I wear a scarf — always" {
		t.Errorf("%+v", n)
	}
}

func wakes(t *testing.T, s *store.Store) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	wake := s.Wake(ctx)
	tx(t, s, func(tx *store.Tx) error {
		return tx.Enqueue(ctx, store.Row{Kind: store.KindEvent, Payload: []byte(`{}`), AvailableAt: now})
	})
	select {
	case <-wake:
	case <-ctx.Done():
		t.Error("nobody was woken")
	}
}

// together runs 16 goroutines at once and counts how many succeed; other errors than those expected fail the test.
func together(t *testing.T, expected error, body func(i int) error) int {
	var wg sync.WaitGroup
	var won atomic.Int32
	for i := range 16 {
		wg.Go(func() {
			switch err := body(i); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, expected):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	return int(won.Load())
}

func contendedCase(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase(t, s, "C1")
	won := together(t, store.ErrStale, func(i int) error {
		mine := c
		mine.Case = c.Clone()
		if err := mine.Apply(casefile.Upload); err != nil {
			return err
		}
		return s.Tx(ctx, func(tx *store.Tx) error { return tx.SaveCase(ctx, mine, c.Version) })
	})
	if won != 1 {
		t.Errorf("%d moved the case from one version", won)
	}
}

func contendedQueue(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for i := range 16 {
		inReview(t, s, fmt.Sprint("C", i), now)
	}
	var seen sync.Map
	together(t, store.ErrNotFound, func(i int) error {
		return s.Tx(ctx, func(tx *store.Tx) error {
			c, err := tx.LeaseNext(ctx, store.Account{ID: fmt.Sprint("o", i)}, now, time.Minute)
			if err != nil {
				return err
			}
			if other, twice := seen.LoadOrStore(c.ID, i); twice && other != i {
				t.Errorf("case %s was given to %v and %d", c.ID, other, i)
			}
			return nil
		})
	})
}

func contendedRow(t *testing.T, s *store.Store) {
	ctx := context.Background()
	tx(t, s, func(tx *store.Tx) error {
		return tx.Enqueue(ctx, store.Row{ID: "1", Kind: store.KindEvent, Payload: []byte(`{}`), AvailableAt: now})
	})
	if won := together(t, store.ErrStale, func(int) error {
		return s.Tx(ctx, func(tx *store.Tx) error { return tx.MarkSent(ctx, "1", now) })
	}); won != 1 {
		t.Errorf("%d marked the row", won)
	}
}

func contendedLease(t *testing.T, s *store.Store) {
	ctx := context.Background()
	if won := together(t, store.ErrStale, func(i int) error {
		var ok bool
		if err := s.Tx(ctx, func(tx *store.Tx) (err error) {
			ok, err = tx.Lease(ctx, "relay", fmt.Sprint(i), now, time.Minute)
			return err
		}); err != nil {
			return err
		}
		if !ok {
			return store.ErrStale
		}
		return nil
	}); won != 1 {
		t.Errorf("%d hold the lease", won)
	}
}

func contendedVerdict(t *testing.T, s *store.Store) {
	ctx := context.Background()
	p := newPhoto(t, s, newCase(t, s, "C1").ID)
	var first atomic.Int32
	together(t, nil, func(int) error {
		var is bool
		err := s.Tx(ctx, func(tx *store.Tx) (err error) {
			is, err = tx.StoreVerdict(ctx, verdictOn(p, report.DecisionPass))
			return err
		})
		if is {
			first.Add(1)
		}
		return err
	})
	if got := get[store.Photo](t)(s.Photo(ctx, p.ID)); first.Load() != 1 || got.LateReports != 15 {
		t.Errorf("%d were first, %d late", first.Load(), got.LateReports)
	}
}

func schema(t *testing.T, s *store.Store) {
	ctx := context.Background()
	if err := errors.Join(s.Migrate(ctx), s.CheckSchema(ctx), s.Ping(ctx)); err != nil {
		t.Error(err)
	}
}

// twoProcesses moves one case from two processes at once; every move must build on the one before.
func twoProcesses(t *testing.T, url string) {
	s := open(t, url, true)
	c := newCase(t, s, "C1")
	const moves = 40
	var commands []*exec.Cmd
	for range 2 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestMover$")
		cmd.Env = append(os.Environ(), "MOVER_URL="+url, "MOVER_CASE="+c.ID, fmt.Sprint("MOVER_MOVES=", moves))
		cmd.Stderr, cmd.Stdout = os.Stderr, nil
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		commands = append(commands, cmd)
	}
	for _, cmd := range commands {
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	if got := get[store.CaseRow](t)(s.Case(context.Background(), c.ID)); got.Version != 2*moves {
		t.Errorf("version %d after %d moves", got.Version, 2*moves)
	}
}

// TestMover is one of the two processes.
func TestMover(t *testing.T) {
	url := os.Getenv("MOVER_URL")
	if url == "" {
		t.Skip("runs only as a child of the contract suite")
	}
	ctx := context.Background()
	s := open(t, url, false)
	var moves int
	if _, err := fmt.Sscan(os.Getenv("MOVER_MOVES"), &moves); err != nil {
		t.Fatal(err)
	}
	for done := 0; done < moves; {
		c := get[store.CaseRow](t)(s.Case(ctx, os.Getenv("MOVER_CASE")))
		before := c.Version
		if err := c.Apply(casefile.Upload); err != nil {
			t.Fatal(err)
		}
		switch err := s.Tx(ctx, func(tx *store.Tx) error { return tx.SaveCase(ctx, c, before) }); {
		case err == nil:
			done++
		case !errors.Is(err, store.ErrStale):
			t.Fatal(err)
		}
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, url := range []string{"", "mysql://x", "sqlite:/no/such/folder/db.sqlite"} {
		if s, err := store.Open(context.Background(), store.Config{URL: url}); err == nil {
			t.Errorf("%q was opened", url)
			s.Close()
		}
	}
}
