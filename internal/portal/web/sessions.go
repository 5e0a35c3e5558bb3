package web

import (
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"prportal.example/internal/store"
)

// SessionConfig says how long sessions of a listener last and which cookie carries them.
type SessionConfig struct {
	Store    *store.Sessions
	Cookie   string
	SameSite http.SameSite
	HTTPS    bool          // the cookie goes over TLS only
	Idle     time.Duration // without a sign of life
	Lifetime time.Duration // at most
}

// Sessions returns the server-side sessions of a listener. The cookie ends with the browser and no script can read it.
func Sessions(c SessionConfig) *scs.SessionManager {
	m := scs.New()
	m.Store, m.IdleTimeout, m.Lifetime = c.Store, c.Idle, c.Lifetime
	m.Cookie.Name, m.Cookie.HttpOnly, m.Cookie.Secure = c.Cookie, true, c.HTTPS
	m.Cookie.SameSite, m.Cookie.Path, m.Cookie.Persist = c.SameSite, "/", false
	return m
}

// Keep is LoadAndSave of the sessions, but a session that was ended while a request is under way stays ended.
func Keep(m *scs.SessionManager) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		loaded := m.LoadAndSave(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c, err := r.Cookie(m.Cookie.Name); err == nil {
				r = r.WithContext(store.CarriedSession(r.Context(), c.Value))
			}
			loaded.ServeHTTP(w, r)
		})
	}
}

// Peek reads the session without renewing or saving it, for what a page fetches by itself: pictures, and the state that a
// script asks for. Such a request must not keep a session alive that nobody uses, nor write back one that was ended meanwhile.
func Peek(m *scs.SessionManager) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			token := ""
			if c, err := r.Cookie(m.Cookie.Name); err == nil {
				token = c.Value
			}
			ctx, err := m.Load(r.Context(), token)
			if err != nil {
				m.ErrorFunc(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}
