package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/account"
	"prportal.example/internal/bounce"
	"prportal.example/internal/bus"
	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/mail"
	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

var ctx = context.Background()

// cheap makes tests quick.
var cheap = account.Cost{MemoryKiB: 64, Passes: 1, Threads: 1}

const patience = 60 * time.Second // for a busy machine: nothing waits that long unless it is broken

// world is a database, a broker and a mail server, with a clock that stands still until it is moved.
type world struct {
	testing.TB
	url      string
	store    *store.Store
	triage   *triage.Service
	accounts *account.Service
	kafka    bus.Config
	topic    string
	server   *mailServer
	log      bytes.Buffer
	millis   atomic.Int64
	persons  int
}

func onBoth(t *testing.T, test func(*world)) {
	testenv.OnBoth(t, func(t *testing.T, url string) { test(newWorld(t, url)) })
}

func newWorld(t testing.TB, url string) *world {
	t.Helper()
	w := &world{TB: t, url: url, kafka: bus.Config{Brokers: testenv.Kfake(t), ClientID: "test"}, server: newMailServer(t)}
	w.topic = testenv.Topic(t, w.kafka.Brokers, 3)
	w.millis.Store(time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC).UnixMilli())
	w.store = storetest.Open(t, url)
	p, err := profile.Default()
	w.ok(err)
	w.triage = triage.New(triage.Config{Store: w.store, Profile: p, UndoWindow: time.Minute, VerdictWait: 30 * time.Second, Now: w.now})
	w.accounts, err = account.New(account.Config{Store: w.store, Now: w.now, Cost: cheap})
	w.ok(err)
	return w
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

// relay makes a candidate; change, if given, alters its settings.
func (w *world) relay(holder string, change func(*Config)) *Relay {
	w.Helper()
	composer, err := mail.NewComposer(mail.ComposerConfig{PublicURL: "https://photos.example",
		Contact: mail.Contact{Email: "help@portal.example"}})
	w.ok(err)
	registry := prometheus.NewRegistry()
	bounces, err := bounce.New(bounce.Config{Store: w.store, Now: w.now, Registry: registry})
	w.ok(err)
	server, err := mail.NewSMTP(mail.SMTPConfig{Addr: w.server.addr, From: "photos@portal.example", TLS: mail.TLSNone})
	w.ok(err)
	producer, err := bus.NewProducer(w.kafka)
	w.ok(err)
	w.Cleanup(func() { w.ok(producer.Close()) })
	c := Config{Store: w.store, Producer: producer, Triage: w.triage, Holder: holder, Now: w.now, Poll: 5 * time.Millisecond,
		Mailer: &Mailer{Store: w.store, Composer: composer, Sender: server, Accounts: w.accounts, Bounces: bounces,
			Location: time.UTC, Now: w.now},
		Registry: registry, Logger: slog.New(slog.NewTextHandler(&w.log, nil))}
	if change != nil {
		change(&c)
	}
	r, err := New(c)
	w.ok(err)
	return r
}

// turn lets the relay handle what is due of one kind.
func (w *world) turn(r *Relay, kind store.Kind) (int, error) {
	return r.turn(ctx, kind, map[store.Kind]func(context.Context) (int, error){
		store.KindEvent: r.events, store.KindRelease: r.releases, store.KindMail: r.mails}[kind])
}

func (w *world) turns(r *Relay, kind store.Kind, want int) {
	w.Helper()
	if n, err := w.turn(r, kind); n != want || err != nil {
		w.Fatalf("%d rows of kind %s handled, want %d: %v", n, kind, want, err)
	}
}

// event puts a row in.
func (w *world) event(key, value string) {
	w.Helper()
	w.tx(func(tx *store.Tx) error {
		return tx.Enqueue(ctx, store.Row{Kind: store.KindEvent, Key: key, Payload: []byte(value), AvailableAt: w.now(),
			Headers: map[string]string{"topic": w.topic, "content-type": event.ContentType}})
	})
}

// due are the rows of a kind that are due, the oldest first.
func (w *world) due(kind store.Kind) []store.Row {
	w.Helper()
	rows, err := w.store.DueRows(ctx, kind, w.now(), 1000)
	w.ok(err)
	slices.SortFunc(rows, func(a, b store.Row) int { return strings.Compare(a.ID, b.ID) })
	return rows
}

// read takes n messages from the topic.
func (w *world) read(n int) []bus.Message {
	w.Helper()
	got, end := make(chan bus.Message, 1000), make(chan error, 1)
	consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: w.kafka, Group: "test", Topic: w.topic, Registry: prometheus.NewRegistry(),
		Logger: slog.New(slog.DiscardHandler), Handle: func(_ context.Context, m bus.Message) error { got <- m; return nil }})
	w.ok(err)
	run, stop := context.WithCancel(ctx)
	go func() { end <- consumer.Run(run) }()
	defer func() { stop(); w.ok(<-end) }()
	var messages []bus.Message
	for range n {
		select {
		case m := <-got:
			messages = append(messages, m)
		case <-time.After(patience):
			w.Fatalf("%d of %d messages came", len(messages), n)
		}
	}
	return messages
}

// person adds somebody with a case, and returns both.
func (w *world) person(email, lang string) (person store.Person, c store.CaseRow) {
	w.Helper()
	w.persons++
	client := fmt.Sprint("C", w.persons)
	person, _ = storetest.Put(w, w.store, store.Person{Application: "A-" + client, ClientID: client, GivenNames: "Zoë", FamilyName: "Łęcka",
		BirthDate: "1990-01-02", Email: email, Language: lang}, w.now())
	c, err := w.store.CaseByPerson(ctx, person.ID)
	w.ok(err)
	return person, c
}

// inReview brings a case before an officer, with a photo that can be printed.
func (w *world) inReview(c store.CaseRow) store.CaseRow {
	w.Helper()
	photo := store.Photo{ID: store.NewID(), CaseID: c.ID, SHA256: strings.Repeat("ab", 32), Format: "jpeg", UploadedAt: w.now()}
	w.tx(func(tx *store.Tx) error {
		if err := tx.InsertPhoto(ctx, photo); err != nil {
			return err
		}
		if _, err := tx.StoreVerdict(ctx, store.Verdict{PhotoID: photo.ID, SHA256: photo.SHA256, At: w.now(),
			Print: &event.ObjectRef{Key: "k", SHA256: strings.Repeat("ef", 32)}}); err != nil {
			return err
		}
		row, err := tx.Case(ctx, c.ID)
		if err != nil {
			return err
		}
		before := row.Version
		row.PhotoID = photo.ID
		return errors.Join(row.Apply(casefile.Upload), row.Apply(casefile.Report), row.Apply(casefile.Submit), row.Apply(casefile.Queue),
			tx.MarkSubmitted(ctx, photo.ID, w.now()), tx.SaveCase(ctx, row, before))
	})
	row, err := w.store.Case(ctx, c.ID)
	w.ok(err)
	return row
}

func (w *world) state(caseID string, want casefile.State) {
	w.Helper()
	c, err := w.store.Case(ctx, caseID)
	w.ok(err)
	if c.State != want {
		w.Fatalf("state %s, want %s", c.State, want)
	}
}

// mail puts a row in as triage does.
func (w *world) mail(p store.Mail) {
	w.Helper()
	w.tx(func(tx *store.Tx) error { return tx.EnqueueMail(ctx, p, w.now()) })
}

// mailServer takes mail, or refuses it with what refuse says.
type mailServer struct {
	addr  string
	slow  chan struct{} // closed: mail for people whose address begins with "slow" goes on
	begun chan struct{} // gets one when such a mail waits

	mu     sync.Mutex
	refuse *smtp.SMTPError
	only   string // refuse them alone
	taken  []string
	to     []string
	tried  int
}

func newMailServer(t testing.TB) *mailServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mailServer{addr: l.Addr().String(), slow: make(chan struct{}), begun: make(chan struct{}, 1)}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return mailSession{m}, nil }))
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return m
}

func (m *mailServer) refuses(e *smtp.SMTPError) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refuse = e
}

func (m *mailServer) mails() (taken []string, tried int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.taken), m.tried
}

type mailSession struct{ *mailServer }

func (mailSession) Reset()                               {}
func (mailSession) Logout() error                        { return nil }
func (mailSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "slow") {
		select {
		case s.begun <- struct{}{}:
		default: // told already
		}
		<-s.slow
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried++
	if s.refuse != nil && (s.only == "" || s.only == to) {
		return s.refuse
	}
	s.to = append(s.to, to)
	return nil
}

func (s mailSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = append(s.taken, string(b))
	return err
}

func TestEventsArePublishedInOrderAndMarked(t *testing.T) {
	onBoth(t, func(w *world) {
		const n = 250 // more than one batch
		for i := range n {
			w.event(fmt.Sprint("case ", i%3), fmt.Sprint(i))
		}
		r := w.relay("a", nil)
		w.turns(r, store.KindEvent, batch)
		w.turns(r, store.KindEvent, n-batch)
		w.turns(r, store.KindEvent, 0)
		if rows := w.due(store.KindEvent); len(rows) != 0 {
			t.Errorf("%d rows still wait", len(rows))
		}
		last := map[string]int{}
		for _, m := range w.read(n) {
			var i int
			if _, err := fmt.Sscan(string(m.Value), &i); err != nil {
				t.Fatal(err)
			}
			key := string(m.Key)
			if key != fmt.Sprint("case ", i%3) || (last[key] != 0 && i != last[key]+3) {
				t.Errorf("%s: %d came after %d", key, i, last[key])
			}
			last[key] = i
			if m.Headers["content-type"] != event.ContentType || m.Headers["topic"] != "" {
				t.Errorf("headers %v", m.Headers)
			}
		}
	})
}

func TestABrokerThatIsDownLeavesTheRows(t *testing.T) {
	onBoth(t, func(w *world) {
		w.event("case", "first")
		w.event("case", "second")
		there := w.kafka
		w.kafka.Brokers = []string{"127.0.0.1:1"}
		down := w.relay("a", func(c *Config) { c.Lease = time.Second })
		if n, err := w.turn(down, store.KindEvent); n != 0 || err == nil {
			t.Fatalf("%d published, %v", n, err)
		}
		rows := w.due(store.KindEvent)
		if len(rows) != 2 || rows[0].Attempts != 1 || rows[0].LastError == "" || string(rows[0].Payload) != "first" {
			t.Fatalf("%+v", rows)
		}
		w.kafka = there
		w.turns(w.relay("a", nil), store.KindEvent, 2)
		if m := w.read(2); string(m[0].Value) != "first" || string(m[1].Value) != "second" {
			t.Errorf("%s, %s", m[0].Value, m[1].Value)
		}
	})
}

func TestOneRelayAtATime(t *testing.T) {
	onBoth(t, func(w *world) {
		a, b := w.relay("a", nil), w.relay("b", nil)
		w.event("case", "1")
		w.turns(a, store.KindEvent, 1)
		w.event("case", "2")
		w.turns(b, store.KindEvent, 0)
		w.turns(a, store.KindEvent, 1)
		w.wait(9 * time.Second)
		w.event("case", "3")
		w.turns(b, store.KindEvent, 0)
		w.wait(time.Second) // a has died, or can't reach the database
		w.turns(b, store.KindEvent, 1)
		w.event("case", "4")
		w.turns(a, store.KindEvent, 0)
		w.turns(b, store.KindEvent, 1)
	})
}

func TestARelayThatStopsGivesItsLeasesBack(t *testing.T) {
	onBoth(t, func(w *world) {
		run, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		a := w.relay("a", func(c *Config) { c.Poll = time.Hour }) // woken by commits only
		go func() { ended <- a.Run(run) }()
		for i := range 20 {
			w.event("case", fmt.Sprint(i))
		}
		for i, m := range w.read(20) {
			if string(m.Value) != fmt.Sprint(i) {
				t.Errorf("message %d is %s", i, m.Value)
			}
		}
		stop()
		w.ok(<-ended)
		w.event("case", "after")
		w.turns(w.relay("b", nil), store.KindEvent, 1)
	})
}

func TestADecisionTakesEffectWhenItCanNoLongerBeUndone(t *testing.T) {
	onBoth(t, func(w *world) {
		person, c := w.person("zoe@people.example", "fr")
		w.tx(func(tx *store.Tx) error {
			_, err := tx.AddAddress(ctx, store.Address{PersonID: person.ID, Kind: store.PostalAddress, Street: "1 First Road", City: "Ottawa",
				Province: "ON", PostalCode: "K1A 0B1", GivenAt: w.now()})
			return err
		})
		c = w.inReview(c)
		d := triage.Decision{OfficerID: "olga", CaseID: c.ID, CaseVersion: c.Version, PhotoID: c.PhotoID}
		w.ok(w.triage.Accept(ctx, d))
		d.CaseVersion++
		w.ok(w.triage.Undo(ctx, d, time.Minute))
		d.CaseVersion++
		w.wait(30 * time.Second)
		w.ok(w.triage.Accept(ctx, d))
		r := w.relay("a", nil)
		w.turns(r, store.KindRelease, 0)
		w.wait(30 * time.Second)
		w.turns(r, store.KindRelease, 1) // that of the acceptance that was undone does nothing
		w.state(c.ID, casefile.Decided)
		w.wait(30 * time.Second)
		w.turns(r, store.KindRelease, 1)
		w.state(c.ID, casefile.Accepted)

		w.turns(r, store.KindMail, 1)
		taken, _ := w.server.mails()
		if len(taken) != 1 || !strings.Contains(taken[0], "To: ") || !strings.Contains(taken[0], person.Email) ||
			!strings.Contains(taken[0], "Content-Language: fr") {
			t.Errorf("mails %q", taken)
		}
		if rows := w.due(store.KindEvent); len(rows) != 1 || rows[0].Headers["topic"] != event.TopicCardOrdered {
			t.Errorf("%+v", rows)
		}
	})
}

func TestOneReleaseThatFailsHoldsUpNoOther(t *testing.T) {
	onBoth(t, func(w *world) {
		for _, payload := range []string{`{"case_id":"nobody's"}`, `no JSON`} {
			w.tx(func(tx *store.Tx) error {
				return tx.Enqueue(ctx, store.Row{Kind: store.KindRelease, Key: "k", Payload: []byte(payload), AvailableAt: w.now()})
			})
		}
		_, c := w.person("zoe@people.example", "fr")
		c = w.inReview(c)
		w.ok(w.triage.Return(ctx, triage.Decision{OfficerID: "olga", CaseID: c.ID, CaseVersion: c.Version, PhotoID: c.PhotoID,
			Reasons: []report.Reason{report.ReasonGlare}, Comment: "le verre gauche"}))
		w.wait(time.Minute)
		r := w.relay("a", nil)
		w.turns(r, store.KindRelease, 1)
		w.state(c.ID, casefile.Returned)
		if rows := w.due(store.KindRelease); len(rows) != 0 {
			t.Errorf("tried again at once: %+v", rows)
		}
		w.wait(time.Hour)
		rows := w.due(store.KindRelease)
		if len(rows) != 2 || rows[0].Attempts != 1 || rows[0].LastError == "" {
			t.Errorf("%+v", rows)
		}
		w.turns(r, store.KindMail, 1)
		taken, _ := w.server.mails()
		if len(taken) != 1 || !strings.Contains(taken[0], "le verre gauche") {
			t.Errorf("the letter lacks the officer's words: %q", taken)
		}
	})
}

func TestMailIsTriedAgainEverMoreSlowlyAndGivenUp(t *testing.T) {
	onBoth(t, func(w *world) {
		person, c := w.person("zoe@people.example", "en")
		r := w.relay("a", nil)
		w.server.refuses(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "busy: zoe@people.example"})
		w.mail(store.Mail{Kind: store.MailVerdictReady, PersonID: person.ID, CaseID: c.ID})
		var pause time.Duration
		for attempt := range mailAttempts {
			if len(w.due(store.KindMail)) != 1 {
				t.Fatalf("not due at attempt %d", attempt)
			}
			w.turns(r, store.KindMail, 0)
			if _, tried := w.server.mails(); tried != attempt+1 {
				t.Fatalf("%d tries, want %d", tried, attempt+1)
			}
			if attempt < mailAttempts-1 {
				if p := pauseAfter(attempt); p < pause || p > longestPause {
					t.Errorf("pause %v after %v", p, pause)
				}
				pause = pauseAfter(attempt)
				w.wait(pause - time.Second)
				w.turns(r, store.KindMail, 0)
				w.wait(time.Second)
				if row := w.due(store.KindMail)[0]; row.Attempts != attempt+1 || row.LastError == "" || strings.Contains(row.LastError, "zoe@") {
					t.Errorf("%+v", row)
				}
			}
		}
		w.wait(48 * time.Hour)
		w.givenUp(c.ID, "mail_bounced")
		w.listed(person.ID, true)
	})
}

// givenUp checks that no e-mail waits, and that history says so.
func (w *world) givenUp(caseID, action string) {
	w.Helper()
	if rows := w.due(store.KindMail); len(rows) != 0 {
		w.Errorf("%+v", rows)
	}
	h, err := w.store.History(ctx, caseID)
	w.ok(err)
	if len(h) != 1 || h[0].Action != action {
		w.Errorf("history %+v, want %s", h, action)
	}
	if strings.Contains(w.log.String(), "zoe") || strings.Contains(w.log.String(), "Zoë") {
		w.Errorf("personal data in the log: %s", w.log.String())
	}
}

func TestWhatCanNeverBeSentIsGivenUpAtOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		r := w.relay("a", nil)
		for _, c := range []struct {
			email  string
			refuse *smtp.SMTPError
		}{{"zoe is no address", nil}, {"zoe@people.example", &smtp.SMTPError{Code: 550, Message: "no such user zoe@people.example"}}} {
			person, cs := w.person(c.email, "en")
			w.server.refuses(c.refuse)
			w.mail(store.Mail{Kind: store.MailPhotoAccepted, PersonID: person.ID, CaseID: cs.ID})
			w.turns(r, store.KindMail, 0)
			w.givenUp(cs.ID, "mail_bounced")
			w.listed(person.ID, true)
		}
	})
}

func TestMailAfterARefusalGoesOut(t *testing.T) {
	onBoth(t, func(w *world) {
		person, c := w.person("zoe@people.example", "en")
		r := w.relay("a", nil)
		w.server.refuses(&smtp.SMTPError{Code: 451, Message: "later"})
		w.mail(store.Mail{Kind: store.MailVerdictReady, PersonID: person.ID, CaseID: c.ID})
		row := w.due(store.KindMail)[0]
		w.turns(r, store.KindMail, 0)
		w.server.refuses(nil)
		w.wait(pauseAfter(0))
		w.turns(r, store.KindMail, 1)
		w.turns(r, store.KindMail, 0)
		taken, tried := w.server.mails()
		if len(taken) != 1 || tried != 2 || !strings.Contains(taken[0], "Message-ID: <"+row.ID+"@") {
			t.Errorf("%d tries, mails %q", tried, taken)
		}
		if got := w.metric(r, "prportal_outbox_failures_total"); got != 1 {
			t.Errorf("%v failures are counted", got)
		}
	})
}

func TestRowsThatNobodyCanReadAreGivenUpInTheEnd(t *testing.T) {
	w := newWorld(t, testenv.SQLite(t))
	person, c := w.person("zoe@people.example", "en")
	r := w.relay("a", nil)
	w.mail(store.Mail{Kind: "of another version", PersonID: person.ID, CaseID: c.ID})
	for range mailAttempts {
		w.turns(r, store.KindMail, 0)
		w.wait(longestPause)
	}
	if taken, _ := w.server.mails(); len(taken) != 0 {
		t.Errorf("mails %q", taken)
	}
	w.givenUp(c.ID, "mail_failed")
	w.listed(person.ID, false) // a fault of ours
}

func TestTheWaitingRowsAreMeasured(t *testing.T) {
	w := newWorld(t, testenv.SQLite(t))
	r := w.relay("a", nil)
	w.tx(func(tx *store.Tx) error {
		_, err := tx.Lease(ctx, lease(store.KindEvent), "other", w.now(), time.Hour)
		return err
	})
	w.event("case", "1")
	w.wait(30 * time.Second)
	w.turns(r, store.KindEvent, 0)
	if rows, age := w.metric(r, "prportal_outbox_waiting_rows"), w.metric(r, "prportal_outbox_oldest_age_seconds"); rows != 1 || age != 30 {
		t.Errorf("%v rows, the oldest is %v s old", rows, age)
	}
}

// metric is the value of the one series that this name has.
func (w *world) metric(r *Relay, name string) float64 {
	w.Helper()
	families, err := r.c.Registry.(*prometheus.Registry).Gather()
	w.ok(err)
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	w.Fatalf("no metric %s", name)
	return 0
}

func TestSettingsAreChecked(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("a relay without parts")
	}
}
