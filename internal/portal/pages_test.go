package portal

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"prportal.example/internal/casefile"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

// TestEveryPageInEveryStateAndLanguage looks at what all pages have in common.
func TestEveryPageInEveryStateAndLanguage(t *testing.T) {
	w := newWorld(t)
	for _, s := range casefile.States() {
		p := w.upTo(string(s))
		public := string(s)
		if s == casefile.Decided {
			public = "in_review"
		}
		for _, lang := range web.Languages() {
			p.post("/language", "lang", lang, "back", "/").is(200, "tasks", public)
			paths := []string{"/", "/photo", "/status", "/submit", "/photo?replace", "/declaration", "/address", "/address/postal",
				"/submit/details", "/confirmation", "/nothing"}
			for _, path := range paths {
				page := p.get(path)
				if page.status >= 500 {
					t.Errorf("%s in %s: %d", path, s, page.status)
				}
				page.sound(lang)
				page.says("Zoë Łęcka")
			}
		}
	}
	p := w.person("nobody")
	p.get("/sign-in?lang=fr").is(200, "sign-in", "").sound("fr")
}

// sound checks what a page of any kind has to have.
func (p *page) sound(lang string) {
	p.t.Helper()
	if got := attr(p.one("html"), "lang"); got != lang {
		p.t.Errorf("%s: language %q, want %q", p.url, got, lang)
	}
	other := web.Other(lang)
	toggle := p.all("[name=lang]")
	if len(toggle) != 1 || attr(toggle[0], "value") != other || attr(toggle[0], "lang") != other {
		p.t.Errorf("%s: no way to the other language", p.url)
	}
	p.says(map[string]string{"en": "Demonstration, not a government site", "fr": "Démonstration, pas un site du gouvernement"}[lang])
	p.has("h1", 1).has("main", 1).has("style", 0).has("#announce", 1)
	ids := map[string]bool{}
	for n := range p.doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" && n.Parent.Data != "symbol":
				if ids[a.Val] {
					p.t.Errorf("%s: two elements with id %q", p.url, a.Val)
				}
				ids[a.Val] = true
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				p.t.Errorf("%s: inline code %s=%q", p.url, a.Key, a.Val)
			}
		}
		if n.Data == "script" && attr(n, "src") == "" {
			p.t.Errorf("%s: inline script", p.url)
		}
	}
	for _, n := range slices.Concat(p.all("input"), p.all("textarea"), p.all("select")) {
		if attr(n, "type") == "hidden" || n.Parent.Data == "label" {
			continue
		}
		if len(p.all("[for="+attr(n, "id")+"]")) != 1 {
			p.t.Errorf("%s: field %q has no label", p.url, attr(n, "id"))
		}
		for id := range strings.FieldsSeq(attr(n, "aria-describedby")) {
			if !ids[id] {
				p.t.Errorf("%s: field %q is described by %q, which is not there", p.url, attr(n, "id"), id)
			}
		}
	}
	for _, n := range p.all("img") {
		if attr(n, "alt") == "" {
			p.t.Errorf("%s: picture without words", p.url)
		}
	}
	p.wellFormed()
}

var void = []string{"meta", "link", "input", "img", "br", "hr"}

// wellFormed checks that elements are closed in the order in which they were opened.
func (p *page) wellFormed() {
	p.t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(p.body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				p.t.Errorf("%s: not closed: %v", p.url, open)
			}
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !slices.Contains(void, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				p.t.Errorf("%s: </%s> closes %v", p.url, name, open)
				return
			}
			open = open[:len(open)-1]
		default:
		}
	}
}

func TestLanguageKeepsThePageAndHolds(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked")
	for _, path := range []string{"/submit", "/photo"} {
		page := p.get(path)
		back := attr(page.one("[name=back]"), "value")
		if back != path {
			t.Errorf("%s: back to %q", path, back)
		}
		if got := p.post("/language", "lang", "fr", "back", back); got.url.Path != path {
			t.Errorf("the toggle leads from %s to %s", path, got.url.Path)
		}
	}
	p.get("/photo").says("Une personne regardera cette photo", "Compte : Zoë")
	c, err := w.store.Person(t.Context(), p.current().PersonID)
	if err != nil || c.Language != "fr" {
		t.Errorf("later e-mails are in %q, %v", c.Language, err)
	}
	p.post("/sign-out").is(200, "sign-in", "").says("Ouvrir une session")
	p.signIn().says("Une personne regardera cette photo")

	q, err := http.NewRequest(http.MethodGet, w.server.URL+"/sign-in", nil)
	w.ok(err)
	q.Header.Set("Accept-Language", "fr-CA,en;q=0.5")
	w.read(w.browser().Do(q)).says("Ouvrir une session")
}

func TestALinkBringsItsLanguage(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe", func(s *store.Person) { s.Language = "fr" })
	page := p.get("/status?lang=fr").is(200, "sign-in", "").says("Ouvrir une session")
	if strings.Contains(page.url.RawQuery, "lang") {
		t.Error(page.url)
	}
	p.post("/sign-in", "username", "zoe", "password", password, "back", "/status").is(200, "photo", "open").says("Votre photo")
	p.get("/photo?lang=en&lost=photo").is(200, "photo", "open").tells("lost_photo").says("Your photo")
	if person, err := w.store.PersonByClientID(t.Context(), "C-zoe"); err != nil || person.Language != "fr" {
		t.Errorf("a link changed the language of e-mails to %q, %v", person.Language, err)
	}
	other := w.person("bela")
	other.post("/language", "lang", "fr", "back", "/sign-in").says("Ouvrir une session")
	other.signIn().says("Votre photo")
	if person, err := w.store.PersonByClientID(t.Context(), "C-bela"); err != nil || person.Language != "fr" {
		t.Errorf("the language chosen before signing in does not hold: %q, %v", person.Language, err)
	}
}

func TestNames(t *testing.T) {
	w := newWorld(t)
	for user, c := range map[string]struct{ given, family, want string }{
		"one":   {"", "Żelazna", "Żelazna"},
		"two":   {"Ngọc Anh", "", "Ngọc Anh"},
		"three": {"", "", "three"},
		"four":  {"<b>Bo</b>", "O’Neil & Søn", "<b>Bo</b> O’Neil & Søn"},
	} {
		p := w.person(user, func(s *store.Person) { s.GivenNames, s.FamilyName = c.given, c.family })
		if got := text(p.signIn().one("bdi")); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

var textKey = regexp.MustCompile(`\bt "([a-z_]+)"`)

func TestTexts(t *testing.T) {
	texts, err := web.LoadTexts(files, "catalogue")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil || len(names) == 0 {
		t.Fatalf("%v %v", names, err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range textKey.FindAllStringSubmatch(string(b), -1) {
			keys = append(keys, m[1])
		}
	}
	for code := range fields {
		keys = append(keys, "problem_"+code)
	}
	for code := range notices {
		keys = append(keys, "problem_"+code)
	}
	for _, kind := range detected {
		keys = append(keys, "detected_"+kind, "help_"+kind)
	}
	for _, id := range report.CheckIDs() {
		keys = append(keys, "hint_"+string(report.ReasonFor(report.Check{ID: id})))
	}
	keys = append(keys, "hint_eyes_closed", "detected_unknown", "help_unknown")
	for _, key := range keys {
		if texts["en"][key] == "" {
			t.Errorf("no text %q", key)
		}
	}
	for lang, all := range texts {
		for key, s := range all {
			if strings.ContainsAny(s, "'\"") && !strings.Contains(key, "month") {
				t.Errorf("%s in %s has a straight quotation mark", key, lang)
			}
			if lang == "fr" && regexp.MustCompile(` [:;?!»]|« `).MatchString(s) {
				t.Errorf("%s: a sign may be torn off its word in French", key)
			}
		}
	}
}

// TestWeight keeps pages light for slow lines: all that a browser fetches for a page but the photo itself, compressed.
func TestWeight(t *testing.T) {
	w := newWorld(t)
	const most = 40 << 10
	heaviest, where := 0, ""
	weighPage := func(p *person, page *page) {
		path := page.url.Path
		sum := zipped(t, page.body)
		for _, n := range slices.Concat(page.all("link"), page.all("script")) {
			asset := p.get(attr(n, "href") + attr(n, "src"))
			if asset.status != 200 || !strings.Contains(asset.header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %d %s", asset.url, asset.status, asset.header.Get("Cache-Control"))
			}
			sum += zipped(t, asset.body)
		}
		if sum > most {
			t.Errorf("%s for %s: %d bytes", path, p.user, sum)
		}
		if sum > heaviest {
			heaviest, where = sum, path
		}
	}
	weigh := func(p *person, path string) { weighPage(p, p.get(path)) }
	for _, state := range []casefile.State{casefile.Open, casefile.Checked, casefile.InReview, casefile.Returned, casefile.Accepted} {
		p := w.upTo(string(state))
		for _, lang := range web.Languages() {
			p.post("/language", "lang", lang, "back", "/")
			for _, path := range []string{"/", "/declaration", "/address", "/address/postal", "/photo", "/photo/crop", "/submit", "/status", "/messages",
				"/proof", "/account", "/account/password", "/account/email", "/requirements"} {
				weigh(p, path)
			}
		}
	}
	stranger := w.person("stranger")
	for _, path := range append([]string{"sign-in", "forgot-password", "forgot-username", "invitation/none"}, guidancePages...) {
		weigh(stranger, "/"+path)
	}
	for _, lang := range web.Languages() {
		p, temporary := w.temporary("first-"+lang, func(s *store.Person) { s.Language = lang })
		weighPage(p, p.signInWith(temporary).is(200, "first-sign-in", ""))
		weighPage(p, p.post("/first-sign-in").is(422, "first-sign-in", ""))
		weighPage(p, p.get(p.resetLink()).is(200, "reset", ""))
		weighPage(p, p.post(p.resetLink()).is(422, "reset", ""))
		weighPage(p, p.get("/reset/none").is(404, "reset-over", ""))
	}
	w.weighInvitations(weighPage)
	t.Logf("the heaviest is %s: %d bytes", where, heaviest)
}

func zipped(t *testing.T, text string) int {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestAnswersAreCompressed(t *testing.T) {
	w := newWorld(t)
	q, err := http.NewRequest(http.MethodGet, w.server.URL+"/sign-in", nil)
	w.ok(err)
	q.Header.Set("Accept-Encoding", "gzip")
	r, err := w.browser().Do(q)
	w.ok(err)
	defer r.Body.Close()
	if got := r.Header.Get("Content-Encoding"); got != "gzip" {
		t.Errorf("encoding %q", got)
	}
}

func TestMeasures(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("returned")
	p.post("/ask", "photo", p.current().PhotoID)
	p.get("/photo/rendition/secret-id")
	if n := w.counted("prportal_uploads_total", "accepted"); n != 1 {
		t.Errorf("uploads: %v", n)
	}
	for kind, want := range map[string]float64{submittedPlain: 1, submittedAgain: 1, submittedEarly: 0} {
		if n := w.counted("prportal_submissions_total", kind); n != want {
			t.Errorf("submissions of kind %s: %v", kind, n)
		}
	}
	families, err := w.metrics.Gather()
	w.ok(err)
	seen := fmt.Sprint(families)
	for _, want := range []string{`"/photo/rendition/{photo}"`, `"4xx"`, `"/status"`, `"applicant"`} {
		if !strings.Contains(seen, want) {
			t.Errorf("no %s among the measures", want)
		}
	}
	if strings.Contains(seen, "secret-id") || strings.Contains(seen, p.current().PhotoID) {
		t.Error("an id is a label")
	}
}

func TestConfigIsChecked(t *testing.T) {
	w := newWorld(t)
	c := w.portal.c
	c.PublicURL = "portal.example"
	if _, err := New(c); err == nil || !strings.Contains(err.Error(), "portal.example") {
		t.Errorf("%v", err)
	}
	c.PublicURL, c.Photos = "https://portal.example", nil
	if _, err := New(c); err == nil {
		t.Error("a part is missing")
	}
}

// weighInvitations goes through every page of an invitation, in both languages.
func (w *world) weighInvitations(weigh func(*person, *page)) {
	w.t.Helper()
	f := w.invite("paul", "ana", "cleo", "dora")
	look := func(v *invitee, path, page string) {
		w.t.Helper()
		for _, lang := range web.Languages() {
			v.post("/language", "lang", lang, "back", "/help")
			got := v.get(path)
			if attr(got.one("body"), "data-page") != page {
				w.t.Errorf("%s is not the page %s", path, page)
			}
			weigh(v.person, got)
		}
	}
	v := f["paul"]
	look(v, "/invitation", "invitation-ended")
	look(v, v.link(), "invitation-birth")
	v.enter()
	look(v, "/invitation/use", "invitation-use")
	look(v, "/invitation/decline", "invitation-decline")
	look(v, "/invitation/email", "invitation-email")
	look(v, "/invitation/email/change", "invitation-email-change")
	v.post("/invitation/email", "email", "paul@people.example")
	look(v, "/invitation/list", "invitation-list")
	look(v, "/invitation/list/"+f["cleo"].id, "invitation-member") // to put right
	look(v, "/invitation/list/"+f["ana"].id, "invitation-member")  // to say that it is not right
	v.post("/invitation/list/" + f["ana"].id)
	look(v, "/invitation/list", "invitation-list")
	v.post("/invitation/list", "shown", attr(v.get("/invitation/list").one("[name=shown]"), "value"))
	look(v, "/invitation/done", "invitation-done")
	f["ana"].enter()
	look(f["ana"], "/invitation/held", "invitation-held")
	f["dora"].enter()
	f["dora"].post("/invitation/decline")
	look(f["dora"], "/invitation/declined", "invitation-declined")
}
