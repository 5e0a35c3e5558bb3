package portal

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"prportal.example/internal/casefile"
	"prportal.example/internal/journey"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

// statuses are those of the tasks on the list, in order; * is one that can't be opened.
func (p *page) statuses() string {
	p.t.Helper()
	var out []string
	for _, row := range p.all("[data-task]") {
		s := attr(row, "data-status")
		open := false
		for n := range row.Descendants() {
			open = open || n.Data == "a"
		}
		if !open {
			s += "*"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func (p *page) list(want string) *page {
	p.t.Helper()
	if got := p.is(http.StatusOK, "tasks", attr(p.one("main"), "data-case-state")).statuses(); got != want {
		p.t.Fatalf("tasks are %s, want %s", got, want)
	}
	return p
}

// value is that of a field.
func (p *page) value(selector string) string {
	p.t.Helper()
	n := p.one(selector)
	if n.Data != "select" {
		return attr(n, "value")
	}
	for o := range n.Descendants() {
		if o.Type == html.ElementNode && fits(o, "[selected]") {
			return attr(o, "value")
		}
	}
	return ""
}

func (p *person) last(kind store.AddressKind) store.Address {
	p.t.Helper()
	a, err := p.store.LastAddress(context.Background(), p.current().PersonID, kind)
	p.ok(err)
	return a
}

// queued counts e-mails of a kind.
func (p *person) queued(kind store.MailKind) int {
	p.t.Helper()
	rows, err := p.store.DueRows(context.Background(), store.KindMail, p.now(), 1000)
	p.ok(err)
	n := 0
	for _, r := range rows {
		if strings.Contains(string(r.Payload), `"`+string(kind)+`"`) {
			n++
		}
	}
	return n
}

func TestA4FromTheListToTheConfirmation(t *testing.T) {
	w := newWorld(t)
	p := w.newcomer("zoe")
	p.post("/sign-in", "username", "zoe", "password", password).
		list("incomplete incomplete cannot_start* cannot_start* cannot_start*").says("0 of 5", "Zoë Łęcka", "as soon as you have declared")
	p.get("/declaration").is(200, "declaration", "").says("Are you in Canada now?").has("[checked]", 0)
	p.post("/declaration", "answer", "yes").list("completed incomplete cannot_start* cannot_start* cannot_start*").says("Declared on")
	p.get("/address/postal").is(200, "address", "").has("#same", 0) // the home address comes first
	p.post("/address", "street", "345, rue Saint-Denis", "unit", "12", "city", "Montréal", "province", "QC", "postal_code", "h2x1y4").
		is(200, "address", "").has("#same", 1).says("12-345 RUE SAINT-DENIS", "MONTRÉAL QC")
	p.get("/").list("completed completed incomplete cannot_start* cannot_start*")
	p.post("/address/postal", "same", "1", "street", "is not looked at").list("completed completed completed incomplete cannot_start*")
	if a := p.last(store.PostalAddress); !a.SameAsHome || a.PostalCode != "H2X 1Y4" {
		t.Errorf("%+v", a)
	}

	// All is in the database: another browser goes on.
	p.client = w.browser()
	p.signIn().is(200, "photo", "open")
	p.upload(photo(t, 1))
	p.get("/").list("completed completed completed incomplete incomplete")
	p.check(clean)
	p.get("/").list("completed completed completed completed incomplete")
	page := p.get("/submit").is(200, "submit", "checked").
		says("Printed on your card", "Łęcka", "Zoë", "2 January 1990", "12-345 RUE SAINT-DENIS", "The same as your home address", "found no problem").
		has("#declared", 1).has("img", 1)
	for _, change := range []string{"/declaration?from=check", "/address?from=check", "/address/postal?from=check", "/photo", "/submit/details"} {
		page.has("[href="+change+"]", 1)
	}
	p.get("/address?from=check").has("[name=from]", 1).has("[href=/submit]", 1)
	p.post("/address", "from", "check", "street", "7 Elm St", "city", "Ottawa", "province", "ON", "postal_code", "K1A 0B1").
		is(200, "submit", "checked").says("7 ELM ST")

	p.post("/submit", "photo", p.current().PhotoID, "printed", attr(page.one("[name=printed]"), "value"), "declared", "1").
		is(200, "confirmation", "in_review").says("Your photo is submitted", casefile.Reference(p.caseID), "3 days or less")
	if n := p.queued(store.MailPhotoSubmitted); n != 1 {
		t.Errorf("%d e-mails say that it is there", n)
	}
	d, err := w.store.LastDetailsCheck(t.Context(), p.current().PersonID)
	if err != nil || !d.Right {
		t.Errorf("%+v %v", d, err)
	}
	p.get("/").list("completed* completed completed completed completed").has("[data-decided=in_review]", 1).says("5 of 5")
	p.get("/declaration").is(200, "tasks", "in_review")
	p.get("/submit").is(200, "status", "in_review")
	p.decide(true, "", report.ReasonGlare)
	p.get("/").list("completed completed completed problem cannot_start*").has("[data-decided=returned]", 1).says("See why")
	p.get("/confirmation").is(200, "status", "returned")
	p.upload(photo(t, 2))
	p.check(clean)
	p.submit().is(200, "status", "in_review")
	p.decide(true, "")
	p.get("/").is(200, "tasks", "accepted").has("[data-decided=accepted]", 1)
	p.get("/confirmation").is(200, "status", "accepted")
}

func TestA4ThePhotoWaitsForWhatComesBefore(t *testing.T) {
	w := newWorld(t)
	p := w.newcomer("zoe")
	closed := func() {
		t.Helper()
		for _, path := range []string{"/photo", "/photo?replace", "/submit", "/submit/details"} {
			p.get(path).is(200, "tasks", "open").tells("tasks_first").says("First declare that you are in Canada")
		}
		p.upload(photo(t, 1)).is(200, "tasks", "open").tells("tasks_first")
		p.post("/submit", "photo", "x", "declared", "1").is(200, "tasks", "open").tells("tasks_first")
	}
	p.signIn().is(200, "tasks", "open").tells("tasks_first")
	closed()
	p.post("/declaration", "answer", "yes")
	closed()
	p.post("/address", "street", "7 Elm St", "city", "Ottawa", "province", "ON", "postal_code", "K1A 0B1")
	closed()
	if c := p.current(); c.State != casefile.Open || c.PhotoID != "" {
		t.Errorf("%+v", c)
	}
	p.post("/address/postal", "same", "1")
	p.get("/photo").is(200, "photo", "open").tells("")
	p.post("/declaration", "answer", "no")
	closed()
}

func TestA4NotInCanadaLosesNothing(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked")
	p.post("/declaration", "answer", "no").is(200, "not-in-canada", "").
		says("You can finish when you are in Canada", "Nothing is lost").has("#answer-again", 1)
	p.get("/").list("problem completed completed cannot_start* cannot_start*").says("You told us that you are not in Canada")
	p.get("/declaration").has("#answer-no", 1).has("[checked]", 1)
	p.post("/language", "lang", "fr", "back", "/declaration/not-in-canada").is(200, "not-in-canada", "").says("Rien n’est perdu")
	p.post("/declaration", "answer", "yes").list("completed completed completed completed incomplete")
	p.get("/declaration/not-in-canada").is(200, "tasks", "checked")
	p.get("/submit").is(200, "submit", "checked")
}

func TestA4AParentDeclaresForASmallChild(t *testing.T) {
	w := newWorld(t)
	born := w.now().AddDate(-13, 0, 0).Format(time.DateOnly)
	p := w.newcomer("mia", func(s *store.Person) { s.GivenNames, s.BirthDate = "Mia", born })
	p.signIn()
	p.get("/declaration").says("Is Mia Łęcka in Canada now?", "I am a parent or guardian", "Mia Łęcka is not in Canada")
	p.post("/declaration", "answer", "").is(422, "declaration", "").tells("declaration_missing").says("Is Mia")
	p.post("/language", "lang", "fr", "back", "/declaration").says("je suis un parent, un tuteur ou une tutrice")
	p.post("/declaration", "answer", "no").is(200, "not-in-canada", "").says("Mia Łęcka doit être au Canada", "L’enfant est au Canada")
	p.post("/declaration", "answer", "yes")
	d, err := w.store.LastDeclaration(t.Context(), p.current().PersonID)
	if err != nil || !d.ForChild || d.Answer != store.InCanada {
		t.Errorf("%+v %v", d, err)
	}
}

func TestA4ErrorsKeepWhatWasWritten(t *testing.T) {
	w := newWorld(t)
	p := w.newcomer("zoe")
	p.signIn()
	for lang, c := range map[string]struct{ missing, box, elsewhere, answer string }{
		"en": {"Enter the city or town", "can’t be a PO box", "K1A 0B1 is not in Quebec", "Choose an answer"},
		"fr": {"Entrez la ville ou le village", "ne peut pas être une case postale", "K1A 0B1 n’existe pas dans cette province ou ce territoire : Québec", "Choisissez une réponse"},
	} {
		p.post("/language", "lang", lang, "back", "/")
		p.post("/declaration", "answer", "maybe").is(422, "declaration", "").tells("declaration_missing").says(c.answer).
			has("[href=#answer]", 1).sound(lang)
		page := p.post("/address", "street", "P.O. Box 1", "unit", "4 <b>", "province", "qc", "postal_code", "k1a0b1", "from", "check").
			is(422, "address", "").tells("address").says(c.missing, c.box, c.elsewhere)
		page.sound(lang)
		for field, value := range map[string]string{"street": "P.O. Box 1", "unit": "4 <b>", "city": "", "province": "QC", "postal_code": "k1a0b1"} {
			if got := page.value("#" + field); got != value {
				t.Errorf("%s is %q, was %q", field, got, value)
			}
		}
		for _, field := range []string{"street", "unit", "city", "postal_code"} {
			n := page.one("#" + field)
			if attr(n, "aria-invalid") != "true" || !strings.Contains(attr(n, "aria-describedby"), field+"-wrong") {
				t.Errorf("%s does not name its problem", field)
			}
			page.has("[href=#"+field+"]", 1).has("#"+field+"-wrong", 1)
		}
		if attr(page.one("#province"), "aria-invalid") != "" || !strings.HasPrefix(text(page.all("title")[0]), "Probl") {
			t.Error("what is right is marked, or the title does not tell the problem")
		}
		page.has("[name=from]", 1)
	}
	if _, err := w.store.LastAddress(t.Context(), p.current().PersonID, store.HomeAddress); known(err) != nil || err == nil {
		t.Errorf("a wrong address was stored: %v", err)
	}
	p.post("/address", "street", strings.Repeat("x", maxForm)).is(422, "address", "").tells("address")
}

// TestA4EveryFaultHasItsWords goes through all that can be wrong with an address.
func TestA4EveryFaultHasItsWords(t *testing.T) {
	w := newWorld(t)
	for _, lang := range []string{"en", "fr"} {
		say := w.portal.texts.Say(lang)
		for _, f := range journey.FaultCodes() {
			_ = say(fmt.Sprintf("fault_%s_%s", f.Field, f.Code)) // panics where there is none
		}
		for _, code := range journey.Provinces() {
			_ = say("province_" + code)
		}
		for _, task := range journey.Tasks() {
			_ = say("task_" + string(task))
		}
		for _, hint := range []string{"declaration_incomplete", "declaration_problem", "home_incomplete", "postal_incomplete",
			"postal_cannot_start", "submit_incomplete", "submit_cannot_start"} {
			_ = say("hint_" + hint)
		}
		for _, link := range navigation(layout{Section: "/"}) {
			_ = say(link.Text)
		}
	}
}

func TestA4ChangesOfAnAddressUntilTheCardIsOrdered(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("in_review")
	form := []string{"care_of", "Sam Roy", "street", "PO Box 12", "city", "Iqaluit", "province", "NU", "postal_code", "X0A 0H0"}
	with := func(pass string) []string { return append([]string{"password", pass}, form...) }
	p.get("/address").is(200, "address", "").has("#password", 1)
	page := p.post("/address/postal", form...).is(422, "address", "").tells("address").says("Enter your password")
	if page.value("#street") != "PO Box 12" || page.value("#care_of") != "Sam Roy" {
		t.Error("what was written is lost")
	}
	page = p.post("/address/postal", with("wrong")...).is(422, "address", "").says("The password is not right")
	if page.value("#password") != "" || page.value("#city") != "Iqaluit" {
		t.Error("what was written is lost, or the password is shown")
	}
	if p.last(store.PostalAddress).City != "Montréal" || p.queued(store.MailAddressChanged) != 0 {
		t.Error("changed without the password")
	}
	p.post("/address/postal", with(password)...).is(200, "tasks", "in_review").says("PO Box 12, Iqaluit, NU")
	if a := p.last(store.PostalAddress); a.City != "Iqaluit" || a.CareOf != "Sam Roy" || p.queued(store.MailAddressChanged) != 1 {
		t.Errorf("%+v, %d notices", a, p.queued(store.MailAddressChanged))
	}
	for range 3 {
		p.post("/address/postal", with("wrong")...)
	}
	p.post("/address/postal", with(password)...).is(422, "address", "").says("too many wrong passwords", "Wait")
	w.later(time.Minute)

	w.ok(w.store.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.PutCard(t.Context(), store.Card{CaseID: p.caseID, State: store.CardOrdered, PhotoID: p.current().PhotoID})
	}))
	p.get("/address").is(200, "status", "in_review")
	p.post("/address/postal", append([]string{"same", "1"}, with(password)...)...).is(409, "status", "in_review").tells("address_stays")
	if p.last(store.PostalAddress).City != "Iqaluit" {
		t.Error("changed after the card was ordered")
	}
}

func TestA4WrongDetailsAreToldAndOneGoesOn(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked")
	page := p.get("/submit")
	printed := attr(page.one("[name=printed]"), "value")
	p.get("/submit/details").is(200, "details", "").says("Łęcka", "2 January 1990")
	p.post("/submit/details", "details", " \r\n").is(422, "details", "").tells("details_missing").sound("en")
	long := strings.Repeat("é", maxNote+1)
	if page := p.post("/submit/details", "details", long).is(422, "details", "").tells("details_long"); text(page.one("#details")) != long {
		t.Error("what was written is lost")
	}
	tasks := func() []store.OfficeTask {
		all, err := w.store.OpenOfficeTasks(t.Context(), 10)
		w.ok(err)
		return all
	}
	p.post("/submit/details", "details", "No accent").is(200, "submit", "checked").has("#details-held", 1).has("#details-right", 1)
	if all := tasks(); len(all) != 1 || all[0].Kind != store.OfficeWrongDetails || all[0].CaseID != p.caseID {
		t.Fatalf("%+v", all)
	}
	p.post("/submit/details", "right", "1").is(200, "submit", "checked").has("#details-held", 0)
	if len(tasks()) != 0 {
		t.Error("still on the office's list")
	}
	p.post("/submit/details", "details", "No accent").is(200, "submit", "checked")
	p.post("/submit", "photo", p.current().PhotoID, "printed", printed, "declared", "1").
		is(200, "confirmation", "in_review").says("waits until our office has put it right")
	if len(tasks()) != 1 {
		t.Error("submitting took the word back")
	}
}

func TestA4DetailsThatWereChangedAreShownAgain(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked")
	printed := attr(p.get("/submit").one("[name=printed]"), "value")
	person, err := w.store.Person(t.Context(), p.current().PersonID)
	w.ok(err)
	person.GivenNames = "Zoé"
	w.ok(w.store.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutPerson(t.Context(), person, w.now())
		return err
	}))
	page := p.post("/submit", "photo", p.current().PhotoID, "printed", printed, "declared", "1").
		is(409, "submit", "checked").tells("details_changed").says("Zoé")
	if p.locked() || attr(page.one("[name=printed]"), "value") == printed {
		t.Error("submitted on details that the page did not show")
	}
}

func TestA6TheBoxHasToBeTicked(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checking")
	page := p.post("/submit", "photo", p.current().PhotoID, "person", "1").is(422, "submit", "checking").tells("not_declared")
	if !fits(page.one("#person"), "[checked]") || attr(page.one("#declared"), "aria-invalid") != "true" {
		t.Error("the box for a person is not kept, or the other one not marked")
	}
	page.has("[href=#declared]", 1).sound("en")
	p.check(dark)
	page = p.post("/submit", "photo", p.current().PhotoID, "person", "1", "note", "I am ill").is(422, "submit", "checked").tells("not_declared")
	if text(page.one("#note")) != "I am ill" || p.locked() {
		t.Error("the note is lost, or the photo was submitted")
	}
	p.submit("person", "1", "note", "I am ill").is(200, "status", "in_review")
	shot, err := w.store.Photo(t.Context(), p.current().PhotoID)
	if err != nil || !shot.DeclaredAt.Equal(w.now().Truncate(time.Millisecond)) {
		t.Errorf("declared at %v, %v", shot.DeclaredAt, err)
	}
}

func TestA4AFormThatCameTooLateIsAskedForAgain(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked")
	for _, path := range []string{"/declaration", "/address", "/address/postal", "/submit/details"} {
		w.ok(w.store.Sessions("applicant", w.now).Delete(p.token()))
		page := p.post(path, "answer", "no", "street", "9 Elm St", "details", "x").is(200, "sign-in", "").tells("ended")
		fields := page.all("[name=back]")
		got := p.post("/sign-in", "username", p.user, "password", password, "back", attr(fields[len(fields)-1], "value"))
		if got.tells("lost_form"); got.url.Path != path {
			t.Errorf("%s leads to %s", path, got.url)
		}
	}
	if p.last(store.HomeAddress).Street != "345 rue Saint-Denis" {
		t.Error("what came too late was stored")
	}
}

func TestA4TooManyForms(t *testing.T) {
	w := newWorld(t)
	p := w.newcomer("zoe")
	p.signIn()
	for range formsPerAccount {
		p.post("/declaration")
	}
	p.post("/declaration", "answer", "yes").is(429, "tasks", "open").tells("many_forms")
}

func TestNavigationMarksThePage(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("open")
	for path, want := range map[string]string{"/": "page", "/declaration": "true", "/photo": "true"} {
		marked := p.get(path).all("[aria-current]")
		if len(marked) != 1 || attr(marked[0], "href") != "/" || attr(marked[0], "aria-current") != want {
			t.Errorf("%s: %d marked", path, len(marked))
		}
	}
	p.get("/nothing").has("[aria-current]", 0).has("nav", 2)
	for _, path := range []string{"/privacy", "/accessibility", "/about", "/requirements", "/renew"} {
		p.get(path).has("[aria-current]", 0)
	}
	if marked := p.get("/help").all("[aria-current]"); len(marked) != 1 || attr(marked[0], "href") != "/help" {
		t.Errorf("/help: %d marked", len(marked))
	}
	p.post("/sign-out").has("nav", 1) // that of the foot
	if s := section(view{Page: "account", Path: "/account/password"}); s != "/account" {
		t.Errorf("a page below the account belongs to %q", s)
	}
}
