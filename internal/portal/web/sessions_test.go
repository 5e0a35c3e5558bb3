package web

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
	"time"

	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
)

// TestASessionThatWasEndedStaysEnded signs out, and in again, while another page of the same browser is still under way.
func TestASessionThatWasEndedStaysEnded(t *testing.T) {
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	testenv.OnBoth(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		sessions := Sessions(SessionConfig{Store: db.Sessions("applicant", time.Now), Cookie: "s", Idle: time.Hour, Lifetime: time.Hour})
		began, goOn := make(chan bool), make(chan bool)
		mux := http.NewServeMux()
		mux.HandleFunc("/in", func(_ http.ResponseWriter, r *http.Request) {
			ok(sessions.RenewToken(r.Context()))
			sessions.Put(r.Context(), "who", "zoe")
		})
		mux.HandleFunc("/out", func(_ http.ResponseWriter, r *http.Request) { ok(sessions.Destroy(r.Context())) })
		mux.HandleFunc("/slow", func(http.ResponseWriter, *http.Request) {
			began <- true
			<-goOn
		})
		mux.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, sessions.GetString(r.Context(), "who"))
		})
		server := httptest.NewServer(Keep(sessions)(mux))
		t.Cleanup(server.Close)
		jar, err := cookiejar.New(nil)
		ok(err)
		browser := &http.Client{Jar: jar}
		get := func(c *http.Client, path string, cookies ...*http.Cookie) string {
			q, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
			ok(err)
			for _, c := range cookies {
				q.AddCookie(c)
			}
			r, err := c.Do(q)
			ok(err)
			defer r.Body.Close()
			b, err := io.ReadAll(r.Body)
			ok(err)
			return string(b)
		}
		for _, end := range []string{"/out", "/in"} {
			get(browser, "/in")
			q, err := http.NewRequest(http.MethodGet, server.URL, nil)
			ok(err)
			old := jar.Cookies(q.URL)
			if who := get(&http.Client{}, "/who", old...); who != "zoe" {
				t.Fatalf("signed in as %q", who)
			}
			slow := make(chan bool)
			go func() {
				get(&http.Client{}, "/slow", old...)
				close(slow)
			}()
			<-began
			get(browser, end)
			goOn <- true
			<-slow
			if who := get(&http.Client{}, "/who", old...); who != "" {
				t.Errorf("after %s the old session is that of %q", end, who)
			}
		}
		if who := get(browser, "/who"); who != "zoe" {
			t.Errorf("the new session is that of %q", who)
		}
	})
}
