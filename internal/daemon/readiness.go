package daemon

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
)

// readiness shows the answers of /readyz as a metric. They are asked for at every scrape, so that what a dashboard shows is as
// fresh as the rest of it.
type readiness struct {
	ops  *Ops
	desc *prometheus.Desc
}

func newReadiness(o *Ops) readiness {
	return readiness{o, prometheus.NewDesc("prportal_ready",
		"1 if this process can do its work as far as the dependency goes, 0 if not; the process itself is 0 while it stops.",
		[]string{"dependency"}, nil)}
}

// Describe makes readiness a collector.
func (r readiness) Describe(ch chan<- *prometheus.Desc) { ch <- r.desc }

// Collect makes readiness a collector.
func (r readiness) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
	defer cancel()
	answers := r.ops.ask(ctx)
	if _, stopping := answers[process]; !stopping {
		answers[process] = "ok"
	}
	for dependency, answer := range answers {
		value := 0.0
		if answer == "ok" {
			value = 1
		}
		ch <- prometheus.MustNewConstMetric(r.desc, prometheus.GaugeValue, value, dependency)
	}
}
