package portal

import (
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"prportal.example/internal/casefile"
	"prportal.example/internal/journey"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/report"
)

// maxNote bounds a note to the person who will look, in characters; the form's maxlength says the same.
const maxNote = 1000

// submitPage shows all answers once more before a photo is submitted, since it can't be changed afterwards.
type submitPage struct {
	Verdict *verdictView // nil while there is none
	Returns bool         // the photo would come back unless a person looks
	Person  bool         // it goes to a person whatever the check says
	Asked   bool         // the box for a person is ticked
	Note    string
	Ticked  bool // the box "recent and unedited"

	Given, Family, Born string // as they will be printed
	Printed             string // a hash of that
	DetailsWrong        bool   // the person said so: the card waits
	Declared            string
	Home, Postal        []string
	SamePostal          bool
}

// submission is what an applicant sends in from that page, or from that of a returned photo.
type submission struct {
	PhotoID  string
	Person   bool
	Declared bool   // the photo is recent and unedited
	Printed  string // the details that the page showed
	Note     string
	valid    bool
}

func readSubmission(r *http.Request) submission {
	valid := r.ParseForm() == nil
	s := submission{PhotoID: r.PostFormValue("photo"), Person: r.PostFormValue("person") == "1",
		Declared: r.PostFormValue("declared") == "1", Printed: r.PostFormValue("printed"), valid: valid}
	s.Note = readNote(r, "note")
	return s
}

// readNote reads what somebody wrote, without what can't be read.
func readNote(r *http.Request, name string) string {
	note := strings.ReplaceAll(strings.ToValidUTF8(r.PostFormValue(name), ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && c != '\n' && c != '\t' {
			return -1
		}
		return c
	}, note))
}

// problem names what is wrong with what was sent in, "" if nothing is.
func (s submission) problem() string {
	if !s.valid || utf8.RuneCountInString(s.Note) > maxNote {
		return "note_long"
	}
	return ""
}

func (p *portal) submitForm(w http.ResponseWriter, r *http.Request) {
	p.showSubmit(w, r, http.StatusOK, submission{}, p.lostProblem(r))
}

func (p *portal) showSubmit(w http.ResponseWriter, r *http.Request, status int, in submission, told *problem) {
	c, photo, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	switch {
	case c.Locked() && told == nil:
		http.Redirect(w, r, "/status", http.StatusSeeOther)
		return
	case c.Locked():
		p.showStatus(w, r, status, told)
		return
	case c.State == casefile.Open || c.State == casefile.Returned:
		p.showPhoto(w, r, http.StatusConflict, p.problem(r, "no_photo"))
		return
	}
	page, err := p.submitPage(r, photo, in)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page.Person = c.AutoReturns >= casefile.AutoReturnsBeforeOfficer
	p.show(w, r, status, view{Page: "submit", Path: "/submit", Heading: p.say(r)("submit_title"), State: c.PublicState(),
		PhotoID: c.PhotoID, Problem: told, Data: page})
}

func (p *portal) submitPage(r *http.Request, photo *store.Photo, in submission) (submitPage, error) {
	lang, say, person := p.lang(r), p.say(r), p.me(r).person
	page := submitPage{Note: in.Note, Asked: in.Person, Ticked: in.Declared, Given: person.GivenNames, Family: person.FamilyName,
		Born: birthday(person.BirthDate, lang, say), Printed: journey.Printed(person)}
	st, err := p.journey(r)
	if err != nil {
		return page, err
	}
	page.DetailsWrong = st.DetailsWrong()
	if st.Ready() {
		page.Declared = say("declared_on", date(st.Declaration.MadeAt.In(p.c.Location), lang, say))
		page.Home, page.Postal, page.SamePostal = journey.Lines(*st.Home), journey.Lines(*st.Postal), st.Postal.SameAsHome
	}
	page.Verdict, err = verdict(photo, lang, say, nil)
	page.Returns = page.Verdict != nil && page.Verdict.Decision == report.DecisionReturn
	return page, err
}

// birthday writes a birth date as people say it; one that can't be read stands as it is.
func birthday(d, lang string, say web.Say) string {
	t, err := time.Parse(time.DateOnly, d)
	if err != nil {
		return d
	}
	return date(t, lang, say)
}

func (p *portal) submit(w http.ResponseWriter, r *http.Request) {
	in := readSubmission(r)
	if code := in.problem(); code != "" {
		p.showSubmit(w, r, http.StatusUnprocessableEntity, in, p.problem(r, code))
		return
	}
	c, _, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if c.State == casefile.Returned {
		in.Person = false // a photo that came back is asked about on its own page
	}
	if code, err := p.confirmDetails(r, c, in); err != nil {
		p.fail(w, r, err)
		return
	} else if code != "" {
		p.showSubmit(w, r, http.StatusConflict, in, p.problem(r, code))
		return
	}
	kind := submittedPlain
	switch {
	case in.Person:
		kind = submittedAsking
	case c.State == casefile.Checking:
		kind = submittedEarly
	}
	p.send(w, r, c, in, kind)
}

// send submits, and shows what became of it. What can't be done any more is told on the page that shows why.
func (p *portal) send(w http.ResponseWriter, r *http.Request, c store.CaseRow, in submission, kind string) {
	err := p.c.Triage.Submit(r.Context(), triage.Submission{CaseID: c.ID, PhotoID: in.PhotoID, PersonAsked: in.Person,
		Declared: in.Declared, Note: in.Note, AccountID: p.me(r).account.ID})
	switch {
	case err == nil:
		p.measures.submissions.WithLabelValues(kind).Inc()
		p.sent(w, r, kind)
	case errors.Is(err, triage.ErrNotDeclared):
		p.showSubmit(w, r, http.StatusUnprocessableEntity, in, p.problem(r, "not_declared"))
	case errors.Is(err, triage.ErrNoPhoto):
		p.showPhoto(w, r, http.StatusConflict, p.problem(r, "no_photo"))
	case errors.Is(err, triage.ErrAlreadySubmitted):
		p.showStatus(w, r, http.StatusConflict, p.problem(r, "already_submitted"))
	case errors.Is(err, triage.ErrStale):
		p.showPhoto(w, r, http.StatusConflict, p.problem(r, "stale"))
	default:
		p.fail(w, r, err)
	}
}

// sent shows what became of a photo that was just submitted: one that is on its way has a reference, one that came back at once
// has reasons.
func (p *portal) sent(w http.ResponseWriter, r *http.Request, kind string) {
	c, _, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	to := "/confirmation"
	if kind == submittedAgain || !c.Locked() {
		to = "/status"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}
