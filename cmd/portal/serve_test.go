package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
	"prportal.example/internal/casefile"
	"prportal.example/internal/daemon"
	"prportal.example/internal/event"
	"prportal.example/internal/inbox"
	"prportal.example/internal/intake"
	"prportal.example/internal/photos"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
	"prportal.example/internal/testphotos"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

const patience = 60 * time.Second // for a busy machine: nothing waits that long unless it is broken

// system is a portal that serves on a broker, a store and a mail inbox of the test's own.
type system struct {
	*testing.T
	settings map[string]string
	store    *store.Store
	objects  *photos.Store
	kafka    bus.Config
	box      *inbox.Inbox
	profile  *profile.Profile
	at       daemon.Listening
}

func newSystem(t *testing.T) *system {
	t.Helper()
	url, config, brokers := migrated(t), testenv.Versity(t), testenv.Kfake(t)
	s := &system{T: t, store: open(t, url), kafka: bus.Config{Brokers: brokers, ClientID: "test"},
		settings: map[string]string{"PRPORTAL_KAFKA_BROKERS": brokers[0], "PRPORTAL_MAIL_FROM": "photos@portal.example",
			"PRPORTAL_CONTACT_EMAIL": "help@portal.example",
			"PRPORTAL_LISTEN":        "127.0.0.1:0", "PRPORTAL_OFFICER_LISTEN": "127.0.0.1:0", "PRPORTAL_OPS_LISTEN": "127.0.0.1:0",
			"PRPORTAL_PUBLIC_URL": "http://photos.example", "PRPORTAL_OFFICER_URL": "http://desk.example", "PRPORTAL_UNDO_WINDOW": "0s",
			daemon.ReadyFileVariable: filepath.Join(t.TempDir(), "listening.json"), "PRPORTAL_SMTP_TLS": "none"}}
	maps.Copy(s.settings, database(url))
	maps.Copy(s.settings, objectStore(config))
	var err error
	s.objects, err = photos.Open(config)
	s.ok(err)
	t.Cleanup(s.objects.Close)
	s.profile, err = profile.Default()
	s.ok(err)
	s.box, err = inbox.Open(inbox.Config{Dir: t.TempDir(), Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	s.ok(err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.ok(err)
	s.settings["PRPORTAL_SMTP_ADDR"] = l.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.box.ServeSMTP(ctx, l) }()
	t.Cleanup(func() { stop(); s.ok(<-ended) })
	for _, command := range []string{"topics", "buckets"} {
		_, _, err := program(t.Context(), s.settings, "", command)
		s.ok(err)
	}
	return s
}

func (s *system) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// serve runs the portal until stop, which checks that it ends in order.
func (s *system) serve(args ...string) (stop func()) {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	ended := make(chan error, 1)
	s.at = daemon.Listening{}
	go func() {
		_, stderr, err := program(ctx, s.settings, "", args...)
		if strings.Contains(stderr, "Zoë") || strings.Contains(stderr, "zoe@") {
			s.Errorf("personal data in the log: %s", stderr)
		}
		ended <- err
	}()
	s.await("where it listens", func() bool {
		select {
		case err := <-ended:
			s.Fatalf("it ended: %v", err)
		default:
		}
		data, err := os.ReadFile(s.settings[daemon.ReadyFileVariable])
		return err == nil && json.Unmarshal(data, &s.at) == nil
	})
	return func() {
		s.Helper()
		cancel()
		select {
		case err := <-ended:
			s.ok(err)
		case <-time.After(patience):
			s.Fatal("it does not stop")
		}
		s.ok(os.Remove(s.settings[daemon.ReadyFileVariable]))
	}
}

func (s *system) await(what string, there func() bool) {
	s.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !there(); <-tick.C {
		if time.Now().After(end) {
			s.Fatalf("%s did not come", what)
		}
	}
}

func (s *system) get(address string) (int, string) {
	s.Helper()
	res, err := http.Get("http://" + address)
	s.ok(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	s.ok(err)
	return res.StatusCode, string(body)
}

func (s *system) theCase() store.CaseRow {
	s.Helper()
	p, err := s.store.PersonByClientID(s.Context(), "9900-0001")
	s.ok(err)
	c, err := s.store.CaseByPerson(s.Context(), p.ID)
	s.ok(err)
	return c
}

// validator answers one photo that was uploaded, as the validator would: everything at its best, except for measures.
func (s *system) validator(measures map[report.CheckID]float64) (stop func()) {
	s.Helper()
	producer, err := bus.NewProducer(s.kafka)
	s.ok(err)
	consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: s.kafka, Group: "validator", Topic: event.TopicPhotoUploaded,
		Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler),
		Handle: func(ctx context.Context, m bus.Message) error {
			var up event.PhotoUploaded
			cause, err := event.Decode(m.Value, &up)
			if err != nil {
				return err
			}
			return s.publish(ctx, producer, cause.ID, up, s.report(measures))
		}})
	s.ok(err)
	ctx, cancel := context.WithCancel(s.Context())
	ended := make(chan error, 1)
	go func() { ended <- consumer.Run(ctx) }()
	return func() { cancel(); s.ok(<-ended); s.ok(producer.Close()) }
}

func (s *system) report(measures map[report.CheckID]float64) report.Report {
	r := report.Report{Width: 910, Height: 1137, Decision: report.DecisionReview, Reasons: []report.Reason{}}
	for _, rule := range s.profile.Rules() {
		m := rule.Score.Best
		if v, ok := measures[rule.ID]; ok {
			m = v
		}
		r.Checks = append(r.Checks, report.Check{ID: rule.ID, Measure: report.Number(m), Evidence: []report.Evidence{}})
	}
	judged := profile.Judge(s.profile, r, nil)
	return judged
}

func (s *system) publish(ctx context.Context, producer *bus.Producer, cause string, up event.PhotoUploaded, r report.Report) error {
	e, err := event.New(event.DerivedID(cause, event.TypePhotoChecked), "/test", time.Now(), event.PhotoChecked{PhotoID: up.PhotoID,
		CaseID: up.CaseID, CaseVersion: up.CaseVersion, SHA256: up.SHA256, Report: r})
	if err != nil {
		return err
	}
	payload, err := e.Encode()
	if err != nil {
		return err
	}
	return producer.Publish(ctx, bus.Message{Topic: event.TopicPhotoChecked, Key: []byte(up.CaseID), Value: payload})
}

func (s *system) upload() string {
	s.Helper()
	data, err := testphotos.Read(testphotos.Obama)
	s.ok(err)
	id, err := intake.New(intake.Config{Store: s.store, Photos: s.objects, Now: time.Now}).AddPhoto(s.Context(),
		intake.Photo{CaseID: s.theCase().ID, Data: data, Actor: store.ActorApplicant})
	s.ok(err)
	return id
}

func TestAPhotoGoesThroughTheWholePortal(t *testing.T) {
	s := newSystem(t)
	stop := s.serve()
	s.await("readiness", func() bool { status, _ := s.get(s.at.Ops + "/readyz"); return status == http.StatusOK })
	_, ready := s.get(s.at.Ops + "/readyz")
	for _, name := range []string{"database", "kafka", "object_store"} {
		if !strings.Contains(ready, `"`+name+`":"ok"`) {
			t.Errorf("%s is not ready: %s", name, ready)
		}
	}
	for _, address := range []string{s.at.Listen, s.at.Officer} {
		if status, page := s.get(address + "/sign-in"); status != http.StatusOK || !strings.Contains(page, "password") {
			t.Errorf("%s: %d %s", address, status, page)
		}
	}

	// Relay, results and triage: uploaded, checked, submitted, returned by the machine, with a letter.
	stopValidator := s.validator(map[report.CheckID]float64{report.TooDark: -5})
	photo := s.upload()
	s.await("the verdict", func() bool { return s.theCase().State == casefile.Checked })
	moves := triage.New(triage.Config{Store: s.store, Profile: s.profile, Now: time.Now})
	s.ok(moves.Submit(t.Context(), triage.Submission{CaseID: s.theCase().ID, PhotoID: photo, Declared: true}))
	if c := s.theCase(); c.State != casefile.Returned {
		t.Errorf("%+v", c)
	}
	s.await("the letter", func() bool { mails, err := s.box.List(); return err == nil && len(mails) == 1 })
	s.await("the figures", func() bool {
		_, metrics := s.get(s.at.Ops + "/metrics")
		return strings.Contains(metrics, `prportal_results_total{result="moved"} 1`) &&
			strings.Contains(metrics, "prportal_verdict_seconds_count 1") && strings.Contains(metrics, "prportal_outbox_sent_total") &&
			strings.Contains(metrics, `prportal_review_waiting_cases{lane="clean"} 0`)
	})
	stopValidator()
	stop()

	// Started again, it goes on where it was.
	stop = s.serve("-roles", "relay,results")
	if s.at.Listen != "" {
		t.Errorf("pages are served at %s without their role", s.at.Listen)
	}
	stopValidator = s.validator(nil)
	s.upload()
	s.await("the second verdict", func() bool { return s.theCase().State == casefile.Checked })
	stopValidator()
	stop()
}

func TestReportsThatAreNoneAndReportsThatComeLate(t *testing.T) {
	s := newSystem(t)
	defer s.serve("-roles", "results")()
	producer, err := bus.NewProducer(s.kafka)
	s.ok(err)
	defer producer.Close()
	photo := s.upload()
	p, err := s.store.Photo(t.Context(), photo)
	s.ok(err)
	up := event.PhotoUploaded{PhotoID: photo, CaseID: p.CaseID, SHA256: p.SHA256}
	s.ok(producer.Publish(t.Context(), bus.Message{Topic: event.TopicPhotoChecked, Key: []byte(p.CaseID), Value: []byte("no event")}))
	for range 2 {
		s.ok(s.publish(t.Context(), producer, "cause", up, s.report(nil)))
	}
	unknown := up
	unknown.PhotoID = store.NewID()
	s.ok(s.publish(t.Context(), producer, "cause", unknown, s.report(nil)))
	// What is malformed is tried three times, then parked; the rest goes on.
	for result, count := range map[string]int{"malformed": 3, "moved": 1, "late": 1, "unknown": 1} {
		line := fmt.Sprintf("prportal_results_total{result=%q} %d\n", result, count)
		s.await(line, func() bool { _, metrics := s.get(s.at.Ops + "/metrics"); return strings.Contains(metrics, line) })
	}
	if c := s.theCase(); c.State != casefile.Checked {
		t.Errorf("%+v", c)
	}
	s.await("the dead letter", func() bool {
		lag, err := bus.Lag(t.Context(), s.kafka, "nobody", bus.DeadLetterTopic(event.TopicPhotoChecked))
		return err == nil && lag[0] == 1
	})
}

func TestItDoesNotStartWithoutWhatItNeeds(t *testing.T) {
	s := newSystem(t)
	for _, c := range []struct {
		name, variable, value, said string
	}{
		{"no topics", "PRPORTAL_KAFKA_BROKERS", testenv.Kfake(t)[0], "portal topics"},
		{"no schema", "PRPORTAL_DATABASE_URL", testenv.SQLite(t), "portal migrate"},
		{"no such address", "PRPORTAL_LISTEN", "256.0.0.1:0", "listen for applicants"},
		{"no such ops address", "PRPORTAL_OPS_LISTEN", "256.0.0.1:0", "ops listener"},
		{"no such sender", "PRPORTAL_MAIL_FROM", "nobody", "sender"},
		{"no such folder", daemon.ReadyFileVariable, "/nowhere/listening.json", "ready file"},
	} {
		settings := maps.Clone(s.settings)
		settings[c.variable] = c.value
		if _, _, err := program(t.Context(), settings, ""); err == nil || !strings.Contains(err.Error(), c.said) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestPagesAreServedWhileKafkaIsDown(t *testing.T) {
	s := newSystem(t)
	there := s.settings["PRPORTAL_KAFKA_BROKERS"]
	s.settings["PRPORTAL_KAFKA_BROKERS"] = "127.0.0.1:1"
	stop := s.serve()
	if status, _ := s.get(s.at.Listen + "/sign-in"); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	if status, ready := s.get(s.at.Ops + "/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(ready, `"database":"ok"`) ||
		strings.Contains(ready, `"kafka":"ok"`) {
		t.Errorf("readyz: %d %s", status, ready)
	}
	s.upload()
	stop()
	s.settings["PRPORTAL_KAFKA_BROKERS"] = there
	defer s.serve()()
	defer s.validator(nil)()
	s.await("the verdict", func() bool { return s.theCase().State == casefile.Checked })
}

func TestADatabaseThatIsDownHoldsTheReport(t *testing.T) {
	s := newSystem(t)
	db, err := store.Open(t.Context(), store.Config{URL: s.settings["PRPORTAL_DATABASE_URL"]})
	s.ok(err)
	r, err := newResults(triage.New(triage.Config{Store: db, Profile: s.profile, Now: time.Now}), db, prometheus.NewRegistry())
	s.ok(err)
	photo := s.upload()
	p, err := s.store.Photo(t.Context(), photo)
	s.ok(err)
	e, err := event.New("id", "/test", time.Now(), event.PhotoChecked{PhotoID: photo, CaseID: p.CaseID, SHA256: p.SHA256, Report: s.report(nil)})
	s.ok(err)
	payload, err := e.Encode()
	s.ok(err)
	m := bus.Message{Value: payload}
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if err := r.handle(late, m); !bus.IsRetry(err) {
		t.Errorf("no answer in time: %v", err)
	}
	if err := r.handle(t.Context(), bus.Message{Value: []byte("no event")}); err == nil || bus.IsRetry(err) {
		t.Errorf("no event: %v", err)
	}
	s.ok(r.handle(t.Context(), m))
	s.ok(db.Close())
}
