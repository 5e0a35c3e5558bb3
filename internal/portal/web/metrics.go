package web

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"
)

// Durations measures the answers of a listener by route pattern and class of status; addresses themselves hold ids, and are
// no labels.
func Durations(registry prometheus.Registerer, listener string) (func(http.Handler) http.Handler, error) {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "prportal_http_request_seconds",
		Help:        "Time of an answer by route and class of status.",
		ConstLabels: prometheus.Labels{"listener": listener},
		Buckets:     []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}}, []string{"method", "route", "status"})
	if err := registry.Register(seconds); err != nil {
		return nil, fmt.Errorf("metrics of requests: %w", err)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start, ww := time.Now(), middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			next.ServeHTTP(ww, r)
			route, method := Route(r), r.Method
			switch method {
			case http.MethodGet, http.MethodHead, http.MethodPost:
			default:
				method = "other"
			}
			status := max(ww.Status(), http.StatusOK)
			seconds.WithLabelValues(method, route, strconv.Itoa(status/100)+"xx").Observe(time.Since(start).Seconds())
		})
	}, nil
}
