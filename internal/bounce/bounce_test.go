package bounce

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
)

var ctx = context.Background()

// desk is a database with a person, whose invitation has been handed over.
type desk struct {
	*testing.T
	url      string
	store    *store.Store
	s        *Service
	now      time.Time
	registry *prometheus.Registry
	person   store.Person
	caseID   string
}

func onBoth(t *testing.T, test func(*desk)) {
	testenv.OnBoth(t, func(t *testing.T, url string) { test(newDesk(t, url)) })
}

func newDesk(t *testing.T, url string) *desk {
	t.Helper()
	d := &desk{T: t, url: url, registry: prometheus.NewRegistry(), now: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}
	d.store = storetest.Open(t, url)
	var err error
	d.s, err = New(Config{Store: d.store, Now: func() time.Time { return d.now }, Registry: d.registry})
	d.ok(err)
	d.person, d.caseID = storetest.Put(t, d.store, store.Person{Application: "A", ClientID: "C1", GivenNames: "Zoë", BirthDate: "1990-01-02",
		Email: "zoe@people.example", Language: "en"}, d.now)
	d.tx(func(tx *store.Tx) error {
		if _, err := tx.Invitation(ctx, d.person.ID); err == nil {
			return nil
		}
		if err := tx.InsertInvitation(ctx, d.person.ID, d.now); err != nil {
			return err
		}
		return tx.SaveInvitation(ctx, store.Invitation{PersonID: d.person.ID, State: store.InvitationWaiting, QueuedAt: d.now, SentAt: d.now,
			ExpiresAt: d.now.Add(30 * 24 * time.Hour)})
	})
	return d
}

func (d *desk) ok(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) tx(body func(*store.Tx) error) {
	d.Helper()
	d.ok(d.store.Tx(ctx, body))
}

// sent is the row of an e-mail that was handed over.
func (d *desk) sent(m store.Mail) string {
	d.Helper()
	m.PersonID = d.person.ID
	d.tx(func(tx *store.Tx) error { return tx.EnqueueMail(ctx, m, d.now) })
	rows, err := d.store.DueRows(ctx, store.KindMail, d.now, 100)
	d.ok(err)
	for _, row := range rows {
		d.tx(func(tx *store.Tx) error { return tx.MarkSent(ctx, row.ID, d.now) })
	}
	return rows[len(rows)-1].ID
}

func (d *desk) correctEmail() {
	d.Helper()
	driver, dsn := "pgx", d.url
	if path, lite := strings.CutPrefix(d.url, "sqlite:"); lite {
		driver, dsn = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, dsn)
	d.ok(err)
	defer db.Close()
	const change = `INSERT INTO email_changes (id, person_id, old_email, new_email, changed_by, changed_at) VALUES ($1, $2, $3, $4, '', $5)`
	for query, args := range map[string][]any{
		`UPDATE people SET email = $2 WHERE id = $1`: {d.person.ID, "new@people.example"},
		change: {store.NewID(), d.person.ID, d.person.Email, "new@people.example", d.now.UnixMilli()},
	} {
		_, err := db.ExecContext(ctx, query, args...)
		d.ok(err)
	}
}

// counted is how many bounces the metric has.
func (d *desk) counted() (n float64) {
	d.Helper()
	families, err := d.registry.Gather()
	d.ok(err)
	for _, m := range families[0].GetMetric() {
		n += m.GetCounter().GetValue()
	}
	return n
}

// state is how many lines the office and history have about bounces, and whether the invitation is marked.
func (d *desk) state() (tasks, entries int, marked bool) {
	d.Helper()
	all, err := d.store.OfficeTasksOfPerson(ctx, d.person.ID)
	d.ok(err)
	for _, t := range all {
		if t.Kind == store.OfficeBounced && t.DoneAt.IsZero() {
			tasks++
		}
	}
	h, err := d.store.History(ctx, d.caseID)
	d.ok(err)
	for _, e := range h {
		if e.Action == "mail_bounced" {
			entries++
		}
	}
	i, err := d.store.Invitation(ctx, d.person.ID)
	d.ok(err)
	return tasks, entries, !i.BouncedAt.IsZero()
}

func (d *desk) want(tasks, entries int, marked bool) {
	d.Helper()
	if t, e, m := d.state(); t != tasks || e != entries || m != marked {
		d.Errorf("%d tasks, %d lines of history, invitation marked %v; want %d, %d, %v", t, e, m, tasks, entries, marked)
	}
}

func TestA1MailThatBouncesIsRecordedOnce(t *testing.T) {
	onBoth(t, func(d *desk) {
		row := d.sent(store.Mail{Kind: store.MailInvitation})
		for i := range 3 {
			first, err := d.s.Record(ctx, Bounce{RowID: row, Code: "5.1.1 <Zoë>", How: ByReport})
			if err != nil || first != (i == 0) {
				d.Errorf("time %d: %v, %v", i, first, err)
			}
		}
		d.want(1, 1, true)
		if r, err := d.store.MailRow(ctx, row); err != nil || r.Bounce != "5.1.1" || !r.BouncedAt.Equal(d.now) {
			d.Errorf("%+v, %v", r, err)
		}
		if n := d.counted(); n != 1 {
			d.Errorf("%v are counted", n)
		}
		_, err := d.s.Record(ctx, Bounce{RowID: d.sent(store.Mail{Kind: store.MailCredentials}), Code: "5.2.2", How: ByReport})
		d.ok(err)
		d.want(1, 2, true) // one line for the person
	})
}

func TestA1MailThatBouncesAfterTheAddressWasCorrectedNeedsNobody(t *testing.T) {
	onBoth(t, func(d *desk) {
		row := d.sent(store.Mail{Kind: store.MailInvitation})
		d.now = d.now.Add(time.Hour)
		d.correctEmail()
		d.now = d.now.Add(time.Hour)
		first, err := d.s.Record(ctx, Bounce{RowID: row, Code: "5.1.1"})
		if err != nil || !first {
			d.Errorf("%v, %v", first, err)
		}
		d.want(0, 1, false)
		// Mail that went to the new address is another thing.
		_, err = d.s.Record(ctx, Bounce{RowID: d.sent(store.Mail{Kind: store.MailInvitation}), Code: "5.1.1"})
		d.ok(err)
		d.want(1, 2, true)
	})
}

// TestA1ABounceIsThatOfItsOwnAddress: reports come days later, when another e-mail has gone to another address.
func TestA1ABounceIsThatOfItsOwnAddress(t *testing.T) {
	onBoth(t, func(d *desk) {
		first := d.sent(store.Mail{Kind: store.MailInvitation})
		d.now = d.now.Add(time.Hour)
		d.person.Email = "right@people.example" // upstream has put it right: invited again
		d.tx(func(tx *store.Tx) error {
			_, err := tx.PutPeople(ctx, []store.Person{d.person}, store.TakeIn{Now: d.now, Invite: true})
			return err
		})
		rows, err := d.store.DueRows(ctx, store.KindMail, d.now, 100)
		d.ok(err)
		d.tx(func(tx *store.Tx) error {
			i, err := tx.Invitation(ctx, d.person.ID)
			i.SentAt, i.ExpiresAt = d.now, d.now.Add(30*24*time.Hour)
			return errors.Join(err, tx.SaveInvitation(ctx, i), tx.MarkSent(ctx, rows[0].ID, d.now))
		})
		d.now = d.now.Add(time.Hour)
		_, err = d.s.Record(ctx, Bounce{RowID: first, Code: "5.1.1"})
		d.ok(err)
		d.want(0, 1, false)
		// The notice of a change goes to its own new address, even if there is a newer one by then.
		var older string
		for _, address := range []string{"wrong@people.example", "zoe@people.example"} {
			d.tx(func(tx *store.Tx) error { return tx.ChangeEmail(ctx, d.person.ID, address, d.person.ID, d.now) })
			rows, err := d.store.DueRows(ctx, store.KindMail, d.now, 100)
			d.ok(err)
			if older == "" {
				older = rows[1].ID
			}
		}
		for range 2 {
			d.sent(store.Mail{Kind: store.MailDeclined}) // and all that waits
		}
		_, err = d.s.Record(ctx, Bounce{RowID: older, Code: "5.1.1"})
		d.ok(err)
		d.want(0, 2, false)
		// One whose report is quicker than our own note of it is the person's.
		d.tx(func(tx *store.Tx) error {
			return tx.EnqueueMail(ctx, store.Mail{Kind: store.MailDeclined, PersonID: d.person.ID}, d.now)
		})
		rows, err = d.store.DueRows(ctx, store.KindMail, d.now, 100)
		d.ok(err)
		_, err = d.s.Record(ctx, Bounce{RowID: rows[0].ID, Code: "5.1.1"})
		d.ok(err)
		d.want(1, 3, false)
	})
}

func TestBouncesThatNeedNobody(t *testing.T) {
	onBoth(t, func(d *desk) {
		_, err := d.s.Record(ctx, Bounce{RowID: d.sent(store.Mail{Kind: store.MailEmailChanged, ToOldAddress: true}), Code: "5.1.1"})
		d.ok(err)
		d.want(0, 1, false)
		d.person.WithdrawnAt = d.now
		d.tx(func(tx *store.Tx) error { _, err := tx.PutPerson(ctx, d.person, d.now); return err })
		_, err = d.s.Record(ctx, Bounce{RowID: d.sent(store.Mail{Kind: store.MailDeclined}), Code: "5.1.1"})
		d.ok(err)
		d.want(0, 2, false)
		for _, id := range []string{"", "0198c1de-7f00-7000-8000-000000000001"} {
			if _, err := d.s.Record(ctx, Bounce{RowID: id, Code: "5.1.1"}); !errors.Is(err, ErrUnknown) {
				d.Errorf("%q: %v", id, err)
			}
		}
	})
}

func TestA1MailReceiptsOfNotifyAreTaken(t *testing.T) {
	const token = "a token of thirty-two characters"
	onBoth(t, func(d *desk) {
		row := d.sent(store.Mail{Kind: store.MailInvitation})
		var log bytes.Buffer
		h := d.s.Receipts(token, slog.New(slog.NewTextHandler(&log, nil)))
		post := func(authorization, body string) int {
			r := httptest.NewRequest(http.MethodPost, "/mail/receipts", strings.NewReader(body))
			r.Header.Set("Authorization", authorization)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w.Code
		}
		told := func(status string) string {
			return `{"id":"740e5834-3a29-46b4-9a6f-16142fde533a","reference":"` + row + `","to":"zoe@people.example","status":"` + status +
				`","created_at":"2026-05-04T10:00:00.000000Z","completed_at":null,"sent_at":null,"notification_type":"email"}`
		}
		for _, wrong := range []string{"", "Bearer", "Bearer " + token + "x", "bearer " + token, token, "Basic " + token} {
			if code := post(wrong, told("permanent-failure")); code != http.StatusUnauthorized {
				d.Errorf("%q: %d", wrong, code)
			}
		}
		for _, bad := range []string{"", "{", "[]", `{}`, `{"status":"permanent-failure"}`,
			`{"reference":"` + strings.Repeat("x", maxReceipt) + `"}`} {
			if code := post("Bearer "+token, bad); code != http.StatusBadRequest {
				d.Errorf("%.40q: %d", bad, code)
			}
		}
		for _, fine := range []string{told("delivered"), `{"health_check":"true"}`,
			strings.ReplaceAll(told("permanent-failure"), row, store.NewID())} {
			if code := post("Bearer "+token, fine); code != http.StatusNoContent {
				d.Errorf("%q: %d", fine, code)
			}
		}
		d.want(0, 0, false)
		for range 2 {
			if code := post("Bearer "+token, told("permanent-failure")); code != http.StatusNoContent {
				d.Errorf("a bounce: %d", code)
			}
		}
		d.want(1, 1, true)
		if r, err := d.store.MailRow(ctx, row); err != nil || r.Bounce != "permanent-failure" {
			d.Errorf("%+v, %v", r, err)
		}
		if strings.Contains(log.String(), "zoe") {
			d.Errorf("personal data in the log: %s", log.String())
		}
	})
}

func TestReportsAreRead(t *testing.T) {
	for file, want := range map[string]Bounce{
		"unknown-user.eml":  {RowID: "0198c1de-7f00-7000-8000-000000000001", Code: "5.1.1", How: ByReport},
		"envelope-id.eml":   {RowID: "0198c1de-7f00-7000-8000-000000000002", Code: "5.2.2", How: ByReport},
		"headers-only.eml":  {RowID: "0198c1de-7f00-7000-8000-000000000003", Code: "4.4.7", How: ByReport},
		"base64-status.eml": {RowID: "0198c1de-7f00-7000-8000-000000000004", Code: "failed", How: ByReport},
		"delayed.eml":       {},
		"vacation.eml":      {},
		"elsewhere.eml":     {},
	} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		for name, message := range map[string]string{"": string(text), " with CRLF": strings.ReplaceAll(string(text), "\n", "\r\n")} {
			got, err := ReadReport(strings.NewReader(message), "photos.example")
			if got != want || (want == Bounce{}) != errors.Is(err, ErrNoBounce) {
				t.Errorf("%s%s: %+v, %v", file, name, got, err)
			}
		}
	}
}

func TestAReportIsReadUpToALimit(t *testing.T) {
	text, err := os.ReadFile("testdata/unknown-user.eml")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(text), "\n\n")
	long := head + "\n\n" + strings.Repeat("x\n", MaxReport) + rest
	if _, err := ReadReport(strings.NewReader(long), "photos.example"); !errors.Is(err, ErrNoBounce) {
		t.Errorf("%v", err)
	}
	cut := string(text[:strings.Index(string(text), "Subject: Photo")]) // in the middle of what came back
	if b, err := ReadReport(strings.NewReader(cut), "photos.example"); err != nil || b.Code != "5.1.1" {
		t.Errorf("cut off: %+v, %v", b, err)
	}
}

func FuzzReport(f *testing.F) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		b, err := ReadReport(bytes.NewReader(message), "photos.example")
		if err != nil {
			if !errors.Is(err, ErrNoBounce) || b != (Bounce{}) {
				t.Errorf("%+v, %v", b, err)
			}
			return
		}
		if !rowID.MatchString(b.RowID) || b.Code == "" || codeOf(b.Code) != b.Code || b.How != ByReport {
			t.Errorf("%+v", b)
		}
	})
}
