package portal

import (
	"io"
	"net/http"
)

// maxDrained is how much of a body that nobody wants is read all the same: more than a photo, less than a film.
const maxDrained = 128 << 20

// drain reads what is left of a request's body before the first byte of the answer goes out. A browser that is still sending
// when the connection ends shows a fault of the network instead of our answer, and it is the answer to a file that is too
// large, or came after the session had ended, that matters most.
func drain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.Body == nil {
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(&draining{ResponseWriter: w, body: r.Body}, r)
	})
}

type draining struct {
	http.ResponseWriter
	body io.Reader
	done bool
}

func (d *draining) WriteHeader(status int) {
	if !d.done {
		d.done = true
		_, _ = io.CopyN(io.Discard, d.body, maxDrained) // a sender that went away gets no answer either
	}
	d.ResponseWriter.WriteHeader(status)
}

func (d *draining) Write(b []byte) (int, error) {
	if !d.done {
		d.WriteHeader(http.StatusOK)
	}
	return d.ResponseWriter.Write(b)
}
