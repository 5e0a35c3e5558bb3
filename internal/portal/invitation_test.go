package portal

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
)

// invitee is somebody on an application who was invited, with a browser of their own.
type invitee struct {
	*person
	id, birth, token string
}

// invite takes in a family. Who comes first is the principal; names that start with "c" are those of children.
func (w *world) invite(names ...string) map[string]*invitee {
	w.t.Helper()
	ctx := context.Background()
	all := map[string]*invitee{}
	for i, name := range names {
		v := &invitee{person: &person{world: w, user: name, client: w.browser()}, birth: "1985-03-09"}
		if name[0] == 'c' {
			v.birth = w.now().AddDate(-10, 0, 0).Format(time.DateOnly)
		}
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
			if _, err := tx.PutPerson(ctx, store.Person{Application: "F-" + names[0], ClientID: "F-" + name, GivenNames: name, FamilyName: "Łęcka",
				BirthDate: v.birth, Email: name + "@people.example", Language: "en", Principal: i == 0}, w.now()); err != nil {
				return err
			}
			p, err := tx.PersonByClientID(ctx, "F-"+name)
			if err != nil {
				return err
			}
			v.id = p.ID
			if _, err := tx.Invitation(ctx, p.ID); err == nil {
				return nil
			}
			return tx.InsertInvitation(ctx, p.ID, w.now())
		}))
		all[name] = v.sent()
	}
	return all
}

func (v *invitee) sent() *invitee {
	v.t.Helper()
	var err error
	v.token, _, err = v.portal.c.Accounts.MintInvitation(context.Background(), v.id)
	v.ok(err)
	return v
}

func (v *invitee) link() string { return "/invitation/" + v.token }

// give sends a birth date.
func (v *invitee) give(birth string) *page {
	v.t.Helper()
	d, err := time.Parse(time.DateOnly, birth)
	v.ok(err)
	return v.post(v.link(), "day", d.Format("2"), "month", d.Format("1"), "year", d.Format("2006"))
}

func (v *invitee) enter() *page {
	v.t.Helper()
	return v.give(v.birth)
}

// confirm says yes and that the address is right.
func (v *invitee) confirm() *page {
	v.t.Helper()
	v.enter()
	p, err := v.store.Person(context.Background(), v.id)
	v.ok(err)
	return v.post("/invitation/email", "email", p.Email)
}

func (v *invitee) withdraw() {
	v.t.Helper()
	ctx := context.Background()
	v.ok(v.store.Tx(ctx, func(tx *store.Tx) error {
		p, err := tx.Person(ctx, v.id)
		if err != nil {
			return err
		}
		p.WithdrawnAt = v.now()
		_, err = tx.PutPerson(ctx, p, v.now())
		return err
	}))
}

func (v *invitee) invitation() store.Invitation {
	v.t.Helper()
	i, err := v.store.Invitation(context.Background(), v.id)
	v.ok(err)
	return i
}

func (v *invitee) email() string {
	v.t.Helper()
	p, err := v.store.Person(context.Background(), v.id)
	v.ok(err)
	return p.Email
}

func (v *invitee) hasAccount() bool {
	v.t.Helper()
	_, err := v.store.AccountByPerson(context.Background(), v.id)
	return err == nil
}

// shows checks the name of the page, which has no state of a case.
func (p *page) shows(status int, name string) *page {
	p.t.Helper()
	return p.is(status, name, "")
}

func TestA1FromTheLinkToTheAccount(t *testing.T) {
	w := newWorld(t)
	f := w.invite("paul", "ana", "cleo")
	paul := f["paul"]
	first := paul.get(paul.link()).shows(200, "invitation-birth").tells("").says("Birth date of the person who is invited", "help@portal.example",
		"1-888-555-0123").silent("paul", "Łęcka", "people.example").has("#birth-month", 1)
	if strings.Contains(first.body, "Łęcka") || strings.Contains(first.body, "people.example") {
		t.Error("the page tells who is invited")
	}
	page := paul.enter().shows(200, "invitation-use").tells("").says("Invitation for paul Łęcka", "Do you want to use the portal?")
	if page.url.Path != "/invitation/use" || strings.Contains(page.body, paul.token) {
		t.Errorf("the token is in a later address: %s", page.url)
	}
	paul.post("/invitation/use", "use", "yes").shows(200, "invitation-email").says("Is this your e\u2011mail address?", "paul@people.example")
	page = paul.post("/invitation/email", "email", "paul@people.example").shows(200, "invitation-list").
		says("Are these e\u2011mail addresses right?", "ana@people.example", "cleo@people.example", "(you)").has("#list-right", 1)
	if paul.hasAccount() {
		t.Error("an account before the list")
	}

	ana := f["ana"]
	ana.confirm().shows(200, "invitation-list").says("p•••@p•••.example", "ana@people.example", "c•••@p•••.example", "(main applicant)").
		silent("paul@people.example", "cleo@people.example").has("#list-right", 0)
	ana.get("/invitation/done").shows(200, "invitation-done").says("We wait until paul Łęcka", "at the latest",
		date(w.now().AddDate(0, 0, 14), "en", w.portal.texts.Say("en")), "ana@people.example")

	shown := attr(page.one("[name=shown]"), "value")
	paul.post("/invitation/list", "shown", shown).shows(200, "invitation-done").says("with the username and a temporary password", "14 days")
	if !paul.hasAccount() || !ana.hasAccount() || f["cleo"].hasAccount() {
		t.Error("accounts")
	}
	ana.get("/invitation").shows(200, "invitation-done").says("We are sending the next e-mail")

	cleo := f["cleo"]
	cleo.enter().shows(200, "invitation-use").says("Do you want to use the portal for cleo Łęcka?", "that the child is in Canada")
	cleo.post("/invitation/use", "use", "yes").says("Is this the e\u2011mail address for cleo Łęcka?")
	cleo.get("/invitation/email/change").says("What is the e\u2011mail address for cleo Łęcka?")
	cleo.get("/invitation/decline").says("Finish without the portal for cleo Łęcka?")
	cleo.post("/invitation/email", "email", "cleo@people.example").shows(200, "invitation-list")
	cleo.get("/invitation/done").says("Sign in for cleo Łęcka")
	if !cleo.hasAccount() {
		t.Error("no account for the child")
	}
}

func TestA1LinksThatLeadNowhereLookAlike(t *testing.T) {
	w := newWorld(t)
	f := w.invite("paul", "ana", "gone")
	f["gone"].withdraw()
	f["paul"].confirm()
	f["paul"].post("/invitation/list", "shown", attr(f["paul"].get("/invitation/list").one("[name=shown]"), "value"))
	if !f["paul"].hasAccount() {
		t.Fatal("no account")
	}
	stranger := w.invite("zed")["zed"]
	want := ""
	for name, path := range map[string]string{"withdrawn": f["gone"].link(), "used": f["paul"].link(), "unknown": "/invitation/" + strings.Repeat("A", 32),
		"no token": "/invitation/x", "odd": "/invitation/%00%ff"} {
		for _, page := range []*page{stranger.get(path), stranger.post(path, "day", "9", "month", "3", "year", "1985"), stranger.post(path)} {
			page.shows(404, "invitation-over").says("This link does not work", "help@portal.example").has("#birth-day", 0)
			if want == "" {
				want = page.body
			}
			if page.body != want {
				t.Errorf("%s: the page differs: %s", name, page.body)
			}
		}
	}
	w.later(31 * 24 * time.Hour)
	if got := f["ana"].get(f["ana"].link()); got.status != 404 || got.body != want {
		t.Errorf("expired: %d %s", got.status, got.body)
	}
	if strings.Contains(w.logs.String(), f["ana"].token) || strings.Contains(w.logs.String(), f["paul"].token) {
		t.Error("a token is in the log")
	}
}

func TestA1ATokenIsInNoLog(t *testing.T) {
	w := newWorld(t)
	v := w.invite("paul")["paul"]
	before := v.get(v.link())
	w.ok(w.store.Close())
	v.get(v.link()).shows(503, "message")
	v.post(v.link(), "day", "9", "month", "3", "year", "1985")
	if log := w.logs.String(); log == "" || strings.Contains(log, v.token) {
		t.Errorf("log: %s", log)
	}
	if back := attr(before.one("[name=back]"), "value"); back != v.link() {
		t.Errorf("the language toggle leads to %q", back)
	}
}

func TestA1WrongBirthDatesKeepWhatWasGiven(t *testing.T) {
	w := newWorld(t)
	v := w.invite("paul")["paul"]
	for _, c := range []struct{ day, month, year, code string }{
		{"", "", "", "inv_birth_empty"}, {"9", "", "1985", "inv_birth_empty"}, {"31", "2", "1985", "inv_birth_none"}, {"x", "2", "1985", "inv_birth_none"},
		{"9", "13", "1985", "inv_birth_none"}, {"9", "3", "85", "inv_birth_none"}, {"9", "3", "2999", "inv_birth_none"}, {"-9", "3", "1985", "inv_birth_none"},
		{"8", "3", "1985", "inv_birth_wrong"}, {"3", "9", "1985", "inv_birth_wrong"}, {" 10 ", "3", "1985", "inv_birth_wrong"},
	} {
		page := v.post(v.link(), "day", c.day, "month", c.month, "year", c.year).shows(422, "invitation-birth").tells(c.code).soundIn("en")
		if attr(page.one("#birth-day"), "value") != strings.TrimSpace(c.day) || attr(page.one("#birth-year"), "value") != c.year {
			t.Errorf("%v: what was given is lost", c)
		}
		if attr(page.one("#birth-day"), "aria-invalid") != "true" || attr(page.one("[href=#birth-day]"), "href") == "" {
			t.Errorf("%v: the field is not marked", c)
		}
		if c.month == "3" && len(page.all("[selected]")) != 1 {
			t.Errorf("%v: the month is lost", c)
		}
		if strings.Contains(page.body, "paul") {
			t.Errorf("%v: the page tells who is invited", c)
		}
	}
	v.enter().shows(429, "invitation-birth").tells("inv_birth_slow").says("seconds").soundIn("en")
	w.later(time.Minute)
	v.enter().shows(200, "invitation-use")
}

func TestA1PagesNeedTheBirthDate(t *testing.T) {
	w := newWorld(t)
	f := w.invite("paul", "ana")
	v := f["ana"]
	v.get(v.link())
	for _, path := range []string{"", "/use", "/decline", "/declined", "/email", "/email/change", "/list", "/list/" + f["paul"].id, "/held", "/done"} {
		v.get("/invitation"+path).shows(401, "invitation-ended").says("Open the link in your e\u2011mail again").silent("paul", "ana ").soundIn("en")
	}
	for _, path := range []string{"/use", "/decline", "/email", "/list", "/email/change", "/list/" + f["paul"].id, "/leave"} {
		v.post("/invitation"+path, "email", "ana@people.example", "use", "yes").shows(401, "invitation-ended")
	}
	if v.invitation().State != store.InvitationWaiting {
		t.Errorf("%+v", v.invitation())
	}
	before := v.token
	v.post("/language", "lang", "en", "back", v.link()) // begins a session
	old := v.person.token()
	v.enter().shows(200, "invitation-use")
	if now := v.person.token(); now == "" || now == old {
		t.Error("the session's token was not renewed for the new rights")
	}
	v.post("/invitation/leave").shows(200, "sign-in")
	v.get("/invitation/use").shows(401, "invitation-ended")
	v.token = before
	v.enter().shows(200, "invitation-use")
	v.withdraw()
	v.get("/invitation/use").shows(404, "invitation-over")
	v.get("/invitation/use").shows(401, "invitation-ended")
}

func TestA1AnIdleSessionLosesNoAnswer(t *testing.T) {
	w := newWorld(t)
	v := w.invite("paul", "ana")["ana"]
	v.confirm().shows(200, "invitation-list")
	w.ok(w.store.Sessions("applicant", w.now).Delete(v.person.token()))
	v.post("/invitation/list", "shown", "x").shows(401, "invitation-ended").says("Everything that you answered is saved")
	v.enter().shows(200, "invitation-done")
}

func TestA1AnotherAddressIsShownOnceMore(t *testing.T) {
	w := newWorld(t)
	v := w.invite("paul", "ana")["ana"]
	v.enter()
	for _, given := range []string{"", "ana", "ana@people", "ana @people.example", strings.Repeat("a", 400) + "@people.example"} {
		page := v.post("/invitation/email/change", "email", given).shows(422, "invitation-email-change").tells("inv_email_wrong").soundIn("en")
		if want := given[:min(len(given), 300)]; attr(page.one("#email"), "value") != want {
			t.Errorf("%q: what was given is lost", given)
		}
		if attr(page.one("#email"), "aria-invalid") != "true" {
			t.Error("the field is not marked")
		}
	}
	v.post("/invitation/email/change", "email", " ana@New.example ").shows(200, "invitation-email").says("ana@new.example", "letter by letter",
		"we tell the old address and the new one").silent("ana@people.example")
	if v.email() != "ana@people.example" || v.invitation().State != store.InvitationWaiting {
		t.Error("changed before it was confirmed")
	}
	v.get("/invitation/email").says("ana@new.example") // the toggle comes back to the same
	v.post("/invitation/email", "email", "evil@new.example").shows(409, "invitation-email").says("ana@new.example")
	v.post("/invitation/email", "email", "ana@new.example").shows(200, "invitation-list").says("ana@new.example")
	if v.email() != "ana@new.example" || v.invitation().State != store.InvitationConfirmed {
		t.Errorf("%s, %+v", v.email(), v.invitation())
	}
	// A mistake can be put right until there is an account.
	v.get("/invitation/done").says("Is there a mistake in the address?")
	v.get("/invitation/email").shows(200, "invitation-done")
	v.post("/invitation/email/change", "email", "ana@newer.example").shows(200, "invitation-email")
	v.post("/invitation/email", "email", "ana@newer.example").shows(200, "invitation-list")
	if v.email() != "ana@newer.example" {
		t.Error(v.email())
	}
}

func TestA1TooManyAddresses(t *testing.T) {
	w := newWorld(t)
	v := w.invite("paul")["paul"]
	v.enter()
	for range addressesPerInvitation {
		v.post("/invitation/email/change", "email", "p@new.example").shows(200, "invitation-email")
	}
	v.post("/invitation/email/change", "email", "p@new.example").shows(429, "message").tells("inv_addresses").soundIn("en")
}

func TestA1TooManyAnswersFromOneAddress(t *testing.T) {
	w := newWorld(t)
	v := w.invite("paul")["paul"]
	for range invitationAnswersPerAddress {
		v.post("/invitation/x")
	}
	v.enter().shows(429, "message").tells("inv_many")
}

func TestA1ThePrincipalCorrectsAMinorAndDoubtsAnAdult(t *testing.T) {
	w := newWorld(t)
	f := w.invite("paul", "ana", "cleo")
	paul := f["paul"]
	page := paul.confirm().has("[href=/invitation/list/"+f["ana"].id+"]", 1).has("[href=/invitation/list/"+f["cleo"].id+"]", 1)
	old := attr(page.one("[name=shown]"), "value")
	paul.get("/invitation/list/"+paul.id).shows(200, "invitation-email-change")
	paul.get("/invitation/list/nobody").shows(404, "message").tells("not_found")

	minor := "/invitation/list/" + f["cleo"].id
	paul.get(minor).shows(200, "invitation-member").says("What is the e\u2011mail address for cleo Łęcka?").has("#email", 1).has("#not-right", 0).soundIn("en")
	page = paul.post(minor, "email", "nothing").shows(422, "invitation-member").tells("inv_email_wrong").soundIn("en")
	if attr(page.one("#email"), "value") != "nothing" {
		t.Error("what was given is lost")
	}
	paul.post(minor, "email", "paul@people.example").shows(200, "invitation-list")
	if f["cleo"].email() != "paul@people.example" {
		t.Error(f["cleo"].email())
	}
	f["cleo"].get(f["cleo"].link()).shows(404, "invitation-over") // went to the old address
	paul.post("/invitation/list", "shown", old).shows(409, "invitation-list").tells("inv_list_changed")

	adult := "/invitation/list/" + f["ana"].id
	paul.get(adult).shows(200, "invitation-member").says("Is the address of ana Łęcka wrong?", "ana@people.example", "waits until our office").
		has("#email", 0).has("#not-right", 1).soundIn("en")
	f["ana"].enter()
	page = paul.post(adult, "email", "evil@people.example").shows(200, "invitation-list").has("[data-held]", 1).says("The other addresses are right").
		soundIn("en")
	if f["ana"].email() != "ana@people.example" || f["ana"].invitation().HeldAt.IsZero() {
		t.Errorf("%s, %+v", f["ana"].email(), f["ana"].invitation())
	}
	for _, path := range []string{"", "/use", "/email", "/email/change", "/list", "/done", "/decline", "/declined", adult[len("/invitation"):]} {
		f["ana"].get("/invitation"+path).shows(200, "invitation-held").says("We are checking an e\u2011mail address", "ana Łęcka").silent("people.example")
	}
	f["ana"].post("/invitation/email", "email", "ana@people.example").shows(200, "invitation-held")
	paul.post("/invitation/list", "shown", attr(page.one("[name=shown]"), "value")).shows(200, "invitation-done")
	if !paul.hasAccount() || f["ana"].hasAccount() {
		t.Error("accounts")
	}
	paul.get("/invitation/list").shows(200, "invitation-list").has("#list-right", 0).has("[href=/invitation/email/change]", 0)
}

func TestA2DecliningOnThePages(t *testing.T) {
	w := newWorld(t)
	f := w.invite("paul", "ana")
	v := f["ana"]
	v.enter()
	v.post("/invitation/use", "use", "no").shows(200, "invitation-decline").says("Finish without the portal?", "Nothing changes for the other people")
	v.post("/invitation/decline").shows(200, "invitation-declined").says("You finish without the portal", "ana@people.example").has("#use-yes", 1)
	for _, path := range []string{"", "/use", "/decline", "/list", "/done"} {
		v.get("/invitation"+path).shows(200, "invitation-declined")
	}
	v.post("/invitation/use", "use", "yes").shows(200, "invitation-email")
	v.post("/invitation/email", "email", "ana@people.example").shows(200, "invitation-list")
	v.post("/invitation/decline").shows(200, "invitation-done") // too late from another window

	p := f["paul"]
	p.enter()
	p.post("/invitation/decline").shows(200, "invitation-declined")
	if !v.hasAccount() {
		t.Error("the other waits for who has declined")
	}
	ctx := context.Background()
	tasks, err := w.store.OfficeTasksOfPerson(ctx, p.id)
	w.ok(err)
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error { return tx.CloseOfficeTask(ctx, tasks[0].ID, "olga", "phoned", "", w.now()) }))
	p.get("/invitation").shows(200, "invitation-declined").says("Our office has begun with the other way").has("#use-yes", 0)
	p.get("/invitation/email").shows(200, "invitation-declined")
	p.post("/invitation/email", "email", "paul@people.example").shows(200, "invitation-declined")
}

func TestA2SeveralPeopleOnOneComputer(t *testing.T) {
	w := newWorld(t)
	f := w.invite("paul", "cleo")
	f["cleo"].client = f["paul"].client
	f["paul"].enter().says("Invitation for paul Łęcka")
	f["cleo"].get(f["cleo"].link()).shows(200, "invitation-birth").silent("paul")
	f["cleo"].enter().says("Invitation for cleo Łęcka").silent("paul")
	f["paul"].post("/invitation/email/change", "email", "x@new.example")
	f["paul"].enter().says("Invitation for paul Łęcka")
	f["paul"].get("/invitation/email").says("paul@people.example") // what was entered for another is not kept
}

// TestA10InvitationPagesInBothLanguages looks at every page of an invitation.
// TestA2AnInvitationAndAnAccountAreNeverMixed answers an invitation and signs in with one browser, in either order.
func TestA2AnInvitationAndAnAccountAreNeverMixed(t *testing.T) {
	w := newWorld(t)
	ana, zoe := w.invite("ana")["ana"], w.person("zoe")
	ana.client = zoe.client
	zoe.signIn().is(200, "photo", "open")
	before := zoe.token()
	ana.enter().shows(200, "invitation-use").says("ana Łęcka").silent("Zoë")
	if zoe.token() == before {
		t.Error("the token was not renewed")
	}
	zoe.get("/photo").is(200, "sign-in", "")
	if got := zoe.get("/photo/state").status; got != http.StatusUnauthorized {
		t.Errorf("state of who was signed in: %d", got)
	}
	zoe.signIn().is(200, "photo", "open")
	ana.get("/invitation").shows(401, "invitation-ended")
	ana.post("/invitation/decline").shows(401, "invitation-ended")
	if got := ana.invitation().State; got != store.InvitationWaiting {
		t.Errorf("the invitation is %s", got)
	}
}

func TestA10InvitationPagesInBothLanguages(t *testing.T) {
	w := newWorld(t)
	f := w.invite("paul", "ana", "cleo", "dora")
	look := func(v *invitee, path, page string, status int, inFrench string) {
		t.Helper()
		for _, lang := range web.Languages() {
			got := v.get(path)
			back := attr(got.one("[name=back]"), "value")
			got = v.post("/language", "lang", lang, "back", back)
			got.shows(status, page).soundIn(lang)
			if lang == "fr" {
				got.says(inFrench)
			}
			if title := text(got.one("title")); !strings.Contains(title, text(got.one("h1"))) {
				t.Errorf("%s: title %q", path, title)
			}
		}
	}
	v := f["ana"]
	look(v, v.link(), "invitation-birth", 200, "Date de naissance de la personne invitée")
	look(v, "/invitation/x", "invitation-over", 404, "Ce lien ne fonctionne pas")
	look(v, "/invitation", "invitation-ended", 401, "Ouvrez de nouveau le lien")
	v.enter()
	if p, err := w.store.Person(context.Background(), v.id); err != nil || p.Language != "fr" {
		t.Errorf("the language chosen before the birth date does not hold: %q, %v", p.Language, err)
	}
	look(v, "/invitation/use", "invitation-use", 200, "Voulez-vous utiliser le portail")
	look(v, "/invitation/decline", "invitation-decline", 200, "Terminer sans le portail")
	look(v, "/invitation/email", "invitation-email", 200, "Est-ce bien votre adresse courriel")
	look(v, "/invitation/email/change", "invitation-email-change", 200, "Quelle est votre adresse courriel")
	v.post("/invitation/email/change", "email", "ana@new.example")
	look(v, "/invitation/email", "invitation-email", 200, "lettre par lettre")
	v.post("/invitation/email", "email", "ana@people.example")
	look(v, "/invitation/list", "invitation-list", 200, "Adresses courriel de votre demande")
	look(v, "/invitation/list/"+f["cleo"].id, "invitation-member", 200, "est‑elle fausse")
	look(v, "/invitation/done", "invitation-done", 200, "au plus tard le")
	v.post("/language", "lang", "en", "back", "/")
	if p, err := w.store.Person(context.Background(), v.id); err != nil || p.Language != "en" {
		t.Errorf("the language chosen on a later page does not hold: %q, %v", p.Language, err)
	}
	v.post("/invitation/list/" + f["dora"].id)
	look(f["dora"], f["dora"].link(), "invitation-birth", 200, "Votre invitation")
	f["dora"].enter()
	look(f["dora"], "/invitation/held", "invitation-held", 200, "Nous vérifions une adresse courriel")

	c := f["cleo"]
	c.enter()
	look(c, "/invitation/use", "invitation-use", 200, "pour cleo Łęcka")
	look(c, "/invitation/email", "invitation-email", 200, "l’adresse courriel pour cleo Łęcka")
	c.post("/invitation/decline")
	look(c, "/invitation/declined", "invitation-declined", 200, "Vous terminez sans le portail")

	p := f["paul"]
	p.confirm()
	look(p, "/invitation/list", "invitation-list", 200, "Ces adresses courriel sont\u2011elles bonnes")
	p.post("/invitation/list", "shown", attr(p.get("/invitation/list").one("[name=shown]"), "value"))
	look(p, "/invitation/done", "invitation-done", 200, "mot de passe temporaire est valide 14 jours")
}

func TestA1ALinkOfTheEMailBringsItsLanguage(t *testing.T) {
	w := newWorld(t)
	v := w.invite("paul")["paul"]
	page := v.get(v.link()+"?lang=fr").shows(200, "invitation-birth").says("Votre invitation")
	if page.url.Path != v.link() || page.url.RawQuery != "" {
		t.Error(page.url)
	}
	v.enter().says("Voulez-vous utiliser le portail")
	if p, err := w.store.Person(context.Background(), v.id); err != nil || p.Language != "en" {
		t.Errorf("a link changed the language of e-mails to %q, %v", p.Language, err)
	}
}

// TestA1EveryPageNamesThePerson holds for shared mailboxes, where one reads the links of several people.
func TestA1EveryPageNamesThePerson(t *testing.T) {
	w := newWorld(t)
	f := w.invite("paul", "ana")
	v := f["ana"]
	names := func(paths ...string) {
		t.Helper()
		for _, path := range paths {
			page := v.get("/invitation" + path)
			if page.status != 200 || !strings.Contains(text(page.one("bdi").Parent.Parent), "Invitation for") {
				t.Errorf("%s: %d", path, page.status)
			}
		}
	}
	v.enter()
	names("/use", "/decline", "/email", "/email/change")
	v.post("/invitation/email", "email", "ana@people.example")
	names("/done", "/list/"+f["paul"].id)
	if n := text(v.get("/invitation/list").all("bdi")[0]); n != "ana Łęcka" {
		t.Errorf("the list is for %q", n)
	}
}

func TestA1FormsOfAnInvitationFromAnotherSiteAreRefused(t *testing.T) {
	w := newWorld(t)
	v := w.invite("paul")["paul"]
	v.enter()
	form := url.Values{"email": {"paul@people.example"}}
	q, err := http.NewRequest(http.MethodPost, w.server.URL+"/invitation/email", strings.NewReader(form.Encode()))
	w.ok(err)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := w.read(v.client.Do(q)); got.status != http.StatusForbidden || v.invitation().State != store.InvitationWaiting {
		t.Errorf("%d, %+v", got.status, v.invitation())
	}
}

// TestA1NamesAreShownAsTheyAre has names that would be markup.
func TestA1NamesAreShownAsTheyAre(t *testing.T) {
	w := newWorld(t)
	f := w.invite("paul", "cleo")
	ctx := context.Background()
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
		p, err := tx.Person(ctx, f["cleo"].id)
		if err != nil {
			return err
		}
		p.GivenNames, p.FamilyName = "", "<b>Søn</b> & 100%s"
		_, err = tx.PutPerson(ctx, p, w.now())
		return err
	}))
	page := f["cleo"].enter().says("Do you want to use the portal for <b>Søn</b> & 100%s?")
	if len(page.all("b")) != 0 {
		t.Error("a name is markup")
	}
	var found []*html.Node
	for _, n := range f["paul"].confirm().all("bdi") {
		if text(n) == "<b>Søn</b> & 100%s" {
			found = append(found, n)
		}
	}
	if len(found) != 1 {
		t.Errorf("%d × the name in the list", len(found))
	}
}

// soundIn is sound in the middle of a chain.
func (p *page) soundIn(lang string) *page {
	p.t.Helper()
	p.sound(lang)
	return p
}
