package officer

import (
	"context"
	"slices"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
)

// afterwards is what the page of a case knows beside the photo: the card, what the office has to do about the person, and what it
// has written.
type afterwards struct {
	Card     *store.Card
	Tasks    []store.OfficeTask // open ones
	Messages []store.Note
	Readable bool // the person could read a message
}

func (c *cases) afterwards(ctx context.Context, row store.CaseRow, notes []store.Note) (a afterwards, err error) {
	if a.Card, err = maybe(c.store.Card(ctx, row.ID)); err != nil {
		return a, err
	}
	if a.Tasks, err = c.store.OfficeTasksOfPerson(ctx, row.PersonID); err != nil {
		return a, err
	}
	a.Tasks = slices.DeleteFunc(a.Tasks, func(t store.OfficeTask) bool { return !t.DoneAt.IsZero() })
	for _, n := range notes {
		if n.Kind == store.NoteOfficeMessage {
			a.Messages = append(a.Messages, n)
		}
	}
	account, err := maybe(c.store.AccountByPerson(ctx, row.PersonID))
	if err != nil || account == nil {
		return a, err
	}
	person, err := c.store.Person(ctx, row.PersonID)
	a.Readable = err == nil && person.WithdrawnAt.IsZero()
	return a, err
}

// fillAfterwards shows it.
func (d *desk) fillAfterwards(p *casePage, f caseFile, me store.Account, say say) {
	at := func(t time.Time) string { return moment(t.In(d.location)) }
	p.Reference = casefile.Reference(f.CaseID)
	for _, box := range []struct {
		ticked bool
		key    string
	}{{f.HeadCovering, "box_head_covering"}, {f.Medical, "box_medical"}, {f.Child, "box_small_child"}} {
		if box.ticked {
			p.Ticked = append(p.Ticked, say(box.key))
		}
	}
	if !f.DeclaredAt.IsZero() {
		p.Declared = say("declared_recent", at(f.DeclaredAt))
	}
	if f.After.Card != nil {
		p.Card = cardText(f.After.Card, at, say)
	}
	for _, t := range f.After.Tasks {
		p.Tasks = append(p.Tasks, otherTask{URL: "/office/" + t.ID, Title: say("office_kind_" + string(t.Kind)), When: at(t.OpenedAt)})
	}
	for _, n := range slices.Backward(f.After.Messages) {
		w := wordView{ISO: iso(n.CreatedAt), When: at(n.CreatedAt), Body: n.Body, Who: officerText(n.AuthorID, me, f.Officers, say),
			Read: say("message_unread")}
		if !n.ReadAt.IsZero() {
			w.Read = say("message_read", at(n.ReadAt))
		}
		p.Messages = append(p.Messages, w)
	}
	p.Readable = f.After.Readable
}
