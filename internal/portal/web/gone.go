package web

import "net/http"

// statusSenderGone is noted of a request whose sender went away before there was an answer; nginx has made the number known.
const statusSenderGone = 499

// SenderGone tells whether the sender of r went away: what failed because of that is no fault of ours, and nobody is there to be
// told. It then ends the answer.
func SenderGone(w http.ResponseWriter, r *http.Request) bool {
	if r.Context().Err() == nil {
		return false
	}
	w.WriteHeader(statusSenderGone)
	return true
}
