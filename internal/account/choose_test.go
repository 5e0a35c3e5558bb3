package account

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"prportal.example/internal/store"
)

// temporary opens the account of a person and signs in with its temporary password.
func (w *world) temporary(clientID string) (a store.Account, password string) {
	w.Helper()
	a = w.opened(clientID)
	_, password, _, err := w.service.MintCredentials(ctx, a.PersonID)
	w.ok(err)
	a, err = w.asApplicant(a.Username, password)
	w.ok(err)
	return a, password
}

func TestA3FirstSignIn(t *testing.T) {
	onBoth(t, func(w *world) {
		a, temporary := w.temporary("C1")
		for _, c := range []struct {
			birth, password string
			want            []error
		}{
			{born, "short", []error{ErrPasswordShort}},
			{born, "motdepassemotdepasse", []error{ErrPasswordCommon}},
			{born, "zoë " + a.Username + " zoë", []error{ErrPasswordPersonal}},
			{born, temporary, []error{ErrPasswordSame}},
			{"1990-02-01", other, []error{ErrBirthDate}},
			{"", "short", []error{ErrBirthDate, ErrPasswordShort}},
		} {
			_, err := w.service.FirstPassword(ctx, Choice{Account: a, BirthDate: c.birth, Password: c.password})
			for _, want := range c.want {
				if !errors.Is(err, want) {
					t.Errorf("%+v: %v", c, err)
				}
			}
			// It is used up only when the own one is saved.
			if _, err := w.asApplicant(a.Username, temporary); err != nil {
				t.Fatalf("after %+v: %v", c, err)
			}
		}
		epoch, err := w.service.FirstPassword(ctx, Choice{Account: a, BirthDate: born, Password: other})
		w.ok(err)
		got, err := w.asApplicant(a.Username, other)
		w.ok(err)
		if got.Epoch != epoch || epoch == a.Epoch || !got.TemporaryUntil.IsZero() {
			t.Errorf("epoch %d, %+v", epoch, got)
		}
		w.is(errOf(w.asApplicant(a.Username, temporary)), ErrWrong)
		_, err = w.service.FirstPassword(ctx, Choice{Account: a, BirthDate: born, Password: good})
		w.is(err, ErrMoved)
		_, err = w.service.FirstPassword(ctx, Choice{Account: got, BirthDate: born, Password: good})
		w.is(err, ErrMoved)
		if _, _, _, err := w.service.MintCredentials(ctx, a.PersonID); !errors.Is(err, ErrNotNeeded) {
			t.Errorf("%v", err)
		}
		if n := w.count(store.MailPasswordChanged); n != 0 {
			t.Errorf("%d notices of a change that is none", n)
		}
	})
}

// TestA3AFirstPasswordIsChosenOnce sends the form from several windows while another temporary password is made: one of them counts, and
// what it says holds.
func TestA3AFirstPasswordIsChosenOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		a, _ := w.temporary("C1")
		var wg sync.WaitGroup
		results, minted := make(chan error, 8), make(chan string, 2)
		for i := range 8 {
			wg.Go(func() {
				_, err := w.service.FirstPassword(ctx, Choice{Account: a, BirthDate: born, Password: fmt.Sprint(other, " ", i)})
				results <- err
			})
			if i%4 == 0 {
				wg.Go(func() {
					_, password, _, err := w.service.MintCredentials(ctx, a.PersonID)
					if err != nil && !errors.Is(err, ErrNotNeeded) {
						t.Error(err)
					}
					minted <- password
				})
			}
		}
		wg.Wait()
		close(results)
		close(minted)
		chosen := 0
		for err := range results {
			switch {
			case err == nil:
				chosen++
			case !errors.Is(err, ErrMoved):
				t.Error(err)
			}
		}
		opens := 0
		for i := range 8 {
			if _, err := w.asApplicant(a.Username, fmt.Sprint(other, " ", i)); err == nil {
				opens++
			}
			w.clock = w.clock.Add(longestWait)
		}
		for password := range minted {
			if password == "" {
				continue
			}
			if got, err := w.asApplicant(a.Username, password); err == nil && !got.TemporaryUntil.IsZero() {
				opens++
			}
			w.clock = w.clock.Add(longestWait)
		}
		if chosen > 1 || opens != 1 {
			t.Errorf("%d were taken, %d passwords open the account", chosen, opens)
		}
	})
}

// TestA3ARefusedPasswordDoesNotTellTheBirthDate: the words for a password made of the person's own data would be a way to find these
// out that nothing slows.
func TestA3ARefusedPasswordDoesNotTellTheBirthDate(t *testing.T) {
	onBoth(t, func(w *world) {
		a, _ := w.temporary("C1")
		var told []string
		for _, guess := range []string{"2 january 1990 2 january", "4 october 1987 4 october", "z@x.example z@x.example", "q@w.example q@w.example"} {
			_, err := w.service.FirstPassword(ctx, Choice{Account: a, BirthDate: "1980-03-03", Password: guess})
			w.is(err, ErrBirthDate)
			told = append(told, err.Error())
			w.clock = w.clock.Add(longestWait)
		}
		if told[0] != told[1] || told[2] != told[3] {
			t.Errorf("a right guess is told: %q", told)
		}
	})
}

func TestA3WrongBirthDatesSlowAndNeverLock(t *testing.T) {
	onBoth(t, func(w *world) {
		a, temporary := w.temporary("C1")
		try := func(birth string) error {
			_, err := w.service.FirstPassword(ctx, Choice{Account: a, BirthDate: birth, Password: other})
			return err
		}
		var longest time.Duration
		for range 20 {
			err := try("1990-02-01")
			var slow *SlowError
			if errors.As(err, &slow) {
				longest = max(longest, slow.Wait)
				w.clock = w.clock.Add(slow.Wait)
				// Signing in again, which the right password does, gives no free tries.
				_, err = w.asApplicant(a.Username, temporary)
				w.ok(err)
				err = try("1990-02-01")
			}
			w.is(err, ErrBirthDate)
		}
		if longest != longestWait {
			t.Errorf("the longest wait was %v", longest)
		}
		w.is(try(born), ErrSlow) // the right one waits too
		w.clock = w.clock.Add(longestWait)
		w.ok(try(born))
		if got := w.account(a.PersonID); got.Failures != 0 {
			t.Errorf("%d failures are left", got.Failures)
		}
	})
}

func TestA3ResetLink(t *testing.T) {
	onBoth(t, func(w *world) {
		a, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.ok(err)
		token, until, err := w.service.MintReset(ctx, a.PersonID)
		w.ok(err)
		second, _, err := w.service.MintReset(ctx, a.PersonID)
		w.ok(err)
		if len(token) < 22 || token == second || !until.Equal(w.clock.Add(30*time.Minute)) {
			t.Errorf("%q, %q until %v", token, second, until)
		}
		for range 3 { // scanners open links
			got, err := w.service.OpenReset(ctx, token)
			w.ok(err)
			if got != (Reset{"zoe", false}) {
				t.Errorf("%+v", got)
			}
		}
		w.is(w.service.ResetPassword(ctx, token, Choice{Password: "short"}), ErrPasswordShort)
		w.ok(errOf(w.asApplicant("zoe", good)))
		before := w.account(a.PersonID)
		w.ok(w.service.ResetPassword(ctx, token, Choice{Password: other}))
		w.is(errOf(w.asApplicant("zoe", good)), ErrWrong)
		w.ok(errOf(w.asApplicant("zoe", other)))
		if after := w.account(a.PersonID); after.Epoch == before.Epoch {
			t.Error("sessions go on")
		}
		if w.count(store.MailPasswordChanged) != 1 {
			t.Error("nobody was told")
		}
		// Used, made worthless by the first, never made, of another kind, over.
		late, until, err := w.service.MintReset(ctx, a.PersonID)
		w.ok(err)
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
			return tx.InsertLink(ctx, store.Link{TokenHash: tokenRef("invited"), Kind: store.LinkInvitation, PersonID: a.PersonID, AccountID: a.ID,
				ExpiresAt: w.clock.Add(time.Hour), CreatedAt: w.clock})
		}))
		w.clock = until
		for _, dead := range []string{token, second, late, "", "invited", "no such token"} {
			_, err := w.service.OpenReset(ctx, dead)
			w.is(err, ErrLink)
			w.is(w.service.ResetPassword(ctx, dead, Choice{Password: good}), ErrLink)
		}
	})
}

func TestA3AResetLinkWorksOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		a, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.ok(err)
		token, _, err := w.service.MintReset(ctx, a.PersonID)
		w.ok(err)
		var wg sync.WaitGroup
		results := make(chan error, 8)
		for range 8 {
			wg.Go(func() { results <- w.service.ResetPassword(ctx, token, Choice{Password: other}) })
		}
		wg.Wait()
		close(results)
		done := 0
		for err := range results {
			switch {
			case err == nil:
				done++
			case !errors.Is(err, ErrLink) && !errors.Is(err, ErrMoved):
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("it worked %d times", done)
		}
	})
}

func TestA3AResetForWhoHasNotSignedInAsksForTheBirthDate(t *testing.T) {
	onBoth(t, func(w *world) {
		a, temporary := w.temporary("C1")
		token, _, err := w.service.MintReset(ctx, a.PersonID)
		w.ok(err)
		if got, err := w.service.OpenReset(ctx, token); err != nil || got != (Reset{a.Username, true}) {
			t.Errorf("%+v, %v", got, err)
		}
		for range freeFailures {
			w.is(w.service.ResetPassword(ctx, token, Choice{BirthDate: "1990-02-01", Password: other}), ErrBirthDate)
		}
		w.is(w.service.ResetPassword(ctx, token, Choice{BirthDate: born, Password: other}), ErrSlow)
		w.clock = w.clock.Add(time.Minute)
		w.ok(errOf(w.asApplicant(a.Username, temporary)))
		w.ok(w.service.ResetPassword(ctx, token, Choice{BirthDate: born, Password: other}))
		w.is(errOf(w.asApplicant(a.Username, temporary)), ErrWrong)
		w.ok(errOf(w.asApplicant(a.Username, other)))
	})
}

func TestA3ClosingEndsLinks(t *testing.T) {
	onBoth(t, func(w *world) {
		a, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.ok(err)
		token, _, err := w.service.MintReset(ctx, a.PersonID)
		w.ok(err)
		w.close(" ZOE ")
		_, err = w.service.Close(ctx, "zoe")
		w.is(err, ErrNoAccount)
		_, err = w.service.Close(ctx, "nobody")
		w.is(err, ErrNoAccount)
		_, err = w.service.OpenReset(ctx, token)
		w.is(err, ErrLink)
		w.is(errOf(w.asApplicant("zoe", good)), ErrWrong)
		if got := w.actions(a.PersonID); got != "account_opened account_closed" {
			t.Errorf("history: %s", got)
		}
	})
}

func TestA3ChangeOfPassword(t *testing.T) {
	onBoth(t, func(w *world) {
		_, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.ok(err)
		a, err := w.asApplicant("zoe", good)
		w.ok(err)
		token, _, err := w.service.MintReset(ctx, a.PersonID)
		w.ok(err)
		for _, c := range []struct {
			current, password string
			want              error
		}{{wrong, other, ErrWrong}, {good, "short", ErrPasswordShort}, {good, good, ErrPasswordSame}, {good, "bonjour bonjour 123", ErrPasswordCommon}} {
			_, err := w.service.ChangePassword(ctx, Choice{Account: a, Current: c.current, Password: c.password})
			w.is(err, c.want)
		}
		epoch, err := w.service.ChangePassword(ctx, Choice{Account: a, Current: good, Password: other})
		w.ok(err)
		if got := w.account(a.PersonID); got.Epoch != epoch || epoch != a.Epoch+1 {
			t.Errorf("epoch %d, %+v", epoch, got)
		}
		_, err = w.service.ChangePassword(ctx, Choice{Account: a, Current: other, Password: good})
		w.is(err, ErrMoved) // another session, which is over
		_, err = w.service.OpenReset(ctx, token)
		w.is(err, ErrLink)
		if w.count(store.MailPasswordChanged) != 1 {
			t.Error("nobody was told")
		}
		a = w.account(a.PersonID)
		for range freeFailures {
			_, err = w.service.ChangePassword(ctx, Choice{Account: a, Current: wrong, Password: good})
			w.is(err, ErrWrong)
		}
		_, err = w.service.ChangePassword(ctx, Choice{Account: a, Current: other, Password: good})
		w.is(err, ErrSlow)
	})
}

func TestA3ChangeOfEmail(t *testing.T) {
	onBoth(t, func(w *world) {
		_, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.ok(err)
		a, err := w.asApplicant("zoe", good)
		w.ok(err)
		token, _, err := w.service.MintReset(ctx, a.PersonID)
		w.ok(err)
		for _, c := range []struct {
			email, password string
			want            error
		}{{"new@x.example", wrong, ErrWrong}, {"nonsense", good, ErrEmail}, {"z@x.example", good, ErrEmailSame}} {
			_, err := w.service.ChangeEmail(ctx, EmailChange{Account: a, Email: c.email, Password: c.password})
			w.is(err, c.want)
		}
		epoch, err := w.service.ChangeEmail(ctx, EmailChange{Account: a, Email: " new@x.example ", Password: good})
		w.ok(err)
		p, err := w.store.Person(ctx, a.PersonID)
		w.ok(err)
		if p.Email != "new@x.example" || w.account(a.PersonID).Epoch != epoch || epoch == a.Epoch {
			t.Errorf("%s, epoch %d", p.Email, epoch)
		}
		_, err = w.service.OpenReset(ctx, token)
		w.is(err, ErrLink) // it went to the old address
		if w.count(store.MailEmailChanged) != 2 {
			t.Error("not both were told")
		}
		_, err = w.service.ChangeEmail(ctx, EmailChange{Account: a, Email: "other@x.example", Password: good})
		w.is(err, ErrMoved)
	})
}
