package portal

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
)

const (
	chosen = "velvet gravel anchor"
	born   = "1990-01-02"
)

// temporary gives a new person an account with a temporary password, as the last answer to an invitation and the mail worker do.
// The account's owner would have come to it by an own password, which is taken away.
func (w *world) temporary(user string, change ...func(*store.Person)) (p *person, password string) {
	w.t.Helper()
	p = w.person(user, change...)
	ctx := context.Background()
	a, err := w.store.AccountByUsername(ctx, user)
	w.ok(err)
	_, err = w.portal.c.Accounts.Close(ctx, user)
	w.ok(err)
	p.user += "-new"
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.OpenAccount(ctx, store.Account{ID: store.NewID(), Role: store.RoleApplicant, Username: p.user, PersonID: a.PersonID,
			PasswordHash: a.PasswordHash, TemporaryUntil: w.now(), CreatedAt: w.now()})
		return err
	}))
	return p, p.mint()
}

func (p *person) account() store.Account {
	p.t.Helper()
	a, err := p.store.AccountByUsername(context.Background(), p.user)
	p.ok(err)
	return a
}

// mint makes a temporary password as the mail worker does.
func (p *person) mint() string {
	p.t.Helper()
	_, password, _, err := p.portal.c.Accounts.MintCredentials(context.Background(), p.account().PersonID)
	p.ok(err)
	return password
}

// mintedAgo makes a temporary password some time ago. Sessions live by the true time, so the clock can't be moved far ahead.
func (p *person) mintedAgo(ago time.Duration) string {
	p.t.Helper()
	p.later(-ago)
	defer p.later(ago)
	return p.mint()
}

// resetLink makes a link as the mail worker does.
func (p *person) resetLink() string {
	p.t.Helper()
	token, _, err := p.portal.c.Accounts.MintReset(context.Background(), p.account().PersonID)
	p.ok(err)
	return "/reset/" + token
}

// mails counts the e-mails of a kind for a person that wait.
func (p *person) mails(kind store.MailKind) (n int) {
	p.t.Helper()
	rows, err := p.store.DueRows(context.Background(), store.KindMail, p.now(), 1000)
	p.ok(err)
	for _, row := range rows {
		var m store.Mail
		p.ok(json.Unmarshal(row.Payload, &m))
		if m.Kind == kind && m.PersonID == p.account().PersonID {
			n++
		}
	}
	return n
}

func (p *person) signInWith(password string) *page {
	p.t.Helper()
	return p.post("/sign-in", "username", p.user, "password", password, "back", "/photo")
}

// speaks brings the browser to a language.
func (p *person) speaks(lang string) {
	p.t.Helper()
	p.post("/language", "lang", lang, "back", "/sign-in")
}

// sample is a text of the portal in a language, without what is filled in.
func (w *world) sample(lang, key string) string {
	w.t.Helper()
	text, _, _ := strings.Cut(w.portal.texts[lang][key], "%")
	if text == "" {
		w.t.Fatalf("no text %q", key)
	}
	return strings.Join(strings.Fields(text), " ")
}

func TestA3FirstSignInChoosesAPassword(t *testing.T) {
	for _, lang := range web.Languages() {
		w := newWorld(t)
		p, temporary := w.temporary("zoe", func(s *store.Person) { s.Language = web.Other(lang) })
		say := func(key string) string { return w.sample(lang, key) }
		p.speaks(lang)
		first := p.signInWith(strings.ToUpper(temporary)).is(200, "first-sign-in", "").tells("").says(say("first_lead"), say("pw_hint"))
		first.sound(lang)
		first.silent("Łęcka") // whose account it is, is told to who knows the birth date
		if got := attr(first.one("#new-password"), "autocomplete") + attr(first.one("#username"), "value"); got != "new-password"+p.user {
			t.Errorf("%q", got)
		}
		send := func(day, month, year, password string) *page {
			t.Helper()
			page := p.post("/first-sign-in", "day", day, "month", month, "year", year, "new-password", password)
			if password != "" && strings.Contains(page.body, password) {
				t.Errorf("the password %q is shown", password)
			}
			return page
		}
		for _, c := range []struct {
			day, month, year, password string
			tells, also                string
		}{
			{"", "", "", "", "birth_date_missing", "pw_short"},
			{"31", "2", "1990", chosen, "birth_date_missing", ""},
			{"x", "1", "1990", chosen, "birth_date_missing", ""},
			{"2", "1", "1990", "fourteen chars", "pw_short", ""},
			{"02", "1", "1990", strings.Repeat("long password ", 80), "pw_long", ""},
			{"2", "1", "1990", "Zoë Łęcka 02.01.1990", "pw_personal", ""},
			{"2", "1", "1990", "qwertyuiop asdfghjkl", "pw_pattern", ""},
			{"2", "1", "1990", "mot de passe mot de passe", "pw_common", ""},
			{"2", "1", "1990", temporary, "pw_same", ""},
			{"1", "2", "1990", "je t’aime mon amour", "birth_date_wrong", "pw_common"},
			{"", "", "", "mot de passe mot de passe", "birth_date_missing", "pw_common"},
		} {
			page := send(c.day, c.month, c.year, c.password).is(422, "first-sign-in", "").tells(c.tells).says(say("problem_" + c.tells))
			page.sound(lang)
			if c.also != "" {
				page.says(say("problem_"+c.also), say("pw_idea"))
			}
			if got := attr(page.one("#birth-day"), "value"); got != c.day {
				t.Errorf("the day is lost: %q", got)
			}
			if field := page.one("#" + fields[c.tells]); attr(field, "aria-invalid") != "true" {
				t.Errorf("%s: the field is not marked", c.tells)
			}
			page.has("[href=#"+fields[c.tells]+"]", 1)
		}
		// Who has not given the birth date is not told that a password is made of it, nor of a name.
		for _, guess := range []string{"2 january 1990 2 january", "Łęcka Łęcka Łęcka"} {
			send("", "", "", guess).tells("birth_date_missing").silent(say("problem_pw_personal"))
		}
		if a := p.account(); a.TemporaryUntil.IsZero() {
			t.Fatal("the temporary password was used up")
		}
		before := p.token()
		send("2", "1", "1990", chosen).is(200, "tasks", "open").says("Zoë Łęcka").sound(lang)
		if p.token() == before {
			t.Error("the session has the same token")
		}
		if person, err := w.store.Person(t.Context(), p.account().PersonID); err != nil || person.Language != lang {
			t.Errorf("the language that was chosen before does not hold: %s, %v", person.Language, err)
		}
		p.get("/first-sign-in").is(200, "tasks", "open")
		p.post("/sign-out")
		p.signInWith(temporary).tells("sign_in_wrong")
		p.signInWith(chosen).is(200, "photo", "open")
	}
}

// TestA3NothingHoldsBeforeThePasswordIsChosen; that nothing else is open stands in the table of all routes.
func TestA3NothingHoldsBeforeThePasswordIsChosen(t *testing.T) {
	w := newWorld(t)
	p, temporary := w.temporary("zoe")
	p.speaks("fr") // is not kept for e-mails before the birth date was given
	p.signInWith(temporary).is(200, "first-sign-in", "")
	p.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	p.post("/language", "lang", "fr", "back", "/first-sign-in")
	if person, err := w.store.Person(t.Context(), p.account().PersonID); err != nil || person.Language != "en" {
		t.Errorf("e-mails are in %s, %v", person.Language, err)
	}
	if got := p.post("/sign-out"); got.header.Get("Location") != "/sign-in" {
		t.Errorf("no way out: %d", got.status)
	}
}

func TestA3WrongBirthDatesSlowTheForm(t *testing.T) {
	w := newWorld(t)
	p, temporary := w.temporary("zoe")
	p.signInWith(temporary)
	send := func(year string) *page {
		return p.post("/first-sign-in", "day", "2", "month", "1", "year", year, "new-password", chosen)
	}
	for range 3 {
		send("1991").is(422, "first-sign-in", "").tells("birth_date_wrong")
	}
	send("1990").is(429, "first-sign-in", "").tells("birth_date_slow").says("seconds")
	w.later(time.Minute)
	send("1990").is(200, "tasks", "open")
}

func TestA3AnExpiredTemporaryPassword(t *testing.T) {
	for _, lang := range web.Languages() {
		w := newWorld(t)
		p, _ := w.temporary("zoe")
		temporary := p.mintedAgo(account.TemporaryFor - time.Minute)
		p.speaks(lang)
		p.get("/expired-password").is(200, "sign-in", "")
		p.post("/expired-password").is(200, "sign-in", "")
		signedIn := *p
		signedIn.client = w.browser()
		signedIn.signInWith(temporary).is(200, "first-sign-in", "")
		w.later(2 * time.Minute)
		p.signInWith("wrong " + temporary[:5]).tells("sign_in_wrong")
		page := p.signInWith(temporary).is(200, "expired-password", "").says(w.sample(lang, "expired_text")).silent("Łęcka")
		page.sound(lang)
		p.get("/photo").is(200, "sign-in", "")
		page = p.post("/expired-password").is(200, "forgot-password", "").says(w.sample(lang, "sent_temporary"))
		page.sound(lang)
		if n := p.mails(store.MailCredentials); n != 1 {
			t.Errorf("%d e-mails", n)
		}
		p.post("/expired-password").is(200, "forgot-password", "") // the same answer, no second e-mail
		if n := p.mails(store.MailCredentials); n != 1 {
			t.Errorf("%d e-mails", n)
		}
		fresh := p.mint()
		p.signInWith(temporary).tells("sign_in_wrong")
		p.signInWith(fresh).is(200, "first-sign-in", "")
		// The session of the old one is over.
		signedIn.get("/first-sign-in").is(200, "sign-in", "")
	}
}

func TestA3ASessionOfAnExpiredTemporaryPasswordLeadsToANewOne(t *testing.T) {
	w := newWorld(t)
	p, _ := w.temporary("zoe")
	temporary := p.mintedAgo(account.TemporaryFor - time.Minute)
	p.signInWith(temporary).is(200, "first-sign-in", "")
	opened := *p
	opened.client = w.browser()
	opened.signInWith(temporary).is(200, "first-sign-in", "")
	w.later(2 * time.Minute)
	opened.get("/first-sign-in").is(200, "expired-password", "")
	p.post("/first-sign-in", "day", "2", "month", "1", "year", "1990", "new-password", chosen).is(200, "expired-password", "")
	if p.account().TemporaryUntil.IsZero() {
		t.Error("an expired password was good enough")
	}
}

func TestA3ForgottenIsAnsweredTheSameForAll(t *testing.T) {
	for _, lang := range web.Languages() {
		w := newWorld(t)
		p, gone := w.person("zoe"), w.person("gone")
		temporary, _ := w.temporary("new")
		_, err := w.portal.c.Accounts.AddOfficer(t.Context(), "olga", password, false)
		w.ok(err)
		_, err = w.portal.c.Accounts.Close(t.Context(), "gone")
		w.ok(err)
		ask := func(path, field, value string) *page {
			t.Helper()
			b := &person{world: w, client: w.browser()}
			b.speaks(lang)
			page := b.post(path, field, value).tells("")
			page.sound(lang)
			return page
		}
		for path, c := range map[string]struct {
			field  string
			values []string
			kind   store.MailKind
		}{
			"/forgot-password": {"username", []string{"zoe", "nobody", "gone", "olga", " ZOE ", temporary.user, strings.Repeat("x", 5000), "zo\xff"}, store.MailPasswordReset},
			"/forgot-username": {"email", []string{"zoe@x.example", "nobody@x.example", "gone@x.example", " ZOE@x.example ", "new@x.example"}, store.MailUsername},
		} {
			want := ask(path, c.field, c.values[0]).is(200, path[1:], "").says(w.sample(lang, "sent_title"))
			for _, value := range c.values[1:] {
				got := ask(path, c.field, value)
				if got.status != want.status || got.body != want.body || got.url.String() != want.url.String() {
					t.Errorf("%s tells something about %.20q", path, value)
				}
			}
			if n := p.mails(c.kind); n != 1 {
				t.Errorf("%s: %d e-mails", path, n)
			}
			if n := temporary.mails(c.kind); n != 1 {
				t.Errorf("%s: %d e-mails to who has a temporary password", path, n)
			}
		}
		for path, code := range map[string]string{"/forgot-password": "forgot_password_empty", "/forgot-username": "forgot_username_empty"} {
			p.speaks(lang)
			p.get(path).is(200, path[1:], "").tells("").sound(lang)
			p.post(path).is(422, path[1:], "").tells(code).sound(lang)
		}
		page := p.post("/forgot-username", "email", "zoe at home").is(422, "forgot-username", "").tells("forgot_username_empty")
		if attr(page.one("#email"), "value") != "zoe at home" {
			t.Error("what was typed is lost")
		}
		_ = gone
	}
}

func TestA3ResetLink(t *testing.T) {
	for _, lang := range web.Languages() {
		w := newWorld(t)
		p := w.person("zoe")
		p.speaks(lang)
		p.signIn().is(200, "photo", "open")
		elsewhere := *p
		elsewhere.client = w.browser()
		elsewhere.signIn().is(200, "photo", "open")
		link := p.resetLink()
		for range 3 { // a scanner of mail opens it, too
			scanner := &person{world: w, client: w.browser()}
			page := scanner.get(link+"?lang="+lang).is(200, "reset", "").tells("").says(w.sample(lang, "reset_lead"))
			page.sound(lang)
			page.has("#birth-day", 0)
		}
		if p.get("/photo").is(200, "photo", "open"); p.account().Epoch != 0 {
			t.Error("opening it changed something")
		}
		for _, c := range []struct{ password, tells string }{{"", "pw_short"}, {"Bienvenue au Canada", "pw_common"}, {"zoe zoe zoe zoe zoe", "pw_personal"}} {
			p.post(link, "new-password", c.password).is(422, "reset", "").tells(c.tells).sound(lang)
		}
		p.post(link, "new-password", chosen).is(200, "sign-in", "").tells("reset_done").sound(lang)
		p.get("/photo").is(200, "sign-in", "")
		elsewhere.get("/photo").is(200, "sign-in", "").tells("session_over")
		if got := elsewhere.get("/photo/state").status; got != http.StatusUnauthorized {
			t.Errorf("state: %d", got)
		}
		if n := p.mails(store.MailPasswordChanged); n != 1 {
			t.Errorf("%d notices", n)
		}
		p.signIn().tells("sign_in_wrong")
		p.signInWith(chosen).is(200, "photo", "open")

		// Used, over, and never made: the same answer.
		late := p.resetLink()
		w.later(account.ResetFor)
		for _, dead := range []string{link, late, "/reset/never-made", "/reset/%00%ff"} {
			page := p.get(dead).is(404, "reset-over", "").says(w.sample(lang, "reset_over_text"))
			page.sound(lang)
			p.post(dead, "new-password", chosen).is(404, "reset-over", "")
		}
	}
}

func TestA3AResetBeforeTheFirstSignInAsksForTheBirthDate(t *testing.T) {
	w := newWorld(t)
	p, _ := w.temporary("zoe")
	link := p.resetLink()
	p.get(link).is(200, "reset", "").has("#birth-day", 1).has("#birth-month", 1).silent("Łęcka")
	p.post(link, "new-password", chosen).is(422, "reset", "").tells("birth_date_missing")
	for range 3 {
		p.post(link, "day", "3", "month", "1", "year", "1990", "new-password", chosen).is(422, "reset", "").tells("birth_date_wrong")
	}
	p.post(link, "day", "2", "month", "1", "year", "1990", "new-password", chosen).is(429, "reset", "").tells("birth_date_slow")
	w.later(time.Minute)
	p.post(link, "day", "2", "month", "1", "year", "1990", "new-password", chosen).is(200, "sign-in", "").tells("reset_done")
	p.signInWith(chosen).is(200, "photo", "open")
}

func TestA3ALinkIsNotLogged(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	link := p.resetLink()
	w.ok(w.store.Close())
	if got := p.get(link).status; got != http.StatusServiceUnavailable {
		t.Errorf("%d", got)
	}
	if logs := w.logs.String(); logs == "" || strings.Contains(logs, link) || !strings.Contains(logs, "/reset/{token}") {
		t.Errorf("logged: %s", logs)
	}
}

func TestA3TheAccountPage(t *testing.T) {
	for _, lang := range web.Languages() {
		w := newWorld(t)
		p := w.person("zoe")
		p.speaks(lang)
		p.signIn()
		page := p.get("/account").is(200, "account", "").tells("").says("Zoë Łęcka", "zoe", "zoe@x.example", w.sample(lang, "account_language"))
		page.sound(lang)
		page.has("#change-password", 1).has("#change-email", 1).has("[href=/address/postal]", 1)
		other := web.Other(lang)
		p.post("/language", "mail-lang", attr(page.one("#mail-language"), "value"), "back", "/account").is(200, "account", "").sound(other)
		if person, err := w.store.Person(t.Context(), p.account().PersonID); err != nil || person.Language != other {
			t.Errorf("%s, %v", person.Language, err)
		}
	}
}

func TestA3ChangeOfPasswordEndsOtherSessions(t *testing.T) {
	for _, lang := range web.Languages() {
		w := newWorld(t)
		p := w.person("zoe")
		p.speaks(lang)
		p.signIn()
		elsewhere := *p
		elsewhere.client = w.browser()
		elsewhere.signIn().is(200, "photo", "open")
		p.get("/account/password").is(200, "account-password", "").tells("").sound(lang)
		for _, c := range []struct{ current, fresh, tells string }{
			{"", chosen, "current_missing"}, {"", "", "current_missing"}, {password, "", "pw_short"}, {password, "motdepasse 1234567", "pw_common"},
			{password, password, "pw_same"}, {"wrong", chosen, "current_wrong"},
		} {
			page := p.post("/account/password", "password", c.current, "new-password", c.fresh).is(422, "account-password", "").
				tells(c.tells).says(w.sample(lang, "problem_"+c.tells))
			page.sound(lang)
			if strings.Contains(page.body, chosen) || strings.Contains(page.body, password) {
				t.Error("a password is shown")
			}
		}
		before := p.token()
		p.post("/account/password", "password", password, "new-password", chosen).is(200, "account", "").tells("password_saved").sound(lang)
		if p.token() == before {
			t.Error("the token was not renewed")
		}
		p.get("/photo").is(200, "photo", "open")
		elsewhere.get("/photo").is(200, "sign-in", "").tells("session_over").says(w.sample(lang, "problem_session_over"))
		elsewhere.post("/submit").is(200, "sign-in", "").tells("session_over")
		if n := p.mails(store.MailPasswordChanged); n != 1 {
			t.Errorf("%d notices", n)
		}
		elsewhere.signInWith(chosen).is(200, "photo", "open").tells("")
		for range 3 {
			p.post("/account/password", "password", "wrong", "new-password", "an umbrella for the cat").tells("current_wrong")
		}
		p.post("/account/password", "password", chosen, "new-password", "an umbrella for the cat").is(429, "account-password", "").tells("current_slow")
	}
}

func TestA3ChangeOfEmailEndsOtherSessions(t *testing.T) {
	for _, lang := range web.Languages() {
		w := newWorld(t)
		p := w.person("zoe")
		p.speaks(lang)
		p.signIn()
		elsewhere := *p
		elsewhere.client = w.browser()
		elsewhere.signIn().is(200, "photo", "open")
		p.get("/account/email").is(200, "account-email", "").tells("").says("zoe@x.example").sound(lang)
		for _, c := range []struct {
			email, password string
			tells           string
		}{
			{"", "", "email_wrong"}, {"zoe at home", password, "email_wrong"}, {"zoe@x.example", password, "email_same"},
			{"new@x.example", "", "current_missing"}, {"new@x.example", "wrong", "current_wrong"},
		} {
			page := p.post("/account/email", "email", c.email, "password", c.password).is(422, "account-email", "").tells(c.tells).
				says(w.sample(lang, "problem_"+c.tells))
			page.sound(lang)
			if attr(page.one("#email"), "value") != c.email {
				t.Error("what was typed is lost")
			}
		}
		link, before := p.resetLink(), p.token()
		page := p.post("/account/email", "email", "new@x.example", "password", password).is(200, "account", "").tells("email_saved").says("new@x.example")
		page.sound(lang)
		if p.token() == before {
			t.Error("the token was not renewed")
		}
		p.get("/photo").is(200, "photo", "open")
		elsewhere.get("/photo").is(200, "sign-in", "").tells("session_over")
		p.get(link).is(404, "reset-over", "") // it went to the old address
		if n := p.mails(store.MailEmailChanged); n != 2 {
			t.Errorf("%d notices", n)
		}
	}
}

func TestA3AnEndedSessionLosesNoChangeOfTheAccount(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	for _, path := range []string{"/account/password", "/account/email"} {
		p.signIn()
		w.ok(w.store.Sessions("applicant", w.now).Delete(p.token()))
		page := p.post(path, "password", password).is(200, "sign-in", "").tells("ended")
		backs := page.all("[name=back]")
		p.post("/sign-in", "username", "zoe", "password", password, "back", attr(backs[len(backs)-1], "value")).
			is(200, path[1:8]+"-"+path[9:], "").tells("lost_account")
	}
}

func TestA3AClosedAccountIsOutAtOnce(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn().is(200, "photo", "open")
	_, err := w.portal.c.Accounts.Close(t.Context(), "zoe")
	w.ok(err)
	p.get("/photo").is(200, "sign-in", "").tells("session_over")
	p.signIn().tells("sign_in_wrong")
}

func TestA3TheSignInPageHelps(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	for _, lang := range web.Languages() {
		page := p.get("/sign-in?lang="+lang).says(w.sample(lang, "temporary_text"), w.sample(lang, "sign_in_invited"))
		page.sound(lang)
		page.has("[href=/forgot-password]", 1).has("[href=/forgot-username]", 1).has("#temporary", 1).has("#help", 1)
	}
}

func TestA3FormsWithSecretsAreBoundedAnAddress(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	for range askedPerAddress {
		p.post("/forgot-password")
	}
	p.post("/forgot-username", "email", "zoe@x.example").is(429, "message", "").tells("many_tries")
	if p.mails(store.MailUsername) != 0 {
		t.Error("an e-mail was queued")
	}
	for range secretsPerAddress {
		p.post("/reset/x")
	}
	p.post("/reset/x").is(429, "message", "").tells("many_tries")
}
