package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/store"
)

// officeMetrics count what is on the office's list whenever they are asked. Every process with the relay shows the same figures.
type officeMetrics struct {
	store  *store.Store
	now    func() time.Time
	tasks  *prometheus.Desc
	oldest *prometheus.Desc
}

func newOfficeMetrics(db *store.Store) *officeMetrics {
	kind := []string{"kind"}
	return &officeMetrics{db, time.Now,
		prometheus.NewDesc("prportal_office_tasks", "What waits for somebody in the office, by kind.", kind, nil),
		prometheus.NewDesc("prportal_office_oldest_age_seconds", "How long the oldest of them has been waiting.", kind, nil)}
}

// Describe is part of prometheus.Collector.
func (o *officeMetrics) Describe(out chan<- *prometheus.Desc) { out <- o.tasks; out <- o.oldest }

// Collect is part of prometheus.Collector. While the database does not answer the figures are left out.
func (o *officeMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	counts, err := o.store.OfficeTaskCounts(ctx)
	if err != nil {
		return // readiness tells about it
	}
	for _, c := range counts {
		age := 0.0
		if c.Open > 0 {
			age = o.now().Sub(c.Oldest).Seconds()
		}
		out <- prometheus.MustNewConstMetric(o.tasks, prometheus.GaugeValue, float64(c.Open), string(c.Kind))
		out <- prometheus.MustNewConstMetric(o.oldest, prometheus.GaugeValue, age, string(c.Kind))
	}
}
