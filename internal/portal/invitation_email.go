package portal

import (
	"errors"
	"net/http"
	"strings"

	"prportal.example/internal/account"
	"prportal.example/internal/store"
)

// mayGiveInvitationEmail tells whether the address can be confirmed or put right here: later that is done in the account.
func mayGiveInvitationEmail(g guest) bool {
	return !g.Held && !g.Account && (g.State != store.InvitationDeclined || !g.Settled)
}

// invitationEmailForm shows the address once more before it counts: the known one, or the one that was entered just now.
func (p *portal) invitationEmailForm(w http.ResponseWriter, r *http.Request) {
	p.showInvitationEmail(w, r, http.StatusOK)
}

func (p *portal) showInvitationEmail(w http.ResponseWriter, r *http.Request, status int) {
	g := guestOf(r)
	entered := p.sessions.GetString(r.Context(), sessionNewEmail)
	if !mayGiveInvitationEmail(g) || (g.State == store.InvitationConfirmed && entered == "") {
		p.invitation(w, r)
		return
	}
	page := p.invitationPage(r, g)
	if entered != "" {
		page.Email, page.New = entered, true
	}
	p.invitationShow(w, r, status, view{Page: "invitation-email", Path: "/invitation/email", Heading: "inv_email_title", Data: page})
}

// invitationConfirmEmail takes the address that the page has shown, and no other.
func (p *portal) invitationConfirmEmail(w http.ResponseWriter, r *http.Request) {
	g, shown := guestOf(r), r.PostFormValue("email")
	entered := p.sessions.GetString(r.Context(), sessionNewEmail)
	if shown != g.Person.Email && (entered == "" || shown != entered) {
		p.showInvitationEmail(w, r, http.StatusConflict) // it has changed meanwhile, perhaps in another window
		return
	}
	err := p.c.Accounts.ConfirmInvitation(r.Context(), g.ref, shown)
	if err == nil {
		p.sessions.Remove(r.Context(), sessionNewEmail)
	}
	to := "/invitation/done"
	if !g.Alone() {
		to = "/invitation/list"
	}
	p.invitationAnswered(w, r, to, err)
}

func (p *portal) invitationNewEmailForm(w http.ResponseWriter, r *http.Request) {
	p.showInvitationNewEmail(w, r, http.StatusOK, p.sessions.GetString(r.Context(), sessionNewEmail), nil)
}

func (p *portal) showInvitationNewEmail(w http.ResponseWriter, r *http.Request, status int, given string, told *problem) {
	g := guestOf(r)
	if !mayGiveInvitationEmail(g) {
		p.invitation(w, r)
		return
	}
	page := p.invitationPage(r, g)
	page.Email = given
	p.invitationShow(w, r, status, view{Page: "invitation-email-change", Path: "/invitation/email/change", Heading: "inv_new_email_title",
		Problem: told, Data: page})
}

// invitationNewEmail takes an address that the next page shows once more.
func (p *portal) invitationNewEmail(w http.ResponseWriter, r *http.Request) {
	given := invitationGivenEmail(r)
	email, err := account.CheckEmail(given)
	if errors.Is(err, account.ErrEmail) {
		p.showInvitationNewEmail(w, r, http.StatusUnprocessableEntity, given, p.problem(r, "inv_email_wrong"))
		return
	}
	p.sessions.Put(r.Context(), sessionNewEmail, email)
	http.Redirect(w, r, "/invitation/email", http.StatusSeeOther)
}

// invitationGivenEmail is an address as it was typed, bounded so that it can be shown again.
func invitationGivenEmail(r *http.Request) string {
	given := strings.TrimSpace(strings.ToValidUTF8(r.PostFormValue("email"), ""))
	if runes := []rune(given); len(runes) > 300 {
		given = string(runes[:300])
	}
	return given
}
