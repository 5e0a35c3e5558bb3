package outbox

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/store"
)

type metrics struct {
	waiting  *prometheus.GaugeVec
	oldest   *prometheus.GaugeVec
	sent     *prometheus.CounterVec
	failures *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer) (metrics, error) {
	kind := []string{"kind"}
	m := metrics{
		waiting: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "prportal_outbox_waiting_rows", Help: "Rows that are due."}, kind),
		oldest: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "prportal_outbox_oldest_age_seconds",
			Help: "How long the oldest due row waits."}, kind),
		sent:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_outbox_sent_total", Help: "Rows handled."}, kind),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_outbox_failures_total", Help: "Tries that failed."}, kind),
	}
	for _, c := range []prometheus.Collector{m.waiting, m.oldest, m.sent, m.failures} {
		if err := reg.Register(c); err != nil {
			return m, fmt.Errorf("outbox metrics: %w", err)
		}
	}
	return m, nil
}

func (m metrics) observe(kind store.Kind, w store.Waiting, now time.Time) {
	m.waiting.WithLabelValues(string(kind)).Set(float64(w.Rows))
	age := 0.0
	if w.Rows > 0 {
		age = now.Sub(w.Oldest).Seconds()
	}
	m.oldest.WithLabelValues(string(kind)).Set(age)
}
