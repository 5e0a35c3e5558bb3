package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
	"prportal.example/internal/event"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/profile"
)

// orderCard gives the person of a database a card that was ordered an hour ago.
func orderCard(t *testing.T, db *store.Store) (caseID string) {
	t.Helper()
	p, err := db.PersonByClientID(t.Context(), "9900-0001")
	if err != nil {
		t.Fatal(err)
	}
	c, err := db.CaseByPerson(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(-time.Hour)
	if err := db.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.PutCard(t.Context(), store.Card{CaseID: c.ID, State: store.CardOrdered, PhotoID: "p", OrderedAt: at, ExpectedAt: at.Add(time.Hour)})
	}); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// TestA9ProductionIsHeard: what the command publishes arrives at the card; what is no event, or about no card of ours, is counted.
func TestA9ProductionIsHeard(t *testing.T) {
	s := newSystem(t)
	caseID := orderCard(t, s.store)
	defer s.serve("-roles", "relay,results")()
	producer, err := bus.NewProducer(s.kafka)
	s.ok(err)
	defer producer.Close()
	s.ok(producer.Publish(t.Context(), bus.Message{Topic: event.TopicCardMailed, Key: []byte(caseID), Value: []byte("no event")}))
	say := func(args ...string) string {
		t.Helper()
		out, _, err := program(t.Context(), s.settings, "", append([]string{"card"}, args...)...)
		s.ok(err)
		return out
	}
	is := func(want store.CardState) {
		t.Helper()
		s.await(string(want), func() bool { c, err := s.store.Card(t.Context(), caseID); return err == nil && c.State == want })
	}
	mailed := time.Now().Add(-30 * time.Minute).UTC().Truncate(time.Second)
	for range 2 {
		if out := say("mailed", "-client-id", "9900-0001", "-at", mailed.Format(time.RFC3339)); !strings.Contains(out, caseID) {
			t.Error(out)
		}
	}
	is(store.CardMailed)
	say("returned", "-case", caseID)
	is(store.CardReturned)
	say("returned", "-case", store.NewID())
	c, err := s.store.Card(t.Context(), caseID)
	s.ok(err)
	if !c.MailedAt.Equal(mailed) {
		t.Errorf("%+v", c)
	}
	for _, line := range []string{`prportal_card_events_total{event="card.mailed",result="moved"} 1`,
		`prportal_card_events_total{event="card.mailed",result="late"} 1`, `prportal_card_events_total{event="card.mailed",result="malformed"} 3`,
		`prportal_card_events_total{event="card.returned",result="moved"} 1`, `prportal_card_events_total{event="card.returned",result="unknown"} 1`,
		`prportal_office_tasks{kind="card_returned"} 1`, `prportal_office_tasks{kind="moved"} 0`, `prportal_office_oldest_age_seconds{kind="card_returned"} `} {
		s.await(line, func() bool { _, metrics := s.get(s.at.Ops + "/metrics"); return strings.Contains(metrics, line) })
	}
	if status, _ := s.get(s.at.Ops + "/readyz"); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
}

func TestProductionIsPlayedByName(t *testing.T) {
	url := migrated(t)
	for name, args := range map[string][]string{
		"nothing":    {},
		"no word":    {"lost", "-case", "x"},
		"nobody":     {"mailed"},
		"two people": {"mailed", "-case", "x", "-client-id", "y"},
		"no time":    {"mailed", "-case", "x", "-at", "yesterday"},
	} {
		if _, _, err := program(t.Context(), database(url), "", append([]string{"card"}, args...)...); exitCode(err) != 2 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := program(t.Context(), database(url), "", "card", "mailed", "-client-id", "0"); err == nil || exitCode(err) == 2 {
		t.Errorf("%v", err)
	}
	if _, _, err := program(t.Context(), database(url), "", "card", "mailed", "-case", "x"); err == nil || !strings.Contains(err.Error(), "PRPORTAL_KAFKA_BROKERS") {
		t.Errorf("%v", err)
	}
}

func TestA9CardEventsOnKfake(t *testing.T)       { cardEvents(t, testenv.Kfake(t)) }
func TestA9CardEventsOnApacheKafka(t *testing.T) { cardEvents(t, testenv.Kafka(t)) }

// cardEvents is the contract of the consumers of what production says: in whatever order the two topics are read, the times in the
// events tell where the card is.
func cardEvents(t *testing.T, brokers []string) {
	db := open(t, migrated(t))
	caseID := orderCard(t, db)
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	c, err := newCards(triage.New(triage.Config{Store: db, Profile: p, Now: time.Now}), registry)
	if err != nil {
		t.Fatal(err)
	}
	config := bus.Config{Brokers: brokers, ClientID: "test"}
	run := func(topic string, handle func(context.Context, bus.Message) error) (stop func()) {
		consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: config, Group: "group-" + topic, Topic: topic, Handle: handle,
			Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- consumer.Run(ctx) }()
		return func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
	mailed, returned := testenv.Topic(t, brokers, 2), testenv.Topic(t, brokers, 2)
	settings := func(name string) string {
		return map[string]string{"PRPORTAL_KAFKA_BROKERS": strings.Join(brokers, ",")}[name]
	}
	at := time.Now().Add(-time.Minute)
	for range 2 {
		if err := publish(t.Context(), returned, caseID, event.CardReturned{CaseID: caseID, ReturnedAt: at}, settings); err != nil {
			t.Fatal(err)
		}
		if err := publish(t.Context(), mailed, caseID, event.CardMailed{CaseID: caseID, MailedAt: at.Add(-time.Minute)}, settings); err != nil {
			t.Fatal(err)
		}
	}
	counted := func(topic, result string, want float64) {
		t.Helper()
		for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
			if n := count(t, registry, topic, result); n == want {
				return
			} else if time.Now().After(end) {
				t.Fatalf("%s of %s: %v, want %v", result, topic, n, want)
			}
		}
	}
	defer run(returned, c.returned)()
	counted(event.TopicCardReturned, "moved", 1)
	defer run(mailed, c.mailed)()
	counted(event.TopicCardMailed, "stored", 1)
	counted(event.TopicCardMailed, "late", 1)
	counted(event.TopicCardReturned, "late", 1)
	card, err := db.Card(t.Context(), caseID)
	if err != nil || card.State != store.CardReturned || card.MailedAt.IsZero() {
		t.Errorf("%+v, %v", card, err)
	}
}

func count(t *testing.T, registry *prometheus.Registry, topic, result string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if l := m.GetLabel(); fmt.Sprint(l[0].GetValue(), l[1].GetValue()) == topic+result {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

func TestADatabaseThatIsDownHoldsWhatProductionSays(t *testing.T) {
	db, err := store.Open(t.Context(), store.Config{URL: migrated(t)})
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	c, err := newCards(triage.New(triage.Config{Store: db, Profile: p, Now: time.Now}), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	e, err := event.New("id", "/test", time.Now(), event.CardMailed{CaseID: orderCard(t, db), MailedAt: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if err := c.mailed(late, bus.Message{Value: payload}); !bus.IsRetry(err) {
		t.Errorf("no answer in time: %v", err)
	}
	if err := c.returned(t.Context(), bus.Message{Value: payload}); err == nil || bus.IsRetry(err) {
		t.Errorf("another event: %v", err)
	}
	if err := c.mailed(t.Context(), bus.Message{Value: payload}); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
