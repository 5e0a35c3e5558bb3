package portal

import (
	"cmp"
	"net/http"
	"net/url"

	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
)

// languageCookie keeps the language for pages that come before signing in, also when a session has ended. It holds nothing else.
const languageCookie = "applicant_language"

// lang is the language of the page: the one chosen in this session, else the last one used with this browser, else what the
// browser asks for. A session starts with the person's own language.
func (p *portal) lang(r *http.Request) string {
	if l := web.Language(p.sessions.GetString(r.Context(), sessionLanguage)); l != "" {
		return l
	}
	if c, err := r.Cookie(languageCookie); err == nil && web.Language(c.Value) != "" {
		return c.Value
	}
	return web.Preferred(r.Header.Get("Accept-Language"))
}

func (p *portal) say(r *http.Request) web.Say { return p.texts.Say(p.lang(r)) }

func (p *portal) rememberLanguage(w http.ResponseWriter, lang string) {
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
		Secure: p.https, SameSite: http.SameSiteLaxMode})
}

// linkLanguage takes ?lang= of a link in an e-mail. Following a link changes how pages are shown and nothing else.
func (p *portal) linkLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := web.Language(r.URL.Query().Get("lang"))
		if r.Method != http.MethodGet || lang == "" {
			next.ServeHTTP(w, r)
			return
		}
		p.rememberLanguage(w, lang)
		if p.sessions.Exists(r.Context(), sessionLanguage) {
			p.sessions.Put(r.Context(), sessionLanguage, lang)
		}
		q := r.URL.Query()
		q.Del("lang")
		to := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
		http.Redirect(w, r, web.LocalPath(to.String()), http.StatusSeeOther)
	})
}

// setLanguage is the toggle on every page. It keeps the page, and what was chosen holds for later e-mails too.
func (p *portal) setLanguage(w http.ResponseWriter, r *http.Request) {
	lang := web.Language(cmp.Or(r.PostFormValue("lang"), r.PostFormValue("mail-lang"))) // the second is from the account's page
	if lang == "" {
		lang = "en"
	}
	p.sessions.Put(r.Context(), sessionLanguage, lang)
	p.rememberLanguage(w, lang)
	me, ok, err := p.reader(r)
	switch {
	case err == nil && ok:
		err = p.keepLanguage(r, me, lang)
	case err == nil:
		err = p.keepInvitedLanguage(r, lang)
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	http.Redirect(w, r, web.LocalPath(r.PostFormValue("back")), http.StatusSeeOther)
}

func (p *portal) keepLanguage(r *http.Request, me reader, lang string) error {
	if me.person.Language == lang {
		return nil
	}
	return p.c.Store.Tx(r.Context(), func(tx *store.Tx) error {
		now := p.c.Now()
		if err := tx.SetLanguage(r.Context(), me.person.ID, lang, now); err != nil {
			return err
		}
		return tx.Record(r.Context(), store.Entry{At: now, Actor: store.ActorApplicant, ActorID: me.account.ID, Action: "language",
			Detail: map[string]any{"person_id": me.person.ID, "language": lang}})
	})
}
