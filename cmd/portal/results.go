package main

import (
	"context"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
	"prportal.example/internal/event"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
)

// resultsGroup is the consumer group that applies reports; those for what production says of cards are named after it and the topic.
const resultsGroup = "portal"

// addResults adds the consumer of the checks' reports.
func (p *process) addResults(ctx context.Context) error {
	if err := p.needKafka(ctx); err != nil {
		return err
	}
	results, err := newResults(p.triage, p.store, p.registry)
	if err != nil {
		return err
	}
	consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: p.settings.kafka, Group: resultsGroup,
		Topic: event.TopicPhotoChecked, Handle: results.handle, Registry: p.registry, Logger: p.log})
	if err != nil {
		return err
	}
	p.parts = append(p.parts, consumer.Run)
	return p.addCards()
}

// results applies reports to cases.
type results struct {
	triage  *triage.Service
	store   *store.Store
	applied *prometheus.CounterVec
	seconds prometheus.Histogram
}

func newResults(t *triage.Service, db *store.Store, registry prometheus.Registerer) (*results, error) {
	r := &results{triage: t, store: db,
		applied: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_results_total",
			Help: "Reports by what became of them: moved (its case), stored, late, unknown (no photo of ours) or malformed."},
			[]string{"result"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "prportal_verdict_seconds",
			Help:    "From the upload of a photo to its verdict on the case.",
			Buckets: []float64{.25, .5, 1, 2, 3, 5, 10, 30, 60, 300, 1800, 7200}}),
	}
	for _, c := range []prometheus.Collector{r.applied, r.seconds} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("metrics of results: %w", err)
		}
	}
	for _, result := range []triage.Applied{triage.AppliedMoved, triage.AppliedStored, triage.AppliedLate, triage.AppliedUnknown,
		malformed} {
		r.applied.WithLabelValues(string(result)) // there from the start, at 0
	}
	return r, nil
}

const malformed triage.Applied = "malformed"

// handle takes one message. What is no report of ours, or breaks the report's contract, is parked; while the database is down
// the message is held.
func (r *results) handle(ctx context.Context, m bus.Message) error {
	var checked event.PhotoChecked
	if _, err := event.Decode(m.Value, &checked); err != nil {
		r.applied.WithLabelValues(string(malformed)).Inc()
		return err
	}
	applied, err := r.triage.ApplyReport(ctx, checked)
	if store.IsDown(err) {
		return bus.Retry(err)
	}
	if err != nil {
		return err
	}
	r.applied.WithLabelValues(string(applied)).Inc()
	if applied != triage.AppliedMoved {
		return nil
	}
	if photo, err := r.store.Photo(ctx, checked.PhotoID); err == nil { // only a figure hangs on it
		r.seconds.Observe(photo.VerdictAt.Sub(photo.UploadedAt).Seconds())
	}
	return nil
}
