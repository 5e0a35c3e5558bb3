package portal

import (
	"net/http"
	"strings"

	"prportal.example/internal/casefile"
	"prportal.example/internal/portal/web"
)

// view is a page that a handler shows.
type view struct {
	Page    string         // name of the template and of the page in data-page
	Path    string         // where the page can be had again, for the language toggle
	Heading string         // in the language of the page
	State   casefile.State // of the applicant's case, "" where no case is shown
	PhotoID string         // the photo that the page is about
	Waits   bool           // the page waits for a verdict: it is shown anew by itself
	Slow    bool           // and has done so for long
	Reloads bool           // it waits for something else: where there is no script it is shown anew by itself too
	Problem *problem
	Data    any
}

// layout is what every page has around its own data.
type layout struct {
	view
	Lang, OtherLang, Title, Person string
	Unread                         int    // messages from the office
	Section                        string // of the navigation
	Refresh                        int    // seconds, for browsers without JavaScript
}

func (p *portal) show(w http.ResponseWriter, r *http.Request, status int, v view) {
	lang := p.lang(r)
	say := p.texts.Say(lang)
	l := layout{view: v, Lang: lang, OtherLang: web.Other(lang), Title: v.Heading + " – " + say("service"), Person: p.me(r).name(),
		Section: section(v), Unread: p.unread(r)}
	if v.Problem != nil && v.Problem.Wrong {
		l.Title = say("title_problem", l.Title)
	}
	if v.Waits || v.Reloads {
		l.Refresh = 2
		if v.Slow {
			l.Refresh = 10
		}
	}
	if err := p.pages.Write(w, status, lang, v.Page+".html", l); err != nil {
		p.c.Logger.ErrorContext(r.Context(), "write page", "page", v.Page, "error", err)
		http.Error(w, say("problem_unavailable"), http.StatusInternalServerError)
	}
}

// navLink is an item of the navigation; Current is the value of aria-current, New counts what was not read there.
type navLink struct {
	Href, Text, Current string
	New                 int
}

// sections are the items of the navigation: their address, and the key of their text.
var sections = []struct{ href, text string }{
	{"/", "nav_tasks"}, {"/proof", "nav_proof"}, {"/messages", "nav_messages"}, {"/account", "nav_account"}, {"/help", "nav_help"},
}

// section is the item of the navigation that a page belongs to. Of those that have none, pages that only tell something belong nowhere,
// and all others to the tasks.
func section(v view) string {
	for _, s := range sections[1:] {
		if v.Path == s.href || strings.HasPrefix(v.Path, s.href+"/") || strings.HasPrefix(v.Path, s.href+"?") {
			return s.href
		}
	}
	switch v.Page {
	case "message", "guidance", "photo-requirements":
		return ""
	default:
		return sections[0].href
	}
}

// navigation lists the items of the navigation as a page shows them.
func navigation(l layout) []navLink {
	var links []navLink
	for _, s := range sections {
		link := navLink{Href: s.href, Text: s.text}
		if s.href == "/messages" {
			link.New = l.Unread
		}
		switch {
		case l.Section == s.href && l.Path == s.href:
			link.Current = "page"
		case l.Section == s.href:
			link.Current = "true"
		}
		links = append(links, link)
	}
	return links
}

// name is whose account it is. Either part may be empty; without both the username says it.
func (me reader) name() string {
	name := strings.Join(strings.Fields(me.person.GivenNames+" "+me.person.FamilyName), " ")
	if name == "" {
		name = me.account.Username
	}
	return name
}

// message is a page of its own for a problem that belongs to no other.
func (p *portal) message(w http.ResponseWriter, r *http.Request, status int, code string) {
	say := p.say(r)
	p.show(w, r, status, view{Page: "message", Path: "/", Heading: say("heading_" + code), Problem: p.problem(r, code)})
}

// fail logs a fault of ours once and says no more than that there was one, that nothing is lost and what to do.
func (p *portal) fail(w http.ResponseWriter, r *http.Request, err error) {
	if web.SenderGone(w, r) {
		return
	}
	p.c.Logger.ErrorContext(r.Context(), "applicants' portal", "method", r.Method, "route", web.Route(r), "error", err)
	w.Header().Set("Retry-After", "30")
	p.message(w, r, http.StatusServiceUnavailable, "unavailable")
}

// failSession answers when sessions can't be read or written; the page is shown as to somebody who is not signed in.
func (p *portal) failSession(w http.ResponseWriter, r *http.Request, err error) {
	ctx, fault := p.sessions.Load(r.Context(), "") // an empty one, for which nothing is read
	if fault != nil {
		http.Error(w, p.texts["en"]["problem_unavailable"], http.StatusServiceUnavailable)
		return
	}
	p.fail(w, r.WithContext(ctx), err)
}

func (p *portal) notFound(w http.ResponseWriter, r *http.Request) {
	if me, ok, err := p.reader(r); err == nil && ok {
		r = me.reads(r)
	}
	p.message(w, r, http.StatusNotFound, "not_found")
}

// foreign answers to a form that another site has sent.
func (p *portal) foreign(w http.ResponseWriter, r *http.Request) {
	http.Error(w, p.texts.Say(web.Preferred(r.Header.Get("Accept-Language")))("problem_foreign"), http.StatusForbidden)
}
