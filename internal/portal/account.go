package portal

import (
	"errors"
	"net/http"

	"prportal.example/internal/account"
	"prportal.example/internal/portal/web"
)

// accountPage is what somebody can see and change of the account.
type accountPage struct{ Name, Username, Email, Language, Other, OtherCode string }

func (p *portal) account(w http.ResponseWriter, r *http.Request) {
	me, say := p.me(r), p.say(r)
	page := accountPage{Name: me.name(), Username: me.account.Username, Email: me.person.Email, OtherCode: web.Other(me.person.Language)}
	page.Language, page.Other = say("language_"+web.Other(page.OtherCode)), say("language_to_"+page.OtherCode)
	var told *problem
	switch r.URL.Query().Get("saved") {
	case "password":
		told = p.problem(r, "password_saved")
	case "email":
		told = p.problem(r, "email_saved")
	}
	p.show(w, r, http.StatusOK, view{Page: "account", Path: "/account", Heading: say("account_title"), Problem: told, Data: page})
}

func (p *portal) passwordForm(w http.ResponseWriter, r *http.Request) {
	p.showPassword(w, r, http.StatusOK, nil, p.lostAccount(r))
}

// lostAccount is told when a form came after the session had ended.
func (p *portal) lostAccount(r *http.Request) *problem {
	if lost(r) != "lost_account" {
		return nil
	}
	return p.problem(r, "lost_account")
}

func (p *portal) showPassword(w http.ResponseWriter, r *http.Request, status int, wrong map[string]string, told *problem) {
	page := p.choicePage(r, p.me(r).account.Username)
	page.Wrong = wrong
	p.show(w, r, status, view{Page: "account-password", Path: "/account/password", Heading: p.say(r)("change_password_title"), Problem: told,
		Data: page})
}

// current names what is wrong with the password until now.
func (p *portal) current(r *http.Request, in *wrongs, err error) (status int) {
	var slow *account.SlowError
	switch {
	case errors.As(err, &slow):
		p.wrong(r, in, "current_slow", p.wait(r, slow.Wait))
		return http.StatusTooManyRequests
	case errors.Is(err, account.ErrWrong):
		p.wrong(r, in, "current_wrong")
	}
	return http.StatusUnprocessableEntity
}

func (p *portal) changePassword(w http.ResponseWriter, r *http.Request) {
	me, in := p.me(r), wrongs{}
	c := account.Choice{Account: me.account, Current: r.PostFormValue("password"), Password: r.PostFormValue("new-password")}
	if c.Current == "" {
		p.wrong(r, &in, "current_missing")
	}
	p.wrong(r, &in, passwordCode(account.CheckPassword(c.Password, account.AboutPerson(me.account, me.person))))
	if in.code != "" {
		p.showPassword(w, r, http.StatusUnprocessableEntity, in.byField(), in.problem())
		return
	}
	epoch, err := p.c.Accounts.ChangePassword(r.Context(), c)
	if err == nil {
		p.saved(w, r, epoch, "password")
		return
	}
	status := p.current(r, &in, err)
	p.wrong(r, &in, passwordCode(err))
	p.refused(w, r, err, in, func() { p.showPassword(w, r, status, in.byField(), in.problem()) })
}

// saved lets this session live on while all others are over.
func (p *portal) saved(w http.ResponseWriter, r *http.Request, epoch int64, what string) {
	if err := p.goOn(r, epoch); err != nil {
		p.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/account?saved="+what, http.StatusSeeOther)
}

// refused shows a form again. A session that is over meanwhile is led to the page for signing in.
func (p *portal) refused(w http.ResponseWriter, r *http.Request, err error, in wrongs, again func()) {
	switch {
	case in.code != "":
		again()
	case errors.Is(err, account.ErrMoved):
		http.Redirect(w, r, "/account", http.StatusSeeOther)
	default:
		p.fail(w, r, err)
	}
}

// emailPage is the form for another e-mail address.
type emailPage struct {
	Now, Typed string
	Wrong      map[string]string
}

func (p *portal) emailForm(w http.ResponseWriter, r *http.Request) {
	p.showEmail(w, r, http.StatusOK, emailPage{}, p.lostAccount(r))
}

func (p *portal) showEmail(w http.ResponseWriter, r *http.Request, status int, page emailPage, told *problem) {
	page.Now = p.me(r).person.Email
	p.show(w, r, status, view{Page: "account-email", Path: "/account/email", Heading: p.say(r)("change_email_title"), Problem: told, Data: page})
}

func (p *portal) changeEmail(w http.ResponseWriter, r *http.Request) {
	in, email, password := wrongs{}, typed(r, "email"), r.PostFormValue("password")
	again := func(status int) {
		p.showEmail(w, r, status, emailPage{Typed: email, Wrong: in.byField()}, in.problem())
	}
	if _, err := account.CheckEmail(email); err != nil {
		p.wrong(r, &in, "email_wrong")
	}
	if password == "" {
		p.wrong(r, &in, "current_missing")
	}
	if in.code != "" {
		again(http.StatusUnprocessableEntity)
		return
	}
	epoch, err := p.c.Accounts.ChangeEmail(r.Context(), account.EmailChange{Account: p.me(r).account, Password: password, Email: email})
	if err == nil {
		p.saved(w, r, epoch, "email")
		return
	}
	if errors.Is(err, account.ErrEmailSame) {
		p.wrong(r, &in, "email_same")
	}
	status := p.current(r, &in, err)
	p.refused(w, r, err, in, func() { again(status) })
}
