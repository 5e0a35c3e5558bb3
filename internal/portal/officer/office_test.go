package officer

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

// somebody is a person of an application of two, with an account if it has a username.
func (w *world) somebody(given, username string) store.Person {
	w.Helper()
	w.people++
	client := fmt.Sprint("C-", w.people)
	w.tx(func(tx *store.Tx) error {
		_, err := tx.PutPerson(ctx, store.Person{Application: "A-77", ClientID: client, GivenNames: given, FamilyName: "Łęcka",
			BirthDate: "1990-01-02", Email: client + "@people.example", Language: "fr", Principal: username != ""}, w.now())
		return err
	})
	if username != "" {
		_, err := w.accounts.AddApplicant(ctx, client, username, password)
		w.ok(err)
	}
	p, err := w.store.PersonByClientID(ctx, client)
	w.ok(err)
	return p
}

// task puts something on the office's list, with what the person wrote.
func (w *world) task(p store.Person, kind store.OfficeTaskKind, words string) store.OfficeTask {
	w.Helper()
	c, err := w.store.CaseByPerson(ctx, p.ID)
	w.ok(err)
	w.tx(func(tx *store.Tx) error {
		note := ""
		if words != "" {
			note = store.NewID()
			if err := tx.AddNote(ctx, store.Note{ID: note, CaseID: c.ID, Kind: store.NoteToOffice, AuthorID: "acc", Body: words,
				CreatedAt: w.now()}); err != nil {
				return err
			}
		}
		_, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: kind, PersonID: p.ID, CaseID: c.ID, NoteID: note,
			OpenedBy: store.ActorApplicant, OpenedAt: w.now()})
		return err
	})
	task, err := w.store.OpenOfficeTaskOf(ctx, p.ID, kind)
	w.ok(err)
	return task
}

// invite leaves the person invited and silent.
func (w *world) invite(p store.Person, change func(*store.Invitation)) {
	w.Helper()
	w.tx(func(tx *store.Tx) error {
		i := store.Invitation{PersonID: p.ID, State: store.InvitationWaiting, QueuedAt: w.now(), SentAt: w.now(), ExpiresAt: w.now().Add(720 * time.Hour)}
		if _, err := tx.Invitation(ctx, p.ID); err != nil {
			if err := tx.InsertInvitation(ctx, p.ID, w.now()); err != nil {
				return err
			}
		}
		change(&i)
		return tx.SaveInvitation(ctx, i)
	})
}

func TestA2TheOfficesListOldestFirst(t *testing.T) {
	w := newWorld(t)
	b := w.officer("olga")
	b.get("/office").is(http.StatusOK).says("en", "office_empty").lacks(`id="next-page"`)
	first := w.task(w.somebody("<b>Ana</b>", ""), store.OfficeMoved, "")
	w.wait(50 * time.Hour)
	second := w.task(w.somebody("Bo", ""), store.OfficeSilent, "")
	a := b.get("/office").is(http.StatusOK).says("en", "office_kind_moved").says("en", "office_kind_silent").lacks("<b>Ana").
		has("&lt;b&gt;Ana&lt;/b&gt; Łęcka", "age-late", `<a href="/office/`+first.ID+`">`)
	if strings.Index(a.body, first.ID) > strings.Index(a.body, second.ID) {
		t.Error("the oldest does not come first")
	}
	b.get("/office?kind=silent").is(http.StatusOK).has(second.ID).lacks(first.ID)
	b.get("/office?kind=proof").is(http.StatusOK).says("en", "office_empty")
	b.get("/office?kind=nonsense").is(http.StatusOK).has(first.ID, second.ID)
	b.get("/").has(`<a href="/" aria-current="page">`, `<a href="/office">`)
	b.get("/office").has(`<a href="/">`, `<a href="/office" aria-current="page">`)
	b.get("/office/"+first.ID).has(`<a href="/">`, `<a href="/office" aria-current="true">`)
	b.post("/language", url.Values{"lang": {"fr"}, "back": {"/office"}}).redirects("/office")
	b.get("/office").says("fr", "office_lead").says("fr", "office_kind_moved")

	for i := range officePageSize {
		w.task(w.somebody(fmt.Sprint("Nr. ", i), ""), store.OfficeSilent, "")
	}
	page := b.get("/office").is(http.StatusOK)
	next := between(t, page.body, `href="/office?after=`, `"`)
	if n := strings.Count(page.body, `href="/office/`); n != officePageSize {
		t.Errorf("%d lines", n)
	}
	if page := b.get("/office?after="+next).is(http.StatusOK).has("Nr. 99 ", "Nr. 98 ").lacks("Nr. 97 ", `id="next-page"`).says("fr", "page_first"); strings.Count(page.body, `href="/office/`) != 2 {
		t.Error("the last page has not what is left")
	}
	b.get("/office?kind=silent").has(`href="/office?after=`, "kind=silent")
}

func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, after, found := strings.Cut(text, from)
	inside, _, closed := strings.Cut(after, to)
	if !found || !closed {
		t.Fatalf("no %s in %s", from, text)
	}
	return inside
}

// TestA2EveryKindOfTaskHasItsPage: what it is about, the facts and what can be done, for officers and supervisors, in both languages.
func TestA2EveryKindOfTaskHasItsPage(t *testing.T) {
	w := newWorld(t)
	p := w.somebody("Zoë", "zoe")
	other := w.somebody("Ana", "")
	w.invite(p, func(i *store.Invitation) { i.HeldAt = w.now() })
	w.invite(other, func(i *store.Invitation) { i.BouncedAt = w.now() })
	c, err := w.store.CaseByPerson(ctx, p.ID)
	w.ok(err)
	w.tx(func(tx *store.Tx) error {
		if err := tx.AddDeclaration(ctx, store.Declaration{PersonID: p.ID, Answer: store.InCanada, ForChild: true, AccountID: "acc", MadeAt: w.now()}); err != nil {
			return err
		}
		_, err := tx.AddAddress(ctx, store.Address{PersonID: p.ID, Kind: store.PostalAddress, CareOf: "Bo", Unit: "12", Street: "345 Rue Été",
			City: "Québec", Province: "QC", PostalCode: "G1A 1A1", GivenAt: w.now()})
		if err != nil {
			return err
		}
		return tx.EnqueueMail(ctx, store.Mail{Kind: store.MailCardHeld, PersonID: p.ID, CaseID: c.ID}, w.now())
	})
	for _, name := range []string{"olga", "boss"} {
		b := w.officer(name)
		for _, kind := range store.OfficeTaskKinds() {
			task := w.task(p, kind, "Words of "+string(kind))
			for _, lang := range []string{"en", "fr"} {
				b.post("/language", url.Values{"lang": {lang}})
				b.get("/office/"+task.ID).is(http.StatusOK).says(lang, "office_kind_"+string(kind)).says(lang, "office_about_"+string(kind)).
					has("Words of "+string(kind), "Zoë", "C-1@people.example", "1990-01-02", "A-77", "12-345 RUE ÉTÉ", "QUÉBEC QC  G1A 1A1", "Ana").
					says(lang, "invitation_held").says(lang, "invitation_bounced").says(lang, "mail_card_held").says(lang, "mailed_waits").
					says(lang, "declared_for_child").says(lang, "fact_never_signed_in").has(`name="reason"`, `name="message"`, `value="`)
			}
		}
	}
	b := w.officer("olga")
	b.get("/office/" + store.NewID()).is(http.StatusNotFound)
	b.post("/office/"+store.NewID(), url.Values{"reason": {"x"}, "outcome": {"done"}}).is(http.StatusNotFound)
	if h := w.history(c.ID); h[len(h)-1] != "office_view" {
		t.Errorf("nobody knows who looked: %v", h)
	}
}

func TestA2AnActNeedsAReasonAndIsDoneOnce(t *testing.T) {
	w := newWorld(t)
	p := w.somebody("Zoë", "")
	w.invite(p, func(*store.Invitation) {})
	task := w.task(p, store.OfficeSilent, "")
	olga, otto := w.officer("olga"), w.officer("otto")
	address := "/office/" + task.ID
	withAccount := w.task(w.somebody("Ana", "ana"), store.OfficeUnreachable, "")
	olga.post("/office/"+withAccount.ID, url.Values{"outcome": {"done"}, "reason": {" \r\n "}, "message": {"Ring <us>"}}).is(http.StatusUnprocessableEntity).
		says("en", "office_no_reason").has("Ring &lt;us&gt;</textarea>") // nothing written is lost
	olga.post(address, url.Values{"outcome": {"release_card"}, "reason": {"why"}}).is(http.StatusUnprocessableEntity).says("en", "office_no_outcome").has("why</textarea>")
	olga.post(address, url.Values{"outcome": {"done"}, "reason": {strings.Repeat("x", 2001)}}).is(http.StatusUnprocessableEntity).says("en", "office_long")
	if len(w.rooms) != 0 {
		t.Errorf("done without a reason: %v", w.rooms)
	}
	olga.post(address, url.Values{"outcome": {"invite_again"}, "reason": {"phoned"}}).redirects("/office")
	olga.get("/office").says("en", "office_saved").lacks(`href="` + address + `"`)
	if len(w.rooms) != 1 || w.rooms[0] != "invite "+p.ID {
		t.Errorf("%v", w.rooms)
	}
	otto.post(address, url.Values{"outcome": {"invite_again"}, "reason": {"me too"}}).is(http.StatusConflict).says("en", "office_stale").has(address)
	olga.get(address).is(http.StatusOK).says("en", "office_outcome_invite_again").says("en", "who_me").has("phoned").lacks(`name="outcome"`)
	otto.get(address).says("en", "who_officer", "olga")
	otherwise := w.task(p, store.OfficeNotRight, "")
	otto.get("/office/"+otherwise.ID).says("en", "office_hint_stays_held").says("en", "office_outcome_invite_again").has("phoned")
}

func TestA4TheOfficeReleasesAHeldCard(t *testing.T) {
	w := newWorld(t)
	c := w.review(fixture{})
	p, err := w.store.Person(ctx, c.PersonID)
	w.ok(err)
	task := w.task(p, store.OfficeWrongDetails, "My name is Zoé, not Zoë.")
	w.tx(func(tx *store.Tx) error {
		if _, err := tx.AddAddress(ctx, store.Address{PersonID: p.ID, Kind: store.PostalAddress, Street: "1 First Road", City: "Ottawa",
			Province: "ON", PostalCode: "K1A 0B1", GivenAt: w.now()}); err != nil {
			return err
		}
		row, err := tx.Case(ctx, c.ID)
		if err != nil {
			return err
		}
		before := row.Version
		row.HeadCovering, row.SmallChild, row.Version = true, true, row.Version+1
		return tx.SaveCase(ctx, row, before)
	})
	b := w.officer("olga")
	id, page := b.next()
	page.says("en", "office_kind_wrong_details").says("en", "box_head_covering").says("en", "box_small_child").lacks("Medical reason").
		has(`href="/office/` + task.ID + `"`)
	b.post("/case/"+id+"/accept", page.form(nil)).redirects("/case/" + id)
	w.wait(2 * time.Minute)
	w.release()
	b.get("/case/"+id).says("en", "card_held", moment(w.now())).says("en", "history_release_accept_held")
	b.get("/office/"+task.ID).has("My name is Zoé, not Zoë.", `href="/case/`+id+`"`, `value="release_card"`).lacks(`value="done"`)
	w.officer("otto").get("/office/" + task.ID).lacks(`href="/case/` + id + `"`) // not this officer's case
	b.post("/office/"+task.ID, url.Values{"outcome": {"release_card"}, "reason": {"corrected upstream"}}).redirects("/office")
	card, err := w.store.Card(ctx, id)
	w.ok(err)
	if card.State != store.CardOrdered {
		t.Errorf("%+v", card)
	}
	orders := 0
	rows, err := w.store.DueRows(ctx, store.KindEvent, w.now(), 10)
	w.ok(err)
	for _, row := range rows {
		if row.Headers["topic"] == event.TopicCardOrdered {
			orders++
		}
	}
	if orders != 1 {
		t.Errorf("%d orders", orders)
	}
	b.get("/case/"+id).says("en", "history_card_ordered").says("en", "history_office_done", w.text("en", "office_kind_wrong_details"), w.text("en", "office_outcome_release_card"))
	w.state(id, casefile.Accepted)
}

func TestA11MessagesFromTheDesk(t *testing.T) {
	w := newWorld(t)
	c := w.review(fixture{measures: map[report.CheckID]float64{}})
	p, err := w.store.Person(ctx, c.PersonID)
	w.ok(err)
	task := w.task(p, store.OfficeUnreachable, "")
	b := w.officer("olga")
	id, page := b.next()
	page.lacks(`action="/case/` + id + `/message"`) // nobody could read it
	b.post("/case/"+id+"/message", url.Values{"message": {"Hello"}}).is(http.StatusUnprocessableEntity).says("en", "office_unreadable").has("Hello")
	_, err = w.accounts.AddApplicant(ctx, p.ClientID, "zoe", password)
	w.ok(err)
	b.get("/case/" + id).has(`action="/case/` + id + `/message"`)
	b.post("/case/"+id+"/message", url.Values{"message": {" "}}).is(http.StatusUnprocessableEntity).says("en", "message_empty")
	b.post("/case/"+id+"/message", url.Values{"message": {"From the <case>"}}).redirects("/case/" + id)
	b.get("/case/"+id).says("en", "message_sent").has("From the &lt;case&gt;").says("en", "message_unread").says("en", "history_office_message")
	otto := w.officer("otto")
	otto.post("/case/"+id+"/message", url.Values{"message": {"Hello"}}).is(http.StatusConflict) // in olga's hands
	otto.post("/office/"+task.ID+"/message", url.Values{"message": {"From the list"}}).redirects("/office/" + task.ID)
	otto.post("/office/"+task.ID+"/message", url.Values{"message": {strings.Repeat("x", 2001)}}).is(http.StatusUnprocessableEntity).says("en", "office_long")
	otto.post("/office/"+store.NewID()+"/message", url.Values{"message": {"x"}}).is(http.StatusNotFound)
	messages, err := w.store.Messages(ctx, id)
	w.ok(err)
	if len(messages) != 2 || messages[0].Body != "From the list" || messages[1].Body != "From the <case>" {
		t.Errorf("%+v", messages)
	}
	w.tx(func(tx *store.Tx) error { return tx.ReadMessage(ctx, id, messages[0].ID, w.now()) })
	otto.get("/office/"+task.ID).says("en", "message_read", moment(w.now())).says("en", "message_unread")
	var mails []store.MailKind
	all, err := w.store.MailsOfPerson(ctx, p.ID)
	w.ok(err)
	for _, m := range all {
		if m.Kind == store.MailOfficeMessage {
			mails = append(mails, m.Kind)
		}
	}
	if len(mails) != 2 {
		t.Errorf("%v", mails)
	}
}
