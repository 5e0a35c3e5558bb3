package portal

import (
	"net/http"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

// statusPage is what became of a submitted photo, and of the card after it.
type statusPage struct {
	Since   string // when it was submitted
	Usual   string // how long it takes as a rule
	Overdue bool
	Asked   bool // a person was asked for

	Returned string    // when, of a photo that came back
	Machine  bool      // who decided
	Reasons  []finding // why
	Letter   string    // the officer's own words, if any
	Next     bool      // the next submission goes to a person by itself
	Note     string

	Accepted string // when
	Card     *cardView

	Picture  *pictureView
	Attempts []attemptView // every submitted photo, the newest first
	Crop     bool          // another part of the photo that came back can be chosen
}

func (p *portal) status(w http.ResponseWriter, r *http.Request) {
	code := lost(r)
	var told *problem
	if code != "" {
		told = p.problem(r, code)
	}
	p.showStatus(w, r, http.StatusOK, told)
}

func (p *portal) showStatus(w http.ResponseWriter, r *http.Request, status int, told *problem) {
	p.showStatusWith(w, r, status, told, "")
}

// showStatusWith keeps what was written so far.
func (p *portal) showStatusWith(w http.ResponseWriter, r *http.Request, status int, told *problem, note string) {
	p.showStatusChanged(w, r, status, told, func(page *statusPage) { page.Note = note })
}

// showStatusChanged shows the page with what change makes of it.
func (p *portal) showStatusChanged(w http.ResponseWriter, r *http.Request, status int, told *problem, change func(*statusPage)) {
	c, photo, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	state := c.PublicState()
	if pageOf(state) != "/status" || photo == nil {
		if told == nil {
			http.Redirect(w, r, pageOf(state), http.StatusSeeOther)
			return
		}
		p.showPhoto(w, r, status, told)
		return
	}
	lang, say := p.lang(r), p.say(r)
	page, err := p.statusPage(r, c, photo, lang, say)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	change(&page)
	heading := "status_" + string(state)
	if page.Card != nil {
		heading = "card_title_" + page.Card.State
	}
	p.show(w, r, status, view{Page: "status", Path: "/status", Heading: say(heading), State: state,
		PhotoID: c.PhotoID, Waits: state == casefile.Submitted, Problem: told, Data: page})
}

func (p *portal) statusPage(r *http.Request, c store.CaseRow, photo *store.Photo, lang string, say web.Say) (statusPage, error) {
	at := func(t time.Time) string { return moment(t.In(p.c.Location), lang, say) }
	page := statusPage{Since: at(c.SubmittedAt), Asked: c.PersonAsked}
	only := []report.Reason{} // nothing but the frame is drawn on a photo that waits or was accepted
	var err error
	switch c.PublicState() {
	case casefile.InReview:
		page.Usual = days(c.Lane.Target(), say)
		page.Overdue = c.DueAt.Before(p.c.Now())
	case casefile.Returned:
		page.Returned, page.Machine = at(c.DecidedAt), c.DecidedBy == casefile.ByMachine
		page.Next = c.AutoReturns >= casefile.AutoReturnsBeforeOfficer
		_, page.Crop = p.croppable(c, photo)
		page.Crop = page.Crop && photo.Verdict.Crop != nil
		only = c.Reasons
		for _, reason := range c.Reasons {
			page.Reasons = append(page.Reasons, explained(reason, lang))
		}
		if page.Letter, err = p.letter(r, c); err != nil {
			return page, err
		}
	case casefile.Accepted:
		page.Accepted = at(c.EffectiveAt)
		if page.Card, err = p.card(r, c, lang, say); err != nil {
			return page, err
		}
	}
	if page.Attempts, err = p.attempts(r, c, lang, say); err != nil {
		return page, err
	}
	page.Picture, err = picture(photo, lang, say, only)
	return page, err
}

// letter is what the officer wrote with the return, "" if nothing.
func (p *portal) letter(r *http.Request, c store.CaseRow) (string, error) {
	if c.DecidedBy != casefile.ByOfficer {
		return "", nil
	}
	notes, err := p.c.Store.Notes(r.Context(), c.ID)
	if err != nil {
		return "", err
	}
	for _, n := range notes {
		if n.Kind == store.NoteLetter && n.PhotoID == c.PhotoID && n.CreatedAt.Equal(c.DecidedAt) {
			return n.Body, nil
		}
	}
	return "", nil
}
