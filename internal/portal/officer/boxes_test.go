package officer

import (
	"testing"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

func TestA6OfficersSeeWhatWasTicked(t *testing.T) {
	w := newWorld(t)
	b := w.officer("olga")
	c := w.review(fixture{})
	id, page := b.next()
	if id != c.ID {
		t.Fatalf("case %s", id)
	}
	page.lacks(`id="ticked"`)
	w.tx(func(tx *store.Tx) error {
		return tx.SaveBoxes(ctx, c.ID, w.caseNow(c.ID).Version, casefile.Boxes{HeadCovering: true, Medical: true})
	})
	b.get("/case/"+c.ID).has(`id="ticked"`).says("en", "box_head_covering").says("en", "box_medical").lacks(htmlText(w.text("en", "box_small_child")))

	f := caseFile{Lowered: []string{string(report.Sharpness)}}
	if got := lowered(f, "en", english(t)); got != "Without this the check would have returned the photo: Sharpness." {
		t.Errorf("%q", got)
	}
}
