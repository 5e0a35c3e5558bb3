package portal

import (
	"errors"
	"net/http"
	"unicode/utf8"

	"prportal.example/internal/journey"
	"prportal.example/internal/store"
)

// detailsPage asks what is wrong with name or birth date.
type detailsPage struct {
	Given, Family, Born string
	Text                string
	Said                bool // it was said before that something is wrong
}

func (p *portal) detailsForm(w http.ResponseWriter, r *http.Request) {
	p.showDetails(w, r, http.StatusOK, "", p.lostProblem(r))
}

func (p *portal) showDetails(w http.ResponseWriter, r *http.Request, status int, written string, told *problem) {
	st, err := p.journey(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if st.Ordered() {
		http.Redirect(w, r, "/status", http.StatusSeeOther)
		return
	}
	person, say := st.Person, p.say(r)
	p.show(w, r, status, view{Page: "details", Path: "/submit/details", Heading: say("details_title"), Problem: told,
		Data: detailsPage{Given: person.GivenNames, Family: person.FamilyName, Born: birthday(person.BirthDate, p.lang(r), say),
			Text: written, Said: st.DetailsWrong()}})
}

// details takes the word that they are wrong, or that they are right after all.
func (p *portal) details(w http.ResponseWriter, r *http.Request) {
	valid := r.ParseForm() == nil
	in := journey.DetailsCheck{By: p.by(r), Right: r.PostFormValue("right") == "1", Note: readNote(r, "details")}
	switch {
	case in.Right:
		in.Note = ""
	case !valid || utf8.RuneCountInString(in.Note) > maxNote:
		p.showDetails(w, r, http.StatusUnprocessableEntity, in.Note, p.problem(r, "details_long"))
		return
	case in.Note == "":
		p.showDetails(w, r, http.StatusUnprocessableEntity, "", p.problem(r, "details_missing"))
		return
	}
	err := p.c.Journey.CheckDetails(r.Context(), in)
	switch {
	case errors.Is(err, journey.ErrOrdered):
		http.Redirect(w, r, "/status", http.StatusSeeOther)
	case err != nil:
		p.fail(w, r, err)
	default:
		http.Redirect(w, r, "/submit", http.StatusSeeOther)
	}
}

// confirmDetails records that name and birth date are right as the page showed them, because the person goes on, unless they
// said that these are wrong. Where they were changed since, the code of that problem comes back.
func (p *portal) confirmDetails(r *http.Request, c store.CaseRow, in submission) (code string, err error) {
	person := p.me(r).person
	printed := journey.Printed(person)
	if c.Locked() || !in.Declared {
		return "", nil // nothing is submitted
	}
	if in.Printed != "" && in.Printed != printed {
		return "details_changed", nil
	}
	last, err := p.c.Store.LastDetailsCheck(r.Context(), person.ID)
	if known(err) != nil {
		return "", err
	}
	if err == nil && last.Printed == printed {
		return "", nil
	}
	return "", p.c.Journey.CheckDetails(r.Context(), journey.DetailsCheck{By: p.by(r), Right: true})
}
