package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
)

// Keys of an applicants' session.
const (
	sessionAccount  = "account"
	sessionEpoch    = "epoch"   // of the account when it was signed in with
	sessionExpired  = "expired" // username of somebody who knows a temporary password that has expired
	sessionLanguage = "lang"    // chosen by the reader
)

// reader is the applicant who is signed in.
type reader struct {
	account store.Account
	person  store.Person
}

type readerKey struct{}

// me is the applicant that signedIn has found; the zero value where nobody is signed in.
func (p *portal) me(r *http.Request) reader {
	me, _ := r.Context().Value(readerKey{}).(reader)
	return me
}

// reads is the request as one of this applicant.
func (me reader) reads(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), readerKey{}, me))
}

// reader finds out who is signed in, with a password of their own.
func (p *portal) reader(r *http.Request) (reader, bool, error) {
	me, ok, err := p.holder(r)
	if !ok || !me.account.TemporaryUntil.IsZero() {
		return reader{}, false, err
	}
	return me, true, err
}

// holder finds out who is signed in, perhaps with a temporary password: then nothing is open but the page for an own one. Account
// and person are read each time, so that an account that is closed, a person whose application is withdrawn, and sessions
// that were begun before the password was changed are out at once.
func (p *portal) holder(r *http.Request) (reader, bool, error) {
	id := p.sessions.GetString(r.Context(), sessionAccount)
	if id == "" {
		return reader{}, false, nil
	}
	a, err := p.c.Store.Account(r.Context(), id)
	if err != nil || a.Role != store.RoleApplicant || !a.ClosedAt.IsZero() || a.Epoch != p.sessions.GetInt64(r.Context(), sessionEpoch) {
		return reader{}, false, known(err)
	}
	person, err := p.c.Store.Person(r.Context(), a.PersonID)
	if err != nil || !person.WithdrawnAt.IsZero() {
		return reader{}, false, known(err)
	}
	return reader{a, person}, true, nil
}

// known makes nothing of an error that says only that a row is not there.
func known(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// signedIn lets applicants pass. Anybody else comes to the page for signing in, and from there back to where they were. What a
// form would have changed is not repeated: the page says what has to be done again.
func (p *portal) signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		me, ok, err := p.holder(r)
		switch {
		case err != nil:
			p.fail(w, r, err)
		case !ok:
			http.Redirect(w, r, p.toSignIn(r), http.StatusSeeOther)
		case !me.account.TemporaryUntil.IsZero():
			http.Redirect(w, r, "/first-sign-in", http.StatusSeeOther)
		default:
			next.ServeHTTP(w, me.reads(r))
		}
	})
}

func (p *portal) toSignIn(r *http.Request) string {
	q := url.Values{}
	switch {
	case r.Method == http.MethodGet && r.URL.Path != "/":
		q.Set("back", r.URL.RequestURI())
	case r.Method == http.MethodPost && lostForms[r.URL.Path] != "":
		q.Set("back", lostForms[r.URL.Path])
	}
	if _, err := r.Cookie(CookieName); err == nil && p.sessions.Token(r.Context()) == "" {
		q.Set("ended", "1")
	}
	if p.sessions.GetString(r.Context(), sessionAccount) != "" {
		q.Set("over", "1") // the session is there, but is worth nothing any more
	}
	if len(q) == 0 {
		return "/sign-in"
	}
	return "/sign-in?" + q.Encode()
}

// lostForms says where to go on after a form that came when the session had ended.
var lostForms = map[string]string{"/photo": "/photo?lost=photo", "/submit": "/submit?lost=submit", "/ask": "/status?lost=ask",
	"/declaration": "/declaration?lost=form", "/address": "/address?lost=form", "/address/postal": "/address/postal?lost=form",
	"/submit/details": "/submit/details?lost=form", "/photo/boxes": "/photo?lost=boxes", "/photo/crop": "/photo/crop?lost=crop",
	"/photo/crop/move": "/photo/crop", "/proof": "/proof",
	"/status/moved": "/status?lost=card", "/status/not-come": "/status?lost=card",
	"/account/password": "/account/password?lost=account", "/account/email": "/account/email?lost=account"}

// lost names the problem that a page tells after such a form, "" if there is none.
func lost(r *http.Request) string {
	switch l := r.URL.Query().Get("lost"); l {
	case "photo", "submit", "ask", "boxes", "crop", "card", "form", "account":
		return "lost_" + l
	}
	return ""
}

// required is signedIn for what a page fetches by itself.
func (p *portal) required(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		me, ok, err := p.reader(r)
		switch {
		case err != nil:
			p.fail(w, r, err)
		case !ok:
			http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, me.reads(r))
		}
	})
}

// ownCase is the case of the applicant who is signed in, and its current photo if there is one.
func (p *portal) ownCase(r *http.Request) (store.CaseRow, *store.Photo, error) {
	c, err := p.c.Store.CaseByPerson(r.Context(), p.me(r).person.ID)
	if err != nil || c.PhotoID == "" {
		return c, nil, err
	}
	photo, err := p.c.Store.Photo(r.Context(), c.PhotoID)
	return c, &photo, err
}

func pageOf(s casefile.State) string {
	switch s {
	case casefile.Open, casefile.Checking, casefile.Checked:
		return "/photo"
	default:
		return "/status"
	}
}
