package portal

import (
	"encoding/json"
	"net/http"

	"prportal.example/internal/casefile"
)

// stateAnswer is what the script of a page that waits asks for; it shows the page anew when it differs from what is shown.
type stateAnswer struct {
	State casefile.State `json:"state"`
	Photo string         `json:"photo"`
	Slow  bool           `json:"slow"`
}

func (p *portal) state(w http.ResponseWriter, r *http.Request) {
	c, photo, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	a := stateAnswer{State: c.PublicState(), Photo: c.PhotoID}
	a.Slow = c.State == casefile.Checking && photo != nil && p.c.Now().Sub(photo.UploadedAt) > slowAfter
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(a) // a reader that went away is no fault of ours
}
