package web

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"prportal.example/internal/event"
	"prportal.example/internal/photos"
)

// maxPicture is far above what a rendition of 1600 pixels or a print of 4 MB can have.
const maxPicture = 8 << 20

// ServePicture sends a picture that the pipeline made, never an upload. What comes from the store has to have the SHA-256 that
// the report gave: nobody must decide on a picture that was exchanged. On an error nothing was sent.
func ServePicture(w http.ResponseWriter, r *http.Request, store *photos.Store, ref event.ObjectRef) error {
	data, err := store.GetExact(r.Context(), photos.Renditions, ref.Key, maxPicture, ref.SHA256)
	if err != nil {
		return fmt.Errorf("read picture: %w", err)
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Content-Disposition", "inline")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return nil
}
