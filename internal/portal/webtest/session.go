package webtest

import (
	"net/http"
	"testing"
	"time"

	"prportal.example/internal/store"
)

// Session is a session as it was at one moment, however much is done with it later.
type Session struct {
	sessions *store.Sessions
	token    string
	data     []byte
}

// Keep remembers the session that a token has now.
func Keep(t testing.TB, sessions *store.Sessions, token string) Session {
	t.Helper()
	data, found, err := sessions.FindCtx(t.Context(), token)
	if err != nil || !found {
		t.Fatalf("there is no session: %v", err)
	}
	return Session{sessions, token, data}
}

// Send brings the session back and lets a request go with it.
func (s Session) Send(t testing.TB, r *http.Request, cookie string) {
	t.Helper()
	if s.token == "" {
		return // nobody's
	}
	if err := s.sessions.CommitCtx(t.Context(), s.token, s.data, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: cookie, Value: s.token})
}
