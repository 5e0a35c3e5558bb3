package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
)

var ctx = context.Background()

// cheap makes tests quick; what real hashes cost has a test of its own.
var cheap = Cost{MemoryKiB: 64, Passes: 1, Threads: 1}

const (
	good  = "a horse on the moon"
	wrong = "a horse on the mood"
	other = "velvet gravel anchor"
	born  = "1990-01-02"
)

// world is a database with people, and a clock that stands still until it is moved.
type world struct {
	*testing.T
	url     string
	store   *store.Store
	service *Service
	clock   time.Time
	hashed  atomic.Int32 // hashes that were verified
}

func onBoth(t *testing.T, test func(*world)) {
	testenv.OnBoth(t, func(t *testing.T, url string) { test(newWorld(t, url)) })
}

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	w := &world{T: t, url: url, clock: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}
	w.store = storetest.Open(t, url)
	var err error
	w.person("C1", time.Time{})
	w.person("C2", time.Time{})
	w.service, err = New(Config{Store: w.store, Now: func() time.Time { return w.clock }, Cost: cheap, Concurrency: 2,
		AnswerAfter: time.Millisecond})
	w.ok(err)
	w.service.verify = func(hash, password string) (bool, error) {
		w.hashed.Add(1)
		return verify(hash, password)
	}
	return w
}

func (w *world) person(clientID string, withdrawn time.Time) {
	w.Helper()
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.PutPerson(ctx, store.Person{Application: "A", ClientID: clientID, GivenNames: "Zoë", Email: "z@x.example",
			BirthDate: born, Language: "fr", WithdrawnAt: withdrawn}, w.clock)
		return err
	}))
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
		w.Fatalf("error %v, want %v", err, want)
	}
}

func (w *world) close(username string) {
	w.Helper()
	_, err := w.service.Close(ctx, username)
	w.ok(err)
}

func (w *world) officer(username string) store.Account {
	w.Helper()
	a, err := w.service.AddOfficer(ctx, username, good, false)
	w.ok(err)
	return a
}

// try signs in as an officer and returns what is told.
func (w *world) try(username, password string) error {
	_, err := w.service.SignIn(ctx, username, password, store.RoleOfficer, store.RoleSupervisor)
	return err
}

func TestSignIn(t *testing.T) {
	onBoth(t, func(w *world) {
		w.officer("  Olga.É ")
		boss, err := w.service.AddOfficer(ctx, "boss", good, true)
		w.ok(err)
		if boss.Role != store.RoleSupervisor {
			t.Errorf("role %s", boss.Role)
		}
		for _, name := range []string{"olga.é", "OLGA.É", " olga.e\u0301\n"} {
			a, err := w.service.SignIn(ctx, name, good, store.RoleOfficer, store.RoleSupervisor)
			w.ok(err)
			if a.Username != "olga.é" || a.Role != store.RoleOfficer {
				t.Errorf("%+v", a)
			}
		}
		w.is(w.try("olga.é", strings.ToUpper(good)), ErrWrong)
		w.is(w.try("olga.é", " "+good), ErrWrong) // spaces in a password count
		_, err = w.service.SignIn(ctx, "boss", good, store.RoleOfficer)
		w.is(err, ErrWrong)
		_, err = w.service.SignIn(ctx, "boss", good)
		w.is(err, ErrWrong)
	})
}

func TestOneAnswerToWhoeverGuesses(t *testing.T) {
	onBoth(t, func(w *world) {
		w.officer("olga")
		_, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.ok(err)
		_, err = w.service.AddApplicant(ctx, "C2", "gone", good)
		w.ok(err)
		w.person("C2", w.clock)
		w.officer("closed")
		w.ok(w.try("closed", good))
		w.close("closed")
		for _, c := range []struct {
			name, username, password string
			role                     store.Role
		}{
			{"wrong password", "olga", wrong, store.RoleOfficer},
			{"unknown", "nobody", good, store.RoleOfficer},
			{"closed", "closed", good, store.RoleOfficer},
			{"no name at all", "", good, store.RoleOfficer},
			{"a name that no database takes", "ol\x00ga\xff", good, store.RoleOfficer},
			{"a very long name", strings.Repeat("n", 9000), good, store.RoleOfficer},
			{"other role", "zoe", good, store.RoleOfficer},
			{"other role, too", "olga", good, store.RoleApplicant},
			{"withdrawn person", "gone", good, store.RoleApplicant},
		} {
			before := w.hashed.Load()
			a, err := w.service.SignIn(ctx, c.username, c.password, c.role)
			if err != ErrWrong || a != (store.Account{}) { //nolint:errorlint // nothing may be wrapped around the one answer
				t.Errorf("%s: %v, %+v", c.name, err, a)
			}
			if n := w.hashed.Load() - before; n != 1 {
				t.Errorf("%s: %d hashes were verified", c.name, n)
			}
		}
		a, err := w.service.SignIn(ctx, "zoe", good, store.RoleApplicant)
		w.ok(err)
		if a.Username != "zoe" {
			t.Errorf("%+v", a)
		}
	})
}

func TestWrongTriesSlowAndNeverLock(t *testing.T) {
	onBoth(t, func(w *world) {
		w.officer("olga")
		// A name that nobody has is slowed in just the same way.
		for _, name := range []string{"olga", "nobody"} {
			var longest time.Duration
			for range 20 {
				before := w.hashed.Load()
				err := w.try(name, wrong)
				var slow *SlowError
				if errors.As(err, &slow) {
					if w.hashed.Load() != before {
						t.Error("a try during the wait was hashed")
					}
					longest = max(longest, slow.Wait)
					w.clock = w.clock.Add(slow.Wait)
					err = w.try(name, wrong)
				}
				w.is(err, ErrWrong)
			}
			if longest != longestWait {
				t.Errorf("%s: the longest wait was %v", name, longest)
			}
		}
		w.clock = w.clock.Add(longestWait)
		w.ok(w.try("olga", good))
		a, err := w.store.AccountByUsername(ctx, "olga")
		w.ok(err)
		if a.Failures != 0 {
			t.Errorf("%d failures after the right password", a.Failures)
		}
		w.is(w.try("nobody", good), ErrWrong)
	})
}

func TestARightPasswordWaitsToo(t *testing.T) {
	onBoth(t, func(w *world) {
		w.officer("olga")
		for range freeFailures {
			w.is(w.try("olga", wrong), ErrWrong)
		}
		err := w.try("olga", good)
		w.is(err, ErrSlow)
		var slow *SlowError
		if !errors.As(err, &slow) || slow.Wait != firstWait {
			t.Errorf("%v", err)
		}
		w.clock = w.clock.Add(firstWait - time.Millisecond)
		w.is(w.try("olga", good), ErrSlow)
		w.clock = w.clock.Add(time.Millisecond)
		w.ok(w.try("olga", good))
	})
}

func TestTheWaitGrows(t *testing.T) {
	var last time.Duration
	for failures := range 1000 {
		wait := waitAfter(failures)
		if wait < last || wait > longestWait || (failures < freeFailures) != (wait == 0) {
			t.Fatalf("after %d failures: %v, before that %v", failures, wait, last)
		}
		last = wait
	}
	if last != longestWait {
		t.Errorf("it ends at %v", last)
	}
}

// another is a second process on the same database.
func (w *world) another() *Service {
	w.Helper()
	s, err := New(Config{Store: w.store, Now: func() time.Time { return w.clock }, Cost: cheap})
	w.ok(err)
	return s
}

// TestANameTellsNothingWhereverItIsTried asks two processes in turn, before and after a restart, and a day later.
func TestANameTellsNothingWhereverItIsTried(t *testing.T) {
	onBoth(t, func(w *world) {
		w.officer("olga")
		answers := map[string][]string{}
		for _, name := range []string{"olga", "nobody"} {
			services := []*Service{w.another(), w.another()}
			try := func() {
				_, err := services[len(answers[name])%2].SignIn(ctx, name, wrong, store.RoleOfficer)
				answers[name] = append(answers[name], err.Error())
			}
			for range freeFailures + 2 {
				try()
			}
			services[0] = w.another()
			try()
			w.clock = w.clock.Add(forgetAfter + time.Second)
			for range freeFailures + 1 {
				try()
			}
		}
		if !slices.Equal(answers["olga"], answers["nobody"]) {
			t.Errorf("an account answers\n%q\na name that nobody has\n%q", answers["olga"], answers["nobody"])
		}
		if got := answers["olga"]; !strings.HasPrefix(got[freeFailures], ErrSlow.Error()) || got[len(got)-2] != ErrWrong.Error() {
			t.Errorf("it is not slowed, or nothing is forgotten: %q", got)
		}
	})
}

func TestNobodyAtTheApplicantsDoorSlowsAnOfficer(t *testing.T) {
	onBoth(t, func(w *world) {
		w.officer("olga")
		for range freeFailures {
			w.is(errOf(w.asApplicant("olga", wrong)), ErrWrong)
		}
		w.is(errOf(w.asApplicant("olga", wrong)), ErrSlow)
		w.ok(w.try("olga", good))
	})
}

func TestNamesThatNobodyHasAreForgotten(t *testing.T) {
	onBoth(t, func(w *world) {
		w.is(w.try("nobody", wrong), ErrWrong)
		w.clock = w.clock.Add(forgetAfter + time.Second)
		w.is(w.try("another", wrong), ErrWrong)
		for name, want := range map[string]int{"nobody": 0, "another": 1} {
			if got, err := w.store.AbsentName(ctx, absentName(name)); err != nil || got.Failures != want {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
	})
}

func TestTriesAtOnceAreBounded(t *testing.T) {
	onBoth(t, func(w *world) {
		w.officer("olga")
		var now, most atomic.Int32
		w.service.verify = func(hash, password string) (bool, error) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer now.Add(-1)
			return verify(hash, password)
		}
		var wg sync.WaitGroup
		var refused atomic.Int32
		for range 32 {
			wg.Go(func() {
				switch err := w.try("olga", wrong); {
				case errors.Is(err, ErrSlow):
					refused.Add(1)
				case !errors.Is(err, ErrWrong):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := most.Load(); n > 2 {
			t.Errorf("%d hashes at once", n)
		}
		// Those in their turn at the same time may not see each other.
		if n := 32 - refused.Load(); n > freeFailures+1 {
			t.Errorf("%d of 32 tries at once were taken", n)
		}
	})
}

func TestWhoGoesAwayDoesNotWait(t *testing.T) {
	w := newWorld(t, testenv.SQLite(t))
	w.officer("olga")
	w.service.turns <- struct{}{}
	w.service.turns <- struct{}{}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err := w.service.SignIn(gone, "olga", good, store.RoleOfficer)
	w.is(err, context.Canceled)
	_, err = w.service.AddOfficer(gone, "otto", good, false)
	w.is(err, context.Canceled)
	if w.hashed.Load() != 0 {
		t.Error("a password was hashed out of turn")
	}
}

func TestAddingAccounts(t *testing.T) {
	onBoth(t, func(w *world) {
		w.officer("olga")
		_, err := w.service.AddOfficer(ctx, " OLGA", good, false)
		w.is(err, ErrExists)
		if !strings.Contains(err.Error(), "exists") {
			t.Errorf("%v", err)
		}
		a, err := w.service.AddApplicant(ctx, " C1 ", "zoe", good)
		w.ok(err)
		p, err := w.store.PersonByClientID(ctx, "C1")
		w.ok(err)
		if a.PersonID != p.ID || a.Role != store.RoleApplicant || strings.Contains(a.PasswordHash, good) {
			t.Errorf("%+v", a)
		}
		_, err = w.service.AddApplicant(ctx, "C1", "zoe2", good)
		w.is(err, ErrExists)
		_, err = w.service.AddApplicant(ctx, "C2", "zoe", good)
		w.is(err, ErrExists)
		_, err = w.service.AddApplicant(ctx, "C9", "nobody", good)
		w.is(err, ErrNoPerson)
		w.person("C2", w.clock)
		_, err = w.service.AddApplicant(ctx, "C2", "gone", good)
		w.is(err, ErrNoPerson)
		for _, name := range []string{"", " ", "x", "two words", "tab\there", "nul\x00", "\xff\xfe", strings.Repeat("n", 101)} {
			_, err = w.service.AddOfficer(ctx, name, good, false)
			w.is(err, ErrUsername)
		}
		_, err = w.service.AddOfficer(ctx, "short", "14 characters!", false)
		w.is(err, ErrPasswordShort)
		_, err = w.service.AddOfficer(ctx, "olga.kowalska", "Olga Kowalska 2026", false)
		w.is(err, ErrPasswordPersonal)
	})
}

func TestAfterAnAccountWasClosedThePersonCanHaveAnother(t *testing.T) {
	onBoth(t, func(w *world) {
		_, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.ok(err)
		w.close("zoe")
		_, err = w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.is(err, ErrExists) // usernames are not given out twice
		_, err = w.service.AddApplicant(ctx, "C1", "zoe2", good)
		w.ok(err)
	})
}

func TestOneOf16AccountsOfAPerson(t *testing.T) {
	onBoth(t, func(w *world) {
		var made atomic.Int32
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				_, err := w.service.AddApplicant(ctx, "C1", strings.Repeat("z", i+2), good)
				if err == nil {
					made.Add(1)
				} else if !errors.Is(err, ErrExists) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if made.Load() != 1 {
			t.Errorf("%d accounts", made.Load())
		}
	})
}

func TestSettingsAreChecked(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("no store and no clock")
	}
	w := newWorld(t, testenv.SQLite(t))
	if _, err := New(Config{Store: w.store, Now: time.Now, Cost: Cost{MemoryKiB: 1, Passes: 1, Threads: 1}}); err == nil {
		t.Error("a cost that argon2id does not have")
	}
	s, err := New(Config{Store: w.store, Now: time.Now})
	if err != nil || s.c.Cost != DefaultCost {
		t.Errorf("%+v, %v", s, err)
	}
}
