package portal

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"prportal.example/internal/store"
)

// open lists what nobody has to be signed in for.
var open = openRoutes("GET /sign-in", "POST /sign-in", "POST /language", "GET /assets/{file}", "GET /requirements",
	"GET /invitation/{token}", "POST /invitation/{token}",
	"GET /forgot-password", "POST /forgot-password", "GET /forgot-username", "POST /forgot-username", "GET /reset/{token}",
	"POST /reset/{token}")

func openRoutes(routes ...string) map[string]bool {
	all := map[string]bool{}
	for _, route := range routes {
		all[route] = true
	}
	for _, name := range guidancePages {
		all["GET /"+name] = true
	}
	return all
}

func TestEveryRouteNeedsSignIn(t *testing.T) {
	w := newWorld(t)
	stranger := w.browser()
	stranger.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	n := 0
	w.ok(chi.Walk(w.portal.routes(), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if open[method+" "+route] {
			return nil
		}
		n++
		q, err := http.NewRequest(method, w.server.URL+strings.ReplaceAll(route, "{photo}", "x"), nil)
		w.ok(err)
		r, err := stranger.Do(q)
		w.ok(err)
		r.Body.Close()
		toSignIn := r.StatusCode == http.StatusSeeOther && strings.HasPrefix(r.Header.Get("Location"), "/sign-in")
		if !toSignIn && r.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s %s: %d to %q", method, route, r.StatusCode, r.Header.Get("Location"))
		}
		return nil
	}))
	if n < 9 {
		t.Errorf("only %d routes", n)
	}
}

func TestNobodySeesAnothersPhoto(t *testing.T) {
	w := newWorld(t)
	a, b := w.person("anna"), w.person("bela")
	for _, p := range []*person{a, b} {
		p.signIn()
		p.upload(photo(t, 1))
		p.check(dark)
	}
	own := "/photo/rendition/" + a.current().PhotoID
	if got := a.get(own).status; got != 200 {
		t.Errorf("own photo: %d", got)
	}
	if got := b.get(own).status; got != http.StatusNotFound {
		t.Errorf("another's photo: %d", got)
	}
	if got := b.get("/photo/rendition/%00'--").status; got != http.StatusNotFound {
		t.Errorf("no id at all: %d", got)
	}
	b.post("/submit", "photo", a.current().PhotoID).is(409, "photo", "checked").tells("stale")
	if a.locked() || b.locked() {
		t.Error("another's photo was submitted")
	}
}

func TestAPageFromAnotherSiteIsRefused(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked")
	for _, path := range []string{"/sign-in", "/sign-out", "/language", "/photo", "/submit", "/ask"} {
		for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
			q, err := http.NewRequest(http.MethodPost, w.server.URL+path, strings.NewReader("photo="+p.current().PhotoID))
			w.ok(err)
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			q.Header.Set(name, value)
			got := w.read(p.client.Do(q))
			if got.status != http.StatusForbidden || !strings.Contains(got.body, "another site") {
				t.Errorf("%s with %s: %d %s", path, name, got.status, got.body)
			}
		}
	}
	if p.locked() {
		t.Error("submitted from another site")
	}
}

func TestWrongSignIns(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	_, err := w.portal.c.Accounts.AddOfficer(context.Background(), "boss", password, true)
	w.ok(err)
	p.post("/sign-in", "username", "", "password", "x").is(422, "sign-in", "").tells("sign_in_empty")
	for _, user := range []string{"nobody", "boss"} {
		p.post("/sign-in", "username", user, "password", password).is(422, "sign-in", "").tells("sign_in_wrong")
	}
	for range 3 {
		p.post("/sign-in", "username", "zoe", "password", "wrong").is(422, "sign-in", "").tells("sign_in_wrong")
	}
	page := p.post("/sign-in", "username", "zoe", "password", password).
		is(429, "sign-in", "").tells("sign_in_slow").says("seconds")
	if attr(page.one("#username"), "value") != "zoe" || strings.Contains(page.body, password) {
		t.Error("the user name is lost, or the password is shown")
	}
	w.later(time.Minute)
	p.signIn().is(200, "photo", "open")
}

func TestTooManySignInsFromOneAddress(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	for range signInsPerAddress {
		p.post("/sign-in")
	}
	p.signIn().is(429, "sign-in", "").tells("sign_in_many")
}

func TestASessionEndsWithItsAccountAndIsRenewedAtSignIn(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	p.post("/language", "lang", "en", "back", "/sign-in")
	before := p.token()
	p.signIn().is(200, "photo", "open")
	if after := p.token(); before == "" || after == before {
		t.Error("the token was not renewed")
	}
	old := p.token()
	p.post("/sign-out").is(200, "sign-in", "").tells("")
	p.client.Jar.SetCookies(p.address(), []*http.Cookie{{Name: CookieName, Value: old, Path: "/", Secure: true}})
	p.get("/photo").is(200, "sign-in", "")

	p.signIn().is(200, "photo", "open")
	ctx := context.Background()
	person, err := w.store.PersonByClientID(ctx, "C-zoe")
	w.ok(err)
	person.WithdrawnAt = w.now()
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.PutPerson(ctx, person, w.now())
		return err
	}))
	p.get("/photo").is(200, "sign-in", "")
	if got := p.get("/photo/state").status; got != http.StatusUnauthorized {
		t.Errorf("state of a person who is withdrawn: %d", got)
	}
	p.signIn().is(422, "sign-in", "").tells("sign_in_wrong")
}

func TestAnEndedSessionLosesNothing(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked")
	id := p.current().PhotoID
	end := func() { w.ok(w.store.Sessions("applicant", w.now).Delete(p.token())) }
	// The language toggle has a field of that name too.
	signInPage := func(page *page) *page {
		t.Helper()
		page.is(200, "sign-in", "").tells("ended").says("everything that you sent before is saved")
		fields := page.all("[name=back]")
		return p.post("/sign-in", "username", p.user, "password", password, "back", attr(fields[len(fields)-1], "value"))
	}
	end()
	signInPage(p.get("/submit")).is(200, "submit", "checked").tells("")
	end()
	signInPage(p.post("/submit", "photo", id)).is(200, "submit", "checked").tells("lost_submit")
	end()
	large := make([]byte, 3<<20)
	page := p.upload(large).says("You have to choose it again")
	signInPage(page).is(200, "photo", "checked").tells("lost_photo").says("Choose the photo again")
	if p.current().PhotoID != id || p.locked() {
		t.Errorf("%+v", p.current())
	}
	p.submit()
	p.decide(true, "", "glare")
	end()
	signInPage(p.post("/ask", "photo", id)).is(200, "status", "returned").tells("lost_ask")
}

func TestPollingDoesNotKeepASessionAlive(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked")
	if p.get("/photo").header.Get("Set-Cookie") == "" {
		t.Error("a page does not renew the session")
	}
	for _, path := range []string{"/photo/state", "/photo/rendition/" + p.current().PhotoID} {
		if got := p.get(path); got.status != 200 || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, cookie %q", path, got.status, got.header.Get("Set-Cookie"))
		}
	}
}

func TestHeadersAndCookies(t *testing.T) {
	w := newWorld(t)
	p := w.upTo("checked")
	for _, path := range []string{"/photo", "/status", "/submit", "/sign-in", "/photo/state", "/nothing",
		"/photo/rendition/" + p.current().PhotoID} {
		h := p.get(path).header
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000"} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s: %q", path, name, got)
			}
		}
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	fresh := w.browser()
	r, err := fresh.PostForm(w.server.URL+"/language", url.Values{"lang": {"fr"}, "back": {"/sign-in"}})
	w.ok(err)
	r.Body.Close()
	form := url.Values{"username": {p.user}, "password": {password}}
	q, err := http.NewRequest(http.MethodPost, w.server.URL+"/sign-in", strings.NewReader(form.Encode()))
	w.ok(err)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	fresh.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r, err = fresh.Do(q)
	w.ok(err)
	r.Body.Close()
	for _, c := range r.Cookies() {
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			t.Errorf("cookie %s: %+v", c.Name, c)
		}
		if c.Name == CookieName && (!c.Expires.IsZero() || c.MaxAge != 0) {
			t.Error("the session outlives the browser")
		}
	}
}

func TestBackStaysOnThisSite(t *testing.T) {
	w := newWorld(t)
	p := w.person("zoe")
	for _, back := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"} {
		got := p.post("/sign-in", "username", "zoe", "password", password, "back", back).is(200, "tasks", "open")
		if got.url.Host == "evil.example" {
			t.Errorf("%q leads to %s", back, got.url)
		}
		p.post("/sign-out")
	}
}
