package officer

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/report"
)

// release does what the relay does with due rows.
func (w *world) release() {
	w.Helper()
	rows, err := w.store.DueRows(ctx, store.KindRelease, w.now(), 100)
	w.ok(err)
	for _, row := range rows {
		var p triage.ReleasePayload
		w.ok(json.Unmarshal(row.Payload, &p))
		w.tx(func(tx *store.Tx) error {
			if err := w.triage.Release(ctx, tx, p); err != nil {
				return err
			}
			return tx.MarkSent(ctx, row.ID, w.now())
		})
	}
}

func (w *world) history(caseID string) (actions []string) {
	w.Helper()
	h, err := w.store.History(ctx, caseID)
	w.ok(err)
	for _, e := range h {
		actions = append(actions, e.Action)
	}
	return actions
}

func TestTheQueue(t *testing.T) {
	w := newWorld(t)
	b := w.officer("olga")
	b.get("/").says("en", "queue_empty").has("disabled")
	b.post("/next", nil).redirects("/")
	b.get("/").says("en", "only_queue_empty")
	b.get("/").lacks(htmlText(w.text("en", "only_queue_empty"))) // told once
	w.review(fixture{})
	w.wait(time.Hour)
	w.review(fixture{measures: glare})
	asked := w.review(fixture{asked: "please look"})
	a := b.get("/").says("en", "next_lead").lacks("disabled")
	for _, lane := range casefile.Lanes() {
		a.says("en", "lane_"+string(lane)).says("en", "lane_"+string(lane)+"_hint")
	}
	a.says("en", "oldest", "1\u00a0h")
	id, _ := b.next()
	if id != asked.ID { // due 25 hours after the first came, that one only after 72
		t.Errorf("the case that is due first is %s, offered was %s", asked.ID, id)
	}
	b.get("/").says("en", "held_lead").says("en", "continue_review").says("en", "state_held")
	if again, _ := b.next(); again != id {
		t.Error("the held case is not offered again")
	}
	w.wait(30 * time.Hour)
	w.officer("otto").get("/").has("age-late").says("en", "due_over", "6\u00a0h")
}

func TestACasePageShowsWhatWasMeasured(t *testing.T) {
	w := newWorld(t)
	c := w.review(fixture{measures: map[report.CheckID]float64{report.Glare: .08}, asked: "J’ai <deux> paires\nde lunettes", language: "fr"})
	b := w.officer("olga")
	_, page := b.next()
	photo, err := w.store.Photo(ctx, c.PhotoID)
	w.ok(err)
	glareCheck, ok := photo.Verdict.Check(report.Glare)
	if !ok || glareCheck.Outcome != report.Fail {
		t.Fatalf("%+v", glareCheck)
	}
	page.has("Zoë Hélène Nguyễn-Œrsted", "born 1992-02-29", "J’ai &lt;deux&gt; paires").
		says("en", "writes_fr").says("en", "attempt_n", 1).says("en", "lane_asked").says("en", "undo_hint", "60\u00a0s")
	// Every check: measured against required, what is required in words, and whether it is met.
	for _, check := range photo.Verdict.Checks {
		page.has(`data-check="`+string(check.ID)+`"`, htmlText(check.ID.Title("en"))).says("en", "requires_"+string(check.ID))
		page.has(htmlText(measured(check, "en", "yes", "no")), htmlText(required(check, "en", "yes")))
	}
	// Evidence of what failed is drawn and shown at first.
	page.has(`data-evidence="glare" autocomplete="off" aria-label="Show on the photo: ` + report.Glare.Title("en") + `" checked`)
	page.has(`id="evidence-on" autocomplete="off" checked`, "<svg")
	// Its reason is ticked, no other is.
	if n := strings.Count(page.body, `name="reason"`); n != len(report.Reasons()) {
		t.Errorf("%d reasons are offered of %d", n, len(report.Reasons()))
	}
	page.has(`name="reason" value="glare" checked`).lacks(`value="too_dark" checked`)
	// The letter in both languages, the reader's first.
	fr, en := strings.Index(page.body, `class="letter letter-fr"`), strings.Index(page.body, `class="letter letter-en"`)
	if fr < 0 || en < fr {
		t.Errorf("letters at %d and %d", fr, en)
	}
	page.has(`<button class="primary good" data-key="a">`).says("en", "accept_hint")
	if got := w.history(c.ID); got[len(got)-1] != "view" {
		t.Errorf("history %v", got)
	}
}

func TestAcceptTakesEffectAfterTheWindow(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{})
	b := w.officer("olga")
	id, page := b.next()
	b.post("/case/"+id+"/accept", page.form(nil)).redirects("/case/" + id)
	w.state(id, casefile.Decided)
	w.wait(20 * time.Second)
	b.get("/case/"+id).says("en", "decided_accept").says("en", "decided_undoable").says("en", "what_accept").has(`data-left="40000"`, "0:40").
		has("/case/" + id + "/undo")
	b.get("/").has("/case/" + id + "/undo") // on every page
	w.officer("otto").get("/").lacks("/undo")
	w.officer("otto").get("/case/" + id).is(http.StatusNotFound)
	w.wait(40 * time.Second)
	w.release()
	w.state(id, casefile.Accepted)
	b.get("/case/"+id).says("en", "decided_accept").says("en", "decided_text").lacks("/undo")
}

func TestReturnNeedsAReasonAndCarriesTheNote(t *testing.T) {
	w := newWorld(t)
	c := w.review(fixture{measures: glare})
	b := w.officer("olga")
	id, page := b.next()
	form := page.form(url.Values{"comment": {"The left lens.\r\nPlease take them off."}})
	b.post("/case/"+id+"/return", form).is(http.StatusUnprocessableEntity).says("en", "need_reason").
		has("The left lens.\nPlease take them off.</textarea>").lacks(`value="glare" checked`)
	form["reason"] = []string{"no such reason"}
	b.post("/case/"+id+"/return", form).is(http.StatusUnprocessableEntity).says("en", "need_reason")
	form["reason"] = []string{"glare", "altered"}
	long := url.Values{"comment": {strings.Repeat("é", maxComment+1)}, "reason": {"altered"}}
	b.post("/case/"+id+"/return", page.form(long)).is(http.StatusUnprocessableEntity).says("en", "comment_long").
		has(`value="altered" checked`, `<details open id="more-reasons">`)
	w.state(id, casefile.InReview)
	b.post("/case/"+id+"/return", form).redirects("/case/" + id)
	b.get("/case/"+id).says("en", "decided_return").has(report.ReasonGlare.Text("en").Title, report.ReasonAltered.Text("en").Title, "Please take them off.")
	w.wait(time.Minute)
	w.release()
	w.state(id, casefile.Returned)
	photo, err := w.store.Photo(ctx, c.PhotoID)
	w.ok(err)
	if len(photo.Reasons) != 2 || photo.DecidedBy != casefile.ByOfficer {
		t.Errorf("%+v", photo)
	}
	// The applicant's next photo shows this one beside it.
	w.attempt(id, fixture{})
	_, page = b.next()
	page.says("en", "attempt_n", 2).says("en", "attempts").has(`src="/case/`+id+`/attempt/`+c.PhotoID+`"`, report.ReasonAltered.Text("en").Title)
	b.get("/case/" + id + "/attempt/" + c.PhotoID).is(http.StatusOK)
	b.get("/case/" + id + "/attempt/nobody's").is(http.StatusNotFound)
}

func TestACaseThatHasMovedOnStillShowsWhatWasDecided(t *testing.T) {
	w := newWorld(t)
	c := w.review(fixture{measures: glare})
	b, boss := w.officer("olga"), w.officer("boss")
	id, page := b.next()
	b.post("/case/"+id+"/return", page.form(url.Values{"reason": {"glare"}})).redirects("/case/" + id)
	w.wait(time.Minute)
	w.release()
	next := w.upload(id) // not submitted yet, so it is nobody's business here
	for _, who := range []*browser{b, boss} {
		who.get("/case/"+id).is(http.StatusOK).says("en", "decided_return").has(report.ReasonGlare.Text("en").Title, "/case/"+id+"/rendition").
			lacks(next.ID)
	}
	w.officer("otto").get("/case/" + id).is(http.StatusNotFound)
	if got := w.caseNow(id); got.PhotoID == c.PhotoID {
		t.Error("the case has not moved on")
	}
}

func TestASupervisorSeesCasesThatNoOfficerHas(t *testing.T) {
	w := newWorld(t)
	boss, olga := w.officer("boss"), w.officer("olga")
	// One that the machine returned.
	c := w.review(fixture{measures: map[report.CheckID]float64{report.TooDark: -5}})
	w.state(c.ID, casefile.Returned)
	boss.get("/case/"+c.ID).is(http.StatusOK).says("en", "decided_return").says("en", "decided_by_machine").
		has(report.ReasonTooDark.Text("en").Title).lacks("/accept", "/undo", `class="badge lane-`)
	olga.get("/case/" + c.ID).is(http.StatusNotFound)
	// One that was submitted before its verdict.
	photo := w.upload(c.ID)
	w.ok(w.triage.Submit(ctx, triage.Submission{CaseID: c.ID, PhotoID: photo.ID, Declared: true, AccountID: "acc"}))
	w.state(c.ID, casefile.Submitted)
	boss.get("/case/"+c.ID).is(http.StatusOK).says("en", "watching").says("en", "no_verdict").says("en", "no_picture").
		lacks("/accept", htmlText(w.text("en", "none_failed")))
	olga.get("/case/" + c.ID).is(http.StatusNotFound)
	boss.get("/case/" + c.ID + "/rendition").is(http.StatusNotFound)
}

func TestWithoutAPrintThereIsNoAccepting(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{noPrint: true})
	b := w.officer("olga")
	id, page := b.next()
	page.has(`<button class="primary good" data-key="a" disabled>`).says("en", "accept_not").says("en", "no_print").lacks("view-print")
	b.get("/case/" + id + "/print").is(http.StatusNotFound)
	b.post("/case/"+id+"/accept", page.form(nil)).is(http.StatusConflict).says("en", "accept_not")
	w.state(id, casefile.InReview)
	b.post("/case/"+id+"/return", page.form(url.Values{"reason": {"head_size"}})).redirects("/case/" + id)
}

func TestUndo(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{})
	b := w.officer("olga")
	id, page := b.next()
	b.post("/case/"+id+"/accept", page.form(nil)).redirects("/case/" + id)
	decided := b.get("/case/" + id)
	undo := url.Values{"version": {hidden.FindStringSubmatch(decided.body)[2]}}
	w.officer("otto").post("/case/"+id+"/undo", undo).is(http.StatusConflict).says("en", "not_yours")
	b.post("/case/"+id+"/undo", url.Values{"version": {"1"}}).is(http.StatusConflict).says("en", "changed")
	w.state(id, casefile.Decided)
	b.post("/case/"+id+"/undo", undo).redirects("/case/" + id)
	w.state(id, casefile.InReview)
	page = b.get("/case/"+id).says("en", "undone").says("en", "decision")
	b.post("/case/"+id+"/undo", undo).is(http.StatusConflict)
	b.post("/case/"+id+"/return", page.form(url.Values{"reason": {"glare"}})).redirects("/case/" + id)
	undo.Set("version", hidden.FindStringSubmatch(b.get("/case/" + id).body)[2])
	w.wait(time.Minute)
	// Too late by the clock, though the relay has not come yet, and too late when it has.
	b.post("/case/"+id+"/undo", undo).is(http.StatusConflict).says("en", "undo_over")
	w.release()
	b.post("/case/"+id+"/undo", undo).is(http.StatusConflict).says("en", "undo_over")
	w.state(id, casefile.Returned)
}

func TestTwoOfficersNeverHoldTheSamePhoto(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{})
	olga, otto := w.officer("olga"), w.officer("otto")
	id, olgas := olga.next()
	otto.post("/next", nil).redirects("/")
	otto.get("/case/"+id).is(http.StatusConflict).says("en", "not_yours").lacks("Zoë", "1992-02-29")
	for _, what := range []string{"accept", "return", "skip", "preview"} {
		form := olgas.form(url.Values{"reason": {"glare"}, "why": {"unsure"}})
		otto.post("/case/"+id+"/"+what, form).is(http.StatusConflict).lacks("Zoë")
	}
	// The time runs out; opening the page renews it.
	w.wait(DefaultLease - time.Second)
	olga.get("/case/" + id).is(http.StatusOK)
	w.wait(2 * time.Second)
	otto.post("/next", nil).redirects("/")
	w.wait(DefaultLease)
	if got, _ := otto.next(); got != id {
		t.Errorf("otto got %s", got)
	}
	olga.post("/case/"+id+"/accept", olgas.form(nil)).is(http.StatusConflict).says("en", "not_yours")
	w.state(id, casefile.InReview)
	boss := w.officer("boss").get("/case/"+id).is(http.StatusOK).says("en", "watching")
	boss.lacks("/accept", "/return", `id="skip"`)
}

func TestAStalePageDecidesNothing(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{})
	b := w.officer("olga")
	id, page := b.next()
	for _, odd := range []url.Values{{"version": {"0"}}, {"version": {"99"}}, {"version": {"x"}}, {"photo": {"another"}}, {"photo": {""}}} {
		form := page.form(url.Values{"reason": {"glare"}, "why": {"unsure"}})
		for k, v := range odd {
			form[k] = v
		}
		for _, what := range []string{"accept", "return", "skip"} {
			b.post("/case/"+id+"/"+what, form).is(http.StatusConflict).says("en", "changed").has(`href="/case/` + id + `"`)
		}
	}
	w.state(id, casefile.InReview)
	b.post("/case/"+id+"/accept", page.form(nil)).redirects("/case/" + id)
	b.post("/case/"+id+"/accept", page.form(nil)).is(http.StatusConflict).says("en", "changed") // a double click
	b.post("/case/"+id+"/return", url.Values{"version": {strings.Repeat("x", maxForm)}, "reason": {"glare"}}).is(http.StatusUnprocessableEntity)
}

func TestSkip(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{})
	olga, otto := w.officer("olga"), w.officer("otto")
	id, page := olga.next()
	for _, code := range skipReasons {
		page.says("en", "skip_"+code)
	}
	olga.post("/case/"+id+"/skip", page.form(nil)).is(http.StatusUnprocessableEntity).says("en", "skip_why_missing")
	olga.post("/case/"+id+"/skip", page.form(url.Values{"why": {"made up"}})).is(http.StatusUnprocessableEntity)
	olga.post("/case/"+id+"/skip", page.form(url.Values{"why": {"conflict"}})).redirects("/")
	olga.get("/").says("en", "skipped")
	olga.post("/next", nil).redirects("/") // not offered again
	got, page := otto.next()
	if got != id {
		t.Errorf("otto got %s", got)
	}
	page.says("en", "history_skip", w.text("en", "skip_conflict")).says("en", "who_officer", "olga")
}

func TestPreview(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{measures: glare})
	b := w.officer("olga")
	id, page := b.next()
	form := page.form(url.Values{"reason": {"paper_photo"}, "comment": {"A corner of the print is in the picture. <i>"}})
	whole := b.post("/case/"+id+"/preview", form).is(http.StatusOK)
	whole.has("<!DOCTYPE html>", `value="paper_photo" checked`, "A corner of the print is in the picture. &lt;i&gt;").lacks(`value="glare" checked`)
	r := b.request(http.MethodPost, "/case/"+id+"/preview", form)
	r.Header.Set("X-Requested-Part", "letters")
	part := b.do(r).is(http.StatusOK).lacks("<html")
	part.has(`id="letters"`, "A corner of the print is in the picture. &lt;i&gt;", `lang="fr"`, `lang="en"`)
	w.state(id, casefile.InReview)
	if again := b.get("/case/" + id); strings.Contains(again.body, "A corner of the print") {
		t.Error("a preview was kept")
	}
}

func TestAPhotoWithoutAPictureCanBeReturned(t *testing.T) {
	w := newWorld(t)
	c := w.review(fixture{})
	photo, err := w.store.Photo(ctx, c.PhotoID)
	w.ok(err)
	if photo.Rendition == nil {
		t.Fatal("no rendition")
	}
	w.ok(w.objects.Delete(ctx, "renditions", photo.Rendition.Key))
	b := w.officer("olga")
	id, page := b.next()
	b.get("/case/" + id + "/rendition").is(http.StatusNotFound)
	b.post("/case/"+id+"/return", page.form(url.Values{"reason": {"file_damaged"}})).redirects("/case/" + id)
}
