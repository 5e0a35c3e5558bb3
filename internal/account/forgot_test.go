package account

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

func TestA3ForgottenIsAnsweredTheSameForAll(t *testing.T) {
	onBoth(t, func(w *world) {
		_, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.ok(err)
		w.officer("olga")
		_, err = w.service.AddApplicant(ctx, "C2", "gone", good)
		w.ok(err)
		w.person("C2", w.clock)
		for _, name := range []string{"nobody", "olga", "gone", "", "\x00\xff", strings.Repeat("n", 9000)} {
			w.ok(w.service.ForgotPassword(ctx, name))
			w.ok(w.service.AskTemporary(ctx, name))
			w.ok(w.service.ForgotUsername(ctx, name+"@nowhere.example"))
			w.ok(w.service.ForgotUsername(ctx, name))
		}
		if kinds, _ := w.mails(); len(kinds) != 0 {
			t.Errorf("%v", kinds)
		}
		w.ok(w.service.ForgotPassword(ctx, " ZOE "))
		w.ok(w.service.AskTemporary(ctx, "zoe")) // has an own password
		w.ok(w.service.ForgotUsername(ctx, " Z@X.example "))
		if kinds, _ := w.mails(); fmt.Sprint(kinds) != "[password_reset username]" {
			t.Errorf("%v", kinds)
		}
	})
}

func TestA3AForgottenUserNameIsMailedToEverybodyAtTheAddress(t *testing.T) {
	onBoth(t, func(w *world) {
		w.opened("C1")
		_, err := w.service.AddApplicant(ctx, "C2", "child", good)
		w.ok(err)
		w.person("C3", time.Time{}) // has no account yet
		w.ok(w.service.ForgotUsername(ctx, "z@x.example"))
		if n := w.count(store.MailUsername); n != 2 {
			t.Errorf("%d e-mails", n)
		}
	})
}

func TestA3FewEmailsCanBeAskedForInSomebodysName(t *testing.T) {
	onBoth(t, func(w *world) {
		_, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
		w.ok(err)
		for range 30 {
			w.ok(w.service.ForgotPassword(ctx, "zoe"))
			w.clock = w.clock.Add(20 * time.Second)
		}
		if n := w.count(store.MailPasswordReset); n != askedAtMost {
			t.Errorf("%d e-mails in ten minutes", n)
		}
		w.ok(w.service.ForgotUsername(ctx, "z@x.example")) // another kind
		if n := w.count(store.MailUsername); n != 1 {
			t.Errorf("%d", n)
		}
		w.clock = w.clock.Add(time.Hour)
		w.ok(w.service.ForgotPassword(ctx, "zoe"))
		if n := w.count(store.MailPasswordReset); n != askedAtMost+1 {
			t.Errorf("%d e-mails an hour later", n)
		}
	})
}

func TestA3WhoAsksManyTimesAtOnceGetsOneEmail(t *testing.T) {
	onBoth(t, func(w *world) {
		for clientID, username := range map[string]string{"C1": "zoe", "C2": "zoe-2"} {
			_, err := w.service.AddApplicant(ctx, clientID, username, good)
			w.ok(err)
		}
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if err := errors.Join(w.service.ForgotPassword(ctx, "zoe"), w.service.ForgotUsername(ctx, "z@x.example")); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if reset, names := w.count(store.MailPasswordReset), w.count(store.MailUsername); reset != 1 || names != 2 {
			t.Errorf("%d and %d e-mails", reset, names)
		}
	})
}

func TestA3ForgottenTakesTheSameTimeForAll(t *testing.T) {
	w := newWorld(t, testenv.SQLite(t))
	_, err := w.service.AddApplicant(ctx, "C1", "zoe", good)
	w.ok(err)
	w.service.c.AnswerAfter = 200 * time.Millisecond
	for what, ask := range map[string]func() error{
		"known":             func() error { return w.service.ForgotPassword(ctx, "zoe") },
		"unknown":           func() error { return w.service.ForgotPassword(ctx, "nobody") },
		"temporary":         func() error { return w.service.AskTemporary(ctx, "nobody") },
		"known address":     func() error { return w.service.ForgotUsername(ctx, "z@x.example") },
		"unknown address":   func() error { return w.service.ForgotUsername(ctx, "nobody@x.example") },
		"not an address":    func() error { return w.service.ForgotUsername(ctx, "nobody") },
		"no name, too long": func() error { return w.service.ForgotPassword(ctx, strings.Repeat("x", 5000)) },
	} {
		started := time.Now()
		w.ok(ask())
		if took := time.Since(started); took < w.service.c.AnswerAfter {
			t.Errorf("%s: answered after %v", what, took)
		}
	}
}
