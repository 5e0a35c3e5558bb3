package portal

import (
	"errors"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"prportal.example/internal/photos"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
)

// rendition sends the picture of one of the applicant's own photos. Any other id, whether there is such a photo or not, is
// not found.
func (p *portal) rendition(w http.ResponseWriter, r *http.Request) {
	own, err := p.ownPhotos(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	i := slices.IndexFunc(own, func(o store.Photo) bool { return o.ID == chi.URLParam(r, "photo") })
	if i < 0 || own[i].Rendition == nil {
		http.NotFound(w, r)
		return
	}
	err = web.ServePicture(w, r, p.c.Photos, *own[i].Rendition)
	switch {
	case errors.Is(err, photos.ErrNotFound):
		http.NotFound(w, r)
	case err != nil && web.SenderGone(w, r):
	case err != nil:
		p.c.Logger.ErrorContext(r.Context(), "applicants' portal", "photo", own[i].ID, "error", err)
		http.Error(w, p.say(r)("problem_unavailable"), http.StatusServiceUnavailable)
	}
}

func (p *portal) ownPhotos(r *http.Request) ([]store.Photo, error) {
	c, _, err := p.ownCase(r)
	if err != nil {
		return nil, err
	}
	return p.c.Store.PhotosOfCase(r.Context(), c.ID)
}
