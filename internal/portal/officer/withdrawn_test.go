package officer

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
)

// TestP7AWithdrawnCaseLeavesTheDesk: in the middle of a review, and comes back as it was.
func TestP7AWithdrawnCaseLeavesTheDesk(t *testing.T) {
	w := newWorld(t)
	w.review(fixture{})
	withdraw := func(at time.Time) {
		w.tx(func(tx *store.Tx) error {
			p, err := tx.PersonByClientID(ctx, "C-1")
			if err != nil {
				return err
			}
			p.WithdrawnAt = at
			_, err = tx.PutPerson(ctx, p, w.now())
			return err
		})
	}
	olga := w.officer("olga")
	id, page := olga.next()
	withdraw(w.now())
	for _, what := range []string{"accept", "return", "skip"} {
		form := page.form(url.Values{"reason": {"glare"}, "why": {"unsure"}})
		olga.post("/case/"+id+"/"+what, form).is(http.StatusConflict).says("en", "withdrawn").lacks("Zoë")
	}
	olga.get("/case/"+id).is(http.StatusConflict).says("en", "withdrawn").lacks("Zoë", "1992-02-29")
	olga.get("/case/" + id + "/rendition").is(http.StatusConflict)
	olga.post("/next", nil).redirects("/")
	w.officer("boss").get("/case/"+id).is(http.StatusOK).says("en", "history_withdrawn")
	w.state(id, casefile.InReview)

	withdraw(time.Time{})
	again, page := olga.next()
	if again != id {
		t.Errorf("another case came: %s", again)
	}
	page.says("en", "history_approved_again")
	olga.post("/case/"+id+"/accept", page.form(nil)).redirects("/case/" + id)
}
