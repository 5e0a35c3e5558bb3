package portal

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"prportal.example/internal/account"
	"prportal.example/internal/store"
)

// invitationMemberView is a line of the list of addresses.
type invitationMemberView struct {
	account.Member
	Name string
}

// invitationListPage adds the list to a page.
func invitationListPage(page invitationPage, g guest) invitationPage {
	page.Principal, page.Asked, page.Shown = g.Person.Principal, g.ListAsked, g.Shown
	for _, m := range g.Members {
		page.Members = append(page.Members, invitationMemberView{m, invitedName(m.GivenNames, m.FamilyName)})
		page.SomeHeld = page.SomeHeld || m.Held
	}
	return page
}

// invitationListForm shows the address of everybody on the application: whole to the principal, who says whether they are right, and masked
// to the others.
func (p *portal) invitationListForm(w http.ResponseWriter, r *http.Request) {
	p.showInvitationList(w, r, http.StatusOK, nil)
}

func (p *portal) showInvitationList(w http.ResponseWriter, r *http.Request, status int, told *problem) {
	g := guestOf(r)
	if g.Held || g.State != store.InvitationConfirmed || g.Alone() {
		p.invitation(w, r)
		return
	}
	page := invitationListPage(p.invitationPage(r, g), g)
	heading := "inv_list_title"
	if page.Asked {
		heading = "inv_list_title_asked"
	}
	p.invitationShow(w, r, status, view{Page: "invitation-list", Path: "/invitation/list", Heading: heading, Problem: told, Data: page})
}

func (p *portal) invitationConfirmList(w http.ResponseWriter, r *http.Request) {
	err := p.c.Accounts.ConfirmList(r.Context(), guestOf(r).ref, r.PostFormValue("shown"))
	if errors.Is(err, account.ErrListChanged) {
		p.showInvitationList(w, r, http.StatusConflict, p.problem(r, "inv_list_changed"))
		return
	}
	p.invitationAnswered(w, r, "/invitation/done", err)
}

// invitationMemberForm is about the address of one member: to put it right, or to say that it is not.
func (p *portal) invitationMemberForm(w http.ResponseWriter, r *http.Request) {
	p.showInvitationMember(w, r, http.StatusOK, nil, nil)
}

// invitationMemberOf is the member that the address of the page names.
func invitationMemberOf(r *http.Request) (invitationMemberView, bool) {
	for _, m := range guestOf(r).Members {
		if m.ID == chi.URLParam(r, "member") {
			return invitationMemberView{m, invitedName(m.GivenNames, m.FamilyName)}, true
		}
	}
	return invitationMemberView{}, false
}

func (p *portal) showInvitationMember(w http.ResponseWriter, r *http.Request, status int, given *string, told *problem) {
	g := guestOf(r)
	m, known := invitationMemberOf(r)
	switch {
	case g.Held || g.State != store.InvitationConfirmed:
		p.invitation(w, r)
		return
	case !known:
		p.message(w, r, http.StatusNotFound, "not_found")
		return
	case m.Me:
		http.Redirect(w, r, "/invitation/email/change", http.StatusSeeOther)
		return
	}
	page := invitationListPage(p.invitationPage(r, g), g)
	page.Member, page.Email = m, m.Email
	if given != nil {
		page.Email = *given
	}
	say, heading := p.say(r), "inv_not_right_title"
	if m.Correct {
		heading = "inv_new_email_title_child"
	}
	p.show(w, r, status, view{Page: "invitation-member", Path: "/invitation/list/" + m.ID, Heading: say(heading, m.Name),
		Problem: told, Data: page})
}

func (p *portal) invitationMember(w http.ResponseWriter, r *http.Request) {
	g := guestOf(r)
	m, known := invitationMemberOf(r)
	if !known || m.Me {
		p.showInvitationMember(w, r, http.StatusOK, nil, nil)
		return
	}
	if !m.Correct {
		p.invitationAnswered(w, r, "/invitation/list", p.c.Accounts.NotRight(r.Context(), g.ref, m.ID))
		return
	}
	given := invitationGivenEmail(r)
	err := p.c.Accounts.CorrectMinor(r.Context(), g.ref, m.ID, given)
	if errors.Is(err, account.ErrEmail) {
		p.showInvitationMember(w, r, http.StatusUnprocessableEntity, &given, p.problem(r, "inv_email_wrong"))
		return
	}
	p.invitationAnswered(w, r, "/invitation/list", err)
}
