package officer

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
)

// Keys of an officers' session.
const (
	sessionAccount   = "account"
	sessionEpoch     = "epoch" // of the account when it was signed in with
	sessionNotice    = "notice"
	sessionLanguage  = "lang"
	sessionShortcuts = "shortcuts_off"
)

type signInPage struct{ Problem, Over, Back, Username string }

func (d *desk) signInForm(w http.ResponseWriter, r *http.Request) {
	_, ok, err := d.officer(r)
	if err != nil {
		d.fail(w, r, err)
		return
	}
	if ok {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	page := signInPage{Back: web.LocalPath(r.URL.Query().Get("back"))}
	if r.URL.Query().Get("over") != "" {
		page.Over = d.say(r)("session_over")
	}
	d.show(w, r, http.StatusOK, "sign_in.html", "sign_in", page)
}

func (d *desk) signIn(w http.ResponseWriter, r *http.Request) {
	page := signInPage{Back: web.LocalPath(r.PostFormValue("back")), Username: strings.TrimSpace(r.PostFormValue("username"))}
	a, err := d.accounts.SignIn(r.Context(), page.Username, r.PostFormValue("password"), store.RoleOfficer, store.RoleSupervisor)
	var slow *account.SlowError
	switch {
	case errors.As(err, &slow):
		page.Problem = d.say(r)("sign_in_wait", waitFor(slow.Wait, d.lang(r)))
		w.Header().Set("Retry-After", strconv.Itoa(int((slow.Wait+time.Second-1)/time.Second)))
		d.show(w, r, http.StatusTooManyRequests, "sign_in.html", "sign_in", page)
	case errors.Is(err, account.ErrWrong):
		page.Problem = d.say(r)("sign_in_wrong")
		d.show(w, r, http.StatusUnprocessableEntity, "sign_in.html", "sign_in", page)
	case err != nil:
		d.fail(w, r, err)
	default:
		// A new token for the new rights, so that one that was known before is worth nothing.
		if err := d.sessions.RenewToken(r.Context()); err != nil {
			d.fail(w, r, err)
			return
		}
		d.sessions.Put(r.Context(), sessionAccount, a.ID)
		d.sessions.Put(r.Context(), sessionEpoch, a.Epoch)
		http.Redirect(w, r, page.Back, http.StatusSeeOther)
	}
}

func (d *desk) signOut(w http.ResponseWriter, r *http.Request) {
	if err := d.sessions.Destroy(r.Context()); err != nil {
		d.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}
