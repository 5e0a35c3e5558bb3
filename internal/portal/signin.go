package portal

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
)

type signInPage struct{ Back, Username string }

func (p *portal) signInForm(w http.ResponseWriter, r *http.Request) {
	page := signInPage{Back: web.LocalPath(r.URL.Query().Get("back"))}
	if _, ok, err := p.reader(r); err != nil {
		p.fail(w, r, err)
		return
	} else if ok {
		http.Redirect(w, r, page.Back, http.StatusSeeOther)
		return
	}
	var told *problem
	switch q := r.URL.Query(); {
	case q.Get("reset") != "":
		told = p.problem(r, "reset_done")
	case q.Get("over") != "":
		told = p.problem(r, "session_over")
	case q.Get("ended") != "":
		told = p.problem(r, "ended")
		if strings.HasPrefix(page.Back, lostForms["/photo"]) {
			told.Steps = []string{p.say(r)("ended_photo")}
		}
	}
	p.showSignIn(w, r, http.StatusOK, page, told)
}

func (p *portal) showSignIn(w http.ResponseWriter, r *http.Request, status int, page signInPage, told *problem) {
	path := "/sign-in"
	if r.Method == http.MethodGet && r.URL.RawQuery != "" {
		path = web.LocalPath(r.URL.RequestURI())
	}
	p.show(w, r, status, view{Page: "sign-in", Path: path, Heading: p.say(r)("sign_in"), Problem: told, Data: page})
}

func (p *portal) signIn(w http.ResponseWriter, r *http.Request) {
	username, password := strings.TrimSpace(r.PostFormValue("username")), r.PostFormValue("password")
	page := signInPage{Back: web.LocalPath(r.PostFormValue("back")), Username: username}
	if username == "" || password == "" {
		p.showSignIn(w, r, http.StatusUnprocessableEntity, page, p.problem(r, "sign_in_empty"))
		return
	}
	a, err := p.c.Accounts.SignIn(r.Context(), username, password, store.RoleApplicant)
	var slow *account.SlowError
	switch {
	case errors.As(err, &slow):
		p.showSignIn(w, r, http.StatusTooManyRequests, page, p.problem(r, "sign_in_slow", p.wait(r, slow.Wait)))
	case errors.Is(err, account.ErrWrong):
		p.showSignIn(w, r, http.StatusUnprocessableEntity, page, p.problem(r, "sign_in_wrong"))
	case errors.Is(err, account.ErrExpired):
		p.expired(w, r, username)
	case err != nil:
		p.fail(w, r, err)
	default:
		if err := p.begin(w, r, a); err != nil {
			p.fail(w, r, err)
			return
		}
		if !a.TemporaryUntil.IsZero() {
			page.Back = "/first-sign-in"
		}
		http.Redirect(w, r, page.Back, http.StatusSeeOther)
	}
}

// begin starts the session of an account: with a new token for the new rights, so that one that was known before is worth
// nothing, without an invitation that somebody has answered with this browser, and in the language that was just chosen on this page,
// else in the person's own. With a temporary password the choice is not kept for e-mails yet.
func (p *portal) begin(w http.ResponseWriter, r *http.Request, a store.Account) error {
	person, err := p.c.Store.Person(r.Context(), a.PersonID)
	if err != nil {
		return err
	}
	lang := web.Language(p.sessions.GetString(r.Context(), sessionLanguage))
	if lang == "" {
		lang = person.Language
	}
	if a.TemporaryUntil.IsZero() {
		if err := p.keepLanguage(r, reader{a, person}, lang); err != nil {
			return err
		}
	}
	if err := p.goOn(r, a.Epoch); err != nil {
		return err
	}
	p.sessions.Put(r.Context(), sessionAccount, a.ID)
	p.sessions.Remove(r.Context(), sessionExpired)
	p.forgetInvitation(r)
	p.sessions.Put(r.Context(), sessionLanguage, lang)
	p.rememberLanguage(w, lang)
	return nil
}

// goOn lets the session live on under a new epoch of its account, with a new token.
func (p *portal) goOn(r *http.Request, epoch int64) error {
	if err := p.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	p.sessions.Put(r.Context(), sessionEpoch, epoch)
	return nil
}

func (p *portal) signOut(w http.ResponseWriter, r *http.Request) {
	if err := p.sessions.Destroy(r.Context()); err != nil {
		p.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

// wait says a time to wait, rounded up.
func (p *portal) wait(r *http.Request, d time.Duration) string {
	say := p.say(r)
	if n := int((d + time.Second - 1) / time.Second); n < 60 {
		return plural(say, n, "second", "seconds")
	}
	return plural(say, int((d+time.Minute-1)/time.Minute), "minute", "minutes")
}
