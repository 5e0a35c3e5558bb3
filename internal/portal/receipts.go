package portal

import "github.com/go-chi/chi/v5"

// receiptRoutes are for whoever delivers our e-mails, not for browsers: no session, no page.
func (p *portal) receiptRoutes(r chi.Router) {
	if p.c.Receipts != nil {
		r.With(smallForm).Post("/mail/receipts", p.c.Receipts.ServeHTTP)
	}
}
