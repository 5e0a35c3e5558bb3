package portal

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/html"

	"prportal.example/internal/account"
	"prportal.example/internal/event"
	"prportal.example/internal/intake"
	"prportal.example/internal/journey"
	"prportal.example/internal/photos"
	"prportal.example/internal/proof"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

const password = "a long enough passphrase 7"

// world is a portal on a real database and a real object store, with a clock that stands still until it is moved. It starts
// at the true time, by which scs reckons when a session ends.
type world struct {
	t       testing.TB
	server  *httptest.Server
	portal  *portal
	store   *store.Store
	objects *photos.Store
	intake  *intake.Service
	triage  *triage.Service
	profile *profile.Profile
	metrics *prometheus.Registry
	logs    *lockedBuffer

	mu    sync.Mutex
	clock time.Time
}

// lockedBuffer is what the portal logs.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldOn(t, testenv.SQLite(t))
}

func newWorldOn(t testing.TB, database string) *world {
	t.Helper()
	w := &world{t: t, clock: time.Now().UTC(), metrics: prometheus.NewRegistry(), logs: &lockedBuffer{}}
	ctx := context.Background()
	var err error
	w.store, err = store.Open(ctx, store.Config{URL: database})
	w.ok(err)
	t.Cleanup(func() { _ = w.store.Close() }) // a test may have closed it
	w.ok(w.store.Migrate(ctx))
	w.objects, err = photos.Open(testenv.Versity(t))
	w.ok(err)
	t.Cleanup(w.objects.Close)
	w.ok(w.objects.EnsureBuckets(ctx, photos.Buckets()...))
	w.profile, err = profile.Default()
	w.ok(err)
	w.intake = intake.New(intake.Config{Store: w.store, Photos: w.objects, Now: w.now})
	w.triage = triage.New(triage.Config{Store: w.store, Profile: w.profile, UndoWindow: time.Minute, VerdictWait: slowAfter,
		Now: w.now})
	accounts, err := account.New(account.Config{Store: w.store, Now: w.now, AnswerAfter: time.Millisecond,
		Cost: account.Cost{MemoryKiB: 64, Passes: 1, Threads: 1}})
	w.ok(err)
	w.portal, err = newPortal(Config{Store: w.store, Triage: w.triage, Intake: w.intake, Photos: w.objects, Profile: w.profile,
		Journey:  journey.New(journey.Config{Store: w.store, Now: w.now}),
		Accounts: accounts, Proofs: proof.New(proof.Config{Store: w.store, Now: w.now}), PublicURL: "https://portal.example",
		Now: w.now, Registry: w.metrics,
		Contact: Contact{Email: "help@portal.example", Phone: "1-888-555-0123"},
		Logger:  slog.New(slog.NewTextHandler(w.logs, nil))})
	w.ok(err)
	w.server = httptest.NewTLSServer(w.portal.routes())
	t.Cleanup(w.server.Close)
	return w
}

// intakeOn lets photos be taken in on another object store.
func (w *world) intakeOn(objects *photos.Store) {
	w.portal.c.Intake = intake.New(intake.Config{Store: w.store, Photos: objects, Now: w.now})
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// person is an applicant with an account and a browser of their own, who has declared and given the addresses.
type person struct {
	*world
	user   string
	caseID string
	client *http.Client
}

func (w *world) person(user string, change ...func(*store.Person)) *person {
	w.t.Helper()
	p := w.newcomer(user, change...)
	by := journey.By{PersonID: p.current().PersonID, AccountID: "acc"}
	ctx, j := context.Background(), w.portal.c.Journey
	w.ok(j.Declare(ctx, by, store.InCanada))
	w.ok(j.GiveHome(ctx, by, store.Address{Unit: "12", Street: "345 rue Saint-Denis", City: "Montréal", Province: "QC", PostalCode: "H2X 1Y4"}))
	w.ok(j.GiveSamePostal(ctx, by))
	return p
}

// newcomer is an applicant with an account who has done nothing yet.
func (w *world) newcomer(user string, change ...func(*store.Person)) *person {
	w.t.Helper()
	ctx := context.Background()
	p := store.Person{Application: "A-" + user, ClientID: "C-" + user, GivenNames: "Zoë", FamilyName: "Łęcka",
		BirthDate: "1990-01-02", Email: user + "@x.example", Language: "en", Principal: true}
	for _, c := range change {
		c(&p)
	}
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.PutPerson(ctx, p, w.now())
		return err
	}))
	_, err := w.portal.c.Accounts.AddApplicant(ctx, p.ClientID, user, password)
	w.ok(err)
	stored, err := w.store.PersonByClientID(ctx, p.ClientID)
	w.ok(err)
	c, err := w.store.CaseByPerson(ctx, stored.ID)
	w.ok(err)
	return &person{world: w, user: user, caseID: c.ID, client: w.browser()}
}

// browser keeps cookies and trusts the test's certificate.
func (w *world) browser() *http.Client {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	w.ok(err)
	c := *w.server.Client()
	c.Jar = jar
	return &c
}

func (p *person) address() *url.URL {
	p.t.Helper()
	u, err := url.Parse(p.server.URL)
	p.ok(err)
	return u
}

// token is that of the session, "" if there is none.
func (p *person) token() string {
	p.t.Helper()
	for _, c := range p.client.Jar.Cookies(p.address()) {
		if c.Name == CookieName {
			return c.Value
		}
	}
	return ""
}

// page is an answer as a reader sees it.
type page struct {
	t      testing.TB
	status int
	url    *url.URL
	header http.Header
	body   string
	doc    *html.Node
}

func (w *world) read(r *http.Response, err error) *page {
	w.t.Helper()
	w.ok(err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	w.ok(err)
	p := &page{t: w.t, status: r.StatusCode, url: r.Request.URL, header: r.Header, body: string(b)}
	p.doc, err = html.Parse(bytes.NewReader(b))
	w.ok(err)
	return p
}

func (p *person) get(path string) *page {
	p.t.Helper()
	return p.read(p.client.Get(p.server.URL + path))
}

func (p *person) post(path string, values ...string) *page {
	p.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
	return p.read(p.client.PostForm(p.server.URL+path, form))
}

// signIn leads on to the page of the photo.
func (p *person) signIn() *page {
	p.t.Helper()
	return p.post("/sign-in", "username", p.user, "password", password, "back", "/photo")
}

// submit submits the current photo and goes on to its status; more are further values of the form.
func (p *person) submit(more ...string) *page {
	p.t.Helper()
	page := p.post("/submit", append([]string{"photo", p.current().PhotoID, "declared", "1"}, more...)...)
	if page.status == http.StatusOK && p.locked() {
		page.is(http.StatusOK, "confirmation", string(p.current().State))
		return p.get("/status")
	}
	return page
}

// part is one part of a multipart form.
type part struct {
	field, file string
	data        []byte
}

func form(t testing.TB, parts ...part) (contentType string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, p := range parts {
		w, err := m.CreateFormFile(p.field, p.file)
		if err == nil {
			_, err = w.Write(p.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), b.Bytes()
}

func (p *person) sendForm(contentType string, body []byte) *page {
	p.t.Helper()
	return p.read(p.client.Post(p.server.URL+"/photo", contentType, bytes.NewReader(body)))
}

func (p *person) upload(data []byte) *page {
	p.t.Helper()
	contentType, body := form(p.t, part{"photo", "selfie.jpg", data})
	return p.sendForm(contentType, body)
}

// photo makes a JPEG that differs with its shade.
func photo(t testing.TB, shade uint8) []byte {
	t.Helper()
	return photoOf(t, shade, 715, 1000)
}

func photoOf(t testing.TB, shade uint8, width, height int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.SetGray(3, 3, color.Gray{Y: 255 - shade})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (p *person) current() store.CaseRow {
	p.t.Helper()
	c, err := p.store.Case(context.Background(), p.caseID)
	p.ok(err)
	return c
}

// counted is the value of a counter with that label.
func (w *world) counted(name, label string) float64 {
	w.t.Helper()
	families, err := w.metrics.Gather()
	w.ok(err)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name && m.GetLabel()[0].GetValue() == label {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

func (p *person) locked() bool {
	p.t.Helper()
	c := p.current()
	return c.Locked()
}

// unlooked stands for a measure that could not be taken.
const unlooked = -1e9

// check makes and applies the validator's report on the current photo: everything is at its best unless a measure says
// otherwise.
func (p *person) check(measures map[report.CheckID]float64) {
	p.t.Helper()
	p.checkAs(measures, func(*report.Report) {})
}

// checkAs changes the report before it is judged.
func (p *person) checkAs(measures map[report.CheckID]float64, change func(*report.Report)) {
	p.t.Helper()
	ctx := context.Background()
	shot, err := p.store.Photo(ctx, p.current().PhotoID)
	p.ok(err)
	m := report.Report{Width: shot.Width, Height: shot.Height, Crop: &report.Rect{X: 50, Y: 60, Width: 500, Height: 700}}
	for _, rule := range p.profile.Rules() {
		v, given := measures[rule.ID]
		c := report.Check{ID: rule.ID, Measure: report.Number(rule.Score.Best)}
		switch {
		case given && v == unlooked:
			c.Outcome, c.Measure = report.Inconclusive, nil
		case given:
			c.Measure = report.Number(v)
			c.Evidence = []report.Evidence{{Kind: report.Box, Points: [][2]float64{{100, 100}, {300, 400}}}}
			if n := rule.ReturnNeeds; n != nil && rule.ID == report.FaceCount {
				c.Values = map[string]float64{n.Value: 1} // nobody, or another person of the same size
			}
		}
		m.Checks = append(m.Checks, c)
	}
	if shot.Crop != nil {
		m.Crop = shot.Crop
	}
	change(&m)
	picture := photo(p.t, 99)
	key := photos.RenditionKey(shot.ID)
	sum, err := p.objects.Put(ctx, photos.Renditions, key, picture, "image/jpeg")
	p.ok(err)
	ref := &event.ObjectRef{Key: key, SHA256: sum, Width: 715, Height: 1000, Size: int64(len(picture))}
	applied, err := p.triage.ApplyReport(ctx, event.PhotoChecked{PhotoID: shot.ID, CaseID: p.caseID, SHA256: shot.SHA256,
		Report: profile.Judge(p.profile, m, nil), Rendition: ref, Print: ref})
	p.ok(err)
	if applied != triage.AppliedMoved {
		p.t.Fatalf("report was %s", applied)
	}
}

var (
	clean = map[report.CheckID]float64{}
	dark  = map[report.CheckID]float64{report.TooDark: -5}
	hazy  = map[report.CheckID]float64{report.Background: 3, report.Pose: 2}
)

// decide lets an officer decide; effect says whether the time to undo is over.
func (p *person) decide(effect bool, comment string, reasons ...report.Reason) {
	p.t.Helper()
	ctx := context.Background()
	c := p.current()
	d := triage.Decision{OfficerID: "officer", CaseID: c.ID, CaseVersion: c.Version, PhotoID: c.PhotoID,
		Reasons: reasons, Comment: comment}
	if len(reasons) == 0 {
		p.ok(p.triage.Accept(ctx, d))
	} else {
		p.ok(p.triage.Return(ctx, d))
	}
	if effect {
		p.takesEffect()
	}
}

// takesEffect lets the time to undo pass.
func (p *person) takesEffect() {
	p.t.Helper()
	ctx := context.Background()
	p.later(2 * time.Minute)
	p.ok(p.store.Tx(ctx, func(tx *store.Tx) error {
		return p.triage.Release(ctx, tx, triage.ReleasePayload{CaseID: p.caseID, Version: p.current().Version})
	}))
}

func (p *page) is(status int, name, state string) *page {
	p.t.Helper()
	body, main := p.one("body"), p.one("main")
	if p.status != status || attr(body, "data-page") != name || attr(main, "data-case-state") != state {
		p.t.Fatalf("got status %d, page %q in state %q; want %d, %q, %q\n%s", p.status, attr(body, "data-page"),
			attr(main, "data-case-state"), status, name, state, text(main))
	}
	return p
}

func (p *page) tells(code string) *page {
	p.t.Helper()
	told := p.all("[data-problem]")
	if code == "" && len(told) > 0 {
		p.t.Fatalf("tells %q: %s", attr(told[0], "data-problem"), text(told[0]))
	}
	if code != "" && (len(told) != 1 || attr(told[0], "data-problem") != code) {
		p.t.Fatalf("does not tell %q but: %s", code, text(p.one("main")))
	}
	return p
}

func (p *page) says(words ...string) *page {
	p.t.Helper()
	all := text(p.doc)
	for _, w := range words {
		if !strings.Contains(all, loose(w)) {
			p.t.Errorf("does not say %q: %s", w, all)
		}
	}
	return p
}

func (p *page) silent(words ...string) *page {
	p.t.Helper()
	for _, w := range words {
		if strings.Contains(text(p.doc), loose(w)) {
			p.t.Errorf("says %q", w)
		}
	}
	return p
}

// has counts what fits a simple selector: tag, #id, [attribute] or [attribute=value].
func (p *page) has(selector string, n int) *page {
	p.t.Helper()
	if found := p.all(selector); len(found) != n {
		p.t.Errorf("%d × %s, want %d", len(found), selector, n)
	}
	return p
}

func (p *page) one(selector string) *html.Node {
	p.t.Helper()
	found := p.all(selector)
	if len(found) != 1 {
		p.t.Fatalf("%d × %s in status %d: %.400s", len(found), selector, p.status, p.body)
	}
	return found[0]
}

func (p *page) all(selector string) []*html.Node {
	var out []*html.Node
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && fits(n, selector) {
			out = append(out, n)
		}
	}
	return out
}

func fits(n *html.Node, selector string) bool {
	if id, ok := strings.CutPrefix(selector, "#"); ok {
		return attr(n, "id") == id
	}
	if inner, ok := strings.CutPrefix(selector, "["); ok {
		name, value, valued := strings.Cut(strings.TrimSuffix(inner, "]"), "=")
		i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
		return i >= 0 && (!valued || n.Attr[i].Val == value)
	}
	return n.Data == selector
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// loose are words as text has them: it knows no spaces that do not break.
func loose(words string) string { return strings.ReplaceAll(words, "\u00a0", " ") }

// text is what a reader reads of a node.
func text(n *html.Node) string {
	var words []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode && (d.Parent == nil || (d.Parent.Data != "script" && d.Parent.Data != "noscript")) {
			words = append(words, strings.Fields(d.Data)...)
		}
	}
	return strings.Join(words, " ")
}

// upTo brings a new person to a state of the case.
func (w *world) upTo(state string) *person {
	w.t.Helper()
	p := w.person(fmt.Sprintf("user-%s-%d", strings.ReplaceAll(state, "_", "-"), len(w.t.Name())))
	p.signIn().is(http.StatusOK, "photo", "open")
	step := func(name string, do func()) bool {
		do()
		return state == name
	}
	send := func() { p.upload(photo(w.t, 10)).is(http.StatusOK, "photo", "checking") }
	submit := func() { p.submit() }
	switch {
	case state == "open":
	case step("checking", send):
	case state == "submitted":
		submit()
	case state == "returned":
		p.check(dark)
		submit()
	case step("checked", func() { p.check(hazy) }):
	case step("in_review", submit):
	case step("decided", func() { p.decide(false, "") }):
	case state == "accepted":
		p.takesEffect()
	default:
		w.t.Fatalf("no way to %s", state)
	}
	if got := string(p.current().State); got != state {
		w.t.Fatalf("state %s, want %s", got, state)
	}
	return p
}
