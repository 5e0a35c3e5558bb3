package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/photos"
	"prportal.example/internal/proof"
	"prportal.example/internal/store"
)

// addProofs adds what makes proofs of status. It takes no request from outside.
func (p *process) addProofs(context.Context) error {
	s := p.settings
	objects, err := photos.Open(s.objects)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, func() error { objects.Close(); return nil })
	browser := proof.NewBrowser(s.chromium)
	p.ready["object_store"] = func(ctx context.Context) error { return objects.Ready(ctx, photos.Documents) }
	p.ready["browser"] = browser.Ready
	worker, err := proof.NewWorker(proof.WorkerConfig{Store: p.store, Photos: objects, Browser: browser, Location: s.location,
		Now: time.Now, Registry: p.registry, Logger: p.log})
	if err != nil {
		return err
	}
	p.parts = append(p.parts, func(ctx context.Context) error {
		browser.Settle(ctx)
		return worker.Run(ctx)
	})
	return nil
}

// proofMetrics count the proofs that wait to be made whenever they are asked. They belong to the relay: where no process makes
// proofs, somebody has to say so.
type proofMetrics struct {
	store   *store.Store
	waiting *prometheus.Desc
	oldest  *prometheus.Desc
}

func newProofMetrics(db *store.Store) *proofMetrics {
	return &proofMetrics{db,
		prometheus.NewDesc("prportal_proofs_waiting", "Proofs of status that wait to be made.", nil, nil),
		prometheus.NewDesc("prportal_proofs_oldest_age_seconds", "For how long the oldest of them has been waiting.", nil, nil)}
}

// Describe is part of prometheus.Collector.
func (m *proofMetrics) Describe(out chan<- *prometheus.Desc) { out <- m.waiting; out <- m.oldest }

// Collect is part of prometheus.Collector. While the database does not answer the figures are left out.
func (m *proofMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	w, err := m.store.WaitingProofs(ctx)
	if err != nil {
		return // readiness tells about it
	}
	age := 0.0
	if w.Rows > 0 {
		age = max(0, time.Since(w.Oldest).Seconds())
	}
	out <- prometheus.MustNewConstMetric(m.waiting, prometheus.GaugeValue, float64(w.Rows))
	out <- prometheus.MustNewConstMetric(m.oldest, prometheus.GaugeValue, age)
}
