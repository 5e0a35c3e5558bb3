package bus

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics of consumers. Several consumers of one process share them.
type metrics struct {
	messages *prometheus.CounterVec   // by group, topic, result
	seconds  *prometheus.HistogramVec // by group, topic
	errors   *prometheus.CounterVec   // by group, topic, step
	held     *prometheus.GaugeVec     // by group, topic
	lag      *prometheus.GaugeVec     // by group, topic
}

func newMetrics(registry prometheus.Registerer) (*metrics, error) {
	labels := []string{"group", "topic"}
	m := &metrics{
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_bus_messages_total",
			Help: "Messages taken from a topic by what became of them: done, again (published once more) or parked."},
			append(labels, "result")),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "prportal_bus_handle_seconds",
			Help:    "Time of one call of the handler.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}}, labels),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_bus_errors_total",
			Help: "Failed steps: fetch, handle, hold, commit, publish, lag."}, append(labels, "step")),
		held: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "prportal_bus_held",
			Help: "Consumers that hold a message because something they depend on is down."}, labels),
		lag: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "prportal_bus_lag_messages",
			Help: "Messages that the group has yet to commit, over all partitions."}, labels),
	}
	var err error
	m.messages = register(registry, m.messages, &err)
	m.seconds = register(registry, m.seconds, &err)
	m.errors = register(registry, m.errors, &err)
	m.held = register(registry, m.held, &err)
	m.lag = register(registry, m.lag, &err)
	return m, err
}

// register returns the collector that counts: the one already there when another consumer of this process came first.
func register[C prometheus.Collector](registry prometheus.Registerer, c C, err *error) C {
	failed := registry.Register(c)
	var there prometheus.AlreadyRegisteredError
	if errors.As(failed, &there) {
		if same, ok := there.ExistingCollector.(C); ok {
			return same
		}
	}
	*err = errors.Join(*err, failed)
	return c
}
