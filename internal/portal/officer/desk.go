package officer

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"

	"prportal.example/internal/portal/web"
)

const (
	// signInsPerAddress is far above what an office behind one address needs in signInWindow.
	signInsPerAddress = 60
	signInWindow      = 5 * time.Minute

	// maxForm: a decision with its note is far smaller.
	maxForm = 64 << 10
)

// routes lists every address of this listener. What stands below signedIn is for officers and supervisors only.
func (d *desk) routes(durations func(http.Handler) http.Handler, proxies []netip.Prefix) *chi.Mux {
	r := chi.NewRouter()
	r.Use(durations, web.Recover(d.log, d.texts["en"]["error_text"]), web.Secure(d.https), web.ClientAddress(proxies), limitBody)
	r.Get("/assets/{file}", d.assets.ServeHTTP)
	origins := http.NewCrossOriginProtection()
	origins.SetDenyHandler(http.HandlerFunc(d.foreign))
	r.Group(func(r chi.Router) {
		r.Use(origins.Handler, web.Peek(d.sessions), d.signedIn)
		r.Get("/case/{id}/rendition", d.rendition)
		r.Get("/case/{id}/print", d.printCrop)
		r.Get("/case/{id}/attempt/{photo}", d.attemptRendition)
	})
	r.Group(func(r chi.Router) {
		r.Use(origins.Handler, web.Keep(d.sessions))
		r.NotFound(func(w http.ResponseWriter, r *http.Request) {
			d.message(w, r, http.StatusNotFound, "not_found_title", "not_found_text", "")
		})
		r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
			d.message(w, r, http.StatusMethodNotAllowed, "error_title", "method_text", "")
		})
		r.Get("/sign-in", d.signInForm)
		r.With(d.limitSignIns()).Post("/sign-in", d.signIn)
		r.Post("/language", d.setLanguage)
		r.Group(func(r chi.Router) {
			r.Use(d.signedIn)
			r.Post("/sign-out", d.signOut)
			r.Post("/settings", d.setShortcuts)
			r.Get("/", d.queue)
			r.Post("/next", d.next)
			r.Get("/case/{id}", d.caseForm)
			r.Post("/case/{id}/accept", d.accept)
			r.Post("/case/{id}/return", d.returnPhoto)
			r.Post("/case/{id}/preview", d.preview)
			r.Post("/case/{id}/undo", d.undo)
			r.Post("/case/{id}/skip", d.skip)
			r.Post("/case/{id}/message", d.writeFromCase)
			r.Get("/office", d.officeList)
			r.Get("/office/{id}", d.officeTask)
			r.Post("/office/{id}", d.doOfficeTask)
			r.Post("/office/{id}/message", d.writeFromOffice)
		})
	})
	return r
}

// limitBody bounds a form; one that is larger reads as empty.
func limitBody(next http.Handler) http.Handler { return http.MaxBytesHandler(next, maxForm) }

// limitSignIns slows an address that tries many names; one account is slowed by itself.
func (d *desk) limitSignIns() func(http.Handler) http.Handler {
	key := httprate.KeyByIP //nolint:staticcheck // the browser's address: web.ClientAddress has put it where this looks
	return httprate.LimitBy(signInsPerAddress, signInWindow, key, httprate.WithLimitHandler(
		func(w http.ResponseWriter, r *http.Request) {
			page := signInPage{Back: web.LocalPath(r.PostFormValue("back")), Problem: d.say(r)("sign_in_slow")}
			d.show(w, r, http.StatusTooManyRequests, "sign_in.html", "sign_in", page)
		}))
}

// foreign refuses a form that came from another site.
func (d *desk) foreign(w http.ResponseWriter, r *http.Request) {
	d.log.WarnContext(r.Context(), "officers' desk: form of another origin refused", "path", r.URL.Path)
	http.Error(w, d.texts[web.Preferred(r.Header.Get("Accept-Language"))]["foreign_text"], http.StatusForbidden)
}
