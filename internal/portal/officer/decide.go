package officer

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"prportal.example/pkg/photocheck/report"
)

// maxComment bounds the officer's note in the letter, in characters; the form's maxlength says the same.
const maxComment = 1000

// decision is what an officer sent in from a case page.
type decision struct {
	CaseID, PhotoID string
	Version         int64
	Reasons         []report.Reason
	Comment         string
}

// readDecision takes the form as it is; unknown reasons are dropped, so that a stale page can't store one.
func readDecision(r *http.Request) decision {
	d := decision{
		CaseID: chi.URLParam(r, "id"), PhotoID: r.PostFormValue("photo"), Comment: strings.TrimSpace(r.PostFormValue("comment")),
	}
	d.Comment = strings.ReplaceAll(d.Comment, "\r\n", "\n")
	d.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // 0 fits no case, so it is told as stale
	for _, known := range report.Reasons() {
		if slices.Contains(r.PostForm["reason"], string(known)) {
			d.Reasons = append(d.Reasons, known)
		}
	}
	return d
}

// problem names the text that says what is wrong with a return, "" if nothing is.
func (d decision) problem() string {
	switch {
	case utf8.RuneCountInString(d.Comment) > maxComment || !utf8.ValidString(d.Comment):
		return "comment_long"
	case len(d.Reasons) == 0:
		return "need_reason"
	}
	return ""
}

func (d *desk) accept(w http.ResponseWriter, r *http.Request) {
	in := readDecision(r)
	d.decided(w, r, in, d.cases.accept(r.Context(), d.me(r), in))
}

func (d *desk) returnPhoto(w http.ResponseWriter, r *http.Request) {
	in := readDecision(r)
	if p := in.problem(); p != "" {
		d.showCase(w, r, http.StatusUnprocessableEntity, &in, d.say(r)(p))
		return
	}
	d.decided(w, r, in, d.cases.giveBack(r.Context(), d.me(r), in))
}

func (d *desk) undo(w http.ResponseWriter, r *http.Request) {
	in := readDecision(r)
	if err := d.cases.undo(r.Context(), d.me(r), in); err != nil {
		d.decided(w, r, in, err)
		return
	}
	d.sessions.Put(r.Context(), sessionNotice, "undone")
	http.Redirect(w, r, "/case/"+in.CaseID, http.StatusSeeOther)
}

func (d *desk) decided(w http.ResponseWriter, r *http.Request, in decision, err error) {
	if err != nil {
		d.refuse(w, r, in.CaseID, err)
		return
	}
	http.Redirect(w, r, "/case/"+in.CaseID, http.StatusSeeOther)
}

// preview shows the letter of a return as the form stands: the whole page, or only the letters for the page's script.
func (d *desk) preview(w http.ResponseWriter, r *http.Request) {
	in := readDecision(r)
	if r.Header.Get("X-Requested-Part") == "letters" {
		d.showLetters(w, r, in)
		return
	}
	d.showCase(w, r, http.StatusOK, &in, "")
}

var skipReasons = []string{"unsure", "supervisor", "conflict", "technical"}

func (d *desk) skip(w http.ResponseWriter, r *http.Request) {
	in, why := readDecision(r), r.PostFormValue("why")
	if !slices.Contains(skipReasons, why) {
		d.showCase(w, r, http.StatusUnprocessableEntity, nil, d.say(r)("skip_why_missing"))
		return
	}
	if err := d.cases.skip(r.Context(), d.me(r), in, why); err != nil {
		d.refuse(w, r, in.CaseID, err)
		return
	}
	d.sessions.Put(r.Context(), sessionNotice, "skipped")
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// refuse tells what an officer did can't be done any more; anything else is a fault of ours.
func (d *desk) refuse(w http.ResponseWriter, r *http.Request, caseID string, err error) {
	for known, text := range map[error]string{
		errChanged: "changed", errNotHeld: "not_yours", errUndoOver: "undo_over", errNoPrint: "accept_not",
	} {
		if errors.Is(err, known) {
			d.message(w, r, http.StatusConflict, "error_title", text, caseID)
			return
		}
	}
	if errors.Is(err, errGone) {
		d.message(w, r, http.StatusConflict, "error_title", "withdrawn", "")
		return
	}
	if errors.Is(err, errNoCase) {
		d.message(w, r, http.StatusNotFound, "not_found_title", "case_gone", "")
		return
	}
	d.fail(w, r, err)
}
