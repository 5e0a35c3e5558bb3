// Package officer is the officers' desk: a listener of its own, with accounts, sessions and a cookie of its own. Officers take
// the photo that is due first, see it as it will be printed with the evidence of the checks drawn on it, and accept or
// return it. Every page works without JavaScript.
package officer

import (
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/account"
	"prportal.example/internal/mail"
	"prportal.example/internal/office"
	"prportal.example/internal/overlay"
	"prportal.example/internal/photos"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/profile"
)

// CookieName is the session cookie of this listener; a session of the applicants' portal is worth nothing here.
const CookieName = "officer_session"

const (
	// DefaultLease is how long a photo stays in an officer's hands without a sign of life.
	DefaultLease = 15 * time.Minute
	idleTimeout  = 30 * time.Minute
	lifetime     = 10 * time.Hour
)

// Config is what the desk needs. Everything is required except where noted.
type Config struct {
	Store    *store.Store
	Triage   *triage.Service
	Photos   *photos.Store
	Profile  *profile.Profile
	Accounts *account.Service
	Office   *office.Service // what the office can do about its list
	Letters  *mail.Composer  // writes the previews exactly as they are sent
	// OfficerURL is the public address of this listener; https makes cookies secure.
	OfficerURL string
	// Proxies are those whose word about the browser's address is taken, for the limit of sign-ins; none by default.
	Proxies  []netip.Prefix
	Lease    time.Duration  // 0 means DefaultLease
	Location *time.Location // of the office, for times on pages; nil means UTC
	Now      func() time.Time
	Registry prometheus.Registerer
	Logger   *slog.Logger
}

type desk struct {
	cases    cases
	photos   *photos.Store
	profile  *profile.Profile
	accounts *account.Service
	office   *office.Service
	mail     *mail.Composer
	sessions *scs.SessionManager
	texts    web.Texts
	pages    web.Pages
	assets   web.Assets
	location *time.Location
	now      func() time.Time
	log      *slog.Logger
	https    bool
}

// New returns the handler of the officers' listener.
func New(c Config) (http.Handler, error) {
	r, err := newRouter(c)
	if err != nil {
		return nil, fmt.Errorf("officers' desk: %w", err)
	}
	return r, nil
}

func newRouter(c Config) (*chi.Mux, error) {
	if c.Store == nil || c.Triage == nil || c.Photos == nil || c.Profile == nil || c.Accounts == nil || c.Office == nil ||
		c.Letters == nil || c.Now == nil || c.Registry == nil || c.Logger == nil {
		return nil, errors.New("a part is missing in the configuration")
	}
	address, err := web.PublicURL(c.OfficerURL)
	if err != nil {
		return nil, err
	}
	if c.Lease <= 0 {
		c.Lease = DefaultLease
	}
	if c.Location == nil {
		c.Location = time.UTC
	}
	d := &desk{
		cases:  cases{store: c.Store, triage: c.Triage, now: c.Now, lease: c.Lease},
		photos: c.Photos, profile: c.Profile, accounts: c.Accounts, office: c.Office, mail: c.Letters, location: c.Location,
		now: c.Now, log: c.Logger, https: address.Scheme == "https",
	}
	if d.texts, err = web.LoadTexts(files, "catalogue"); err != nil {
		return nil, err
	}
	if d.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if d.pages, err = web.LoadPages(files, "templates/*.html", d.texts, template.FuncMap{"asset": d.assets.URL}); err != nil {
		return nil, err
	}
	d.sessions = web.Sessions(web.SessionConfig{Store: c.Store.Sessions("officer", c.Now), Cookie: CookieName,
		SameSite: http.SameSiteStrictMode, HTTPS: d.https, Idle: idleTimeout, Lifetime: lifetime})
	d.sessions.ErrorFunc = d.noSession
	durations, err := web.Durations(c.Registry, "officer")
	if err != nil {
		return nil, err
	}
	return d.routes(durations, c.Proxies), nil
}

func loadAssets() (web.Assets, error) {
	assets := web.Assets{"overlay.css": overlay.CSS()}
	var err error
	if assets["officer.js"], err = files.ReadFile("assets/officer.js"); err != nil {
		return nil, err
	}
	assets["officer.css"], err = web.Joined(files, "assets/*.css")
	return assets, err
}

// noSession answers when sessions can't be read or written. No page can be shown, since every page asks its session.
func (d *desk) noSession(w http.ResponseWriter, r *http.Request, err error) {
	d.log.ErrorContext(r.Context(), "officers' desk: session", "path", r.URL.Path, "error", err)
	http.Error(w, d.texts[web.Preferred(r.Header.Get("Accept-Language"))]["error_text"], http.StatusServiceUnavailable)
}
