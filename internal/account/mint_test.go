package account

import (
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

// personID is that of the person with this client id.
func (w *world) personID(clientID string) string {
	w.Helper()
	p, err := w.store.PersonByClientID(ctx, clientID)
	w.ok(err)
	return p.ID
}

// opened makes the account of a person as the last answer to an invitation does, and returns it.
func (w *world) opened(clientID string) store.Account {
	w.Helper()
	p, err := w.store.PersonByClientID(ctx, clientID)
	w.ok(err)
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error { return w.service.openAccount(ctx, tx, p, w.clock) }))
	return w.account(p.ID)
}

func (w *world) account(personID string) store.Account {
	w.Helper()
	a, err := w.store.AccountByPerson(ctx, personID)
	w.ok(err)
	return a
}

// mails are the kinds of the e-mails that wait, of whomever, and the text of their rows.
func (w *world) mails() (kinds []store.MailKind, rows string) {
	w.Helper()
	due, err := w.store.DueRows(ctx, store.KindMail, w.clock, 1000)
	w.ok(err)
	for _, row := range due {
		var m store.Mail
		w.ok(json.Unmarshal(row.Payload, &m))
		kinds = append(kinds, m.Kind)
		rows += string(row.Payload) + row.Key + row.PersonID
	}
	return kinds, rows
}

func (w *world) count(kind store.MailKind) (n int) {
	w.Helper()
	kinds, _ := w.mails()
	for _, k := range kinds {
		if k == kind {
			n++
		}
	}
	return n
}

// actions are those in the history of a person's case.
func (w *world) actions(personID string) string {
	w.Helper()
	c, err := w.store.CaseByPerson(ctx, personID)
	w.ok(err)
	entries, err := w.store.History(ctx, c.ID)
	w.ok(err)
	var out []string
	for _, e := range entries {
		out = append(out, e.Action)
	}
	return strings.Join(out, " ")
}

// asApplicant signs in and returns the account.
func (w *world) asApplicant(username, password string) (store.Account, error) {
	return w.service.SignIn(ctx, username, password, store.RoleApplicant)
}

func TestA3ATemporaryPasswordIsMadeAtHandOver(t *testing.T) {
	onBoth(t, func(w *world) {
		a := w.opened("C1")
		if n := w.count(store.MailCredentials); n != 1 {
			t.Fatalf("%d e-mails", n)
		}
		w.is(errOf(w.asApplicant(a.Username, "")), ErrWrong)
		w.clock = w.clock.Add(3 * 24 * time.Hour) // it waits for the mail server: the 14 days begin when it is handed over
		name, password, until, err := w.service.MintCredentials(ctx, a.PersonID)
		w.ok(err)
		if name != a.Username || !until.Equal(w.clock.Add(14*24*time.Hour)) {
			t.Errorf("%s until %v", name, until)
		}
		if !regexp.MustCompile(`^([a-z2-9]{4}-){4}[a-z2-9]{4}$`).MatchString(password) || strings.ContainsAny(password, "lio01aeu") {
			t.Errorf("password %q", password)
		}
		for _, typed := range []string{password, strings.ToUpper(password), " " + strings.ReplaceAll(password, "-", "") + "\n",
			strings.ReplaceAll(password, "-", " "), strings.ReplaceAll(password, "-", "‑")} {
			got, err := w.asApplicant(strings.ToUpper(name), typed)
			w.ok(err)
			if got.TemporaryUntil.IsZero() {
				t.Error("it is not told to be temporary")
			}
		}
		before := w.account(a.PersonID)
		_, next, _, err := w.service.MintCredentials(ctx, a.PersonID)
		w.ok(err)
		if next == password {
			t.Error("the same password twice")
		}
		w.is(errOf(w.asApplicant(name, password)), ErrWrong)
		w.ok(errOf(w.asApplicant(name, next)))
		if after := w.account(a.PersonID); after.Epoch == before.Epoch {
			t.Error("sessions of the first one go on")
		}
		if stored := w.account(a.PersonID).PasswordHash; strings.Contains(stored, next) || !strings.HasPrefix(stored, "$argon2id$") {
			t.Errorf("stored: %s", stored)
		}
		if _, rows := w.mails(); strings.Contains(rows, next) || strings.Contains(rows, password) || strings.Contains(rows, name) {
			t.Errorf("a secret waits in the outbox: %s", rows)
		}
		if got := w.actions(a.PersonID); got != "account_opened temporary_password temporary_password" {
			t.Errorf("history: %s", got)
		}
	})
}

func errOf(_ store.Account, err error) error { return err }

func TestA3AnExpiredTemporaryPasswordIsToldToWhoHasIt(t *testing.T) {
	onBoth(t, func(w *world) {
		a := w.opened("C1")
		name, password, until, err := w.service.MintCredentials(ctx, a.PersonID)
		w.ok(err)
		w.clock = until.Add(-time.Millisecond)
		w.ok(errOf(w.asApplicant(name, password)))
		signedIn := w.account(a.PersonID)
		w.clock = until
		w.is(errOf(w.asApplicant(name, password)), ErrExpired)
		w.is(errOf(w.asApplicant(name, wrong)), ErrWrong)
		// Nor does who signed in before get past it.
		_, err = w.service.FirstPassword(ctx, Choice{Account: signedIn, BirthDate: born, Password: other})
		w.is(err, ErrExpired)

		w.ok(w.service.AskTemporary(ctx, name))
		if n := w.count(store.MailCredentials); n != 2 {
			t.Errorf("%d e-mails", n)
		}
		_, fresh, _, err := w.service.MintCredentials(ctx, a.PersonID)
		w.ok(err)
		w.clock = w.clock.Add(time.Minute) // after the wrong one
		w.ok(errOf(w.asApplicant(name, fresh)))
	})
}

func TestA3WhatIsNotNeededIsNotMinted(t *testing.T) {
	onBoth(t, func(w *world) {
		refused := func(what, person string, wantReset error) {
			t.Helper()
			if _, _, _, err := w.service.MintCredentials(ctx, person); !errors.Is(err, ErrNotNeeded) {
				t.Errorf("%s: credentials: %v", what, err)
			}
			if _, _, err := w.service.MintReset(ctx, person); !errors.Is(err, wantReset) {
				t.Errorf("%s: reset: %v", what, err)
			}
		}
		c1, c2 := w.personID("C1"), w.personID("C2")
		refused("nobody", "nobody", ErrNotNeeded)
		refused("no account", c1, ErrNotNeeded)
		_, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.ok(err)
		refused("own password", c1, nil)
		w.close("zoe")
		refused("closed", c1, ErrNotNeeded)
		w.opened("C2")
		_, _, _, err = w.service.MintCredentials(ctx, c2)
		w.ok(err)
		w.person("C2", w.clock)
		refused("withdrawn", c2, ErrNotNeeded)
	})
}

func TestA2AccountsAreOpenedOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		first := w.opened("C1")
		if again := w.opened("C1"); again != first || w.count(store.MailCredentials) != 1 {
			t.Errorf("%+v", again)
		}
		if !regexp.MustCompile(`^zoe-[1-9][0-9]{3}$`).MatchString(first.Username) {
			t.Errorf("username %q", first.Username)
		}
		p, err := w.store.PersonByClientID(ctx, "C2")
		w.ok(err)
		failed := make(chan error)
		for range 16 {
			go func() {
				failed <- w.store.Tx(ctx, func(tx *store.Tx) error { return w.service.openAccount(ctx, tx, p, w.clock) })
			}()
		}
		for range 16 {
			w.ok(<-failed)
		}
		if n := w.count(store.MailCredentials); n != 2 {
			t.Errorf("%d e-mails", n)
		}
	})
}

func TestA2UserNames(t *testing.T) {
	for want, names := range map[string][][2]string{
		"zoe":          {{"Zoë", "Łęcka"}, {"ZOË Amélie", ""}, {"  Zoé", ""}},
		"lukasz":       {{"Łukasz", ""}},
		"bjorn":        {{"Bjørn", "Håkonsveen"}},
		"jeanpierre":   {{"Jean-Pierre", "Roy"}},
		"oneil":        {{"", "O’Neil"}, {"Å.", "O’Neil"}},
		"ngoc":         {{"Ngọc Anh", "Trần"}},
		"li":           {{"Li", "X"}},
		"ivanov":       {{"Владимир", "Ivanov"}},
		"pr":           {{"Владимир", "Иванов"}, {"王", "小明"}, {"محمد", ""}, {"", ""}, {"X", "Y"}},
		"alexandrinaw": {{"Alexandrina-Wilhelmina", ""}},
		"oeuvre":       {{"Œuvre", ""}},
	} {
		for _, n := range names {
			if got := usernameStem(store.Person{GivenNames: n[0], FamilyName: n[1]}); got != want {
				t.Errorf("%q: %q, want %q", n, got, want)
			}
		}
	}
}

func TestA2ManyPeopleOfOneNameGetUserNames(t *testing.T) {
	p := store.Person{GivenNames: "Mohammed"}
	lengths := map[int]bool{}
	for try := range usernameTries {
		name, err := newUsername(p, try)
		if err != nil || checkUsername(name) != nil {
			t.Errorf("%q: %v", name, err)
		}
		lengths[len(name)] = true
	}
	if len(lengths) != usernameTries/triesPerLength {
		t.Errorf("lengths %v", lengths)
	}
	w := newWorld(t, testenv.SQLite(t))
	// Every short number is taken: the next ones are longer.
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
		for n := 1000; n <= 9999; n++ {
			if err := tx.InsertAccount(ctx, store.Account{ID: store.NewID(), Role: store.RoleOfficer, Username: "zoe-" + strconv.Itoa(n),
				CreatedAt: w.clock}); err != nil {
				return err
			}
		}
		return nil
	}))
	if a := w.opened("C1"); len(a.Username) != len("zoe-10000") {
		t.Errorf("username %s", a.Username)
	}
}
