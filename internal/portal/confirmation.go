package portal

import (
	"net/http"

	"prportal.example/internal/casefile"
)

// confirmationPage says that the photo is there, and what happens next.
type confirmationPage struct {
	Reference string
	Early     bool   // the automatic check is not done
	Usual     string // how long it takes as a rule
	Held      bool   // name or birth date wait for the office
}

func (p *portal) confirmation(w http.ResponseWriter, r *http.Request) {
	st, err := p.journey(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	state := st.Case.PublicState()
	if state != casefile.Submitted && state != casefile.InReview {
		http.Redirect(w, r, pageOf(state), http.StatusSeeOther)
		return
	}
	page := confirmationPage{Reference: casefile.Reference(st.Case.ID), Early: state == casefile.Submitted, Held: st.DetailsWrong()}
	if !page.Early {
		page.Usual = days(st.Case.Lane.Target(), p.say(r))
	}
	p.show(w, r, http.StatusOK, view{Page: "confirmation", Path: "/confirmation", Heading: p.say(r)("confirmation_title"), State: state,
		PhotoID: st.Case.PhotoID, Data: page})
}
