package portal

import (
	"errors"
	"net/http"

	"prportal.example/internal/journey"
	"prportal.example/internal/store"
)

// declarationPage asks whether the person is in Canada.
type declarationPage struct {
	Child  bool // a parent answers
	Answer string
	From   string // the page to go back to: "check", or "" for the task list
}

// answers are the values of the boxes, and what they mean.
var answers = map[string]store.Answer{"yes": store.InCanada, "no": store.NotInCanada}

// from names the page that a form was opened from and leads back to.
func from(r *http.Request) string {
	if r.FormValue("from") == "check" {
		return "check"
	}
	return ""
}

// after is where to go once the form is saved.
func after(r *http.Request) string {
	if from(r) == "check" {
		return "/submit"
	}
	return "/"
}

// formPath is where a form can be had again, for the language toggle.
func formPath(r *http.Request) string {
	if from(r) == "check" {
		return r.URL.Path + "?from=check"
	}
	return r.URL.Path
}

// by is the applicant who is signed in, as the journey knows them.
func (p *portal) by(r *http.Request) journey.By {
	me := p.me(r)
	return journey.By{PersonID: me.person.ID, AccountID: me.account.ID}
}

// lostProblem is what a page tells after a form that came when the session had ended, nil if there was none.
func (p *portal) lostProblem(r *http.Request) *problem {
	if code := lost(r); code != "" {
		return p.problem(r, code)
	}
	return nil
}

func (p *portal) declarationForm(w http.ResponseWriter, r *http.Request) {
	st, err := p.journey(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := declarationPage{}
	if d := st.Declaration; d != nil {
		page.Answer = map[store.Answer]string{store.InCanada: "yes", store.NotInCanada: "no"}[d.Answer]
		if d.Answer == store.InCanada && st.Case.Locked() {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
	}
	p.showDeclaration(w, r, http.StatusOK, page, p.lostProblem(r))
}

func (p *portal) showDeclaration(w http.ResponseWriter, r *http.Request, status int, page declarationPage, told *problem) {
	page.Child, page.From = p.c.Journey.Child(p.me(r).person), from(r)
	heading := p.say(r)("declaration_title")
	if page.Child {
		heading = p.say(r)("declaration_title_child", p.me(r).name())
	}
	p.show(w, r, status, view{Page: "declaration", Path: formPath(r), Heading: heading, Problem: told, Data: page})
}

func (p *portal) declare(w http.ResponseWriter, r *http.Request) {
	page := declarationPage{Answer: r.PostFormValue("answer")}
	answer, known := answers[page.Answer]
	if !known {
		p.showDeclaration(w, r, http.StatusUnprocessableEntity, page, p.problem(r, "declaration_missing"))
		return
	}
	err := p.c.Journey.Declare(r.Context(), p.by(r), answer)
	switch {
	case errors.Is(err, journey.ErrSubmitted):
		p.showTasks(w, r, http.StatusConflict, p.problem(r, "declaration_stays"))
	case err != nil:
		p.fail(w, r, err)
	case answer == store.NotInCanada:
		http.Redirect(w, r, "/declaration/not-in-canada", http.StatusSeeOther)
	default:
		http.Redirect(w, r, after(r), http.StatusSeeOther)
	}
}

// notInCanada says how to go on for somebody who is not in Canada.
func (p *portal) notInCanada(w http.ResponseWriter, r *http.Request) {
	st, err := p.journey(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if st.Declaration == nil || st.Declaration.Answer != store.NotInCanada {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	say, child := p.say(r), p.c.Journey.Child(p.me(r).person)
	heading := say("outside_title")
	if child {
		heading = say("outside_title_child", p.me(r).name())
	}
	p.show(w, r, http.StatusOK, view{Page: "not-in-canada", Path: "/declaration/not-in-canada", Heading: heading,
		Data: declarationPage{Child: child}})
}
