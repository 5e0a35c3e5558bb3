package officer

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"prportal.example/internal/office"
	"prportal.example/internal/store"
)

// officePageSize is how many lines of the office's list one page shows.
const officePageSize = 100

// officeListPage is the list of what needs the office.
type officeListPage struct {
	Kinds   []officeKindView // all of them first
	Kind    string
	Heading string
	Tasks   []officeTaskLine
	Next    string // address of the next page, "" on the last
	First   string // address of the first page, "" on it
}

type officeKindView struct {
	URL, Title string
	Count      int
	Chosen     bool
	Oldest     *ageBadge
}

type officeTaskLine struct {
	URL, Kind, Title, Name, Application, By, ISO, When string
	Age                                                *ageBadge
}

func (d *desk) officeList(w http.ResponseWriter, r *http.Request) {
	kind := store.OfficeTaskKind(r.URL.Query().Get("kind"))
	if !slices.Contains(store.OfficeTaskKinds(), kind) {
		kind = ""
	}
	after := r.URL.Query().Get("after")
	counts, err := d.cases.store.OfficeTaskCounts(r.Context())
	if err != nil {
		d.fail(w, r, err)
		return
	}
	tasks, err := d.cases.store.OfficeTasks(r.Context(), store.OfficeTaskPage{Kind: kind, After: after, Limit: officePageSize + 1})
	if err != nil {
		d.fail(w, r, err)
		return
	}
	page := d.officeListPage(counts, tasks, kind, d.lang(r))
	if after != "" {
		page.First = officeURL(kind, "")
	}
	d.show(w, r, http.StatusOK, "office.html", "office", page)
}

func (d *desk) officeListPage(counts []store.OfficeTaskCount, tasks []store.OfficeTaskOf, kind store.OfficeTaskKind, lang string) officeListPage {
	say, now := d.texts.Say(lang), d.now()
	oldest := func(s string) string { return say("office_oldest", s) }
	all := officeKindView{URL: officeURL("", ""), Title: say("office_all"), Chosen: kind == ""}
	page := officeListPage{Kind: string(kind), Heading: say("office_all")}
	var kinds []officeKindView
	for _, c := range counts {
		all.Count += c.Open
		if c.Open == 0 && c.Kind != kind {
			continue
		}
		v := officeKindView{URL: officeURL(c.Kind, ""), Title: say("office_kind_" + string(c.Kind)), Count: c.Open, Chosen: c.Kind == kind,
			Oldest: waits(c.Oldest, office.Target(c.Kind), now, oldest, lang)}
		if v.Chosen {
			page.Heading = v.Title
		}
		kinds = append(kinds, v)
	}
	page.Kinds = append([]officeKindView{all}, kinds...)
	if len(tasks) > officePageSize {
		tasks = tasks[:officePageSize]
		page.Next = officeURL(kind, tasks[officePageSize-1].ID)
	}
	for _, t := range tasks {
		page.Tasks = append(page.Tasks, officeTaskLine{
			URL: "/office/" + t.ID, Kind: string(t.Kind), Title: say("office_kind_" + string(t.Kind)), Name: name(t.GivenNames, t.FamilyName, say),
			Application: t.Application, By: actorText(t.OpenedBy, say), ISO: iso(t.OpenedAt), When: moment(t.OpenedAt.In(d.location)),
			Age: waits(t.OpenedAt, office.Target(t.Kind), now, func(s string) string { return s }, lang)})
	}
	return page
}

func officeURL(kind store.OfficeTaskKind, after string) string {
	q := url.Values{}
	if kind != "" {
		q.Set("kind", string(kind))
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/office"
	}
	return "/office?" + q.Encode()
}

// name is how a person is called. Either part may be empty.
func name(given, family string, say say) string {
	if n := strings.Join(strings.Fields(given+" "+family), " "); n != "" {
		return n
	}
	return say("no_name")
}

// actorText says who did something, without a name.
func actorText(a store.Actor, say say) string {
	switch a {
	case store.ActorApplicant:
		return say("who_applicant")
	case store.ActorOffice, store.ActorOfficer:
		return say("who_office")
	default:
		return say("who_machine")
	}
}

// iso writes a time for machines.
func iso(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
