package portal

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

// photoPage is the page on which a photo is chosen, checked, and chosen again.
type photoPage struct {
	Part     string // what the page is about: choose, wait or verdict
	Verdict  *verdictView
	Uploaded string // when
	Slow     bool

	Boxes    *boxesView
	Helps    bool        // a box would turn something that was found
	Ticked   bool        // the boxes were saved just now
	Same     string      // when a photo that shows the same was sent, "" if none was
	Coaching []coachLine // against the attempt before
	Crop     bool        // the part that is printed can be chosen
	Cropped  bool        // and was
}

// photoRoutes are what the page has beside the upload.
func (p *portal) photoRoutes(r chi.Router) {
	r.Get("/photo/crop", p.cropForm)
	r.Group(func(r chi.Router) {
		r.Use(smallForm)
		r.Post("/photo/boxes", p.saveBoxes)
		r.Post("/photo/crop/move", p.moveCrop)
		r.With(p.limitUploads()).Post("/photo/crop", p.saveCrop)
	})
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
	p.showPhotoWith(w, r, status, told, nil)
}

// showPhotoWith keeps what was ticked in a form that could not be taken.
func (p *portal) showPhotoWith(w http.ResponseWriter, r *http.Request, status int, told *problem, sent *casefile.Boxes) {
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
	v, err := p.photoView(r, c, photo, sent)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	v.Problem = told
	p.show(w, r, status, v)
}

func (p *portal) photoView(r *http.Request, c store.CaseRow, photo *store.Photo, sent *casefile.Boxes) (view, error) {
	lang, say := p.lang(r), p.say(r)
	page := photoPage{Part: partChoose, Boxes: p.boxesOf(r, c, sent)}
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
			if err := p.aroundVerdict(r, c, photo, &page); err != nil {
				return v, err
			}
		}
	}
	v.Data = page
	return v, nil
}

// aroundVerdict fills in what the page says beside the verdict itself.
func (p *portal) aroundVerdict(r *http.Request, c store.CaseRow, photo *store.Photo, page *photoPage) error {
	lang, say := p.lang(r), p.say(r)
	page.Ticked = r.Method == http.MethodGet && r.URL.Query().Has("ticked")
	_, page.Crop = p.croppable(c, photo)
	// Where no part of the photo can be right, choosing one would only cost time: the findings say to take another photo.
	page.Crop = page.Crop && (photo.Verdict.Crop != nil || headOf(*photo.Verdict) == nil)
	page.Cropped = photo.Crop != nil
	for _, check := range photo.Verdict.Checks {
		page.Helps = page.Helps || check.Outcome == report.Fail && check.Action == report.ToReturn && casefile.Concerns(check.ID)
	}
	if photo.SameAs != "" && photo.UploadID == "" {
		same, err := p.c.Store.Photo(r.Context(), photo.SameAs)
		if err != nil {
			return err
		}
		if sameVerdict(same, *photo) {
			page.Same = moment(same.UploadedAt.In(p.c.Location), lang, say)
		}
	}
	var err error
	page.Coaching, err = p.coaching(r, *photo, say, lang)
	return err
}
