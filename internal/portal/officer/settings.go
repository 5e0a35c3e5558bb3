package officer

import (
	"net/http"

	"prportal.example/internal/portal/web"
)

func (d *desk) setLanguage(w http.ResponseWriter, r *http.Request) {
	if lang := web.Language(r.PostFormValue("lang")); lang != "" {
		d.sessions.Put(r.Context(), sessionLanguage, lang)
	}
	http.Redirect(w, r, web.LocalPath(r.PostFormValue("back")), http.StatusSeeOther)
}

// setShortcuts turns single-key shortcuts off and on (WCAG 2.1, 2.1.4).
func (d *desk) setShortcuts(w http.ResponseWriter, r *http.Request) {
	d.sessions.Put(r.Context(), sessionShortcuts, r.PostFormValue("shortcuts") == "off")
	http.Redirect(w, r, web.LocalPath(r.PostFormValue("back")), http.StatusSeeOther)
}
