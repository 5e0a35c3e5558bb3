package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// readyTimeout bounds one question to a dependency: a probe that hangs is a probe that fails.
const readyTimeout = 2 * time.Second

// process is the name under which a process answers for itself; no dependency may be called so.
const process = "process"

// OpsConfig says what the ops listener shows.
type OpsConfig struct {
	Addr     string               // host:port, port 0 means a free one
	Registry *prometheus.Registry // shown at /metrics
	// Ready holds, by name, what must answer before this process can do its work; each is asked with a deadline of 2 s.
	Ready  map[string]func(ctx context.Context) error
	Logger *slog.Logger
}

// Ops is the listener for those who run the system: /metrics, /livez, /readyz and /debug/pprof/. It has no authentication
// and belongs on an inner network only.
type Ops struct {
	config   OpsConfig
	listener net.Listener

	mu       sync.Mutex
	stopping bool
	failing  map[string]bool // what the last answer complained about; a change is logged once
}

// NewRegistry is a registry that already shows the Go runtime, the process and the build.
func NewRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewBuildInfoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// NewOps opens the listener, so that Addr is known; Run serves it.
func NewOps(config OpsConfig) (*Ops, error) {
	listener, err := net.Listen("tcp", config.Addr)
	if err != nil {
		return nil, fmt.Errorf("ops listener: %w", err)
	}
	o := &Ops{config: config, listener: listener, failing: map[string]bool{}}
	if err := config.Registry.Register(newReadiness(o)); err != nil {
		return nil, errors.Join(fmt.Errorf("ops listener: %w", err), listener.Close())
	}
	return o, nil
}

// Addr is the address that is really listened on, host:port.
func (o *Ops) Addr() string { return o.listener.Addr().String() }

// Run serves until ctx ends. From then on /readyz says 503, while requests in hand are finished.
func (o *Ops) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		o.mu.Lock()
		o.stopping = true
		o.mu.Unlock()
	})
	defer stop()
	return Serve(ctx, o.listener, o.handler(), o.config.Logger)
}

func (o *Ops) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(o.config.Registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", o.readyz)
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// readyz answers 200 or 503 with a JSON object: every dependency's name, and "ok" or what is wrong with it.
func (o *Ops) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	answers := o.ask(ctx)
	status := http.StatusOK
	for _, answer := range answers {
		if answer != "ok" {
			status = http.StatusServiceUnavailable
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answers) // the prober has gone: nobody to tell
}

// ask puts all questions at once, so that the slowest one, not their sum, sets the time.
func (o *Ops) ask(ctx context.Context) map[string]string {
	type answer struct {
		name string
		err  error
	}
	answers := make(chan answer, len(o.config.Ready))
	for name, ready := range o.config.Ready {
		go func() { answers <- answer{name, ready(ctx)} }()
	}
	said := make(map[string]string, len(o.config.Ready)+1)
	for name := range o.config.Ready {
		said[name] = "no answer in time"
	}
	for range o.config.Ready {
		select {
		case a := <-answers:
			said[a.name] = "ok"
			if a.err != nil {
				said[a.name] = a.err.Error()
			}
			continue
		case <-ctx.Done():
		}
		break
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stopping {
		said[process] = "stopping"
	}
	for name := range o.config.Ready {
		if failing := said[name] != "ok"; failing != o.failing[name] {
			o.failing[name] = failing
			o.config.Logger.Warn("readiness changed", "dependency", name, "ready", !failing, "answer", said[name])
		}
	}
	return said
}
