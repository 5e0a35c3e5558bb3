package officer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/account"
	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/mail"
	"prportal.example/internal/office"
	"prportal.example/internal/photos"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
	"prportal.example/internal/testphotos"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

var ctx = context.Background()

const password = "a horse on the moon"

// past is how far the tests' clock is behind at first. Sessions get their end from the real one, so they outlast what tests wait.
const past = 72 * time.Hour

// world is a desk on a real database and object store, with a clock that stands still until it is moved.
type world struct {
	testing.TB
	database string
	store    *store.Store
	objects  *photos.Store
	accounts *account.Service
	triage   *triage.Service
	profile  *profile.Profile
	router   *chi.Mux
	server   *httptest.Server
	log      strings.Builder
	millis   atomic.Int64
	people   int
	rooms    []string // what other rooms were told
}

// room stands for another room, which does what it is told.
func (w *world) room(name string) func(context.Context, string, string) error {
	return func(_ context.Context, personID, _ string) error {
		w.rooms = append(w.rooms, name+" "+personID)
		return nil
	}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldOn(t, testenv.SQLite(t))
}

func newWorldOn(t testing.TB, database string) *world {
	t.Helper()
	w := &world{TB: t, database: database}
	w.millis.Store(time.Now().Add(-past).UnixMilli())
	var err error
	w.store, err = store.Open(ctx, store.Config{URL: w.database})
	w.ok(err)
	t.Cleanup(func() { w.ok(w.store.Close()) })
	w.ok(w.store.Migrate(ctx))
	w.objects, err = photos.Open(testenv.Versity(t))
	w.ok(err)
	t.Cleanup(w.objects.Close)
	w.ok(w.objects.EnsureBuckets(ctx, photos.Uploads, photos.Renditions))
	w.profile, err = profile.Default()
	w.ok(err)
	w.triage = triage.New(triage.Config{Store: w.store, Profile: w.profile, UndoWindow: time.Minute, VerdictWait: 30 * time.Second, Now: w.now})
	w.accounts, err = account.New(account.Config{Store: w.store, Now: w.now, Cost: account.Cost{MemoryKiB: 64, Passes: 1, Threads: 1}})
	w.ok(err)
	w.router = w.desk("http://desk.example")
	w.server = httptest.NewServer(w.router)
	t.Cleanup(w.server.Close)
	for name, supervisor := range map[string]bool{"olga": false, "otto": false, "boss": true} {
		_, err := w.accounts.AddOfficer(ctx, name, password, supervisor)
		w.ok(err)
	}
	return w
}

func (w *world) desk(address string) *chi.Mux {
	w.Helper()
	letters, err := mail.NewComposer(mail.ComposerConfig{PublicURL: "https://photos.example"})
	w.ok(err)
	list := office.New(office.Config{Store: w.store, Triage: w.triage, InviteAgain: w.room("invite"), ReleaseInvitation: w.room("release"),
		ConfirmProof: w.room("confirm"), Now: w.now})
	r, err := newRouter(Config{Store: w.store, Triage: w.triage, Photos: w.objects, Profile: w.profile, Accounts: w.accounts, Office: list,
		Letters: letters, OfficerURL: address, Now: w.now, Registry: prometheus.NewRegistry(),
		Logger: slog.New(slog.NewTextHandler(&w.log, nil))})
	w.ok(err)
	return r
}

func (w *world) now() time.Time { return time.UnixMilli(w.millis.Load()).UTC() }

func (w *world) wait(d time.Duration) { w.millis.Add(d.Milliseconds()) }

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) tx(body func(*store.Tx) error) {
	w.Helper()
	w.ok(w.store.Tx(ctx, body))
}

// fixture says what is odd about a case in review.
type fixture struct {
	language string // of the applicant; "en"
	measures map[report.CheckID]float64
	asked    string // the note of an applicant who asked for a person
	noPrint  bool
}

// review brings a new case before the officers and returns it.
func (w *world) review(f fixture) store.CaseRow {
	w.Helper()
	w.people++
	client := fmt.Sprint("C-", w.people)
	lang := f.language
	if lang == "" {
		lang = "en"
	}
	w.tx(func(tx *store.Tx) error {
		_, err := tx.PutPerson(ctx, store.Person{Application: "A", ClientID: client, GivenNames: "Zoë Hélène", FamilyName: "Nguyễn-Œrsted",
			BirthDate: "1992-02-29", Email: "zoe@people.example", Language: lang}, w.now())
		return err
	})
	p, err := w.store.PersonByClientID(ctx, client)
	w.ok(err)
	c, err := w.store.CaseByPerson(ctx, p.ID)
	w.ok(err)
	w.attempt(c.ID, f)
	return w.caseNow(c.ID)
}

// upload puts another photo on the case, as an applicant does.
func (w *world) upload(caseID string) store.Photo {
	w.Helper()
	photo := store.Photo{ID: store.NewID(), CaseID: caseID, SHA256: strings.Repeat("ab", 32), Format: "jpeg", Width: 1350, Height: 1350,
		UploadedAt: w.now()}
	w.tx(func(tx *store.Tx) error {
		row, err := tx.Case(ctx, caseID)
		if err != nil {
			return err
		}
		before := row.Version
		row.PhotoID = photo.ID
		row.Outcome, row.Reasons = "", nil
		return errors.Join(tx.InsertPhoto(ctx, photo), row.Apply(casefile.Upload), tx.SaveCase(ctx, row, before))
	})
	return photo
}

// attempt uploads and submits a photo, as applicant and pipeline do.
func (w *world) attempt(caseID string, f fixture) {
	w.Helper()
	photo := w.upload(caseID)
	checked := event.PhotoChecked{PhotoID: photo.ID, CaseID: caseID, SHA256: photo.SHA256, Report: w.report(f.measures),
		Rendition: w.object(photos.RenditionKey(photo.ID), testphotos.Obama), Print: w.object(photos.PrintKey(photo.ID), testphotos.Biden)}
	if f.noPrint {
		checked.Print = nil
	}
	applied, err := w.triage.ApplyReport(ctx, checked)
	w.ok(err)
	if applied != triage.AppliedMoved {
		w.Fatalf("the report was %s", applied)
	}
	w.ok(w.triage.Submit(ctx, triage.Submission{CaseID: caseID, PhotoID: photo.ID, PersonAsked: f.asked != "", Declared: true, Note: f.asked, AccountID: "acc"}))
}

// report has every measure at its best, unless measures say otherwise, and evidence on the face.
func (w *world) report(measures map[report.CheckID]float64) report.Report {
	r := report.Report{Width: 1350, Height: 1350, Crop: &report.Rect{X: 260, Y: 150, Width: 830, Height: 1162},
		Engine: report.Engine{Finder: "centerface"}}
	for _, rule := range w.profile.Rules() {
		c := report.Check{ID: rule.ID, Measure: report.Number(rule.Score.Best)}
		if v, ok := measures[rule.ID]; ok {
			c.Measure = report.Number(v)
		}
		switch rule.ID {
		case report.FaceCount, report.TooDark:
			c.Evidence = []report.Evidence{{Kind: report.Box, Points: [][2]float64{{450, 350}, {900, 950}}}}
		case report.EyesVisible:
			c.Evidence = []report.Evidence{{Kind: report.Point, Points: [][2]float64{{570, 600}}}, {Kind: report.Point, Points: [][2]float64{{780, 600}}}}
		case report.Glare:
			c.Evidence = []report.Evidence{{Kind: report.Polygon, Points: [][2]float64{{520, 700}, {600, 680}, {640, 760}, {560, 800}}}}
		}
		r.Checks = append(r.Checks, c)
	}
	return r
}

func (w *world) object(key, photo string) *event.ObjectRef {
	w.Helper()
	data, err := testphotos.Read(photo)
	w.ok(err)
	sum := sha256.Sum256(data)
	_, err = w.objects.Put(ctx, photos.Renditions, key, data, "image/jpeg")
	w.ok(err)
	return &event.ObjectRef{Key: key, SHA256: hex.EncodeToString(sum[:]), Width: 910, Height: 1137, Size: int64(len(data))}
}

func (w *world) caseNow(id string) store.CaseRow {
	w.Helper()
	c, err := w.store.Case(ctx, id)
	w.ok(err)
	return c
}

func (w *world) state(id string, want casefile.State) {
	w.Helper()
	if c := w.caseNow(id); c.State != want {
		w.Errorf("state %s, want %s", c.State, want)
	}
}

// browser keeps cookies and does not follow redirects.
type browser struct {
	*world
	client http.Client
	lang   string
}

func (w *world) browser() *browser {
	w.Helper()
	jar, err := cookiejar.New(nil)
	w.ok(err)
	return &browser{world: w, client: http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// officer is a browser in which somebody is signed in.
func (w *world) officer(name string) *browser {
	w.Helper()
	b := w.browser()
	b.post("/sign-in", url.Values{"username": {name}, "password": {password}}).redirects("/")
	return b
}

// answer is what came back.
type answer struct {
	*browser
	status int
	header http.Header
	body   string
}

func (b *browser) do(r *http.Request) answer {
	b.Helper()
	if b.lang != "" {
		r.Header.Set("Accept-Language", b.lang)
	}
	res, err := b.client.Do(r)
	b.ok(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	b.ok(err)
	return answer{b, res.StatusCode, res.Header, string(body)}
}

func (b *browser) request(method, path string, form url.Values) *http.Request {
	b.Helper()
	r, err := http.NewRequest(method, b.server.URL+path, strings.NewReader(form.Encode()))
	b.ok(err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (b *browser) get(path string) answer {
	b.Helper()
	return b.do(b.request(http.MethodGet, path, nil))
}

func (b *browser) post(path string, form url.Values) answer {
	b.Helper()
	return b.do(b.request(http.MethodPost, path, form))
}

func (a answer) redirects(to string) answer {
	a.Helper()
	if got := a.header.Get("Location"); a.status != http.StatusSeeOther || got != to {
		a.Fatalf("status %d to %q, want 303 to %q: %s", a.status, got, to, a.body)
	}
	return a
}

func (a answer) is(status int) answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

func (a answer) has(parts ...string) answer {
	a.Helper()
	for _, p := range parts {
		if !strings.Contains(a.body, p) {
			a.Errorf("the page lacks %q:\n%s", p, a.body)
		}
	}
	return a
}

func (a answer) lacks(parts ...string) answer {
	a.Helper()
	for _, p := range parts {
		if strings.Contains(a.body, p) {
			a.Errorf("the page has %q:\n%s", p, a.body)
		}
	}
	return a
}

// says checks for a text of the catalogue as it stands in a page.
func (a answer) says(lang, key string, args ...any) answer {
	a.Helper()
	return a.has(htmlText(a.text(lang, key, args...)))
}

func (w *world) text(lang, key string, args ...any) string {
	w.Helper()
	texts, err := web.LoadTexts(files, "catalogue")
	w.ok(err)
	return texts.Say(lang)(key, args...)
}

// htmlText escapes as html/template does.
func htmlText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&#39;", `"`, "&#34;", "+", "&#43;").Replace(s)
}

// next takes the case that is due first and returns its page.
func (b *browser) next() (caseID string, page answer) {
	b.Helper()
	a := b.post("/next", nil)
	caseID, ok := strings.CutPrefix(a.header.Get("Location"), "/case/")
	if !ok {
		b.Fatalf("no case to review: status %d to %q", a.status, a.header.Get("Location"))
	}
	return caseID, b.get("/case/" + caseID).is(http.StatusOK)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(version|photo)" value="([^"]*)">`)

// form is what the page would send with a decision.
func (a answer) form(more url.Values) url.Values {
	a.Helper()
	f := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(a.body, -1) {
		f.Set(m[1], m[2])
	}
	if f.Get("version") == "" || f.Get("photo") == "" {
		a.Fatalf("the page has no form: %s", a.body)
	}
	for k, v := range more {
		f[k] = v
	}
	return f
}
