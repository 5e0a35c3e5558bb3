package officer

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"prportal.example/internal/mail"
	"prportal.example/internal/overlay"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

func (d *desk) caseForm(w http.ResponseWriter, r *http.Request) {
	d.showCase(w, r, http.StatusOK, nil, "")
}

// showCase writes the page of a case; in is what the officer has filled in so far, nil at first.
func (d *desk) showCase(w http.ResponseWriter, r *http.Request, status int, in *decision, problem string) {
	f, err := d.cases.open(r.Context(), d.me(r), chi.URLParam(r, "id"))
	if err == nil {
		err = d.cases.viewed(r.Context(), d.me(r), &f)
	}
	if err != nil {
		d.refuse(w, r, "", err)
		return
	}
	page, err := d.casePage(f, d.me(r), in, d.lang(r))
	if err != nil {
		d.fail(w, r, err)
		return
	}
	page.Problem = problem
	d.show(w, r, status, "case.html", "title_case", page)
}

// showCaseWith writes the page of a case with what change makes of it.
func (d *desk) showCaseWith(w http.ResponseWriter, r *http.Request, status int, change func(*casePage)) {
	f, err := d.cases.open(r.Context(), d.me(r), chi.URLParam(r, "id"))
	if err != nil {
		d.refuse(w, r, "", err)
		return
	}
	page, err := d.casePage(f, d.me(r), nil, d.lang(r))
	if err != nil {
		d.fail(w, r, err)
		return
	}
	change(&page)
	d.show(w, r, status, "case.html", "title_case", page)
}

func (d *desk) showLetters(w http.ResponseWriter, r *http.Request, in decision) {
	f, err := d.cases.open(r.Context(), d.me(r), in.CaseID)
	if err != nil {
		d.refuse(w, r, "", err)
		return
	}
	views, err := d.letters(f, in.Reasons, in.Comment)
	if err != nil {
		d.fail(w, r, err)
		return
	}
	if err := d.pages.Write(w, http.StatusOK, d.lang(r), "letters.html", layout{Page: casePage{Letters: views}}); err != nil {
		d.fail(w, r, err)
	}
}

func (d *desk) letters(f caseFile, reasons []report.Reason, comment string) ([]letterView, error) {
	to := mail.Recipient{GivenNames: f.GivenNames, FamilyName: f.FamilyName, Language: f.Language}
	return letters(d.mail, to, mail.PhotoReturned{Reasons: reasons, Comment: comment, SubmittedAt: f.SubmittedAt.In(d.location)})
}

func (d *desk) casePage(f caseFile, me store.Account, in *decision, lang string) (casePage, error) {
	say, now := d.texts.Say(lang), d.now()
	p := casePage{
		ID: f.CaseID, PhotoID: f.PhotoID, Version: f.Version, Mode: f.Mode, Note: f.Note, Lane: f.Lane,
		Attempt: say("attempt_n", f.Attempt), WritesIn: say("writes_" + f.Language),
		Name: strings.TrimSpace(f.GivenNames + " " + f.FamilyName),
	}
	if p.Name == "" {
		p.Name = say("no_name")
	}
	if f.Lane != "" { // it has waited for an officer
		p.LaneTitle = say("lane_" + f.Lane)
	}
	if !f.BirthDate.IsZero() {
		p.BirthDate = say("born", f.BirthDate.Format("2006-01-02"))
		p.Age = ageText(store.YearsOn(f.BirthDate, now), say)
	}
	if p.Mode == modeReview {
		p.Waits = waits(f.FirstSubmittedAt, f.Target, now, func(s string) string { return say("waits", s) }, lang)
		if !f.HeldUntil.IsZero() {
			p.HeldUntil = say("held_until", f.HeldUntil.In(d.location).Format("15:04"))
		}
		p.UndoHint = say("undo_none")
		if d.cases.triage.UndoWindow() > 0 {
			p.UndoHint = say("undo_hint", seconds(d.cases.triage.UndoWindow(), lang))
		}
		for _, code := range skipReasons {
			p.SkipReasons = append(p.SkipReasons, choice{code, say("skip_" + code)})
		}
	}
	p.Lowered = lowered(f, lang, say)
	if err := d.drawPictures(&p, f, lang); err != nil {
		return casePage{}, err
	}
	if err := d.fillDecision(&p, f, in, lang); err != nil {
		return casePage{}, err
	}
	d.fillAfterwards(&p, f, me, say)
	for _, a := range f.Earlier {
		v := attempt{Title: say("attempt_n", a.Number), Alt: say("attempt_alt", a.Number), When: moment(a.SubmittedAt.In(d.location))}
		if a.Rendition != nil {
			v.URL = "/case/" + f.CaseID + "/attempt/" + a.PhotoID
		}
		var titles []string
		for _, reason := range a.Reasons {
			titles = append(titles, reason.Text(lang).Title)
		}
		v.Reasons = strings.Join(titles, ", ")
		p.Attempts = append(p.Attempts, v)
	}
	for _, h := range f.History {
		p.History = append(p.History, historyLine{
			ISO: h.At.UTC().Format("2006-01-02T15:04:05Z"), When: moment(h.At.In(d.location)), What: historyText(h, say),
			Who: whoText(h, me, f.Officers, say),
		})
	}
	return p, nil
}

func (d *desk) drawPictures(p *casePage, f caseFile, lang string) error {
	say, v := d.texts.Say(lang), f.Verdict
	if len(v.Checks) == 0 {
		return nil // the check has not answered yet
	}
	drawing := overlay.New(v, lang)
	p.Failed, p.Met = checkRows(v, d.profile, drawing, lang, say)
	p.MetSummary = say("checks_met", len(p.Met))
	finder := v.Engine.Finder
	if finder == "" {
		finder = "—"
	}
	p.ProfileLine = say("profile_line", v.Profile, finder)
	if f.Rendition == nil {
		return nil
	}
	svg, err := drawing.SVG()
	if err != nil {
		return fmt.Errorf("draw evidence of photo %s: %w", f.PhotoID, err)
	}
	p.CropDrawn = drawing.Has(overlay.CropGroup)
	p.Whole = &picture{
		URL: "/case/" + f.CaseID + "/rendition", Width: f.Rendition.Width, Height: f.Rendition.Height, SVG: svg,
		Note: say("whole_note", v.Width, v.Height),
	}
	if f.Print == nil || v.Crop == nil {
		return nil
	}
	if svg, err = drawing.In(*v.Crop).SVG(); err != nil {
		return fmt.Errorf("draw evidence of photo %s: %w", f.PhotoID, err)
	}
	sum := f.Print.SHA256
	p.Print = &picture{
		URL: "/case/" + f.CaseID + "/print", Width: f.Print.Width, Height: f.Print.Height, SVG: svg,
		Note: "SHA-256 " + sum[:min(12, len(sum))],
	}
	return nil
}

func (d *desk) fillDecision(p *casePage, f caseFile, in *decision, lang string) (err error) {
	say := d.texts.Say(lang)
	if p.Mode == modeReview {
		ticked := failedReasons(f.Verdict)
		if in != nil {
			ticked, p.Comment = in.Reasons, in.Comment
		}
		p.Found, p.Others = reasonChoices(f.Verdict, ticked, lang, say)
		p.OtherTicked = slices.ContainsFunc(p.Others, func(c reasonChoice) bool { return c.Ticked })
		p.Letters, err = d.letters(f, ticked, p.Comment)
		return err
	}
	if p.Mode == modeWatch || f.Outcome == "" {
		p.DecidedText = say("watching")
		return nil
	}
	p.DecidedTitle = say("decided_" + string(f.Outcome))
	p.DecidedText = say("decided_text")
	if f.Mode == modeUndoable {
		p.DecidedText = say("decided_undoable")
	}
	if f.ByMachine {
		p.DecidedText = say("decided_by_machine") + " " + p.DecidedText
	}
	p.Comment = f.Comment
	for _, reason := range f.Reasons {
		p.DecidedReasons = append(p.DecidedReasons, reason.Text(lang).Title)
	}
	return nil
}
