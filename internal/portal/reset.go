package portal

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"prportal.example/internal/account"
)

// resetForm is where the link in an e-mail leads. Opening it changes nothing: scanners of mail open links too.
func (p *portal) resetForm(w http.ResponseWriter, r *http.Request) {
	if page, ok := p.resetPage(w, r); ok {
		p.showReset(w, r, http.StatusOK, page, nil)
	}
}

// resetPage looks the link up. One that is not valid is answered the same way whether it ever was or not.
func (p *portal) resetPage(w http.ResponseWriter, r *http.Request) (page choicePage, ok bool) {
	token := chi.URLParam(r, "token")
	link, err := p.c.Accounts.OpenReset(r.Context(), token)
	switch {
	case errors.Is(err, account.ErrLink):
		p.resetOver(w, r)
		return page, false
	case err != nil:
		p.fail(w, r, err)
		return page, false
	}
	page = p.choicePage(r, link.Username)
	page.Token, page.AskBirth = token, link.BirthDate
	return page, true
}

func (p *portal) resetOver(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, http.StatusNotFound, view{Page: "reset-over", Path: "/reset/" + chi.URLParam(r, "token"), Heading: p.say(r)("reset_over_title")})
}

func (p *portal) showReset(w http.ResponseWriter, r *http.Request, status int, page choicePage, told *problem) {
	p.show(w, r, status, view{Page: "reset", Path: "/reset/" + page.Token, Heading: p.say(r)("reset_title"), Problem: told, Data: page})
}

// reset sets the new password and ends every session, this one too: the new password is tried at once.
func (p *portal) reset(w http.ResponseWriter, r *http.Request) {
	page, ok := p.resetPage(w, r)
	if !ok {
		return
	}
	refuse := func(in wrongs, status int) {
		page.Wrong = in.byField()
		p.showReset(w, r, status, page, in.problem())
	}
	if page.AskBirth && page.Birth.iso(p.c.Now()) == "" {
		var in wrongs
		p.wrong(r, &in, "birth_date_missing")
		refuse(in, http.StatusUnprocessableEntity)
		return
	}
	err := p.c.Accounts.ResetPassword(r.Context(), page.Token, account.Choice{BirthDate: page.Birth.iso(p.c.Now()), Password: r.PostFormValue("new-password")})
	switch {
	case err == nil:
		if err := p.sessions.Destroy(r.Context()); err != nil {
			p.fail(w, r, err)
			return
		}
		http.Redirect(w, r, "/sign-in?reset=1", http.StatusSeeOther)
	case errors.Is(err, account.ErrLink), errors.Is(err, account.ErrMoved):
		p.resetOver(w, r)
	default:
		in, status, ok := p.choiceWrong(r, err)
		if !ok {
			p.fail(w, r, err)
			return
		}
		refuse(in, status)
	}
}
