package portal

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/pkg/photocheck/report"
)

func TestA9FromSignInToTheCard(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.get("/").is(200, "sign-in", "").tells("")
	p.signIn().is(200, "photo", "open").tells("").says("Zoë Łęcka", "What the photo has to look like", "715 × 1000 pixels").
		has("#photo-file", 1).has("#upload", 1)

	p.upload(photo(t, 1)).is(200, "photo", "checking").has("#to-submit", 1).has("#replace", 1).has("[data-poll]", 1)
	p.get("/photo?replace").is(200, "photo", "checking").has("#photo-file", 1).has("[data-poll]", 0)
	first := p.current().PhotoID
	p.upload(photo(t, 2)).is(200, "photo", "checking")
	if p.current().PhotoID == first {
		t.Error("the second photo did not take the place of the first")
	}
	p.check(dark)
	p.get("/photo").is(200, "photo", "checked").has("[data-decision=return]", 1).has("[data-reason=too_dark]", 1).
		says("This photo would come back", "Face a window or a lamp").has("#photo-file", 1).has("#to-submit", 1)

	p.upload(photo(t, 3))
	p.check(hazy)
	page := p.get("/photo").is(200, "photo", "checked").has("[data-decision=review]", 1).has("[data-reason=background]", 1).
		says("The background may not be plain", "only hints").silent("must be plain").has("svg", 10)
	if !strings.Contains(page.body, `class="ev ev-background`) || !strings.Contains(page.body, `class="ev ev-crop`) {
		t.Error("what was found, or the frame, is not drawn on the photo")
	}
	picture := p.get(attr(page.one("[data-evidence=crop]").Parent.Parent.Parent.Parent.FirstChild.NextSibling.FirstChild, "src"))
	if picture.status != 200 || picture.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("picture: %d %s", picture.status, picture.header.Get("Content-Type"))
	}

	p.get("/submit").is(200, "submit", "checked").says("you can’t change the photo", "declare").has("#submit", 1).has("#note", 0)
	p.submit().is(200, "status", "in_review").tells("").
		says("Your photo is in review", moment(w.now(), "en", w.portal.texts.Say("en")), "2 days or less")
	p.get("/photo").is(200, "status", "in_review")
	p.get("/status").is(200, "status", "in_review")

	p.decide(false, "")
	if p.current().State != casefile.Decided {
		t.Fatal("not decided")
	}
	p.get("/status").is(200, "status", "in_review").silent("accepted your photo")
	p.takesEffect()
	p.get("/status").is(200, "status", "accepted").says("Your card is ordered", "accepted your photo", "By ")
}

func TestA8ReturnedAndAccepted(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("returned")
	p.get("/status").is(200, "status", "returned").
		says("Please send another photo", "An automatic check decided this", "No person has looked", "Too dark").
		has("[data-reason=too_dark]", 1).has("#photo-file", 1).has("#ask-person", 1).has("#upload", 1)
	p.get("/photo").is(200, "photo", "returned").has("#photo-file", 1)

	p.post("/ask", "photo", p.current().PhotoID, "note", "My scarf\r\nis for my religion.\x00").is(200, "status", "in_review").
		says("As you asked, a person", "1 day or less")
	notes, err := w.store.Notes(context.Background(), p.caseID)
	if err != nil || len(notes) != 1 || notes[0].Body != "My scarf\nis for my religion." {
		t.Errorf("%+v %v", notes, err)
	}
	p.decide(true, "White wall, please.\n<b>Thanks</b>", report.ReasonBackground, report.ReasonGlare)
	p.get("/status").is(200, "status", "returned").says("A person in our office looked", "White wall, please.", "<b>Thanks</b>").
		silent("An automatic check").has("[data-reason=background]", 1).has("[data-reason=glare]", 1)

	p.upload(photo(t, 40)).is(200, "photo", "checking")
	p.check(clean)
	p.get("/photo").is(200, "photo", "checked").has("[data-decision=pass]", 1).says("No problem found").has("[data-reason]", 0)
	p.get("/submit").says("found no problem")
	p.submit().is(200, "status", "in_review")
	p.decide(true, "")
	p.get("/status").is(200, "status", "accepted").says("Your card is ordered", "accepted your photo", "By ")
}

func TestA7APersonInsteadOfAReturn(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn()
	p.upload(photo(t, 1))
	p.check(dark)
	page := p.get("/submit").is(200, "submit", "checked").says("would come back to you", "Too dark", "have a person look").
		has("#another", 1).has("#submit", 1).has("#submit-plain", 1).has("#note", 1)
	if strings.Index(page.body, `id="another"`) > strings.Index(page.body, `id="submit"`) {
		t.Error("another photo is not offered first")
	}
	p.submit("person", "1", "note", "I am ill").
		is(200, "status", "in_review").says("As you asked")
	if c := p.current(); !c.PersonAsked || c.Lane != casefile.LaneAsked {
		t.Errorf("%+v", c)
	}
}

func TestA8AfterTwoReturnsAPersonLooks(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn()
	for i := range uint8(2) {
		p.upload(photo(t, i))
		p.check(dark)
		p.submit().is(200, "status", "returned")
	}
	p.get("/status").says("Two photos came back")
	p.upload(photo(t, 9))
	p.check(dark)
	p.get("/submit").is(200, "submit", "checked").says("Two of your photos came back").has("#submit-plain", 0)
}

func TestA7SubmitBeforeTheVerdict(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checking")
	p.get("/submit").is(200, "submit", "checking").says("The automatic check is not done yet").has("#person", 1)
	p.submit().is(200, "status", "submitted").says("not done yet").has("[data-poll]", 1)
	p.check(dark)
	p.get("/status").is(200, "status", "returned")
}

func TestA7ASlowCheckIsSaid(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checking")
	p.get("/photo").silent("longer than usual")
	state := p.get("/photo/state")
	if !strings.Contains(state.body, `"state":"checking"`) || !strings.Contains(state.body, `"slow":false`) {
		t.Error(state.body)
	}
	w.later(31 * time.Second)
	p.get("/photo").is(200, "photo", "checking").says("longer than usual", "comes by e-mail", "leave this page").has("#to-submit", 1)
	if state := p.get("/photo/state"); !strings.Contains(state.body, `"slow":true`) {
		t.Error(state.body)
	}
}

func TestWhatCouldNotBeCheckedIsNobodysFault(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checking")
	p.check(map[report.CheckID]float64{report.Glare: unlooked, report.Colour: unlooked})
	p.get("/photo").is(200, "photo", "checked").has("[data-decision=review]", 1).
		says("We could not check this: glare.").silent("colour")

	all := map[report.CheckID]float64{}
	for _, id := range report.CheckIDs() {
		all[id] = unlooked
	}
	p.upload(photo(t, 77))
	p.check(all)
	p.get("/photo").is(200, "photo", "checked").says("We could not check this photo", "not your fault").has("[data-reason]", 0)
}

func TestA7HintsBesideAReturn(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checking")
	p.check(map[report.CheckID]float64{report.TooDark: -5, report.Pose: 3, report.FaceCount: 0})
	page := p.get("/photo").has("[data-reason=too_dark]", 1).has("[data-reason=pose]", 1).has("[data-reason=not_one_face]", 0)
	if !strings.Contains(page.body, "may be turned") {
		t.Error("a hint is told as a fact")
	}
}

func TestMethodsAndUnknownPages(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn()
	p.get("/nothing").is(http.StatusNotFound, "message", "").tells("not_found").says("Page not found")
	p.post("/status").is(http.StatusNotFound, "message", "").tells("not_found")
	p.get("/sign-in?back=/status").is(200, "photo", "open")
}
