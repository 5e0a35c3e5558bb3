package photos

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A store that misreads what comes behind a put on one connection answers as this one does.
func TestWhatTheStoreCouldNotReadIsAskedAgain(t *testing.T) {
	for _, c := range []struct {
		misread, asked int
		ok             bool
	}{{0, 1, true}, {1, 2, true}, {2, 3, true}, {9, readAttempts, false}} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked <= c.misread {
				w.Header().Set("Content-Type", "application/xml")
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprint(w, `<Error><Code>BadRequest</Code><Message>An error occurred when parsing the HTTP request.</Message></Error>`)
				return
			}
			w.Header().Set("ETag", `"x"`)
			w.Header().Set("Last-Modified", "Mon, 04 May 2026 10:00:00 GMT")
			fmt.Fprint(w, "photo")
		}))
		store := open(t, Config{Endpoint: strings.TrimPrefix(server.URL, "http://"), AccessKey: "key", SecretKey: "secretsecret"})
		got, err := store.Get(t.Context(), "bucket", "key", 100)
		if (err == nil) != c.ok || (c.ok && string(got) != "photo") || asked != c.asked {
			t.Errorf("misread %d times: asked %d times, %q, %v", c.misread, asked, got, err)
		}
		server.Close()
	}
}
