package portal

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/event"
	"prportal.example/internal/intake"
	"prportal.example/internal/office"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/report"
)

func (w *world) tx(body func(*store.Tx) error) {
	w.t.Helper()
	w.ok(w.store.Tx(context.Background(), body))
}

// decidedWithAddress is somebody whose photo an officer has accepted a moment ago, with an address for the card.
func (w *world) decidedWithAddress() *person {
	w.t.Helper()
	p := w.upTo("decided")
	w.tx(func(tx *store.Tx) error {
		_, err := tx.AddAddress(context.Background(), store.Address{PersonID: p.current().PersonID, Kind: store.PostalAddress,
			CareOf: "Łucja Noël", Unit: "4", Street: "120 Elm Street", City: "Gander", Province: "NL", PostalCode: "A1V 1W7", GivenAt: w.now()})
		return err
	})
	return p
}

func (p *person) openTask(kind store.OfficeTaskKind) {
	p.t.Helper()
	p.tx(func(tx *store.Tx) error {
		_, err := tx.OpenOfficeTask(context.Background(), store.OfficeTask{Kind: kind, PersonID: p.current().PersonID, CaseID: p.caseID,
			OpenedBy: store.ActorApplicant, OpenedAt: p.now()})
		return err
	})
}

func (p *person) tasks() (kinds []store.OfficeTaskKind) {
	p.t.Helper()
	tasks, err := p.store.OfficeTasksOfPerson(context.Background(), p.current().PersonID)
	p.ok(err)
	for _, t := range tasks {
		if t.DoneAt.IsZero() {
			kinds = append(kinds, t.Kind)
		}
	}
	return kinds
}

func (p *person) in(lang string) *person {
	p.t.Helper()
	p.post("/language", "lang", lang, "back", "/status")
	return p
}

func TestA9WhereTheCardIs(t *testing.T) {
	w := newWorld(t)
	p := w.decidedWithAddress()
	p.takesEffect()
	day := func(d time.Time, lang string) string { return date(d, lang, w.portal.texts.Say(lang)) }
	ordered := w.now()
	expected := ordered.Add(7 * 24 * time.Hour)
	page := p.get("/status").is(200, "status", "accepted").has("[data-card=ordered]", 1).says("Your card is ordered", "By "+day(expected, "en"),
		"C/O ŁUCJA NOËL", "4-120 ELM STREET", "GANDER NL", "A1V 1W7", "Please wait until "+day(expected, "en")).has("#moved-note", 1).has("#not-come-note", 0)
	page.sound("en")
	p.in("fr").get("/status").says("Votre carte est commandée", "D’ici le "+day(expected, "fr")).sound("fr")

	w.later(time.Minute)
	_, err := w.triage.CardMailed(context.Background(), event.CardMailed{CaseID: p.caseID, MailedAt: w.now()})
	w.ok(err)
	p.get("/status").has("[data-card=mailed]", 1).says("Votre carte est à la poste", day(w.now(), "fr")).sound("fr")
	p.in("en").get("/status").says("Your card is in the mail", "We mailed your permanent resident card on "+day(w.now(), "en")).sound("en")

	w.later(time.Minute)
	_, err = w.triage.CardReturned(context.Background(), event.CardReturned{CaseID: p.caseID, ReturnedAt: w.now()})
	w.ok(err)
	p.get("/status").has("[data-card=returned]", 1).says("Your card came back to us", "Our office knows", day(w.now(), "en")).
		silent("If the card has not come").has("#expected", 0).sound("en")
	p.in("fr").get("/status").says("Votre carte nous est revenue").sound("fr")
}

func TestA4AHeldCardIsNotCalledOrdered(t *testing.T) {
	w := newWorld(t)
	p := w.decidedWithAddress()
	p.openTask(store.OfficeWrongDetails)
	p.takesEffect()
	p.get("/status").is(200, "status", "accepted").has("[data-card=held]", 1).says("Your card is not ordered yet", "accepted your photo", "Not ordered yet").
		silent("is ordered", "By ", "If you have moved", "GANDER").sound("en")
	p.post("/status/moved", "note", "somewhere else").is(409, "status", "accepted").tells("no_card")
	p.in("fr").get("/status").says("Votre carte n’est pas encore commandée").silent("est commandée").sound("fr")
}

// TestA9ACardWithoutAnAddressAsksForIt: somebody whose photo came from a service centre.
func TestA9ACardWithoutAnAddressAsksForIt(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	p := w.newcomer("zoe")
	p.signIn()
	id, err := w.portal.c.Intake.AddPhoto(ctx, intake.Photo{CaseID: p.caseID, Data: photo(t, 10), Actor: store.ActorOffice, Bulk: true})
	w.ok(err)
	p.check(nil)
	w.ok(w.triage.Submit(ctx, triage.Submission{CaseID: p.caseID, PhotoID: id, Declared: true, Actor: store.ActorOffice}))
	p.decide(false, "")
	p.takesEffect()
	p.get("/status").is(200, "status", "accepted").has("[data-card=held]", 1).has("#give-address", 1).
		says("no postal address", "Then we order the card").silent("is ordered", "If you have moved").sound("en")
	p.in("fr").get("/status").says("d’adresse postale").silent("est commandée").sound("fr")
	if tasks := p.tasks(); !slices.Equal(tasks, []store.OfficeTaskKind{store.OfficeNoAddress}) {
		t.Errorf("on the office's list: %v", tasks)
	}
	p.in("en").get("/").says("Where you live in Canada")
	home := []string{"street", "120 Elm Street", "city", "Gander", "province", "NL", "postal_code", "A1V 1W7", "password", password}
	p.post("/address", home...)
	p.post("/address/postal", "same", "1", "password", password)
	if tasks := p.tasks(); len(tasks) != 0 {
		t.Errorf("on the office's list: %v", tasks)
	}
	p.get("/status").has("[data-card=held]", 1).has("#give-address", 0).says("in a few minutes").sound("en")
	if n, err := w.triage.ReleaseFreeCards(ctx); err != nil || n != 1 {
		t.Errorf("%d %v", n, err)
	}
	p.get("/status").has("[data-card=ordered]", 1).says("120 ELM STREET").sound("en")
}

// TestA9CardsFromBeforeCardsWereKept: a photo that was accepted by an older release.
func TestA9CardsFromBeforeCardsWereKept(t *testing.T) {
	w := newWorld(t)
	p := w.decidedWithAddress()
	p.takesEffect()
	card, err := w.store.Card(context.Background(), p.caseID)
	w.ok(err)
	c := p.current()
	got, err := w.portal.card(httptestRequest(t), store.CaseRow{Case: c.Case}, "en", w.portal.texts.Say("en"))
	w.ok(err)
	c.ID = "a case without a card"
	old, err := w.portal.card(httptestRequest(t), c, "en", w.portal.texts.Say("en"))
	w.ok(err)
	if card.State != store.CardOrdered || old.State != "ordered" || old.Expected != got.Expected || len(old.Address) != 0 {
		t.Errorf("%+v, %+v", old, got)
	}
}

func httptestRequest(t *testing.T) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/status", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestA9IHaveMoved(t *testing.T) {
	w := newWorld(t)
	p := w.decidedWithAddress()
	p.takesEffect()
	page := p.post("/status/moved", "note", " \r\n").is(422, "status", "accepted").tells("moved_empty").sound2("en")
	if attr(page.one("#moved-note"), "aria-invalid") != "true" || !strings.Contains(attr(page.one("#moved-note"), "aria-describedby"), "problem") {
		t.Error("the field does not say that it is wrong")
	}
	long := strings.Repeat("é", maxNote+1)
	p.post("/status/moved", "note", long).is(422, "status", "accepted").tells("moved_long").says(long)
	if got := p.tasks(); len(got) != 0 {
		t.Errorf("%v", got)
	}
	p.post("/status/moved", "note", "5 <New> Street\r\nHalifax").is(200, "status", "accepted").tells("").has("[data-told=moved]", 1).
		says("You told us on", "Our office reads it")
	if got := p.tasks(); len(got) != 1 || got[0] != store.OfficeMoved {
		t.Errorf("%v", got)
	}
	notes, err := w.store.Notes(context.Background(), p.caseID)
	w.ok(err)
	if n := notes[len(notes)-1]; n.Body != "5 <New> Street\nHalifax" || n.Kind != store.NoteToOffice {
		t.Errorf("%+v", n)
	}
	p.in("fr").get("/status").says("Vous nous avez dit le").sound("fr")
	for range wordsPerAccount {
		p.post("/status/moved", "note", "again")
	}
	p.post("/status/moved", "note", "again").is(429, "status", "accepted").tells("many_words")
}

// sound2 is sound, for a page to go on with.
func (p *page) sound2(lang string) *page {
	p.t.Helper()
	p.sound(lang)
	return p
}

func TestA9MyCardHasNotCome(t *testing.T) {
	w := newWorld(t)
	p := w.decidedWithAddress()
	p.takesEffect()
	p.post("/status/not-come").is(409, "status", "accepted").tells("not_come_early")
	w.tx(func(tx *store.Tx) error { // time goes by
		card, err := tx.Card(context.Background(), p.caseID)
		card.OrderedAt, card.ExpectedAt = w.now().Add(-7*24*time.Hour), w.now()
		return errors.Join(err, tx.PutCard(context.Background(), card))
	})
	p.get("/status").is(200, "status", "accepted").has("#not-come-note", 1).has("#not-come-send", 1).
		says("should be there by now").sound("en")
	p.post("/status/not-come", "note", strings.Repeat("x", maxNote+1)).is(422, "status", "accepted").tells("not_come_long")
	p.post("/status/not-come").is(200, "status", "accepted").tells("").has("[data-told=not_come]", 1).has("#not-come-note", 0)
	if got := p.tasks(); len(got) != 1 || got[0] != store.OfficeNotCome {
		t.Errorf("%v", got)
	}
}

func TestA9WordsThatASessionsEndLost(t *testing.T) {
	w := newWorld(t)
	p := w.decidedWithAddress()
	p.takesEffect()
	p.post("/sign-out")
	p.post("/status/moved", "note", "x").is(200, "sign-in", "")
	p.get("/status?lost=card").is(200, "sign-in", "")
	p.post("/sign-in", "username", p.user, "password", password, "back", "/status?lost=card").is(200, "status", "accepted").tells("lost_card")
}

func TestA8EverySubmittedPhotoStaysOnRecord(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("returned")
	first := w.now()
	p.get("/status").has("[data-attempt=returned]", 0) // one only: it is shown already
	w.later(10 * time.Minute)
	p.upload(photo(t, 50)) // replaced, never submitted
	p.check(dark)
	p.upload(photo(t, 60))
	p.check(dark)
	p.submit()
	page := p.get("/status").is(200, "status", "returned").has("[data-attempt=returned]", 2).says("Your photos so far", "Photo 1", "Photo 2", "Why: Too dark",
		"The automatic check decided.", "Submitted on "+date(first, "en", w.portal.texts.Say("en"))).silent("Photo 3")
	if strings.Index(page.body, "Photo 2") > strings.Index(page.body, "Photo 1") {
		t.Error("the newest does not come first")
	}
	for _, img := range page.all("img") {
		if src := attr(img, "src"); p.get(src).status != http.StatusOK {
			t.Errorf("%s is not shown", src)
		}
	}
	p.post("/ask", "photo", p.current().PhotoID).is(200, "status", "in_review").has("[data-attempt=review]", 1).has("[data-attempt=returned]", 1)
	p.decide(true, "", report.ReasonGlare)
	p.in("fr").get("/status").is(200, "status", "returned").says("Une personne de notre bureau a décidé.", "La vérification automatique a décidé.").sound("fr")
}

func TestA11MessagesFromTheOffice(t *testing.T) {
	w := newWorld(t)
	p, other := w.upTo("in_review"), w.person("other")
	p.get("/messages").is(200, "messages", "").says("There is no message for you").sound("en")
	for _, body := range []string{"First", "Second <b>\n\nwith lines"} {
		w.ok(w.portal.office.Write(context.Background(), office.Message{CaseID: p.caseID, OfficerID: "olga", Body: body}))
		w.later(time.Minute)
	}
	p.get("/status").says("You have 2 new messages from our office", "Messages (2)")
	ahead, err := http.NewRequest(http.MethodGet, w.server.URL+"/messages", nil)
	w.ok(err)
	ahead.Header.Set("Sec-Purpose", "prefetch")
	w.read(p.client.Do(ahead)).says("First")
	p.get("/status").says("You have 2 new messages") // a page that was only fetched ahead was not read
	for _, lang := range web.Languages() {
		page := p.in(lang).get("/messages")
		page.is(200, "messages", "").says("First", "Second <b>", w.portal.c.Contact.Email).sound(lang)
		if strings.Index(page.body, "Second") > strings.Index(page.body, "First") {
			t.Error("the newest does not come first")
		}
		if fresh := strings.Count(page.body, `class="is-new"`); (fresh == 2) != (lang == "en") {
			t.Errorf("%s: %d are marked as new", lang, fresh)
		}
	}
	p.get("/status").silent("nouveaux messages")
	messages, err := w.store.Messages(context.Background(), p.caseID)
	w.ok(err)
	for _, m := range messages {
		if m.ReadAt.IsZero() {
			t.Errorf("not read: %+v", m)
		}
	}
	other.signIn().silent("new message")
	other.get("/messages").silent("First")
}
