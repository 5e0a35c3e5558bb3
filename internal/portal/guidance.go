package portal

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	texttemplate "text/template"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"prportal.example/internal/account"
	"prportal.example/internal/intake"
	"prportal.example/internal/portal/web"
	"prportal.example/pkg/photocheck/header"
)

// Pages that only explain lie in guidance/LANGUAGE/NAME.md: Markdown with a title, and values in {{…}}. Each is open to
// everybody at /NAME.
var guidancePages = []string{"help", "privacy", "accessibility", "about", "renew", "application-status", "representative"}

// guidanceValues are what the explaining pages say of the settings.
type guidanceValues struct {
	Contact        string // how to reach the office, in Markdown
	InvitationDays int    // a link in an invitation works
	TemporaryDays  int    // a temporary password works
	ReplacedDays   int    // a photo that was replaced before it was submitted stays
	ResetMinutes   int    // a link to set a new password works
	IdleMinutes    int    // a session ends without a page
	SessionHours   int    // a session ends at the latest
	MaxMegabytes   int    // a photo may have
}

// settledValues are the values as the code has them, so that no page promises what is not kept.
func settledValues(contact string) guidanceValues {
	const day = 24 * time.Hour
	return guidanceValues{
		Contact:        contact,
		InvitationDays: int(account.InvitationLasts / day),
		TemporaryDays:  int(account.TemporaryFor / day),
		ReplacedDays:   int(intake.ReplacedStays / day),
		ResetMinutes:   int(account.ResetFor / time.Minute),
		IdleMinutes:    int(idleTimeout / time.Minute),
		SessionHours:   int(lifetime / time.Hour),
		MaxMegabytes:   header.PortalLimits().MaxBytes >> 20,
	}
}

// guidance is a page that only explains.
type guidance struct {
	Title string
	Body  template.HTML
}

// loadGuidance reads every explaining page in both languages, by language and name.
func loadGuidance(files fs.FS, texts web.Texts, contact Contact) (map[string]map[string]guidance, error) {
	out := map[string]map[string]guidance{}
	for _, lang := range web.Languages() {
		values := settledValues(contact.markdown(texts.Say(lang)))
		out[lang] = map[string]guidance{}
		for _, name := range guidancePages {
			g, err := readGuidance(files, "guidance/"+lang+"/"+name+".md", values)
			if err != nil {
				return nil, fmt.Errorf("guidance %s/%s: %w", lang, name, err)
			}
			out[lang][name] = g
		}
	}
	return out, nil
}

// wide puts tables into a box that scrolls by itself, so that the page never does.
var wide = strings.NewReplacer("<table>", `<div class="wide" role="region" tabindex="0" aria-labelledby="title"><table>`,
	"</table>", "</table></div>")

func readGuidance(files fs.FS, name string, values guidanceValues) (guidance, error) {
	source, err := fs.ReadFile(files, name)
	if err != nil {
		return guidance{}, err
	}
	filled, err := texttemplate.New(name).Option("missingkey=error").Parse(string(source))
	if err != nil {
		return guidance{}, err
	}
	var text, body bytes.Buffer
	if err := filled.Execute(&text, values); err != nil {
		return guidance{}, err
	}
	first, rest, _ := strings.Cut(text.String(), "\n")
	title, isTitle := strings.CutPrefix(first, "# ")
	if !isTitle {
		return guidance{}, errors.New("it does not begin with a title")
	}
	// Raw HTML is left out by goldmark unless it is told otherwise, and what is written here comes from us alone.
	if err := goldmark.New(goldmark.WithExtensions(extension.Table)).Convert([]byte(rest), &body); err != nil {
		return guidance{}, err
	}
	return guidance{title, template.HTML(wide.Replace(body.String()))}, nil //nolint:gosec // our own words, embedded
}

func (p *portal) guidanceRoutes(r chi.Router) {
	for _, name := range guidancePages {
		r.Get("/"+name, func(w http.ResponseWriter, r *http.Request) { p.explain(w, r, name) })
	}
	r.Get("/requirements", p.requirements)
}

// explain shows a page that only explains, to anybody.
func (p *portal) explain(w http.ResponseWriter, r *http.Request, name string) {
	r, ok := p.whoever(w, r)
	if !ok {
		return
	}
	g := p.guidance[p.lang(r)][name]
	p.show(w, r, http.StatusOK, view{Page: "guidance", Path: "/" + name, Heading: g.Title, Data: g})
}

// requirements says what the photo has to look like, to anybody.
func (p *portal) requirements(w http.ResponseWriter, r *http.Request) {
	r, ok := p.whoever(w, r)
	if !ok {
		return
	}
	p.show(w, r, http.StatusOK, view{Page: "photo-requirements", Path: "/requirements", Heading: p.say(r)("photo_requirements")})
}

// whoever is the request of whoever asks: with the account where somebody is signed in.
func (p *portal) whoever(w http.ResponseWriter, r *http.Request) (*http.Request, bool) {
	me, signedIn, err := p.reader(r)
	if err != nil {
		p.fail(w, r, err)
		return r, false
	}
	if signedIn {
		r = me.reads(r)
	}
	return r, true
}
