package portal

import (
	"net/http"

	"prportal.example/internal/store"
)

// invitationDone says what happens next.
func (p *portal) invitationDone(w http.ResponseWriter, r *http.Request) {
	g := guestOf(r)
	if g.Held || g.State != store.InvitationConfirmed || g.ListAsked {
		p.invitation(w, r)
		return
	}
	page := invitationListPage(p.invitationPage(r, g), g)
	for _, m := range page.Members {
		if m.Principal && !m.Me {
			page.Main = m.Name
			break
		}
	}
	if !g.AccountBy.IsZero() {
		page.By = date(g.AccountBy.In(p.c.Location), p.lang(r), p.say(r))
	}
	p.invitationShow(w, r, http.StatusOK, view{Page: "invitation-done", Path: "/invitation/done", Heading: "inv_done_title", Data: page})
}

// invitationHeld says that the office looks at the address first.
func (p *portal) invitationHeld(w http.ResponseWriter, r *http.Request) {
	p.invitationShowIf(w, r, guestOf(r).Held, view{Page: "invitation-held", Path: "/invitation/held", Heading: "inv_held_title"})
}
