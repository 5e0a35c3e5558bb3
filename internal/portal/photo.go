package portal

import (
	"net/http"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
)

// photoPage is the page on which a photo is chosen, checked, and chosen again.
type photoPage struct {
	Part     string // what the page is about: choose, wait or verdict
	Verdict  *verdictView
	Uploaded string // when
	Slow     bool
}

const (
	partChoose  = "choose"
	partWait    = "wait"
	partVerdict = "verdict"
)

func (p *portal) photoForm(w http.ResponseWriter, r *http.Request) {
	code := lost(r)
	var told *problem
	if code != "" {
		told = p.problem(r, code)
	}
	p.showPhoto(w, r, http.StatusOK, told)
}

// showPhoto writes the page as the case stands. Where the photo can't be changed now, that is said on the page of its status.
func (p *portal) showPhoto(w http.ResponseWriter, r *http.Request, status int, told *problem) {
	c, photo, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if c.Locked() {
		if told == nil {
			http.Redirect(w, r, "/status", http.StatusSeeOther)
			return
		}
		p.showStatus(w, r, status, told)
		return
	}
	v, err := p.photoView(r, c, photo)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	v.Problem = told
	p.show(w, r, status, v)
}

func (p *portal) photoView(r *http.Request, c store.CaseRow, photo *store.Photo) (view, error) {
	lang, say := p.lang(r), p.say(r)
	page := photoPage{Part: partChoose}
	v := view{Page: "photo", Path: "/photo", State: c.PublicState(), PhotoID: c.PhotoID, Heading: say("photo_title")}
	if photo != nil {
		page.Uploaded = moment(photo.UploadedAt.In(p.c.Location), lang, say)
	}
	// Choosing another photo while one is checked has a page that stands still: one that is shown anew would lose the choice.
	replacing := r.Method == http.MethodGet && r.URL.Query().Has("replace")
	switch {
	case c.State == casefile.Checking && replacing:
		v.Path, v.Heading = "/photo?replace", say("replace_title")
	case c.State == casefile.Checking:
		page.Part, v.Waits, v.Heading = partWait, true, say("checking_title")
		v.Slow = photo != nil && p.c.Now().Sub(photo.UploadedAt) > slowAfter
		if page.Slow = v.Slow; page.Slow {
			v.Heading = say("slow_title")
		}
	case c.State == casefile.Checked:
		var err error
		if page.Verdict, err = verdict(photo, lang, say, nil); err != nil {
			return v, err
		}
		if page.Verdict != nil {
			page.Part, v.Heading = partVerdict, page.Verdict.Heading
		}
	}
	v.Data = page
	return v, nil
}
