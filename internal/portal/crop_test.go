package portal

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// withHead puts a head into a report, of that height with the eyes there, and the crop that meets the rules.
func withHead(height, x, y float64, crop *report.Rect) func(*report.Report) {
	return func(r *report.Report) {
		r.Crop = crop
		for i := range r.Checks {
			switch c := &r.Checks[i]; c.ID {
			case report.HeadSize:
				c.Values = map[string]float64{"head_px": height}
				c.Evidence = []report.Evidence{{Kind: report.Line, Label: "head", Points: [][2]float64{{x, y - .485*height}, {x, y + .515*height}}}}
			case report.Pose:
				c.Evidence = []report.Evidence{{Kind: report.Line, Label: "eyes", Points: [][2]float64{{x - 100, y}, {x + 100, y}}}}
			default:
			}
		}
	}
}

var suggestion = report.Rect{X: 500, Y: 400, Width: 1000, Height: 1400}

// cropper is somebody whose photo of 2000×2600 pixels was checked.
func (w *world) cropper(t *testing.T) *person {
	p := w.person("zoe")
	p.signIn()
	p.upload(photoOf(t, 7, 2000, 2600)).is(200, "photo", "checking")
	p.checkAs(clean, withHead(670, 1000, 960, &suggestion))
	return p
}

// values are the hidden fields of the form.
func (p *page) rect() report.Rect {
	p.t.Helper()
	form := url.Values{}
	for _, n := range p.all("input") {
		form.Set(attr(n, "name"), attr(n, "value"))
	}
	return readRect(form)
}

func (p *person) press(from *page, move string) *page {
	p.t.Helper()
	r := from.rect()
	return p.post("/photo/crop/move", "move", move, "x", strconv.Itoa(r.X), "y", strconv.Itoa(r.Y), "width", strconv.Itoa(r.Width),
		"height", strconv.Itoa(r.Height)).is(200, "crop", "checked").tells("")
}

func (p *person) saveRect(photoID string, r report.Rect) *page {
	return p.post("/photo/crop", "photo", photoID, "x", strconv.Itoa(r.X), "y", strconv.Itoa(r.Y), "width", strconv.Itoa(r.Width),
		"height", strconv.Itoa(r.Height))
}

func TestA6ThePrintedPartIsChosenWithButtonsAlone(t *testing.T) {
	w := newWorld(t)
	p := w.cropper(t)
	page := p.get("/photo").is(200, "photo", "checked").has("#adjust-crop", 1)
	if attr(page.one("#adjust-crop"), "href") != "/photo/crop" {
		t.Error("no way to the page")
	}
	page = p.get("/photo/crop").is(200, "crop", "checked").has("#crop-save", 1).has("[name=move]", 7).has("[data-advice=good]", 1)
	if page.rect() != suggestion {
		t.Errorf("it starts at %v", page.rect())
	}
	if f := page.one("#crop-frame"); attr(f, "x") != "500" || attr(f, "height") != "1400" {
		t.Errorf("drawn at %+v", f.Attr)
	}
	for _, step := range []struct {
		move, advice string
		want         report.Rect
	}{
		{"left", "good", report.Rect{X: 460, Y: 400, Width: 1000, Height: 1400}},
		{"left", "right", report.Rect{X: 420, Y: 400, Width: 1000, Height: 1400}},
		{"right", "good", report.Rect{X: 460, Y: 400, Width: 1000, Height: 1400}},
		{"down", "good", report.Rect{X: 460, Y: 440, Width: 1000, Height: 1400}},
		{"up", "good", report.Rect{X: 460, Y: 400, Width: 1000, Height: 1400}},
		{"larger", "good", report.Rect{X: 435, Y: 365, Width: 1050, Height: 1470}},
		{"smaller", "good", report.Rect{X: 460, Y: 400, Width: 1000, Height: 1400}},
		{"reset", "good", suggestion},
		{"sideways", "good", suggestion},
	} {
		page = p.press(page, step.move)
		if got := page.rect(); got != step.want || len(page.all("[data-advice="+step.advice+"]")) != 1 {
			t.Errorf("%s leads to %v, %s; want %v, %s", step.move, got, attr(page.one("#crop-say"), "data-advice"), step.want, step.advice)
		}
	}
	before := p.current().PhotoID
	want := report.Rect{X: 460, Y: 400, Width: 1000, Height: 1400}
	p.saveRect(before, want).is(200, "photo", "checking").tells("")
	shot, err := w.store.Photo(context.Background(), p.current().PhotoID)
	w.ok(err)
	if shot.ID == before || shot.UploadID != before || shot.Crop == nil || *shot.Crop != want {
		t.Errorf("%+v", shot)
	}
	p.checkAs(clean, withHead(670, 1000, 960, shot.Crop))
	p.get("/photo").is(200, "photo", "checked").says("Change the part that is printed").has("#coaching", 0).has("#same-photo", 0)
	page = p.get("/photo/crop").is(200, "crop", "checked")
	if page.rect() != want {
		t.Errorf("it starts at %v", page.rect())
	}
	if got := p.press(page, "reset").rect(); got != suggestion {
		t.Errorf("our suggestion is %v", got)
	}
	// What is there already needs no new check.
	p.saveRect(shot.ID, want).is(200, "photo", "checked")
	if p.current().PhotoID != shot.ID {
		t.Error("the same part was checked again")
	}
	if n := w.counted("prportal_uploads_total", "crop"); n != 1 {
		t.Errorf("%v crops counted", n)
	}
}

func TestA6CropsThatCannotBePrintedAreToldSo(t *testing.T) {
	w := newWorld(t)
	p := w.cropper(t)
	id := p.current().PhotoID
	p.saveRect(id, report.Rect{X: 1500, Y: 400, Width: 1000, Height: 1400}).is(422, "crop", "checked").tells("crop_wrong").says("nearest part")
	p.saveRect(id, report.Rect{X: 500, Y: 400, Width: 1000, Height: 1000}).is(422, "crop", "checked").tells("crop_wrong")
	page := p.saveRect(id, report.Rect{X: 500, Y: 400, Width: 500, Height: 700}).is(422, "crop", "checked").tells("crop_small")
	if got := page.rect(); got.Width != 715 {
		t.Errorf("the nearest part is %v", got)
	}
	p.post("/photo/crop", "photo", id, "x", "nonsense", "y", "", "width", "1e9").is(422, "crop", "checked").tells("crop_wrong")
	p.saveRect("another", suggestion).is(http.StatusConflict, "photo", "checked").tells("stale")
	if p.current().PhotoID != id {
		t.Error("something was stored")
	}
	p.get("/photo/crop?x=-5&y=99999&width=-1&height=7").is(200, "crop", "checked")

	p.post("/language", "lang", "fr", "back", "/photo/crop?x=1&y=2&width=1000&height=1400").is(200, "crop", "checked").
		says("La partie de votre photo qui est imprimée", "Utiliser cette partie").sound("fr")
	p.saveRect(id, report.Rect{Width: 500, Height: 700}).is(422, "crop", "checked").tells("crop_small").says("trop peu de pixels")

	p.submit().is(200, "status", "in_review")
	p.get("/photo/crop").is(200, "status", "in_review")
	p.post("/photo/crop/move", "move", "left").is(200, "status", "in_review")
	p.saveRect(id, report.Rect{X: 1, Y: 1, Width: 1000, Height: 1400}).is(http.StatusConflict, "status", "in_review").tells("already_submitted")
}

func TestA6NoCropIsOfferedWhereThereIsNoRoom(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked") // 715×1000
	p.get("/photo").has("#adjust-crop", 0)
	p.get("/photo/crop").is(200, "photo", "checked")
	p.post("/photo/crop/move", "move", "left").is(200, "photo", "checked")
	w.person("bela").get("/photo/crop").is(200, "sign-in", "")
	o := w.person("open")
	o.signIn()
	o.get("/photo/crop").is(200, "photo", "open")
}

func TestA6AReturnedPhotoCanBeCroppedAnew(t *testing.T) {
	w := newWorld(t)
	p := w.cropper(t)
	id := p.current().PhotoID
	p.submit()
	p.decide(true, "", report.ReasonHeadPosition)
	p.get("/photo/crop").is(200, "crop", "returned").has("#crop-save", 1)
	p.saveRect(id, report.Rect{X: 510, Y: 400, Width: 1000, Height: 1400}).is(200, "photo", "checking")
	if shot, err := w.store.Photo(context.Background(), id); err != nil || !shot.ReplacedAt.IsZero() {
		t.Errorf("the photo that came back is marked as replaced: %v", err)
	}
}

// TestA6LostCrop: a session that ended loses no photo, and says what to do again.
func TestA6LostCrop(t *testing.T) {
	w := newWorld(t)
	p := w.cropper(t)
	id := p.current().PhotoID
	p.post("/sign-out")
	p.saveRect(id, suggestion).is(200, "sign-in", "")
	page := p.post("/sign-in", "username", p.user, "password", password, "back", "/photo/crop?lost=crop")
	page.is(200, "crop", "checked").tells("lost_crop")
	p.get("/photo?lost=boxes").tells("lost_boxes")
}

func cropFrame(t testing.TB) profile.Frame {
	t.Helper()
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return p.Frame()
}

func TestA6WhatTheCropPageAdvises(t *testing.T) {
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	room := newCropping(p.Frame(), 2000, 2600)
	limit := p.Rule(report.HeadSize).Limit
	head := &headLine{Height: 670, EyesX: 1000, EyesY: 960, Above: .485}
	for want, r := range map[string]report.Rect{
		"good": suggestion, "larger": {X: 600, Y: 500, Width: 750, Height: 1050}, "smaller": {X: 200, Y: 100, Width: 1500, Height: 2100},
		"right": {X: 300, Y: 400, Width: 1000, Height: 1400}, "left": {X: 700, Y: 400, Width: 1000, Height: 1400},
		"up": {X: 500, Y: 700, Width: 1000, Height: 1400}, "down": {X: 500, Y: 100, Width: 1000, Height: 1400},
	} {
		if got := room.advice(r, head, limit); got != want {
			t.Errorf("%v: %s, want %s", r, got, want)
		}
	}
	for want, h := range map[string]*headLine{
		"unknown": nil,
		"large":   {Height: 1500, EyesX: 1000, EyesY: 960}, "small": {Height: 200, EyesX: 1000, EyesY: 960},
		"edge": {Height: 1200, EyesX: 300, EyesY: 960},
	} {
		r := room.at(room.most, 1000, 1300)
		if want == "small" {
			r = room.at(room.least, 1000, 960)
		}
		if want == "edge" {
			r = room.at(room.most, 0, 1300)
		}
		if got := room.advice(r, h, limit); got != want {
			t.Errorf("%+v: %s, want %s", h, got, want)
		}
	}
	crown, chin := room.guides(suggestion, head)
	top, bottom := (head.EyesY-.485*head.Height-400)/1400, (head.EyesY+.515*head.Height-400)/1400
	if top < crown[0] || top > crown[1] || bottom < chin[0] || bottom > chin[1] {
		t.Errorf("the head from %.3f to %.3f does not lie in the bands %v, %v", top, bottom, crown, chin)
	}
}

// Whatever a form says, the crop that is shown can be printed, and buttons never leave the picture.
func FuzzMovedCrop(f *testing.F) {
	frame := cropFrame(f)
	moves := []string{"left", "right", "up", "down", "larger", "smaller", "nonsense"}
	f.Add(500, 400, 1000, 1400, 2000, 2600, uint8(0))
	f.Add(-1, 1<<62, -1<<62, 7, 715, 1001, uint8(4))
	f.Fuzz(func(t *testing.T, x, y, w, h, width, height int, move uint8) {
		width, height = 1+(width&0x1fff), 1+(height&0x1fff)
		room := newCropping(frame, width, height)
		if !room.free() {
			return
		}
		r := room.moved(report.Rect{X: x, Y: y, Width: w, Height: h}, moves[int(move)%len(moves)])
		if err := frame.CheckCrop(r, width, height); err != nil {
			t.Errorf("%v of %d×%d: %v", r, width, height, err)
		}
		if frame.CheckCrop(report.Rect{X: x, Y: y, Width: w, Height: h}, width, height) == nil {
			if near := room.near(report.Rect{X: x, Y: y, Width: w, Height: h}); near != (report.Rect{X: x, Y: y, Width: w, Height: h}) {
				t.Errorf("a crop that can be made is moved: %v", near)
			}
		}
	})
}

func FuzzReadRect(f *testing.F) {
	f.Add("x=1&y=2&width=3&height=4")
	f.Add("x=99999999999999999999&width=%00&y=-1")
	frame := cropFrame(f)
	f.Fuzz(func(t *testing.T, query string) {
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		room := newCropping(frame, 1000, 1400)
		if err := frame.CheckCrop(room.near(readRect(form)), 1000, 1400); err != nil {
			t.Errorf("%q: %v", query, err)
		}
	})
}

func TestA6BoxesOnThePhotoPage(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn().is(200, "photo", "open").has("#boxes", 1).has("#head-covering", 1).has("#medical", 1).has("#small-child", 1).has("[checked]", 0).
		silent("By the birth date")
	// Nothing that was ticked is lost when the file is refused.
	contentType, body := form(t, part{"boxes", "", []byte("1")}, part{"head_covering", "", []byte("1")}, part{"photo", "a.pdf", []byte("%PDF-1.7")})
	p.sendForm(contentType, body).is(422, "photo", "open").tells("not_jpeg_or_png").has("[checked]", 1)
	if p.current().HeadCovering {
		t.Error("a refused form has ticked a box")
	}
	// The camera's field is empty.
	contentType, body = form(t, part{"boxes", "", []byte("1")}, part{"small_child", "", []byte("1")}, part{"photo", "a.jpg", photo(t, 3)}, part{"camera", "", nil})
	p.sendForm(contentType, body).is(200, "photo", "checking").tells("")
	if got := p.current().Boxes(); got != (casefile.Boxes{SmallChild: true}) {
		t.Errorf("%+v", got)
	}
	p.check(map[report.CheckID]float64{report.Sharpness: -5})
	p.get("/photo").is(200, "photo", "checked").has("[data-decision=review]", 1).has("#save-boxes", 1).has("#to-boxes", 0)
	p.post("/photo/boxes", "boxes", "1").is(200, "photo", "checked").has("[data-decision=return]", 1).has("#to-boxes", 1).says("Saved.")
	p.post("/photo/boxes", "boxes", "1", "medical", "1").has("[data-decision=return]", 1).says("Saved.")
	p.post("/photo/boxes", "boxes", "1", "small_child", "1", "medical", "1").is(200, "photo", "checked").has("[data-decision=review]", 1)
	p.post("/photo/boxes", "small_child", "1").is(400, "photo", "checked").tells("bad_boxes")
	// A later upload on the page of a verdict has no boxes, and leaves them.
	p.upload(photo(t, 9)).is(200, "photo", "checking")
	if got := p.current().Boxes(); got != (casefile.Boxes{SmallChild: true, Medical: true}) {
		t.Errorf("%+v", got)
	}
	p.check(map[report.CheckID]float64{report.Sharpness: -5})
	p.submit().is(200, "status", "in_review")
	p.post("/photo/boxes", "boxes", "1").is(http.StatusConflict, "status", "in_review").tells("already_submitted")
	if !p.current().SmallChild {
		t.Error("the boxes of a submitted photo were changed")
	}
}

func TestA6TheBoxForASmallChildIsExplained(t *testing.T) {
	w := newWorld(t)
	born := func(years int) func(*store.Person) {
		return func(s *store.Person) { s.BirthDate = w.now().AddDate(-years, 0, 1).Format("2006-01-02") }
	}
	young := w.person("young", born(6)) // six tomorrow
	page := young.signIn().is(200, "photo", "open").says("By the birth date that we have").has("[checked]", 0)
	if strings.Index(page.body, `id="small-child"`) > strings.Index(page.body, `id="head-covering"`) {
		t.Error("the box of a small child does not come first")
	}
	young.post("/language", "lang", "fr", "back", "/photo").says("D’après la date de naissance").sound("fr")
	old := w.person("old", born(7))
	old.signIn().is(200, "photo", "open").silent("By the birth date")
	odd := w.person("odd", func(s *store.Person) { s.BirthDate = "unknown" })
	odd.signIn().is(200, "photo", "open").silent("By the birth date").has("#small-child", 1)
}

func TestA7CoachingOnTheVerdictPage(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.signIn()
	hash := func(h string) func(*report.Report) { return func(r *report.Report) { r.PerceptualHash = h } }
	p.upload(photo(t, 1))
	p.checkAs(map[report.CheckID]float64{report.TooBright: 1e3, report.PixelSize: 600}, hash("0000000000000001"))
	p.get("/photo").is(200, "photo", "checked").has("#coaching", 0)
	p.upload(photo(t, 2))
	p.checkAs(map[report.CheckID]float64{report.PixelSize: 605}, hash("00000000ffffffff"))
	page := p.get("/photo").is(200, "photo", "checked").has("[data-change=gone]", 1).has("[data-change=same]", 1).has("#same-photo", 0).
		says("Compared with your last photo", "The photo is not too bright any more.", "The head is still too small. Take the photo from nearer.")
	coaching := text(page.one("#coaching"))
	if strings.ContainsAny(coaching, "0123456789%") {
		t.Errorf("figures: %s", coaching)
	}
	if strings.Index(page.body, `id="coaching"`) > strings.Index(page.body, "What we found") {
		t.Error("it stands below the findings")
	}
	p.post("/language", "lang", "fr", "back", "/photo").says("La photo n’est plus trop claire.", "La tête est toujours trop petite.").sound("fr")
	p.post("/language", "lang", "en", "back", "/photo")
	// The same picture, saved anew.
	w.later(60e9)
	p.upload(photo(t, 3))
	p.checkAs(map[report.CheckID]float64{report.PixelSize: 605}, hash("00000000fffffffe"))
	p.get("/photo").is(200, "photo", "checked").has("#same-photo", 1).says("You sent this same photo before", "To try again, take another photo")
	// From the very same spot, but with the light put right: that is another attempt.
	p.upload(photo(t, 4))
	p.checkAs(clean, hash("00000000fffffffe"))
	p.get("/photo").has("#same-photo", 0).has("[data-change=gone]", 1)
}

func TestA7EveryAdviceHasWords(t *testing.T) {
	w := newWorld(t)
	used := map[string]bool{}
	for _, lang := range []string{"en", "fr"} {
		say := w.portal.texts.Say(lang)
		for _, a := range coachKeys() {
			for _, c := range []casefile.Change{casefile.Gone, casefile.Better, casefile.Same, casefile.Worse, casefile.New} {
				a.Change = c
				if a.Side == "" && (a.Reason == report.ReasonHeadSize) && c != casefile.Gone {
					continue
				}
				if s := coachText(a, say, lang); strings.ContainsAny(s, "0123456789%") || len(s) < 10 {
					t.Errorf("%v in %s: %q", a, lang, s)
				}
			}
			used["coach_gone_"+string(a.Reason)], used["coach_still_"+coachKey(a)], used["coach_do_"+coachKey(a)] = true, true, true
		}
	}
	for _, key := range []string{"coach_title", "coach_new", "coach_better", "coach_worse"} {
		used[key] = true
	}
	for key := range w.portal.texts["en"] {
		if strings.HasPrefix(key, "coach_") && !used[key] {
			t.Errorf("nothing uses %q", key)
		}
	}
}

func TestA7WhatTheScriptTellsBeforeSending(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	page := p.signIn().is(200, "photo", "open").has("#photo-camera", 1).has("#upload-preview", 1)
	upload := page.one("#upload-form")
	for _, name := range []string{"data-text-large", "data-text-type", "data-text-heic", "data-text-small", "data-text-blur", "data-text-ready"} {
		if attr(upload, name) == "" {
			t.Errorf("no %s", name)
		}
	}
	if attr(upload, "data-least") != "715 1000" {
		t.Errorf("least %q", attr(upload, "data-least"))
	}
	camera := page.one("#photo-camera")
	if attr(camera, "capture") != "user" || attr(camera, "name") != "camera" {
		t.Errorf("%+v", camera.Attr)
	}
	contentType, body := form(t, part{"photo", "x.jpg", photo(t, 1)}, part{"camera", "y.jpg", photo(t, 2)})
	p.sendForm(contentType, body).is(422, "photo", "open").tells("several_files")
	contentType, body = form(t, part{"photo", "", nil}, part{"camera", "y.jpg", photo(t, 2)})
	p.sendForm(contentType, body).is(200, "photo", "checking").tells("")
}
