package portal

import (
	"net/http"

	"prportal.example/internal/casefile"
)

// ask sends a photo that came back to a person as it is.
func (p *portal) ask(w http.ResponseWriter, r *http.Request) {
	in := readSubmission(r)
	c, _, err := p.ownCase(r)
	switch {
	case err != nil:
		p.fail(w, r, err)
		return
	case c.State != casefile.Returned && c.Locked():
		p.showStatus(w, r, http.StatusConflict, p.problem(r, "already_submitted"))
		return
	case c.State != casefile.Returned || c.PhotoID != in.PhotoID:
		p.showPhoto(w, r, http.StatusConflict, p.problem(r, "stale"))
		return
	}
	if code := in.problem(); code != "" {
		told := p.problem(r, code)
		p.showStatusWith(w, r, http.StatusUnprocessableEntity, told, in.Note)
		return
	}
	in.Person = true
	p.send(w, r, c, in, submittedAgain)
}
