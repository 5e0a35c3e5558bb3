package officer

import (
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"prportal.example/internal/casefile"
	"prportal.example/internal/photos"
	"prportal.example/internal/portal/webtest"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

var glare = map[report.CheckID]float64{report.Glare: .08}

func TestSignIn(t *testing.T) {
	w := newWorld(t)
	c := w.review(fixture{})
	_, err := w.accounts.AddApplicant(ctx, "C-1", "zoe", password)
	w.ok(err)
	b := w.browser()
	b.get("/sign-in").is(http.StatusOK).says("en", "sign_in_lead").lacks("data-shortcuts", "sign-out")
	for _, in := range []url.Values{
		{"username": {"olga"}, "password": {"not this one, sorry"}}, {"username": {"nobody"}, "password": {password}},
		{"username": {"zoe"}, "password": {password}}, {}, {"username": {`"><script>`}},
	} {
		b.post("/sign-in", in).is(http.StatusUnprocessableEntity).says("en", "sign_in_wrong").lacks("<script>")
	}
	b.get("/").redirects("/sign-in")
	a := b.post("/sign-in", url.Values{"username": {" Olga "}, "password": {password}, "back": {"/case/" + c.ID}}).redirects("/case/" + c.ID)
	cookie := a.header.Get("Set-Cookie")
	for _, want := range []string{CookieName + "=", "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	if strings.Contains(cookie, "Secure") || strings.Contains(cookie, "Expires") {
		t.Errorf("cookie %q", cookie)
	}
	b.get("/sign-in").redirects("/")
	b.get("/").is(http.StatusOK).has("<strong>olga</strong>")
	b.post("/sign-out", nil).redirects("/sign-in")
	b.get("/").is(http.StatusSeeOther)
	for _, back := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "evil", "/\tx"} {
		b.post("/sign-in", url.Values{"username": {"olga"}, "password": {password}, "back": {back}}).redirects("/")
		b.post("/sign-out", nil)
	}
	if log := w.log.String(); strings.Contains(log, password) || strings.Contains(log, "zoe") {
		t.Errorf("log: %s", log)
	}
}

func TestTheSessionIsNewAfterSigningIn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.post("/language", url.Values{"lang": {"fr"}})
	address, err := url.Parse(w.server.URL)
	w.ok(err)
	before := b.client.Jar.Cookies(address)[0].Value
	b.post("/sign-in", url.Values{"username": {"olga"}, "password": {password}}).redirects("/")
	if after := b.client.Jar.Cookies(address)[0].Value; after == before {
		t.Error("the session from before goes on")
	}
	b.get("/").says("fr", "queue") // what it held goes on
}

func TestWrongPasswordsSlowTheAccount(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.lang = "fr-CA,fr;q=0.9"
	var a answer
	for range 20 {
		if a = b.post("/sign-in", url.Values{"username": {"olga"}, "password": {"not this one, sorry"}}); a.status != http.StatusUnprocessableEntity {
			break
		}
	}
	a.is(http.StatusTooManyRequests).says("fr", "sign_in_wait", "2\u00a0s")
	if a.header.Get("Retry-After") != "2" {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	right := url.Values{"username": {"olga"}, "password": {password}}
	b.post("/sign-in", right).is(http.StatusTooManyRequests)
	w.wait(2 * time.Second)
	b.post("/sign-in", right).redirects("/")
}

func TestAnAddressThatTriesManyNamesIsSlowed(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.lang = "fr"
	for i := range signInsPerAddress {
		b.post("/sign-in", url.Values{"username": {fmt.Sprint("name", i)}, "password": {password}}).is(http.StatusUnprocessableEntity)
	}
	b.post("/sign-in", url.Values{"username": {"olga"}, "password": {password}}).is(http.StatusTooManyRequests).says("fr", "sign_in_slow")
	forged := b.request(http.MethodPost, "/sign-in", url.Values{"username": {"olga"}, "password": {password}})
	forged.Header.Set("X-Forwarded-For", "192.0.2.7")
	forged.Header.Set("X-Real-IP", "192.0.2.7")
	b.do(forged).is(http.StatusTooManyRequests)
	b.get("/sign-in").is(http.StatusOK)
}

func TestASessionOfTheApplicantsPortalIsWorthNothing(t *testing.T) {
	w := newWorld(t)
	b := w.officer("olga")
	address, err := url.Parse(w.server.URL)
	w.ok(err)
	token := b.client.Jar.Cookies(address)[0].Value
	for _, c := range []struct{ name, listener string }{{CookieName, "applicant"}, {"applicant_session", "officer"}} {
		// The same data under the same token, but of the other listener, or under the other name.
		data, found, err := w.store.Sessions("officer", w.now).FindCtx(ctx, token)
		if err != nil || !found {
			t.Fatalf("%t, %v", found, err)
		}
		w.ok(w.store.Sessions(c.listener, w.now).CommitCtx(ctx, c.name+"token", data, w.now().Add(time.Hour)))
		r := w.browser().request(http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: c.name, Value: c.name + "token"})
		if a := w.browser().do(r); a.status != http.StatusSeeOther {
			t.Errorf("%s of %s: status %d", c.name, c.listener, a.status)
		}
	}
}

// access says what everybody is answered at every route. "holder" is the officer who has taken the case, "other" another one.
// "applicant" is an applicant's account in a session of this listener, however it may have come there; "elsewhere" is a session of the
// applicants' portal, "closed" one of an officer whose account was closed.
const access = `
                                 nobody   holder     other    supervisor applicant elsewhere closed
GET  /                           /sign-in 200        200      200        /sign-in  /sign-in  /sign-in
GET  /assets/{file}              200      200        200      200        200       200       200
GET  /case/{id}                  /sign-in 200        409      200        /sign-in  /sign-in  /sign-in
POST /case/{id}/accept           /sign-in 409        409      409        /sign-in  /sign-in  /sign-in
GET  /case/{id}/attempt/{photo}  /sign-in 404        409      404        /sign-in  /sign-in  /sign-in
POST /case/{id}/message          /sign-in 422        409      422        /sign-in  /sign-in  /sign-in
POST /case/{id}/preview          /sign-in 200        409      200        /sign-in  /sign-in  /sign-in
GET  /case/{id}/print            /sign-in 200        409      200        /sign-in  /sign-in  /sign-in
GET  /case/{id}/rendition        /sign-in 200        409      200        /sign-in  /sign-in  /sign-in
POST /case/{id}/return           /sign-in 422        409      422        /sign-in  /sign-in  /sign-in
POST /case/{id}/skip             /sign-in 422        409      422        /sign-in  /sign-in  /sign-in
POST /case/{id}/undo             /sign-in 409        409      409        /sign-in  /sign-in  /sign-in
POST /language                   /        /          /        /          /         /         /
POST /next                       /sign-in /case/{id} /        /          /sign-in  /sign-in  /sign-in
GET  /office                     /sign-in 200        200      200        /sign-in  /sign-in  /sign-in
GET  /office/{id}                /sign-in 200        200      200        /sign-in  /sign-in  /sign-in
POST /office/{id}                /sign-in 422        422      422        /sign-in  /sign-in  /sign-in
POST /office/{id}/message        /sign-in 422        422      422        /sign-in  /sign-in  /sign-in
POST /settings                   /sign-in /          /        /          /sign-in  /sign-in  /sign-in
GET  /sign-in                    200      /          /        /          200       200       200
POST /sign-in                    422      422        422      422        422       422       422
POST /sign-out                   /sign-in /sign-in   /sign-in /sign-in   /sign-in  /sign-in  /sign-in
`

// TestEveryRouteForEverybody walks the router, so that a route that is added needs a line in the table.
func TestEveryRouteForEverybody(t *testing.T) {
	w := newWorld(t)
	c := w.review(fixture{})
	applicant, err := w.accounts.AddApplicant(ctx, "C-1", "zoe", password)
	w.ok(err)
	person, err := w.store.Person(ctx, c.PersonID)
	w.ok(err)
	task := w.task(person, store.OfficeWrongDetails, "")
	_, err = w.accounts.AddOfficer(ctx, "gone", password, true)
	w.ok(err)
	everybody := map[string]*browser{"holder": w.officer("olga"), "other": w.officer("otto"), "supervisor": w.officer("boss"),
		"closed": w.officer("gone"), "applicant": w.browser()}
	_, err = w.accounts.Close(ctx, "gone")
	w.ok(err)
	everybody["applicant"].put(applicant.ID)
	everybody["holder"].next()
	sessions := map[string]webtest.Session{}
	for who, b := range everybody {
		sessions[who] = webtest.Keep(t, w.store.Sessions("officer", w.now), b.token())
	}
	elsewhere := w.store.Sessions("applicant", w.now)
	data, _, err := w.store.Sessions("officer", w.now).FindCtx(ctx, everybody["supervisor"].token())
	w.ok(err)
	w.ok(elsewhere.CommitCtx(ctx, "another door", data, time.Now().Add(time.Hour)))
	sessions["elsewhere"] = webtest.Keep(t, elsewhere, "another door")
	ids := strings.NewReplacer("/office/{id}", "/office/"+task.ID, "{id}", c.ID, "{photo}", c.PhotoID, "{file}", "officer.css")
	names := strings.NewReplacer(task.ID, "{id}", c.ID, "{id}")
	webtest.Access(t, w.router, access, func(who, method, route string) string {
		b := w.browser()
		q := b.request(method, ids.Replace(route), nil)
		sessions[who].Send(t, q, CookieName)
		r, err := b.client.Do(q)
		w.ok(err)
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		w.ok(err)
		if me := who == "holder" || who == "other" || who == "supervisor"; !me && strings.Contains(string(body), "Œrsted") {
			t.Errorf("%s %s shows a person to %s", method, route, who)
		}
		return names.Replace(webtest.Answer(r))
	})
	w.state(c.ID, casefile.InReview)
}

var codec scs.GobCodec

// token is that of the session.
func (b *browser) token() string {
	b.Helper()
	address, err := url.Parse(b.server.URL)
	b.ok(err)
	for _, c := range b.client.Jar.Cookies(address) {
		if c.Name == CookieName {
			return c.Value
		}
	}
	return ""
}

// put gives the browser an officers' session of that account, however it may have come about.
func (b *browser) put(accountID string) {
	b.Helper()
	b.post("/language", url.Values{"lang": {"en"}})
	token := b.token()
	sessions := b.store.Sessions("officer", b.now)
	data, _, err := sessions.FindCtx(ctx, token)
	b.ok(err)
	deadline, values, err := codec.Decode(data)
	b.ok(err)
	values[sessionAccount] = accountID
	data, err = codec.Encode(deadline, values)
	b.ok(err)
	b.ok(sessions.CommitCtx(ctx, token, data, b.now().Add(time.Hour)))
}

func TestAClosedAccountIsOutAtOnce(t *testing.T) {
	w := newWorld(t)
	b := w.officer("olga")
	b.get("/").is(http.StatusOK)
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(w.database, "sqlite:")+"?_pragma=busy_timeout(5000)")
	w.ok(err)
	defer db.Close()
	for _, change := range []string{"epoch = epoch + 1", "closed_at = 1"} {
		_, err = db.ExecContext(ctx, "UPDATE accounts SET "+change+" WHERE username = 'olga'")
		w.ok(err)
		b.get("/").redirects("/sign-in?over=1")
		if change != "closed_at = 1" {
			b = w.officer("olga")
			b.get("/").is(http.StatusOK)
		}
	}
	b.put("nobody's")
	b.get("/").redirects("/sign-in?over=1")
}

func TestAfterASessionHasEndedOneComesBackToTheCase(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{})
	b := w.officer("olga")
	id, page := b.next()
	form := page.form(nil)
	w.wait(past + 2*idleTimeout)
	a := b.post("/case/"+id+"/accept", form)
	a.redirects("/sign-in?back=" + url.QueryEscape("/case/"+id) + "&over=1")
	b.get(a.header.Get("Location")).is(http.StatusOK).says("en", "session_over").has(`name="back" value="/case/` + id + `"`)
	w.wait(-past)
	b.post("/sign-in", url.Values{"username": {"olga"}, "password": {password}, "back": {"/case/" + id}}).redirects("/case/" + id)
	w.state(id, casefile.InReview) // nothing was repeated
	b.get("/case/" + id).is(http.StatusOK)
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{})
	b := w.officer("olga")
	id, _ := b.next()
	for _, path := range []string{"/", "/sign-in", "/case/" + id, "/case/" + id + "/rendition", "/nothing", "/assets/officer.css", "/assets/no.css"} {
		h := b.get(path).header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin",
			"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s %q", path, name, got)
			}
		}
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") ||
			strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if cache := h.Get("Cache-Control"); !strings.HasPrefix(path, "/assets/") && cache != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, cache)
		}
		if h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: HSTS without TLS", path)
		}
	}
}

func TestPagesHaveNoInlineCode(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{measures: glare, asked: "<b>bold</b> & 'quoted'"})
	b := w.officer("olga")
	_, page := b.next()
	for _, a := range []answer{page, b.get("/"), w.browser().get("/sign-in")} {
		a.lacks("<style", " style=", "onclick", "onload", "javascript:", "<b>bold")
		if strings.Count(a.body, "<script") != strings.Count(a.body, "<script src=\"/assets/") {
			t.Errorf("inline script in %s", a.body)
		}
	}
	page.has("&lt;b&gt;bold&lt;/b&gt; &amp; &#39;quoted&#39;")
}

func TestOverTLSCookiesAreSecure(t *testing.T) {
	w := newWorld(t)
	w.server.Config.Handler = w.desk("https://desk.example")
	a := w.browser().post("/language", url.Values{"lang": {"fr"}})
	if cookie := a.header.Get("Set-Cookie"); !strings.Contains(cookie, "Secure") || a.header.Get("Strict-Transport-Security") == "" {
		t.Errorf("cookie %q, HSTS %q", cookie, a.header.Get("Strict-Transport-Security"))
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{})
	b := w.officer("olga")
	id, page := b.next()
	for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
		for _, path := range []string{"/case/" + id + "/accept", "/sign-in", "/sign-out", "/language", "/next"} {
			r := b.request(http.MethodPost, path, page.form(nil))
			r.Header.Set(header[0], header[1])
			b.do(r).is(http.StatusForbidden).has("another site")
		}
	}
	w.state(id, casefile.InReview)
	b.get("/").is(http.StatusOK) // still signed in
	own := b.request(http.MethodPost, "/case/"+id+"/accept", page.form(nil))
	own.Header.Set("Origin", w.server.URL)
	own.Header.Set("Sec-Fetch-Site", "same-origin")
	b.do(own).redirects("/case/" + id)
	w.state(id, casefile.Decided)
}

func TestWhatIsNotThere(t *testing.T) {
	w := newWorld(t)
	b := w.officer("olga")
	for _, path := range []string{"/nothing", "/case", "/case/nobody's/x", "/.env", "/assets/../officer.go"} {
		b.get(path).is(http.StatusNotFound)
	}
	b.get("/nothing").says("en", "not_found_text")
	b.get("/case/nobody's").is(http.StatusNotFound).says("en", "case_gone")
	b.get("/next").is(http.StatusMethodNotAllowed).says("en", "method_text")
	b.lang = "fr"
	w.browser().get("/nothing").is(http.StatusNotFound)
	b.post("/language", url.Values{"lang": {"fr"}, "back": {"/"}}).redirects("/")
	b.get("/nothing").says("fr", "not_found_text")
}

func TestLanguage(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{measures: glare, language: "fr"})
	b := w.browser()
	b.lang = "fr-CA"
	a := b.get("/sign-in").says("fr", "sign_in_lead").has(`<html lang="fr">`)
	if a.header.Get("Content-Language") != "fr" {
		t.Errorf("Content-Language %q", a.header.Get("Content-Language"))
	}
	b.lang = ""
	b.post("/sign-in", url.Values{"username": {"olga"}, "password": {password}}).redirects("/")
	id, page := b.next()
	page.says("en", "title_case")
	b.post("/language", url.Values{"lang": {"fr"}, "back": {"/case/" + id}}).redirects("/case/" + id)
	b.get("/case/"+id).says("fr", "decision").says("fr", "accept_hint").has(report.Glare.Title("fr"), report.ReasonGlare.Text("fr").Title)
	b.post("/language", url.Values{"lang": {"de"}})
	b.get("/").says("fr", "queue")
}

func TestShortcutsCanBeTurnedOff(t *testing.T) {
	w := newWorld(t)
	b := w.officer("olga")
	b.get("/").has(`data-shortcuts="on"`)
	b.post("/settings", url.Values{"shortcuts": {"off"}, "back": {"/"}}).redirects("/")
	b.get("/").lacks(`data-shortcuts="on"`).says("en", "shortcuts_on")
	b.post("/settings", url.Values{"shortcuts": {"on"}}).redirects("/")
	b.get("/").has(`data-shortcuts="on"`)
}

func TestPicturesAreForWhoHoldsTheCase(t *testing.T) {
	w := newWorld(t)
	c := w.review(fixture{})
	olga, otto, boss := w.officer("olga"), w.officer("otto"), w.officer("boss")
	rendition, print := "/case/"+c.ID+"/rendition", "/case/"+c.ID+"/print"
	for _, path := range []string{rendition, print} {
		olga.get(path).is(http.StatusConflict) // nobody has taken the case yet
	}
	olga.next()
	for _, path := range []string{rendition, print} {
		a := olga.get(path).is(http.StatusOK)
		for name, want := range map[string]string{"Content-Type": "image/jpeg", "Cache-Control": "no-store",
			"X-Content-Type-Options": "nosniff", "Content-Disposition": "inline", "Set-Cookie": ""} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", path, name, got, want)
			}
		}
		otto.get(path).is(http.StatusConflict)
		boss.get(path).is(http.StatusOK)
	}
	if olga.get(rendition).body == olga.get(print).body {
		t.Error("rendition and print are the same picture")
	}
	// A picture that was exchanged in the store is not shown.
	_, err := w.objects.Put(ctx, photos.Renditions, photos.PrintKey(c.PhotoID), []byte("another picture"), "image/jpeg")
	w.ok(err)
	olga.get(print).is(http.StatusBadGateway)
	w.ok(w.objects.Delete(ctx, photos.Renditions, photos.PrintKey(c.PhotoID)))
	olga.get(print).is(http.StatusNotFound)
	olga.get("/case/" + c.ID + "/attempt/" + c.PhotoID).is(http.StatusNotFound) // not an earlier one
}

func TestConfigIsChecked(t *testing.T) {
	w := newWorld(t)
	good := Config{Store: w.store, Triage: w.triage, Photos: w.objects, Profile: w.profile, Accounts: w.accounts, Now: w.now}
	if _, err := New(good); err == nil || !strings.Contains(err.Error(), "officers' desk") {
		t.Errorf("parts are missing: %v", err)
	}
}

func TestAFaultIsToldPlainlyAndLogged(t *testing.T) {
	w := newWorld(t)
	b := w.officer("olga")
	w.ok(w.store.Close())
	a := b.get("/")
	if a.status < 500 || strings.Contains(a.body, "sql") {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	a.has("Something went wrong on our side")
	if !strings.Contains(w.log.String(), "level=ERROR") {
		t.Errorf("log: %s", w.log.String())
	}
	other, err := store.Open(ctx, store.Config{URL: "sqlite:" + t.TempDir() + "/other.db"})
	w.ok(err)
	w.store = other
}

func TestAssetsAreServed(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	page := httptest.NewRecorder()
	w.router.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/sign-in", nil))
	for _, name := range []string{"officer.css", "overlay.css", "officer.js"} {
		at := strings.Index(page.Body.String(), "/assets/"+name)
		if at < 0 {
			t.Fatalf("the page does not load %s", name)
		}
		address, _, _ := strings.Cut(page.Body.String()[at:], `"`)
		if a := b.get(address).is(http.StatusOK); !strings.Contains(a.header.Get("Cache-Control"), "immutable") || len(a.body) < 100 {
			t.Errorf("%s: %v", address, a.header)
		}
	}
}
