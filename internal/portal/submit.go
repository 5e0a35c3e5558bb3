package portal

import (
	"errors"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/report"
)

// maxNote bounds a note to the person who will look, in characters; the form's maxlength says the same.
const maxNote = 1000

// submitPage asks once more before a photo is submitted, since it can't be changed afterwards.
type submitPage struct {
	Verdict *verdictView // nil while there is none
	Returns bool         // the photo would come back unless a person looks
	Person  bool         // it goes to a person whatever the check says
	Note    string
}

// submission is what an applicant sends in from that page, or from that of a returned photo.
type submission struct {
	PhotoID string
	Person  bool
	Note    string
	valid   bool
}

func readSubmission(r *http.Request) submission {
	valid := r.ParseForm() == nil
	s := submission{PhotoID: r.PostFormValue("photo"), Person: r.PostFormValue("person") == "1", valid: valid}
	note := strings.ReplaceAll(strings.ToValidUTF8(r.PostFormValue("note"), ""), "\r\n", "\n")
	s.Note = strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && c != '\n' && c != '\t' {
			return -1
		}
		return c
	}, note))
	return s
}

// problem names what is wrong with what was sent in, "" if nothing is.
func (s submission) problem() string {
	if !s.valid || utf8.RuneCountInString(s.Note) > maxNote {
		return "note_long"
	}
	return ""
}

func (p *portal) submitForm(w http.ResponseWriter, r *http.Request) {
	code := lost(r)
	var told *problem
	if code != "" {
		told = p.problem(r, code)
	}
	p.showSubmit(w, r, http.StatusOK, submission{}, told)
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
	lang, say := p.lang(r), p.say(r)
	page := submitPage{Note: in.Note, Person: c.AutoReturns >= casefile.AutoReturnsBeforeOfficer}
	if page.Verdict, err = verdict(photo, lang, say, nil); err != nil {
		p.fail(w, r, err)
		return
	}
	page.Returns = page.Verdict != nil && page.Verdict.Decision == report.DecisionReturn
	p.show(w, r, status, view{Page: "submit", Path: "/submit", Heading: say("submit_title"), State: c.PublicState(),
		PhotoID: c.PhotoID, Problem: told, Data: page})
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
	err := p.c.Triage.Submit(r.Context(), triage.Submission{CaseID: c.ID, PhotoID: in.PhotoID, PersonAsked: in.Person, Note: in.Note,
		AccountID: p.me(r).account.ID})
	switch {
	case err == nil:
		p.measures.submissions.WithLabelValues(kind).Inc()
		http.Redirect(w, r, "/status", http.StatusSeeOther)
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
