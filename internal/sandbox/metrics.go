package sandbox

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics of children. Several of one process share them.
type metrics struct {
	starts   *prometheus.CounterVec // by child
	restarts *prometheus.CounterVec // by child, cause
	resident *prometheus.GaugeVec   // by child
}

func newMetrics(registry prometheus.Registerer) (*metrics, error) {
	child := []string{"child"}
	m := &metrics{
		starts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_sandbox_starts_total",
			Help: "Child processes started, spares included."}, child),
		restarts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_sandbox_restarts_total",
			Help: "Child processes replaced, by cause: crash, deadline, answer, fault, stopped, idle or start."}, append(child, "cause")),
		resident: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "prportal_sandbox_resident_bytes",
			Help: "Memory of the child process, OpenCV's included, after its latest photo."}, child),
	}
	var err error
	m.starts = register(registry, m.starts, &err)
	m.restarts = register(registry, m.restarts, &err)
	m.resident = register(registry, m.resident, &err)
	return m, err
}

// register returns the collector that counts: the one already there when another child of this process came first.
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

// observe shows the memory of the child.
func (m *metrics) observe(name string, p *process) {
	if bytes, ok := resident(p.cmd.Process.Pid); ok {
		m.resident.WithLabelValues(name).Set(bytes)
	}
}

// resident is the memory of a process that is in RAM (proc(5), statm).
func resident(pid int) (bytes float64, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, false
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0, false
	}
	pages, err := strconv.ParseFloat(fields[1], 64)
	return pages * float64(os.Getpagesize()), err == nil
}
