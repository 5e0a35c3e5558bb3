package portal

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"

	"prportal.example/internal/portal/web"
)

const (
	// signInsPerAddress and uploadsPerAccount are far above what a family at one address, or somebody who tries one photo
	// after another, needs.
	signInsPerAddress = 60
	signInWindow      = 5 * time.Minute
	uploadsPerAccount = 30
	uploadWindow      = 10 * time.Minute

	// maxForm is for every form but that with the photo.
	maxForm = 64 << 10
)

// routes lists every address of this listener. What stands below signedIn is for applicants only, and shows each of them
// their own case: no address names one.
func (p *portal) routes() chi.Router {
	r := chi.NewRouter()
	r.Use(p.durations, web.Recover(p.c.Logger, p.texts["en"]["problem_unavailable"]), web.Secure(p.https),
		web.ClientAddress(p.c.Proxies), middleware.Compress(5, "text/html", "text/css", "text/javascript"))
	r.Get("/assets/{file}", p.assets.ServeHTTP)
	p.receiptRoutes(r)
	origins := http.NewCrossOriginProtection()
	origins.SetDenyHandler(http.HandlerFunc(p.foreign))
	r.Group(func(r chi.Router) {
		r.Use(drain, origins.Handler, web.Peek(p.sessions), p.required)
		r.Get("/photo/rendition/{photo}", p.rendition)
		r.Get("/photo/state", p.state)
		r.Get("/proof/state", p.proofState)
	})
	r.Group(func(r chi.Router) {
		r.Use(drain, origins.Handler, web.Keep(p.sessions), p.linkLanguage)
		r.NotFound(p.notFound)
		r.MethodNotAllowed(p.notFound)
		p.guidanceRoutes(r)
		r.Get("/sign-in", p.signInForm)
		r.With(smallForm, p.limitSignIns()).Post("/sign-in", p.signIn)
		r.With(smallForm).Post("/language", p.setLanguage)
		p.invitationRoutes(r)
		p.credentialRoutes(r)
		r.Group(func(r chi.Router) {
			r.Use(p.signedIn, p.tasksFirst)
			p.taskRoutes(r)
			r.Get("/photo", p.photoForm)
			r.With(p.limitUploads()).Post("/photo", p.upload)
			p.photoRoutes(r)
			r.Get("/status", p.status)
			p.proofRoutes(r)
			p.cardRoutes(r)
			p.messageRoutes(r)
			p.accountRoutes(r)
			r.Group(func(r chi.Router) {
				r.Use(smallForm)
				r.Post("/ask", p.ask)
			})
		})
	})
	return r
}

// smallForm bounds a form; one that is larger, or is none, reads as empty.
func smallForm(next http.Handler) http.Handler { return http.MaxBytesHandler(next, maxForm) }

func (p *portal) limitSignIns() func(http.Handler) http.Handler {
	return httprate.LimitBy(signInsPerAddress, signInWindow, web.ByAddress, httprate.WithLimitHandler(
		func(w http.ResponseWriter, r *http.Request) {
			p.showSignIn(w, r, http.StatusTooManyRequests, signInPage{Back: "/"}, p.problem(r, "sign_in_many"))
		}))
}

func (p *portal) limitUploads() func(http.Handler) http.Handler {
	byAccount := func(r *http.Request) (string, error) { return p.me(r).account.ID, nil }
	return httprate.LimitBy(uploadsPerAccount, uploadWindow, byAccount, httprate.WithLimitHandler(
		func(w http.ResponseWriter, r *http.Request) {
			p.refuseUpload(w, r, http.StatusTooManyRequests, p.problem(r, "many_uploads"), nil)
		}))
}
