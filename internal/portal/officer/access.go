package officer

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"prportal.example/internal/store"
)

type meKey struct{}

// me is the officer that signedIn has found; the zero value where nobody is signed in.
func (d *desk) me(r *http.Request) store.Account {
	a, _ := r.Context().Value(meKey{}).(store.Account)
	return a
}

// officer finds out who is signed in, if that may be at this desk. The account is read each time, so that one that is closed,
// and sessions of an earlier epoch, are out at once.
func (d *desk) officer(r *http.Request) (store.Account, bool, error) {
	id := d.sessions.GetString(r.Context(), sessionAccount)
	if id == "" {
		return store.Account{}, false, nil
	}
	a, err := d.cases.store.Account(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Account{}, false, nil
	}
	current := a.ClosedAt.IsZero() && a.Epoch == d.sessions.GetInt64(r.Context(), sessionEpoch)
	return a, current && (a.Role == store.RoleOfficer || a.Role == store.RoleSupervisor), err
}

// signedIn lets officers and supervisors pass. Anybody else comes to the page for signing in, and from there back to the page
// they were on; what would have changed something is not repeated.
func (d *desk) signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		me, ok, err := d.officer(r)
		switch {
		case err != nil:
			d.fail(w, r, err)
		case !ok:
			http.Redirect(w, r, toSignIn(r), http.StatusSeeOther)
		default:
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), meKey{}, me)))
		}
	})
}

// toSignIn is the address of the page for signing in, with the way back. Who still sends a cookie was signed in before.
func toSignIn(r *http.Request) string {
	q := url.Values{}
	if id := chi.URLParam(r, "id"); id != "" && strings.HasPrefix(r.URL.Path, "/case/") {
		q.Set("back", "/case/"+id)
	}
	switch id := chi.URLParam(r, "id"); {
	case id != "" && strings.HasPrefix(r.URL.Path, "/office/"):
		q.Set("back", "/office/"+id)
	case r.URL.Path == "/office":
		q.Set("back", r.URL.RequestURI())
	}
	if _, err := r.Cookie(CookieName); err == nil {
		q.Set("over", "1")
	}
	if len(q) == 0 {
		return "/sign-in"
	}
	return "/sign-in?" + q.Encode()
}
