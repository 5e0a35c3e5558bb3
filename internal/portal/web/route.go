package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// Route is the pattern of the address that was asked for, for logs and metrics: addresses themselves hold ids, and those of links in
// e-mails are secrets.
func Route(r *http.Request) string {
	if c := chi.RouteContext(r.Context()); c != nil && c.RoutePattern() != "" {
		return c.RoutePattern()
	}
	return "none"
}
