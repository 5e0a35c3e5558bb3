package portal

import (
	"errors"
	"net/http"

	"prportal.example/internal/account"
)

// firstForm asks for the birth date and an own password. Until it is saved the page tells no more than the username.
func (p *portal) firstForm(w http.ResponseWriter, r *http.Request) {
	if me, ok := p.withTemporary(w, r); ok {
		p.showFirst(w, r, http.StatusOK, p.choicePage(r, me.account.Username), nil)
	}
}

// withTemporary is who has signed in with a temporary password. Anybody else is led on.
func (p *portal) withTemporary(w http.ResponseWriter, r *http.Request) (me reader, ok bool) {
	me, ok, err := p.holder(r)
	switch {
	case err != nil:
		p.fail(w, r, err)
	case !ok:
		http.Redirect(w, r, p.toSignIn(r), http.StatusSeeOther)
	case me.account.TemporaryUntil.IsZero():
		http.Redirect(w, r, "/", http.StatusSeeOther)
	case !p.c.Now().Before(me.account.TemporaryUntil):
		p.expired(w, r, me.account.Username)
	default:
		return me, true
	}
	return reader{}, false
}

func (p *portal) showFirst(w http.ResponseWriter, r *http.Request, status int, page choicePage, told *problem) {
	page.AskBirth = true
	p.show(w, r, status, view{Page: "first-sign-in", Path: "/first-sign-in", Heading: p.say(r)("first_title"), Problem: told, Data: page})
}

func (p *portal) firstPassword(w http.ResponseWriter, r *http.Request) {
	me, ok := p.withTemporary(w, r)
	if !ok {
		return
	}
	page, chosen := p.choicePage(r, me.account.Username), r.PostFormValue("new-password")
	refuse := func(in wrongs, status int) {
		page.Wrong = in.byField()
		p.showFirst(w, r, status, page, in.problem())
	}
	born := page.Birth.iso(p.c.Now())
	if born == "" {
		var in wrongs
		p.wrong(r, &in, "birth_date_missing")
		p.wrong(r, &in, passwordCode(account.CheckPassword(chosen, account.AboutStranger(me.account))))
		refuse(in, http.StatusUnprocessableEntity)
		return
	}
	epoch, err := p.c.Accounts.FirstPassword(r.Context(), account.Choice{Account: me.account, BirthDate: born, Password: chosen})
	switch {
	case err == nil:
		err = p.goOn(r, epoch)
		if err == nil {
			err = p.keepLanguage(r, me, p.lang(r))
		}
		if err != nil {
			p.fail(w, r, err)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	case errors.Is(err, account.ErrExpired):
		p.expired(w, r, me.account.Username)
	case errors.Is(err, account.ErrMoved):
		http.Redirect(w, r, "/", http.StatusSeeOther)
	default:
		in, status, ok := p.choiceWrong(r, err)
		if !ok {
			p.fail(w, r, err)
			return
		}
		refuse(in, status)
	}
}

// expired leads somebody who knows a temporary password that has expired to where a new one can be asked for. The session
// holds the username, and is signed in as nobody.
func (p *portal) expired(w http.ResponseWriter, r *http.Request, username string) {
	if err := p.sessions.RenewToken(r.Context()); err != nil {
		p.fail(w, r, err)
		return
	}
	p.sessions.Remove(r.Context(), sessionAccount)
	p.sessions.Put(r.Context(), sessionExpired, username)
	http.Redirect(w, r, "/expired-password", http.StatusSeeOther)
}

func (p *portal) expiredForm(w http.ResponseWriter, r *http.Request) {
	if p.sessions.GetString(r.Context(), sessionExpired) == "" {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return
	}
	p.show(w, r, http.StatusOK, view{Page: "expired-password", Path: "/expired-password", Heading: p.say(r)("expired_title")})
}

// askTemporary sends a new temporary password.
func (p *portal) askTemporary(w http.ResponseWriter, r *http.Request) {
	username := p.sessions.GetString(r.Context(), sessionExpired)
	if username == "" {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return
	}
	if err := p.c.Accounts.AskTemporary(r.Context(), username); err != nil {
		p.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/forgot-password?sent=temporary", http.StatusSeeOther)
}
