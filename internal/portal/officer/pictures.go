package officer

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"prportal.example/internal/photos"
	"prportal.example/internal/portal/web"
)

func (d *desk) rendition(w http.ResponseWriter, r *http.Request) {
	d.picture(w, r, func(f caseFile) *object { return f.Rendition })
}

func (d *desk) printCrop(w http.ResponseWriter, r *http.Request) {
	d.picture(w, r, func(f caseFile) *object { return f.Print })
}

func (d *desk) attemptRendition(w http.ResponseWriter, r *http.Request) {
	d.picture(w, r, func(f caseFile) *object {
		for _, a := range f.Earlier {
			if a.PhotoID == chi.URLParam(r, "photo") {
				return a.Rendition
			}
		}
		return nil
	})
}

// picture sends a picture of a case that the officer may see.
func (d *desk) picture(w http.ResponseWriter, r *http.Request, choose func(caseFile) *object) {
	f, err := d.cases.open(r.Context(), d.me(r), chi.URLParam(r, "id"))
	if err != nil {
		d.refuse(w, r, "", err)
		return
	}
	o := choose(f)
	if o == nil {
		http.NotFound(w, r)
		return
	}
	err = web.ServePicture(w, r, d.photos, *o)
	switch {
	case errors.Is(err, photos.ErrNotFound):
		http.NotFound(w, r)
	case err != nil && web.SenderGone(w, r):
	case err != nil:
		d.log.ErrorContext(r.Context(), "officers' desk: picture", "photo", f.PhotoID, "error", err)
		http.Error(w, d.say(r)("error_text"), http.StatusBadGateway)
	}
}
