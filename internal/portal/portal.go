// Package portal is the applicants' portal: sign in, declare, give the addresses, send a photo, see at once what the automatic check
// found on it, submit it and follow what becomes of it. Every page is in English and French and works without JavaScript; a page is one file: its
// data, form reader, validation and handler.
package portal

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/account"
	"prportal.example/internal/intake"
	"prportal.example/internal/journey"
	"prportal.example/internal/office"
	"prportal.example/internal/overlay"
	"prportal.example/internal/photos"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/proof"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/profile"
)

// CookieName is the session cookie of this listener; a session of the officers' desk is worth nothing here.
const CookieName = "applicant_session"

const (
	idleTimeout = 30 * time.Minute
	lifetime    = 12 * time.Hour
	// slowAfter is when a page that waits for the verdict says that one need not wait.
	slowAfter = 30 * time.Second
	// defaultCardWithin is how soon after the acceptance the card is expected.
	defaultCardWithin = 7 * 24 * time.Hour
)

// Config is what the portal needs. Everything is required except where noted.
type Config struct {
	Store    *store.Store
	Triage   *triage.Service
	Intake   *intake.Service
	Journey  *journey.Service
	Photos   *photos.Store
	Profile  *profile.Profile
	Accounts *account.Service
	Proofs   *proof.Service
	// PublicURL is the public address of this listener; https makes cookies secure.
	PublicURL string
	// Contact is how people reach the office.
	Contact Contact
	// Proxies are the networks of the proxies in front of this listener, whose word on where a request comes from is taken.
	Proxies []netip.Prefix
	// Receipts takes what became of e-mails, from whoever delivers them; nil: nobody tells.
	Receipts   http.Handler
	CardWithin time.Duration  // how soon the card is expected; 0 means a week
	Location   *time.Location // of the office, for times on pages; nil means UTC
	Now        func() time.Time
	Registry   prometheus.Registerer
	Logger     *slog.Logger
}

type portal struct {
	c        Config
	office   *office.Service
	sessions *scs.SessionManager
	texts    web.Texts
	pages    web.Pages
	assets   web.Assets
	guidance map[string]map[string]guidance // by language and name
	measures metrics
	https    bool

	durations func(http.Handler) http.Handler
}

//go:embed templates assets catalogue guidance
var files embed.FS

// New returns the handler of the applicants' listener.
func New(c Config) (http.Handler, error) {
	p, err := newPortal(c)
	if err != nil {
		return nil, fmt.Errorf("applicants' portal: %w", err)
	}
	return p.routes(), nil
}

func newPortal(c Config) (*portal, error) {
	if c.Store == nil || c.Triage == nil || c.Intake == nil || c.Journey == nil || c.Photos == nil || c.Profile == nil ||
		c.Accounts == nil || c.Proofs == nil || c.Contact.Email == "" || c.Now == nil || c.Registry == nil || c.Logger == nil {
		return nil, errors.New("a part is missing in the configuration")
	}
	u, err := web.PublicURL(c.PublicURL)
	if err != nil {
		return nil, err
	}
	if c.Location == nil {
		c.Location = time.UTC
	}
	if c.CardWithin <= 0 {
		c.CardWithin = defaultCardWithin
	}
	p := &portal{c: c, office: office.New(office.Config{Store: c.Store, Triage: c.Triage, Now: c.Now}), https: u.Scheme == "https", assets: web.Assets{"overlay.css": overlay.CSS()}}
	if p.assets["icon.svg"], err = fs.ReadFile(files, "assets/icon.svg"); err != nil {
		return nil, err
	}
	for name, pattern := range map[string]string{"portal.css": "assets/css/*.css", "portal.js": "assets/js/*.js"} {
		if p.assets[name], err = web.Joined(files, pattern); err != nil {
			return nil, err
		}
	}
	if p.texts, err = web.LoadTexts(files, "catalogue"); err != nil {
		return nil, err
	}
	if p.guidance, err = loadGuidance(files, p.texts, c.Contact); err != nil {
		return nil, err
	}
	functions := template.FuncMap{"asset": p.assets.URL, "upload": p.uploadForm, "frame": c.Profile.Frame,
		"items": navigation}
	if p.pages, err = web.LoadPages(files, "templates/*.html", p.texts, functions); err != nil {
		return nil, err
	}
	if p.measures, err = newMetrics(c.Registry); err != nil {
		return nil, err
	}
	if p.durations, err = web.Durations(c.Registry, "applicant"); err != nil {
		return nil, err
	}
	// Lax, not strict: who follows a link in an e-mail arrives signed in.
	p.sessions = web.Sessions(web.SessionConfig{Store: c.Store.Sessions("applicant", c.Now), Cookie: CookieName,
		SameSite: http.SameSiteLaxMode, HTTPS: p.https, Idle: idleTimeout, Lifetime: lifetime})
	p.sessions.ErrorFunc = p.failSession
	return p, nil
}
