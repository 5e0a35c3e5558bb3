package portal

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"

	"prportal.example/internal/casefile"
	"prportal.example/internal/journey"
	"prportal.example/internal/store"
)

// formsPerAccount is far above what somebody who fills in a form again and again needs.
const (
	formsPerAccount = 60
	formWindow      = 10 * time.Minute
)

// taskRoutes are the task list, what comes before the photo, and submitting.
func (p *portal) taskRoutes(r chi.Router) {
	r.Get("/", p.tasks)
	r.Get("/declaration", p.declarationForm)
	r.Get("/declaration/not-in-canada", p.notInCanada)
	r.Get("/address", p.homeForm)
	r.Get("/address/postal", p.postalForm)
	r.Get("/submit", p.submitForm)
	r.Get("/submit/details", p.detailsForm)
	r.Get("/confirmation", p.confirmation)
	r.Group(func(r chi.Router) {
		r.Use(smallForm)
		r.Post("/submit", p.submit)
		r.Group(func(r chi.Router) {
			r.Use(p.limitForms())
			r.Post("/declaration", p.declare)
			r.Post("/address", p.giveHome)
			r.Post("/address/postal", p.givePostal)
			r.Post("/submit/details", p.details)
		})
	})
}

func (p *portal) limitForms() func(http.Handler) http.Handler {
	byAccount := func(r *http.Request) (string, error) { return p.me(r).account.ID, nil }
	return httprate.LimitBy(formsPerAccount, formWindow, byAccount, httprate.WithLimitHandler(
		func(w http.ResponseWriter, r *http.Request) {
			p.showTasks(w, r, http.StatusTooManyRequests, p.problem(r, "many_forms"))
		}))
}

type journeyKey struct{}

// journey is how far the applicant is. For a page of the photo it was read before.
func (p *portal) journey(r *http.Request) (journey.State, error) {
	if st, ok := r.Context().Value(journeyKey{}).(journey.State); ok {
		return st, nil
	}
	return p.c.Journey.State(r.Context(), p.me(r).person)
}

// tasksFirst keeps the pages of the photo closed until it can be started. A photo that is submitted stands, whatever was
// declared since.
func (p *portal) tasksFirst(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if path != "/photo" && path != "/submit" && !strings.HasPrefix(path, "/photo/") && !strings.HasPrefix(path, "/submit/") {
			next.ServeHTTP(w, r)
			return
		}
		st, err := p.journey(r)
		switch {
		case err != nil:
			p.fail(w, r, err)
		case !st.Ready() && !st.Case.Locked():
			http.Redirect(w, r, "/?first=1", http.StatusSeeOther)
		case r.Method == http.MethodGet:
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), journeyKey{}, st)))
		default:
			next.ServeHTTP(w, r) // it changes what it rests on
		}
	})
}

// tasksPage is the list of what there is to do.
type tasksPage struct {
	Lead     string
	Done     string // how much is done
	Decision string // what became of the photo: in_review, returned or accepted; "" before it is submitted
	Says     string
	Sections []taskSection
	Declared bool // the proof of status can be had
}

type taskSection struct {
	Title string
	Rows  []taskRow
}

// taskRow is one task. Without Href nothing can be done about it now.
type taskRow struct {
	ID     journey.Task
	Href   string
	Title  string
	Hint   string
	Status journey.Status
}

// taskSections say which tasks stand together.
var taskSections = []struct {
	title string
	tasks []journey.Task
}{
	{"tasks_declaration", []journey.Task{journey.TaskDeclaration}},
	{"tasks_addresses", []journey.Task{journey.TaskHome, journey.TaskPostal}},
	{"tasks_photo", []journey.Task{journey.TaskPhoto}},
	{"tasks_submit", []journey.Task{journey.TaskSubmit}},
}

func (p *portal) tasks(w http.ResponseWriter, r *http.Request) {
	var told *problem
	if r.URL.Query().Has("first") {
		told = p.problem(r, "tasks_first")
	}
	p.showTasks(w, r, http.StatusOK, told)
}

func (p *portal) showTasks(w http.ResponseWriter, r *http.Request, status int, told *problem) {
	st, err := p.journey(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	say := p.say(r)
	page := tasksPage{Lead: say("tasks_lead"), Declared: st.Declaration != nil && st.Declaration.Answer == store.InCanada}
	if page.Decision = decision(st.Case.PublicState()); page.Decision != "" {
		page.Lead, page.Says = "", say("tasks_"+page.Decision)
	}
	steps := map[journey.Task]journey.Step{}
	done := 0
	for _, s := range journey.Progress(st) {
		steps[s.Task] = s
		if s.Status == journey.Completed {
			done++
		}
	}
	page.Done = say("tasks_done", done, len(steps))
	for _, section := range taskSections {
		view := taskSection{Title: say(section.title)}
		for _, task := range section.tasks {
			view.Rows = append(view.Rows, p.taskRow(r, st, steps[task]))
		}
		page.Sections = append(page.Sections, view)
	}
	p.show(w, r, status, view{Page: "tasks", Path: "/", Heading: say("tasks_title"), State: st.Case.PublicState(),
		PhotoID: st.Case.PhotoID, Problem: told, Data: page})
}

// decision names what is said about a submitted photo.
func decision(s casefile.State) string {
	switch s {
	case casefile.Submitted, casefile.InReview:
		return "in_review"
	case casefile.Returned, casefile.Accepted:
		return string(s)
	}
	return ""
}

func (p *portal) taskRow(r *http.Request, st journey.State, step journey.Step) taskRow {
	say, lang := p.say(r), p.lang(r)
	row := taskRow{ID: step.Task, Status: step.Status, Title: say("task_" + string(step.Task))}
	href := map[journey.Task]string{journey.TaskDeclaration: "/declaration", journey.TaskHome: "/address",
		journey.TaskPostal: "/address/postal", journey.TaskPhoto: "/photo", journey.TaskSubmit: "/submit"}[step.Task]
	switch {
	case decision(st.Case.PublicState()) == "":
	case step.Task == journey.TaskPhoto:
		href = "/status"
	case step.Task == journey.TaskSubmit:
		href = "/confirmation"
	}
	if step.Open {
		row.Href = href
	}
	switch {
	case step.Task == journey.TaskPhoto:
		row.Hint = photoHint(st, step, say)
	case step.Task == journey.TaskDeclaration && step.Status == journey.Completed:
		row.Hint = say("hint_declared", date(st.Declaration.MadeAt.In(p.c.Location), lang, say))
	case step.Task == journey.TaskHome && step.Status == journey.Completed:
		row.Hint = short(*st.Home)
	case step.Task == journey.TaskPostal && step.Status == journey.Completed && st.Postal.SameAsHome:
		row.Hint = say("hint_same")
	case step.Task == journey.TaskPostal && step.Status == journey.Completed:
		row.Hint = short(*st.Postal)
	case step.Task == journey.TaskSubmit && step.Status == journey.Completed:
		row.Hint = say("hint_submitted", casefile.Reference(st.Case.ID))
	default:
		row.Hint = say("hint_" + string(step.Task) + "_" + string(step.Status))
	}
	return row
}

func photoHint(st journey.State, step journey.Step, say func(string, ...any) string) string {
	switch {
	case step.Status == journey.CannotStart:
		return say("hint_photo_cannot_start")
	case st.Case.State == casefile.Returned:
		return say("hint_photo_returned")
	case step.Status == journey.Problem:
		return say("hint_photo_problem")
	case st.Case.Locked():
		return say("hint_photo_" + decision(st.Case.PublicState()))
	case st.Case.State == casefile.Checking:
		return say("hint_photo_checking")
	case st.Case.State == casefile.Checked:
		return say("hint_photo_checked")
	}
	return say("hint_photo_incomplete")
}

// short is an address on one line, to be recognised.
func short(a store.Address) string {
	street := a.Street
	if a.Unit != "" {
		street = a.Unit + "-" + street
	}
	return street + ", " + a.City + ", " + a.Province
}
