package officer

import (
	"errors"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"prportal.example/internal/office"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
)

// officeForm is what an officer sent in from the page of a task.
type officeForm struct {
	Outcome         office.Outcome
	Reason, Message string
}

func readOfficeForm(r *http.Request) officeForm {
	return officeForm{Outcome: office.Outcome(r.PostFormValue("outcome")), Reason: web.Written(r.PostFormValue("reason")),
		Message: web.Written(r.PostFormValue("message"))}
}

func (d *desk) officeTask(w http.ResponseWriter, r *http.Request) {
	d.showOfficeTask(w, r, http.StatusOK, officeForm{}, "")
}

func (d *desk) showOfficeTask(w http.ResponseWriter, r *http.Request, status int, in officeForm, problem string) {
	f, err := d.officeFile(r.Context(), d.me(r), chi.URLParam(r, "id"))
	if err != nil {
		d.refuseOffice(w, r, err)
		return
	}
	page := d.officeTaskPage(f, d.me(r), d.lang(r))
	page.Reason, page.Message, page.Problem = in.Reason, in.Message, problem
	d.show(w, r, status, "office_task.html", "office_title", page)
}

// doOfficeTask does what the officer chose about a task.
func (d *desk) doOfficeTask(w http.ResponseWriter, r *http.Request) {
	in := readOfficeForm(r)
	err := d.office.Done(r.Context(), office.Act{TaskID: chi.URLParam(r, "id"), OfficerID: d.me(r).ID, Outcome: in.Outcome,
		Reason: in.Reason, Message: in.Message})
	switch {
	case err == nil:
		d.sessions.Put(r.Context(), sessionNotice, "office_saved")
		http.Redirect(w, r, "/office", http.StatusSeeOther)
	case errors.Is(err, office.ErrEmpty):
		d.showOfficeTask(w, r, http.StatusUnprocessableEntity, in, d.say(r)("office_no_reason"))
	case errors.Is(err, office.ErrLong):
		d.showOfficeTask(w, r, http.StatusUnprocessableEntity, in, d.say(r)("office_long"))
	case errors.Is(err, office.ErrUnreadable):
		d.showOfficeTask(w, r, http.StatusUnprocessableEntity, in, d.say(r)("office_unreadable"))
	case errors.Is(err, office.ErrOutcome):
		d.showOfficeTask(w, r, http.StatusUnprocessableEntity, in, d.say(r)("office_no_outcome"))
	case errors.Is(err, office.ErrPast):
		d.showOfficeTask(w, r, http.StatusConflict, in, d.say(r)("office_past"))
	default:
		d.refuseOffice(w, r, err)
	}
}

// writeFromOffice sends a message to the person whom a task is about, and leaves the task as it is.
func (d *desk) writeFromOffice(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	task, err := d.cases.store.OfficeTask(r.Context(), id)
	if err != nil {
		d.refuseOffice(w, r, err)
		return
	}
	c, err := d.cases.store.CaseByPerson(r.Context(), task.PersonID)
	if err != nil {
		d.refuseOffice(w, r, err)
		return
	}
	in := readOfficeForm(r)
	if text := d.write(r, c.ID, in.Message); text.fault != nil {
		d.refuseOffice(w, r, text.fault)
		return
	} else if text.problem != "" {
		d.showOfficeTask(w, r, http.StatusUnprocessableEntity, in, d.say(r)(text.problem))
		return
	}
	http.Redirect(w, r, "/office/"+id, http.StatusSeeOther)
}

// writtenTo is what became of a message: a problem that the officer is told by the key of its text, a fault, or nothing.
type writtenTo struct {
	problem string
	fault   error
}

// write sends a message, and notes for the next page that it did.
func (d *desk) write(r *http.Request, caseID, body string) writtenTo {
	err := d.office.Write(r.Context(), office.Message{CaseID: caseID, OfficerID: d.me(r).ID, Body: body})
	for known, text := range map[error]string{office.ErrEmpty: "message_empty", office.ErrLong: "office_long",
		office.ErrUnreadable: "office_unreadable"} {
		if errors.Is(err, known) {
			return writtenTo{problem: text}
		}
	}
	if err == nil {
		d.sessions.Put(r.Context(), sessionNotice, "message_sent")
	}
	return writtenTo{fault: err}
}

// message to an applicant from the page of a case: whoever may open the page may write.
func (d *desk) writeFromCase(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	if _, err := d.cases.open(r.Context(), d.me(r), id); err != nil {
		d.refuse(w, r, "", err)
		return
	}
	body := web.Written(r.PostFormValue("message"))
	if text := d.write(r, id, body); text.fault != nil {
		d.refuse(w, r, "", text.fault)
		return
	} else if text.problem != "" {
		d.showCaseWith(w, r, http.StatusUnprocessableEntity, func(p *casePage) {
			p.Message, p.MessageProblem = body, d.say(r)(text.problem)
		})
		return
	}
	http.Redirect(w, r, "/case/"+id, http.StatusSeeOther)
}

// refuseOffice tells what can't be done about a task any more; anything else is a fault of ours.
func (d *desk) refuseOffice(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, errNoTask) || errors.Is(err, store.ErrNotFound):
		d.show(w, r, http.StatusNotFound, "message.html", "not_found_title", messagePage{Text: d.say(r)("office_gone"), Office: "/office"})
	case errors.Is(err, office.ErrStale):
		d.show(w, r, http.StatusConflict, "message.html", "error_title", messagePage{Text: d.say(r)("office_stale"),
			Office: "/office/" + chi.URLParam(r, "id")})
	default:
		d.fail(w, r, err)
	}
}

// officeActions are those of the history of this room, which have words in the catalogue.
var officeActions = []string{"office_view", "office_done", "office_message", "office_moved", "office_not_come", "card_ordered",
	"card_mailed", "card_returned"}

func outcomeText(code string, say say) string {
	if slices.Contains(office.Outcomes(), office.Outcome(code)) || code == "settled" {
		return say("office_outcome_" + code)
	}
	return code
}
