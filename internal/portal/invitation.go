package portal

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"

	"prportal.example/internal/account"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
)

// Keys of a session in which somebody answers an invitation: what names it, and an address that was entered and is not confirmed yet.
const (
	sessionInvitation = "invitation"
	sessionNewEmail   = "invitation_email"
)

const (
	// invitationAnswersPerAddress is far above what a family at one address needs.
	invitationAnswersPerAddress = 60
	invitationAnswerWindow      = 5 * time.Minute
	// addressesPerInvitation bounds how many e-mails strangers can be made to get by entering their addresses.
	addressesPerInvitation = 10
	addressWindow          = time.Hour
)

// invitationRoutes are the pages of an invitation. The token of the link stands in the address of the first page alone.
func (p *portal) invitationRoutes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(smallForm, hideInvitationToken)
		r.Get("/invitation/{token}", p.invitationBirthForm)
		r.With(p.limitInvitationAnswers()).Post("/invitation/{token}", p.invitationBirth)
	})
	r.Group(func(r chi.Router) {
		r.Use(smallForm, p.invitationGuest)
		r.Get("/invitation", p.invitation)
		r.Get("/invitation/use", p.invitationUseForm)
		r.Get("/invitation/decline", p.invitationDeclineForm)
		r.Get("/invitation/declined", p.invitationDeclined)
		r.Get("/invitation/email", p.invitationEmailForm)
		r.Get("/invitation/email/change", p.invitationNewEmailForm)
		r.Get("/invitation/list", p.invitationListForm)
		r.Get("/invitation/list/{member}", p.invitationMemberForm)
		r.Get("/invitation/held", p.invitationHeld)
		r.Get("/invitation/done", p.invitationDone)
		r.Post("/invitation/leave", p.invitationLeave)
		r.Group(func(r chi.Router) {
			r.Use(p.limitInvitationAnswers())
			r.Post("/invitation/use", p.invitationUse)
			r.Post("/invitation/decline", p.invitationDecline)
			r.Post("/invitation/email", p.invitationConfirmEmail)
			r.Post("/invitation/list", p.invitationConfirmList)
			r.With(p.limitInvitationAddresses()).Post("/invitation/email/change", p.invitationNewEmail)
			r.With(p.limitInvitationAddresses()).Post("/invitation/list/{member}", p.invitationMember)
		})
	})
}

type invitationTokenKey struct{}

// hideInvitationToken keeps the token of a link for its handler and takes it out of the address, so that no log has it.
func hideInvitationToken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := chi.URLParam(r, "token")
		r.URL.Path, r.URL.RawPath = "/invitation/-", ""
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), invitationTokenKey{}, token)))
	})
}

func invitationToken(r *http.Request) string {
	t, _ := r.Context().Value(invitationTokenKey{}).(string)
	return t
}

// guest is somebody who answers an invitation.
type guest struct {
	account.Invited
	ref string
}

type invitationGuestKey struct{}

func guestOf(r *http.Request) guest {
	g, _ := r.Context().Value(invitationGuestKey{}).(guest)
	return g
}

// invitationGuest lets those pass who have given the birth date of their invitation in this session. It is read each time, so that a link
// that is over is over at once.
func (p *portal) invitationGuest(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ref := p.sessions.GetString(r.Context(), sessionInvitation)
		if ref == "" {
			p.invitationEnded(w, r)
			return
		}
		i, err := p.c.Accounts.Invited(r.Context(), ref)
		if err != nil {
			p.invitationFails(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), invitationGuestKey{}, guest{i, ref})))
	})
}

// invitation leads to the page that is next.
func (p *portal) invitation(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, invitationNext(guestOf(r)), http.StatusSeeOther)
}

func invitationNext(g guest) string {
	switch {
	case g.Held:
		return "/invitation/held"
	case g.State == store.InvitationDeclined:
		return "/invitation/declined"
	case g.State == store.InvitationWaiting:
		return "/invitation/use"
	case g.ListAsked:
		return "/invitation/list"
	default:
		return "/invitation/done"
	}
}

// invitationAnswered leads on after an answer. What can't be answered any more is led to where things stand, and an address that was entered
// and not confirmed is forgotten.
func (p *portal) invitationAnswered(w http.ResponseWriter, r *http.Request, to string, err error) {
	switch {
	case errors.Is(err, account.ErrNotNow):
		p.sessions.Remove(r.Context(), sessionNewEmail)
		to = "/invitation"
	case err != nil:
		p.invitationFails(w, r, err)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// invitationFails answers to an error that no form can be corrected for.
func (p *portal) invitationFails(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, account.ErrInvitationOver) {
		p.fail(w, r, err)
		return
	}
	p.forgetInvitation(r)
	p.invitationOver(w, r)
}

func (p *portal) forgetInvitation(r *http.Request) {
	p.sessions.Remove(r.Context(), sessionInvitation)
	p.sessions.Remove(r.Context(), sessionNewEmail)
}

// invitationOver is the one page for links that lead nowhere, whatever the reason.
func (p *portal) invitationOver(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, http.StatusNotFound, view{Page: "invitation-over", Path: "/invitation/over", Heading: p.say(r)("inv_over"),
		Data: invitationPage{Contact: p.c.Contact}})
}

// invitationEnded is for who was away for too long, or comes to a later page first.
func (p *portal) invitationEnded(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, http.StatusUnauthorized, view{Page: "invitation-ended", Path: "/invitation", Heading: p.say(r)("inv_ended"),
		Data: invitationPage{Contact: p.c.Contact}})
}

// invitationLeave ends answering, on a computer that others use too.
func (p *portal) invitationLeave(w http.ResponseWriter, r *http.Request) {
	p.forgetInvitation(r)
	if err := p.sessions.RenewToken(r.Context()); err != nil {
		p.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

// invitationPage is what the pages of an invitation show; each uses what it needs.
type invitationPage struct {
	Name    string // of the invited person
	Child   bool   // a parent answers
	Email   string // known, or entered last
	New     bool   // entered in this session and not confirmed yet
	Contact Contact
	Account bool
	Alone   bool
	Settled bool

	Birth birthFields

	Members   []invitationMemberView
	Principal bool // the reader is the one who confirms the list
	Asked     bool // and has still to do it
	SomeHeld  bool
	Shown     string
	Main      string // name of the principal
	By        string // date
	Member    invitationMemberView
}

// invitationPage is what all pages of an invitation show alike.
func (p *portal) invitationPage(r *http.Request, g guest) invitationPage {
	return invitationPage{Name: invitedName(g.Person.GivenNames, g.Person.FamilyName), Email: g.Person.Email, Contact: p.c.Contact,
		Child:   g.Person.IsChild(p.c.Now().In(p.c.Location)),
		Account: g.Account, Alone: g.Alone(), Settled: g.Settled}
}

// invitedName joins the two name fields, of which either may be empty.
func invitedName(given, family string) string {
	return strings.Join(strings.Fields(given+" "+family), " ")
}

// invitationShow shows a page of an invitation. Where a parent answers for a child, the heading has another text, with the name.
func (p *portal) invitationShow(w http.ResponseWriter, r *http.Request, status int, v view) {
	page, _ := v.Data.(invitationPage)
	if say := p.say(r); page.Child && v.Heading != "" && invitationChildHeadings[v.Heading] {
		v.Heading = say(v.Heading+"_child", page.Name)
	} else {
		v.Heading = say(v.Heading)
	}
	p.show(w, r, status, v)
}

// invitationShowIf shows a page while it fits to where the invitation stands, and else leads to the one that does.
func (p *portal) invitationShowIf(w http.ResponseWriter, r *http.Request, fits bool, v view) {
	if !fits {
		p.invitation(w, r)
		return
	}
	v.Data = p.invitationPage(r, guestOf(r))
	p.invitationShow(w, r, http.StatusOK, v)
}

// invitationChildHeadings are the headings that have a text of their own where a parent answers for a child.
var invitationChildHeadings = map[string]bool{"inv_use_title": true, "inv_decline_title": true, "inv_email_title": true, "inv_new_email_title": true}

// keepInvitedLanguage keeps the language for the later e-mails of who answers an invitation in this session, if anybody does.
func (p *portal) keepInvitedLanguage(r *http.Request, lang string) error {
	ref := p.sessions.GetString(r.Context(), sessionInvitation)
	if ref == "" {
		return nil
	}
	if err := p.c.Accounts.ChooseInvitedLanguage(r.Context(), ref, lang); !errors.Is(err, account.ErrInvitationOver) {
		return err
	}
	return nil
}

func (p *portal) limitInvitationAnswers() func(http.Handler) http.Handler {
	return httprate.LimitBy(invitationAnswersPerAddress, invitationAnswerWindow, web.ByAddress, httprate.WithLimitHandler(
		func(w http.ResponseWriter, r *http.Request) { p.message(w, r, http.StatusTooManyRequests, "inv_many") }))
}

func (p *portal) limitInvitationAddresses() func(http.Handler) http.Handler {
	byInvitation := func(r *http.Request) (string, error) { return guestOf(r).Person.ID, nil }
	return httprate.LimitBy(addressesPerInvitation, addressWindow, byInvitation, httprate.WithLimitHandler(
		func(w http.ResponseWriter, r *http.Request) {
			p.message(w, r, http.StatusTooManyRequests, "inv_addresses")
		}))
}
