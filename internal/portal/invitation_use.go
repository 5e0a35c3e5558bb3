package portal

import (
	"net/http"

	"prportal.example/internal/store"
)

// invitationUseForm asks whether the person wants to use the portal at all.
func (p *portal) invitationUseForm(w http.ResponseWriter, r *http.Request) {
	g := guestOf(r)
	p.invitationShowIf(w, r, !g.Held && g.State == store.InvitationWaiting, view{Page: "invitation-use", Path: "/invitation/use",
		Heading: "inv_use_title"})
}

// invitationUse leads on: nothing is stored before the address is confirmed, or the other way is chosen.
func (p *portal) invitationUse(w http.ResponseWriter, r *http.Request) {
	to := "/invitation/email"
	if r.PostFormValue("use") == "no" {
		to = "/invitation/decline"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (p *portal) invitationDeclineForm(w http.ResponseWriter, r *http.Request) {
	g := guestOf(r)
	p.invitationShowIf(w, r, !g.Held && g.State == store.InvitationWaiting, view{Page: "invitation-decline", Path: "/invitation/decline",
		Heading: "inv_decline_title"})
}

func (p *portal) invitationDecline(w http.ResponseWriter, r *http.Request) {
	p.invitationAnswered(w, r, "/invitation/declined", p.c.Accounts.DeclineInvitation(r.Context(), guestOf(r).ref))
}

// invitationDeclined tells the other way, and leads back as long as the office has not begun it.
func (p *portal) invitationDeclined(w http.ResponseWriter, r *http.Request) {
	g := guestOf(r)
	p.invitationShowIf(w, r, !g.Held && g.State == store.InvitationDeclined, view{Page: "invitation-declined", Path: "/invitation/declined",
		Heading: "inv_declined_title"})
}
