package web

import (
	"errors"
	"log/slog"
	"net/http"
)

// Recover turns a panic into a logged error and a plain answer.
func Recover(log *slog.Logger, text string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				if p := recover(); p != nil {
					if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
						panic(p)
					}
					log.ErrorContext(r.Context(), "panic", "method", r.Method, "route", Route(r), "panic", p)
					http.Error(w, text, http.StatusInternalServerError)
				}
			}()
			next.ServeHTTP(w, r)
		})
	}
}
