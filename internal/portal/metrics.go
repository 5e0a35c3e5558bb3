package portal

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// Kinds of submission.
const (
	submittedPlain  = "plain"
	submittedEarly  = "before_verdict"
	submittedAsking = "person_asked"
	submittedAgain  = "person_asked_after_return"
)

type metrics struct {
	uploads     *prometheus.CounterVec // by result: accepted, crop, or the code of the problem
	submissions *prometheus.CounterVec // by kind
}

func newMetrics(registry prometheus.Registerer) (metrics, error) {
	m := metrics{
		uploads: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_uploads_total",
			Help: "Uploads of applicants by result: accepted, crop (another part of the same photo), or why not."}, []string{"result"}),
		submissions: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_submissions_total",
			Help: "Photos that applicants submitted, by kind."}, []string{"kind"}),
	}
	for _, c := range []prometheus.Collector{m.uploads, m.submissions} {
		if err := registry.Register(c); err != nil {
			return m, fmt.Errorf("metrics: %w", err)
		}
	}
	return m, nil
}
