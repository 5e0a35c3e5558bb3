package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/store"
)

// queueMetrics count what waits for officers whenever they are asked. Every process with the relay shows the same figures.
type queueMetrics struct {
	store   *store.Store
	waiting *prometheus.Desc
	overdue *prometheus.Desc
}

func newQueueMetrics(db *store.Store) *queueMetrics {
	lane := []string{"lane"}
	return &queueMetrics{db,
		prometheus.NewDesc("prportal_review_waiting_cases", "Cases that wait for an officer.", lane, nil),
		prometheus.NewDesc("prportal_review_overdue_cases", "Those of them that are past their due time.", lane, nil)}
}

// Describe is part of prometheus.Collector.
func (q *queueMetrics) Describe(out chan<- *prometheus.Desc) { out <- q.waiting; out <- q.overdue }

// Collect is part of prometheus.Collector. While the database does not answer the figures are left out.
func (q *queueMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	lanes, err := q.store.QueueCounts(ctx, time.Now())
	if err != nil {
		return // readiness tells about it
	}
	for _, l := range lanes {
		out <- prometheus.MustNewConstMetric(q.waiting, prometheus.GaugeValue, float64(l.Waiting), string(l.Lane))
		out <- prometheus.MustNewConstMetric(q.overdue, prometheus.GaugeValue, float64(l.Overdue), string(l.Lane))
	}
}
