package officer

import (
	"net/http"

	"prportal.example/internal/portal/web"
)

// messagePage is one sentence; CaseID and Office are ways on, if there are any.
type messagePage struct{ Text, CaseID, Office string }

func (d *desk) lang(r *http.Request) string {
	if l := d.sessions.GetString(r.Context(), sessionLanguage); l != "" {
		return l
	}
	return web.Preferred(r.Header.Get("Accept-Language"))
}

func (d *desk) say(r *http.Request) say { return d.texts.Say(d.lang(r)) }

// show writes a page into its layout: who is signed in, what can still be undone, and a notice from the step before.
func (d *desk) show(w http.ResponseWriter, r *http.Request, status int, template, title string, page any) {
	lang := d.lang(r)
	say := d.texts.Say(lang)
	l := layout{Lang: lang, OtherLang: web.Other(lang), Path: "/", Title: say(title), Page: page, template: template}
	if r.Method == http.MethodGet && status == http.StatusOK {
		l.Path = r.URL.Path
	}
	if o := d.me(r); o.ID != "" {
		l.User, l.Shortcuts = o.Username, !d.sessions.GetBool(r.Context(), sessionShortcuts)
		l.Keys = shortcutLines(say)
		undoable, err := d.cases.undoable(r.Context(), o)
		if err != nil {
			d.log.ErrorContext(r.Context(), "list what can be undone", "officer", o.ID, "error", err)
		}
		for _, u := range undoable {
			left := u.Until.Sub(d.now())
			l.Undoable = append(l.Undoable, undoLine{
				CaseID: u.CaseID, Version: u.Version, What: say("what_" + string(u.Outcome)), Left: clock(left),
				LeftMS: left.Milliseconds(),
			})
		}
		if key := d.sessions.PopString(r.Context(), sessionNotice); key != "" {
			l.Notice = say(key)
		}
	}
	if err := d.pages.Write(w, status, lang, template, l); err != nil {
		d.log.ErrorContext(r.Context(), "write page", "template", template, "error", err)
		http.Error(w, say("error_text"), http.StatusInternalServerError)
	}
}

// message writes a page of one sentence, with a way back into the case if there is one.
func (d *desk) message(w http.ResponseWriter, r *http.Request, status int, title, text, caseID string) {
	d.show(w, r, status, "message.html", title, messagePage{Text: d.say(r)(text), CaseID: caseID})
}

// fail logs a fault of ours once and tells the officer no more than that there was one.
func (d *desk) fail(w http.ResponseWriter, r *http.Request, err error) {
	if web.SenderGone(w, r) {
		return
	}
	d.log.ErrorContext(r.Context(), "officers' desk", "method", r.Method, "path", r.URL.Path, "error", err)
	d.message(w, r, http.StatusInternalServerError, "error_title", "error_text", "")
}
