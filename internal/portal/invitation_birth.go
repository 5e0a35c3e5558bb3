package portal

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/portal/web"
)

// invitationDate is a date as somebody gave it: the month is chosen by name, so that nobody takes it for the day.
type invitationDate struct{ Day, Month, Year string }

func readInvitationDate(r *http.Request) invitationDate {
	read := func(name string) string {
		v := strings.TrimSpace(strings.ToValidUTF8(r.PostFormValue(name), ""))
		return v[:min(len(v), 12)]
	}
	return invitationDate{read("day"), read("month"), read("year")}
}

// date is YYYY-MM-DD, or the code of what is wrong with it.
func (d invitationDate) date(now time.Time) (date, code string) {
	if d.Day == "" || d.Month == "" || d.Year == "" {
		return "", "inv_birth_empty"
	}
	year, err := strconv.Atoi(d.Year)
	month, monthErr := strconv.Atoi(d.Month)
	day, dayErr := strconv.Atoi(d.Day)
	if errors.Join(err, monthErr, dayErr) != nil || year < 1000 || year > now.Year() {
		return "", "inv_birth_none"
	}
	date = fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return "", "inv_birth_none"
	}
	return date, ""
}

// invitationBirthForm is where a link in an e-mail leads. It tells nothing about anybody, and opening it changes nothing.
func (p *portal) invitationBirthForm(w http.ResponseWriter, r *http.Request) {
	if err := p.c.Accounts.OpenInvitation(r.Context(), invitationToken(r)); err != nil {
		p.invitationLinkFails(w, r, err)
		return
	}
	p.showInvitationBirth(w, r, http.StatusOK, invitationDate{}, nil)
}

func (p *portal) showInvitationBirth(w http.ResponseWriter, r *http.Request, status int, in invitationDate, told *problem) {
	p.invitationShow(w, r, status, view{Page: "invitation-birth", Path: "/invitation/" + invitationToken(r), Heading: "inv_birth_title", Problem: told,
		Data: invitationPage{Day: in.Day, Year: in.Year, Months: invitationMonths(p.say(r), in.Month), Contact: p.c.Contact}})
}

// invitationMonth is a month to choose.
type invitationMonth struct {
	Number, Name string
	Chosen       bool
}

func invitationMonths(say web.Say, chosen string) (all []invitationMonth) {
	for i, name := range strings.Fields(say("months")) {
		number := strconv.Itoa(i + 1)
		all = append(all, invitationMonth{number, name, number == chosen})
	}
	return all
}

// invitationBirth takes the birth date, and goes on with a new session token for the new rights.
func (p *portal) invitationBirth(w http.ResponseWriter, r *http.Request) {
	in := readInvitationDate(r)
	date, code := in.date(p.c.Now())
	if code != "" {
		if err := p.c.Accounts.OpenInvitation(r.Context(), invitationToken(r)); err != nil {
			p.invitationLinkFails(w, r, err)
			return
		}
		p.showInvitationBirth(w, r, http.StatusUnprocessableEntity, in, p.problem(r, code))
		return
	}
	ref, err := p.c.Accounts.EnterInvitation(r.Context(), invitationToken(r), date)
	var slow *account.SlowError
	switch {
	case errors.As(err, &slow):
		p.showInvitationBirth(w, r, http.StatusTooManyRequests, in, p.problem(r, "inv_birth_slow", p.wait(r, slow.Wait)))
	case errors.Is(err, account.ErrBirthDate):
		p.showInvitationBirth(w, r, http.StatusUnprocessableEntity, in, p.problem(r, "inv_birth_wrong"))
	case err != nil:
		p.invitationLinkFails(w, r, err)
	default:
		if err := p.beginInvitation(r, ref); err != nil {
			p.fail(w, r, err)
			return
		}
		http.Redirect(w, r, "/invitation", http.StatusSeeOther)
	}
}

// invitationLinkFails answers to a link that leads nowhere. An invitation that is answered in this session already is not touched by it.
func (p *portal) invitationLinkFails(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, account.ErrInvitationOver) {
		p.invitationOver(w, r)
		return
	}
	p.fail(w, r, err)
}

// beginInvitation lets this session answer an invitation, and signs out who is signed in: an invitation that can be answered is another
// person's, who has no account yet. The language that was chosen on the page before holds for the person.
func (p *portal) beginInvitation(r *http.Request, ref string) error {
	if err := p.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	p.forgetInvitation(r)
	for _, key := range []string{sessionAccount, sessionEpoch, sessionExpired} {
		p.sessions.Remove(r.Context(), key)
	}
	p.sessions.Put(r.Context(), sessionInvitation, ref)
	if lang := web.Language(p.sessions.GetString(r.Context(), sessionLanguage)); lang != "" {
		return p.keepInvitedLanguage(r, lang)
	}
	return nil
}
