package validation

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/pkg/photocheck/report"
)

type metrics struct {
	photos  *prometheus.CounterVec   // by lane, decision
	reasons *prometheus.CounterVec   // by decision, reason
	checks  *prometheus.CounterVec   // by check, outcome
	faults  *prometheus.CounterVec   // by code
	stages  *prometheus.HistogramVec // by stage
	age     *prometheus.HistogramVec // by lane
}

func newMetrics(registry prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		photos: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_photos_checked_total",
			Help: "Reports published, by decision; bulk work has a lane of its own."}, []string{"lane", "decision"}),
		reasons: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_photo_reasons_total",
			Help: "Reasons of the reports published; one report may have several."}, []string{"decision", "reason"}),
		checks: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_photo_checks_total",
			Help: "Single checks by outcome."}, []string{"check", "outcome"}),
		faults: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_photo_faults_total",
			Help: "Photos that could not be inspected and go to an officer without a verdict, by what went wrong."}, []string{"fault"}),
		stages: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "prportal_validation_stage_seconds",
			Help:    "Time of one stage of the work on a photo: fetch, inspect, store or publish.",
			Buckets: []float64{.0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20}}, []string{"stage"}),
		age: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "prportal_photo_age_seconds",
			Help:    "Time from the upload to the published report.",
			Buckets: []float64{.1, .25, .5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600, 14400, 86400}}, []string{"lane"}),
	}
	for _, lane := range []string{"upload", "bulk"} { // a rate needs the series before the first photo
		for _, d := range []report.Decision{report.DecisionPass, report.DecisionReview, report.DecisionReturn} {
			m.photos.WithLabelValues(lane, string(d))
		}
	}
	var err error
	for _, c := range []prometheus.Collector{m.photos, m.reasons, m.checks, m.faults, m.stages, m.age} {
		err = errors.Join(err, registry.Register(c))
	}
	return m, err
}

func (m *metrics) stage(name string, begin time.Time) {
	m.stages.WithLabelValues(name).Observe(time.Since(begin).Seconds())
}

// checked counts a published report. Its labels are fixed words of package report, never text.
func (m *metrics) checked(lane string, r report.Report, age time.Duration) {
	m.photos.WithLabelValues(lane, string(r.Decision)).Inc()
	for _, reason := range r.Reasons {
		m.reasons.WithLabelValues(string(r.Decision), string(reason)).Inc()
	}
	for _, c := range r.Checks {
		m.checks.WithLabelValues(string(c.ID), string(c.Outcome)).Inc()
	}
	if r.Error != nil {
		m.faults.WithLabelValues(*r.Error).Inc()
	}
	m.age.WithLabelValues(lane).Observe(max(0, age.Seconds()))
}
