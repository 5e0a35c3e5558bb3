package ingest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
	"prportal.example/internal/daemon"
	"prportal.example/internal/event"
	"prportal.example/internal/ingest"
	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
)

const patience = 60 * time.Second // for a busy machine: nothing waits that long unless it is broken

func await(t testing.TB, what string, there func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !there(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("%s did not come", what)
		}
	}
}

// service is a running service with a topic of its own.
type service struct {
	*testing.T
	config ingest.ServiceConfig
	log    *said
	stop   func()
}

// said is a log that can be read while it is written.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func serve(t *testing.T, brokers []string, db *store.Store) *service {
	t.Helper()
	s := &service{T: t, log: &said{}}
	s.config = ingest.ServiceConfig{Bus: bus.Config{Brokers: brokers, ClientID: "test"}, Store: db, Now: func() time.Time { return today },
		Registry: prometheus.NewRegistry(), Logger: slog.New(slog.NewTextHandler(s.log, nil)), Topic: testenv.Topic(t, brokers, 2),
		HoldMin: 10 * time.Millisecond}
	service, err := ingest.NewService(s.config)
	if err != nil {
		t.Fatal(err)
	}
	run, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- service.Run(run) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if said := s.log.String(); strings.Contains(said, "Zo") || strings.Contains(said, "people.example") {
			t.Errorf("personal data in the log: %s", said)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// approved is an event of the line that zoe makes.
func approved(t testing.TB, id string, change fields) []byte {
	t.Helper()
	e := event.Envelope{SpecVersion: "1.0", ID: id, Source: "/upstream", Type: event.TypeApplicationApproved, Subject: "A-1", Time: today,
		DataContentType: "application/json", Data: json.RawMessage(zoe(change))}
	value, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func (s *service) publish(values ...[]byte) {
	s.Helper()
	p, err := bus.NewProducer(s.config.Bus)
	if err != nil {
		s.Fatal(err)
	}
	defer p.Close()
	for _, v := range values {
		if err := p.Publish(ctx, bus.Message{Topic: s.config.Topic, Key: []byte("A-1"), Value: v}); err != nil {
			s.Fatal(err)
		}
	}
}

// counted is the metric, by result.
func (s *service) counted() map[string]float64 {
	s.Helper()
	counts := map[string]float64{}
	families, err := s.config.Registry.(*prometheus.Registry).Gather()
	if err != nil {
		s.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "prportal_applications_total" {
				counts[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
			}
		}
	}
	return counts
}

func TestP7TheServiceOnKfake(t *testing.T)       { exercise(t, testenv.Kfake(t)) }
func TestP7TheServiceOnApacheKafka(t *testing.T) { exercise(t, testenv.Kafka(t)) }

func exercise(t *testing.T, brokers []string) {
	onBoth(t, func(t *testing.T, db *store.Store) {
		s := serve(t, brokers, db)
		s.publish(approved(t, "1", nil), approved(t, "1", nil), approved(t, "2", fields{"family_name": "Nowak"}),
			[]byte(`no event of Zoë`), approved(t, "3", fields{"email": "Zoë"}), approved(t, "4", fields{"language": "Zoë"}),
			approved(t, "5", fields{"principal": nil}), approved(t, "6", fields{"colour": "unknown fields are left alone"}),
			approved(t, "7", fields{"client_id": "C-2", "principal": false}))
		want := map[string]float64{"added": 2, "updated": 2, "unchanged": 1, "rejected": 4}
		await(t, "the last one", func() bool { return s.counted()["added"] == 2 })
		if got := s.counted(); !equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if p := person(t, db, "C-1"); p.FamilyName != "Łęcka" || p.Email != "zoe@people.example" { // what came last
			t.Errorf("%+v", p)
		}
		if i, err := db.Invitation(ctx, person(t, db, "C-2").ID); err != nil || i.State != store.InvitationWaiting {
			t.Errorf("%+v, %v", i, err)
		}
		letters := make(chan bus.Message, 100)
		reader, err := bus.NewConsumer(bus.ConsumerConfig{Config: s.config.Bus, Group: "reader " + s.config.Topic, Topic: bus.DeadLetterTopic(s.config.Topic),
			LagInterval: -1, Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler),
			Handle: func(_ context.Context, m bus.Message) error { letters <- m; return nil }})
		if err != nil {
			t.Fatal(err)
		}
		reading, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- reader.Run(reading) }()
		var why []string
		for range 4 {
			select {
			case m := <-letters:
				if len(m.Value)+len(m.Key) > 0 || m.Headers[bus.HeaderOffset] == "" {
					t.Errorf("%+v", m)
				}
				why = append(why, m.Headers[bus.HeaderError])
			case <-time.After(patience):
				t.Fatalf("only %v came", why)
			}
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		for _, w := range []string{"malformed event: no envelope", "email is not an address", "language is neither en nor fr", "malformed event: its data breaks the schema"} {
			if !slices.Contains(why, w) {
				t.Errorf("%q is not among %q", w, why)
			}
		}
	})
}

func equal(a, b map[string]float64) bool {
	for k, v := range b {
		if a[k] != v {
			return false
		}
	}
	return len(a) == len(b)
}

// TestP7TheServiceHoldsWhileTheDatabaseIsDown: nothing is parked, and everything is taken in afterwards, in order.
func TestP7TheServiceHoldsWhileTheDatabaseIsDown(t *testing.T) {
	address := testenv.Postgres(t)
	storetest.Open(t, address)
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	d := openDoor(t, target.Host)
	behind := *target
	behind.Host = d.listener.Addr().String()
	db, err := store.Open(ctx, store.Config{URL: behind.String()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := serve(t, testenv.Kfake(t), db)
	s.publish(approved(t, "1", nil))
	await(t, "the first", func() bool { return s.counted()["added"] == 1 })
	d.set(true)
	s.publish(approved(t, "2", fields{"family_name": "Nowak"}), approved(t, "3", fields{"family_name": "Kowalski"}))
	await(t, "a held message", func() bool { return strings.Contains(s.log.String(), "message held") })
	d.set(false)
	await(t, "the updates", func() bool { return s.counted()["updated"] == 2 })
	if p := person(t, db, "C-1"); p.FamilyName != "Kowalski" || s.counted()["rejected"] != 0 {
		t.Errorf("%+v, %v", p, s.counted())
	}
	s.stop()
}

// door leads to another address while it is open.
type door struct {
	listener net.Listener
	mu       sync.Mutex
	shut     bool
	inside   []net.Conn
}

func openDoor(t *testing.T, to string) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{listener: l}
	t.Cleanup(func() { d.set(true); l.Close() })
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil || !d.enter(in, out) {
				in.Close()
				continue
			}
			go func() { _, _ = io.Copy(out, in); out.Close() }()
			go func() { _, _ = io.Copy(in, out); in.Close() }()
		}
	}()
	return d
}

func (d *door) enter(some ...net.Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inside = append(d.inside, some...)
	return !d.shut
}

// set shuts the door, on whoever is in it too, or opens it.
func (d *door) set(shut bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = shut
	for _, c := range d.inside {
		c.Close()
	}
	d.inside = nil
}

func TestP7TheServiceNamesWhatIsMissing(t *testing.T) {
	brokers := testenv.Kfake(t)
	s, err := ingest.NewService(ingest.ServiceConfig{Bus: bus.Config{Brokers: brokers, ClientID: "test"}, Store: storetest.Open(t, testenv.SQLite(t)),
		Now: time.Now, Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler), Topic: "nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	var missing *bus.MissingTopicError
	if err := s.Run(ctx); !errors.As(err, &missing) || missing.Topic != "nowhere" {
		t.Errorf("%v", err)
	}
	if _, err := ingest.NewService(ingest.ServiceConfig{}); err == nil {
		t.Error("without anything")
	}
}

// TestP7TheServiceAsAProgram: its ops listener answers, and it stops in order.
func TestP7TheServiceAsAProgram(t *testing.T) {
	brokers := testenv.Kfake(t)
	specs := []bus.TopicSpec{{Name: event.TopicApplicationApproved, Partitions: 2, Retention: time.Hour},
		{Name: bus.DeadLetterTopic(event.TopicApplicationApproved), Partitions: 1, Retention: time.Hour}}
	if err := bus.EnsureTopics(ctx, bus.Config{Brokers: brokers, ClientID: "test"}, specs); err != nil {
		t.Fatal(err)
	}
	settings := database(testenv.SQLite(t))
	settings["PRPORTAL_KAFKA_BROKERS"], settings["PRPORTAL_OPS_LISTEN"] = brokers[0], "127.0.0.1:0"
	settings[daemon.ReadyFileVariable] = filepath.Join(t.TempDir(), "ready.json")
	storetest.Open(t, settings["PRPORTAL_DATABASE_URL"])
	run, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- ingest.Run(run, []string{"serve"}, func(name string) string { return settings[name] }, nil, io.Discard, io.Discard)
	}()
	var at daemon.Listening
	await(t, "where it listens", func() bool {
		data, err := os.ReadFile(settings[daemon.ReadyFileVariable])
		return err == nil && json.Unmarshal(data, &at) == nil
	})
	get := func(path string) (int, string) {
		res, err := http.Get("http://" + at.Ops + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	await(t, "readiness", func() bool { status, _ := get("/readyz"); return status == http.StatusOK })
	if _, metrics := get("/metrics"); !strings.Contains(metrics, `prportal_applications_total{result="added"} 0`) {
		t.Error("no metric of applications")
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for name, missing := range map[string]string{"PRPORTAL_DATABASE_URL": "", "PRPORTAL_KAFKA_BROKERS": ""} {
		without := map[string]string{"PRPORTAL_DATABASE_URL": "sqlite:/nowhere", "PRPORTAL_KAFKA_BROKERS": "127.0.0.1:1", name: missing}
		if _, _, err := program(without, nil, "serve"); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
