package portal

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/portal/webtest"
	"prportal.example/internal/testenv"
	"prportal.example/internal/testenv/crowd"
)

// BenchmarkPages measures what the server needs for each page, through the real handler with sessions and a database with 20,000 other
// people in it (PEOPLE asks for more), without the hashing of passwords: p50-ms and p95-ms, and p95 as a multiple of that of a file that
// needs no database (x-file).
func BenchmarkPages(b *testing.B) {
	testenv.OnBoth(b, pages)
}

func pages(b *testing.B, database string) {
	w := newWorldOn(b, database)
	crowd.Fill(b, database, crowd.People(b, 20_000), w.now())
	for name, state := range map[string]string{"open": "open", "verdict": "checked", "returned": "returned", "accepted": "accepted"} {
		p := w.upTo(state)
		for _, path := range []string{"/", "/declaration", "/address", "/photo", "/submit", "/status", "/messages", "/proof", "/account", "/help"} {
			b.Run(name+strings.ReplaceAll(path, "/", "_"), func(b *testing.B) {
				took := p.times(b, path)
				file := p.times(b, w.portal.assets.URL("portal.css"))
				webtest.ReportTimes(b, took)
				b.ReportMetric(webtest.Milliseconds(took, .95)/webtest.Milliseconds(file, .95), "x-file")
			})
		}
	}
}

// times asks for a page as often as the benchmark wants, following no redirect.
func (p *person) times(b *testing.B, path string) []time.Duration {
	b.Helper()
	client := *p.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var all []time.Duration
	for range b.N {
		begin := time.Now()
		r, err := client.Get(p.server.URL + path)
		if err != nil {
			b.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode >= http.StatusInternalServerError { // a page that says what is missing is a page
			b.Fatalf("%s: %d", path, r.StatusCode)
		}
		all = append(all, time.Since(begin))
	}
	return all
}
