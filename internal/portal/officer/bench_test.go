package officer

import (
	"net/http"
	"testing"
	"time"

	"prportal.example/internal/portal/webtest"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
	"prportal.example/internal/testenv/crowd"
)

// BenchmarkPages measures what the server needs for each page of an officer, through the real handler with sessions and a database with
// 20,000 people in it, of whom a thousand wait for an officer (PEOPLE asks for more): p50-ms and p95-ms.
func BenchmarkPages(b *testing.B) {
	testenv.OnBoth(b, pages)
}

func pages(b *testing.B, database string) {
	w := newWorldOn(b, database)
	people := crowd.People(b, 20_000)
	crowd.Fill(b, database, people, w.now())
	c := w.review(fixture{asked: "Please look."})
	olga := w.officer("olga")
	me, err := w.store.AccountByUsername(ctx, "olga")
	w.ok(err)
	task := crowd.Task.ID(people/1000*1000 - 1000 + 8)

	// Each next case is another one: the officer skips it.
	b.Run("next", func(b *testing.B) {
		took := make([]time.Duration, b.N)
		for i := range took {
			begin := time.Now()
			a := olga.post("/next", nil)
			took[i] = time.Since(begin)
			a.is(http.StatusSeeOther)
			w.tx(func(tx *store.Tx) error {
				return tx.Skip(ctx, a.header.Get("Location")[len("/case/"):], me.ID, "unsure", w.now())
			})
		}
		webtest.ReportTimes(b, took)
	})
	w.tx(func(tx *store.Tx) error {
		_, err := tx.LeaseCase(ctx, c.ID, me.ID, w.now(), time.Hour)
		return err
	})
	for _, page := range []struct{ name, path string }{
		{"queue", "/"}, {"case", "/case/" + c.ID}, {"office", "/office"}, {"office_kind", "/office?kind=wrong_details"},
		{"office_after", "/office?after=" + task}, {"office_task", "/office/" + task},
	} {
		b.Run(page.name, func(b *testing.B) {
			took := make([]time.Duration, b.N)
			for i := range took {
				begin := time.Now()
				olga.get(page.path).is(http.StatusOK)
				took[i] = time.Since(begin)
			}
			webtest.ReportTimes(b, took)
		})
	}
}
