package portal

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
)

// attemptView is a photo that was submitted, and what became of it.
type attemptView struct {
	Number        int
	Title         string
	URL           string // of its picture, "" if that is gone
	Width, Height int
	Submitted     string
	Outcome       string // code: waits, review, returned, accepted
	Text          string // the same in words, with the day
	By            string // who decided
	Reasons       string // titles
}

// attempts lists every photo of the case that was submitted, the newest first. One that a person looks at once more reads as
// being looked at.
func (p *portal) attempts(r *http.Request, c store.CaseRow, lang string, say web.Say) ([]attemptView, error) {
	photos, err := p.c.Store.PhotosOfCase(r.Context(), c.ID)
	if err != nil {
		return nil, err
	}
	photos = slices.DeleteFunc(photos, func(s store.Photo) bool { return s.SubmittedAt.IsZero() })
	slices.SortStableFunc(photos, func(a, b store.Photo) int { return a.SubmittedAt.Compare(b.SubmittedAt) })
	day := func(t time.Time) string { return date(t.In(p.c.Location), lang, say) }
	var out []attemptView
	for i, s := range photos {
		v := attemptView{Number: i + 1, Title: say("attempt", i+1), Submitted: day(s.SubmittedAt)}
		if s.Rendition != nil && s.DeletedAt.IsZero() {
			v.URL, v.Width, v.Height = "/photo/rendition/"+s.ID, s.Rendition.Width, s.Rendition.Height
		}
		outcome, by := s.Outcome, s.DecidedBy
		if s.ID == c.PhotoID && c.PublicState() != casefile.Returned && c.PublicState() != casefile.Accepted {
			outcome = "" // its turn is not over
		}
		switch outcome {
		case casefile.OutcomeReturn:
			v.Outcome, v.Text, v.By = "returned", say("attempt_returned", day(s.DecidedAt)), say("attempt_by_"+string(by))
			var titles []string
			for _, reason := range s.Reasons {
				titles = append(titles, reason.Text(lang).Title)
			}
			v.Reasons = strings.Join(titles, " · ")
		case casefile.OutcomeAccept:
			v.Outcome, v.Text, v.By = "accepted", say("attempt_accepted", day(s.DecidedAt)), say("attempt_by_"+string(by))
		default:
			v.Outcome, v.Text = "review", say("attempt_review")
			if c.State == casefile.Submitted {
				v.Outcome, v.Text = "waits", say("attempt_waits")
			}
		}
		out = append(out, v)
	}
	slices.Reverse(out)
	return out, nil
}
