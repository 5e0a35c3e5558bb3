package portal

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
)

// boxesView are the boxes that an applicant may tick without proof.
type boxesView struct {
	casefile.Boxes
	Young bool // the birth date is that of a small child: the box comes first, and says so. It is never ticked by itself
	Any   bool // there is something to show at once
}

// Names of the fields. boxesField comes with every form that has them, since a box that is not ticked sends nothing.
const (
	boxesField    = "boxes"
	headField     = "head_covering"
	medicalField  = "medical"
	childField    = "small_child"
	tickedValue   = "1"
	maxBoxesValue = 16 // bytes
)

// readBoxes reads the boxes of a form, nil if it has none.
func readBoxes(form url.Values) *casefile.Boxes {
	if form.Get(boxesField) != tickedValue {
		return nil
	}
	return &casefile.Boxes{HeadCovering: form.Get(headField) == tickedValue, Medical: form.Get(medicalField) == tickedValue,
		SmallChild: form.Get(childField) == tickedValue}
}

// boxesOf shows the boxes of a case as they are, or as they were sent just now.
func (p *portal) boxesOf(r *http.Request, c store.CaseRow, sent *casefile.Boxes) *boxesView {
	v := &boxesView{Boxes: c.Boxes()}
	if sent != nil {
		v.Boxes = *sent
	}
	born, err := time.Parse(time.DateOnly, p.me(r).person.BirthDate)
	v.Young = err == nil && born.AddDate(casefile.SmallChildUnder, 0, 0).After(p.c.Now())
	v.Any = v.Young || v.Boxes != casefile.Boxes{}
	return v
}

// saveBoxes is the form of the boxes alone: the photo stays, and is judged anew.
func (p *portal) saveBoxes(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || readBoxes(r.PostForm) == nil {
		p.showPhoto(w, r, http.StatusBadRequest, p.problem(r, "bad_boxes"))
		return
	}
	c, _, err := p.ownCase(r)
	if err == nil {
		err = p.c.Triage.SetBoxes(r.Context(), triage.Ticked{CaseID: c.ID, Boxes: *readBoxes(r.PostForm), AccountID: p.me(r).account.ID})
	}
	switch {
	case err == nil:
		http.Redirect(w, r, "/photo?ticked", http.StatusSeeOther)
	case errors.Is(err, triage.ErrAlreadySubmitted):
		p.showStatus(w, r, http.StatusConflict, p.problem(r, "already_submitted"))
	case errors.Is(err, triage.ErrStale):
		p.showPhoto(w, r, http.StatusConflict, p.problem(r, "stale"))
	default:
		p.fail(w, r, err)
	}
}
