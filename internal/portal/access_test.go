package portal

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"prportal.example/internal/portal/webtest"
	"prportal.example/internal/store"
)

// access says what everybody is answered at every route, with a form that names the owner's photo. "owner" has a photo that was checked,
// and a proof of status; "other" is another applicant, and asks for the owner's. "invited" answers an invitation, "temporary" has signed
// in with a temporary password, and "officer" is an officer's account in a session of this listener, however it may have come there.
const access = `
                                 nobody   owner    other    invited              temporary      officer
GET  /                           /sign-in 200      200      /sign-in             /first-sign-in /sign-in
GET  /about                      200      200      200      200                  200            200
GET  /accessibility              200      200      200      200                  200            200
GET  /account                    /sign-in 200      200      /sign-in             /first-sign-in /sign-in
GET  /account/email              /sign-in 200      200      /sign-in             /first-sign-in /sign-in
POST /account/email              /sign-in 422      422      /sign-in             /first-sign-in /sign-in
GET  /account/password           /sign-in 200      200      /sign-in             /first-sign-in /sign-in
POST /account/password           /sign-in 422      422      /sign-in             /first-sign-in /sign-in
GET  /address                    /sign-in 200      200      /sign-in             /first-sign-in /sign-in
POST /address                    /sign-in 422      422      /sign-in             /first-sign-in /sign-in
GET  /address/postal             /sign-in 200      200      /sign-in             /first-sign-in /sign-in
POST /address/postal             /sign-in 422      422      /sign-in             /first-sign-in /sign-in
GET  /application-status         200      200      200      200                  200            200
POST /ask                        /sign-in 409      409      /sign-in             /first-sign-in /sign-in
GET  /assets/{file}              200      200      200      200                  200            200
GET  /confirmation               /sign-in /photo   /photo   /sign-in             /first-sign-in /sign-in
GET  /declaration                /sign-in 200      200      /sign-in             /first-sign-in /sign-in
POST /declaration                /sign-in 422      422      /sign-in             /first-sign-in /sign-in
GET  /declaration/not-in-canada  /sign-in /        /        /sign-in             /first-sign-in /sign-in
GET  /expired-password           /sign-in /sign-in /sign-in /sign-in             /sign-in       /sign-in
POST /expired-password           /sign-in /sign-in /sign-in /sign-in             /sign-in       /sign-in
GET  /first-sign-in              /sign-in /        /        /sign-in             200            /sign-in
POST /first-sign-in              /sign-in /        /        /sign-in             422            /sign-in
GET  /forgot-password            200      200      200      200                  200            200
POST /forgot-password            422      422      422      422                  422            422
GET  /forgot-username            200      200      200      200                  200            200
POST /forgot-username            422      422      422      422                  422            422
GET  /help                       200      200      200      200                  200            200
GET  /invitation                 401      401      401      /invitation/use      401            401
GET  /invitation/decline         401      401      401      200                  401            401
POST /invitation/decline         401      401      401      /invitation/declined 401            401
GET  /invitation/declined        401      401      401      /invitation/use      401            401
GET  /invitation/done            401      401      401      /invitation/use      401            401
GET  /invitation/email           401      401      401      200                  401            401
POST /invitation/email           401      401      401      409                  401            401
GET  /invitation/email/change    401      401      401      200                  401            401
POST /invitation/email/change    401      401      401      422                  401            401
GET  /invitation/held            401      401      401      /invitation/use      401            401
POST /invitation/leave           401      401      401      /sign-in             401            401
GET  /invitation/list            401      401      401      /invitation/use      401            401
POST /invitation/list            401      401      401      /invitation          401            401
GET  /invitation/list/{member}   401      401      401      /invitation/use      401            401
POST /invitation/list/{member}   401      401      401      /invitation          401            401
GET  /invitation/use             401      401      401      200                  401            401
POST /invitation/use             401      401      401      /invitation/email    401            401
GET  /invitation/{token}         200      200      200      200                  200            200
POST /invitation/{token}         422      422      422      422                  422            422
POST /language                   /        /        /        /                    /              /
POST /mail/receipts              404      404      404      404                  404            404
GET  /messages                   /sign-in 200      200      /sign-in             /first-sign-in /sign-in
GET  /photo                      /sign-in 200      200      /sign-in             /first-sign-in /sign-in
POST /photo                      /sign-in 400      400      /sign-in             /first-sign-in /sign-in
POST /photo/boxes                /sign-in 400      400      /sign-in             /first-sign-in /sign-in
GET  /photo/crop                 /sign-in /photo   /photo   /sign-in             /first-sign-in /sign-in
POST /photo/crop                 /sign-in /photo   409      /sign-in             /first-sign-in /sign-in
POST /photo/crop/move            /sign-in /photo   /photo   /sign-in             /first-sign-in /sign-in
GET  /photo/rendition/{photo}    401      200      404      401                  401            401
GET  /photo/state                401      200      200      401                  401            401
GET  /privacy                    200      200      200      200                  200            200
GET  /proof                      /sign-in 200      200      /sign-in             /first-sign-in /sign-in
POST /proof                      /sign-in /proof   /proof   /sign-in             /first-sign-in /sign-in
GET  /proof/state                401      200      200      401                  401            401
GET  /proof/{proof}.pdf          /sign-in 200      404      /sign-in             /first-sign-in /sign-in
GET  /renew                      200      200      200      200                  200            200
GET  /representative             200      200      200      200                  200            200
GET  /requirements               200      200      200      200                  200            200
GET  /reset/{token}              200      200      200      200                  200            200
POST /reset/{token}              422      422      422      422                  422            422
GET  /sign-in                    200      /        /        200                  200            200
POST /sign-in                    422      422      422      422                  422            422
POST /sign-out                   /sign-in /sign-in /sign-in /sign-in             /sign-in       /sign-in
GET  /status                     /sign-in /photo   /photo   /sign-in             /first-sign-in /sign-in
POST /status/moved               /sign-in 422      422      /sign-in             /first-sign-in /sign-in
POST /status/not-come            /sign-in 409      409      /sign-in             /first-sign-in /sign-in
GET  /submit                     /sign-in 200      409      /sign-in             /first-sign-in /sign-in
POST /submit                     /sign-in 422      409      /sign-in             /first-sign-in /sign-in
GET  /submit/details             /sign-in 200      200      /sign-in             /first-sign-in /sign-in
POST /submit/details             /sign-in 422      422      /sign-in             /first-sign-in /sign-in
`

// TestEveryRouteForEverybody walks the router, so that a route that is added needs a line in the table.
func TestEveryRouteForEverybody(t *testing.T) {
	w := newWorld(t)
	w.portal.c.Receipts = http.NotFoundHandler()
	ctx := context.Background()
	owner := w.person("owner", func(p *store.Person) { p.GivenNames, p.FamilyName = "Owena", "Ownerford" })
	owner.signIn()
	owner.upload(photo(t, 1))
	owner.check(clean)
	owner.post("/proof")
	proof := owner.issueProof()
	other := w.person("other")
	other.signIn()
	family := w.invite("paul", "ana")
	family["ana"].enter()
	invitation := family["ana"].invitation()
	temporary, first := w.temporary("temp")
	temporary.signInWith(first)
	boss, err := w.portal.c.Accounts.AddOfficer(ctx, "boss", password, true)
	w.ok(err)
	officer := &person{world: w, client: w.browser()}
	officer.speaks("en")
	officer.put(sessionAccount, boss.ID)

	sessions := map[string]webtest.Session{}
	for who, p := range map[string]*person{"owner": owner, "other": other, "invited": family["ana"].person, "temporary": temporary,
		"officer": officer} {
		sessions[who] = webtest.Keep(t, w.store.Sessions("applicant", w.now), p.token())
	}
	places := strings.NewReplacer("{photo}", owner.current().PhotoID, "{proof}", proof.ID, "{member}", family["paul"].id,
		"/invitation/{token}", family["paul"].link(), "/reset/{token}", w.person("forgetful").resetLink(), "{file}", "portal.css")
	client := *w.server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	server := httptest.NewTLSServer(w.portal.routes())
	t.Cleanup(server.Close)
	webtest.Access(t, w.portal.routes(), access, func(who, method, route string) string {
		form := url.Values{"photo": {owner.current().PhotoID}}
		q, err := http.NewRequest(method, server.URL+places.Replace(route), strings.NewReader(form.Encode()))
		w.ok(err)
		if method == http.MethodPost {
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		sessions[who].Send(t, q, CookieName)
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error { return tx.SaveInvitation(ctx, invitation) }))
		r, err := client.Do(q)
		w.ok(err)
		page := w.read(r, err)
		if who != "owner" && (strings.Contains(page.body, "Owena") || strings.Contains(page.body, "Ownerford")) {
			t.Errorf("%s %s shows the owner to %s", method, route, who)
		}
		return webtest.Answer(r)
	})
	if owner.locked() || other.locked() {
		t.Error("a photo was submitted")
	}
}

var codec scs.GobCodec

// put changes a value in the browser's session, however that may come about.
func (p *person) put(key string, value any) {
	p.t.Helper()
	ctx, sessions := context.Background(), p.store.Sessions("applicant", p.now)
	data, _, err := sessions.FindCtx(ctx, p.token())
	p.ok(err)
	deadline, values, err := codec.Decode(data)
	p.ok(err)
	values[key] = value
	data, err = codec.Encode(deadline, values)
	p.ok(err)
	p.ok(sessions.CommitCtx(ctx, p.token(), data, time.Now().Add(time.Hour)))
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
		t.Error("the username is lost, or the password is shown")
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
