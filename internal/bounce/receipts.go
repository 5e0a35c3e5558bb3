package bounce

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
)

// maxReceipt bounds a receipt, in bytes; a real one has a few hundred.
const maxReceipt = 16 << 10

// receipt is what GC Notify posts about an e-mail: what became of it, under the reference that it was handed over with.
type receipt struct {
	ID          string `json:"id"`
	Reference   string `json:"reference"`
	Status      string `json:"status"`
	HealthCheck any    `json:"health_check"` // a question whether somebody is there
}

// Receipts takes the delivery receipts of GC Notify in, from whoever knows the token. It answers 204 to each that it has understood,
// whether the e-mail is ours or not, since the sender would try again otherwise.
func (s *Service) Receipts(token string, logger *slog.Logger) http.Handler {
	want := sha256.Sum256([]byte("Bearer " + token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Hashes of the same length: how long it takes tells nothing.
		got := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		if subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
			return
		}
		var told receipt
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReceipt)).Decode(&told); err != nil ||
			(told.HealthCheck == nil && (told.Reference == "" || told.Status == "")) {
			http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
			return
		}
		if strings.HasSuffix(told.Status, "-failure") {
			_, err := s.Record(r.Context(), Bounce{RowID: told.Reference, Code: told.Status, How: ByReceipt})
			if err != nil && !errors.Is(err, ErrUnknown) {
				logger.ErrorContext(r.Context(), "receipt of an e-mail not recorded; it is sent again", "error", err)
				http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
				return
			}
		}
		w.WriteHeader(http.StatusNoContent)
	})
}
