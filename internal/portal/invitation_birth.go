package portal

import (
	"errors"
	"net/http"

	"prportal.example/internal/account"
	"prportal.example/internal/portal/web"
)

// invitationBirthForm is where a link in an e-mail leads. It tells nothing about anybody, and opening it changes nothing.
func (p *portal) invitationBirthForm(w http.ResponseWriter, r *http.Request) {
	if err := p.c.Accounts.OpenInvitation(r.Context(), invitationToken(r)); err != nil {
		p.invitationLinkFails(w, r, err)
		return
	}
	p.showInvitationBirth(w, r, http.StatusOK, birthDate{}, nil)
}

func (p *portal) showInvitationBirth(w http.ResponseWriter, r *http.Request, status int, in birthDate, told *problem) {
	p.invitationShow(w, r, status, view{Page: "invitation-birth", Path: "/invitation/" + invitationToken(r), Heading: "inv_birth_title", Problem: told,
		Data: invitationPage{Birth: in.fields(p.say(r), told != nil && told.Wrong), Contact: p.c.Contact}})
}

// invitationBirth takes the birth date, and goes on with a new session token for the new rights.
func (p *portal) invitationBirth(w http.ResponseWriter, r *http.Request) {
	in := readBirthDate(r)
	date := in.iso(p.c.Now())
	if date == "" {
		code := "inv_birth_none"
		if in.incomplete() {
			code = "inv_birth_empty"
		}
		if err := p.c.Accounts.OpenInvitation(r.Context(), invitationToken(r)); err != nil {
			p.invitationLinkFails(w, r, err)
			return
		}
		p.showInvitationBirth(w, r, http.StatusUnprocessableEntity, in, p.problem(r, code))
		return
	}
	ref, err := p.c.Accounts.EnterInvitation(r.Context(), invitationToken(r), date)
	var slow *account.SlowError
	switch {
	case errors.As(err, &slow):
		p.showInvitationBirth(w, r, http.StatusTooManyRequests, in, p.problem(r, "inv_birth_slow", p.wait(r, slow.Wait)))
	case errors.Is(err, account.ErrBirthDate):
		p.showInvitationBirth(w, r, http.StatusUnprocessableEntity, in, p.problem(r, "inv_birth_wrong"))
	case err != nil:
		p.invitationLinkFails(w, r, err)
	default:
		if err := p.beginInvitation(r, ref); err != nil {
			p.fail(w, r, err)
			return
		}
		http.Redirect(w, r, "/invitation", http.StatusSeeOther)
	}
}

// invitationLinkFails answers to a link that leads nowhere. An invitation that is answered in this session already is not touched by it.
func (p *portal) invitationLinkFails(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, account.ErrInvitationOver) {
		p.invitationOver(w, r)
		return
	}
	p.fail(w, r, err)
}

// beginInvitation lets this session answer an invitation, and signs out who is signed in: an invitation that can be answered is another
// person's, who has no account yet. The language that was chosen on the page before holds for the person.
func (p *portal) beginInvitation(r *http.Request, ref string) error {
	if err := p.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	p.forgetInvitation(r)
	for _, key := range []string{sessionAccount, sessionEpoch, sessionExpired} {
		p.sessions.Remove(r.Context(), key)
	}
	p.sessions.Put(r.Context(), sessionInvitation, ref)
	if lang := web.Language(p.sessions.GetString(r.Context(), sessionLanguage)); lang != "" {
		return p.keepInvitedLanguage(r, lang)
	}
	return nil
}
