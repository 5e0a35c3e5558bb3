package portal

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"prportal.example/internal/store"
)

// messagesPage is what the office has written to the person, the newest first.
type messagesPage struct {
	Messages []messageView
	Contact  Contact
}

type messageView struct {
	ID, ISO, When, Body string
	New                 bool // not read before
}

func (p *portal) messageRoutes(r chi.Router) { r.Get("/messages", p.messages) }

// messages shows them. That they were read is noted here, although it is a GET: whoever gets this page is signed in, so no scanner
// of mail comes here, and a browser that only fetches ahead says so.
func (p *portal) messages(w http.ResponseWriter, r *http.Request) {
	c, _, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	notes, err := p.c.Store.Messages(r.Context(), c.ID)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	lang, say := p.lang(r), p.say(r)
	page := messagesPage{Contact: p.c.Contact}
	var fresh []store.Note
	for _, n := range notes {
		page.Messages = append(page.Messages, messageView{ID: n.ID, ISO: n.CreatedAt.UTC().Format(time.RFC3339),
			When: moment(n.CreatedAt.In(p.c.Location), lang, say), Body: n.Body, New: n.ReadAt.IsZero()})
		if n.ReadAt.IsZero() {
			fresh = append(fresh, n)
		}
	}
	if len(fresh) > 0 && r.Header.Get("Sec-Purpose") == "" {
		if err := p.markRead(r, fresh); err != nil {
			p.fail(w, r, err)
			return
		}
	}
	p.show(w, r, http.StatusOK, view{Page: "messages", Path: "/messages", Heading: say("messages_title"), Data: page})
}

func (p *portal) markRead(r *http.Request, fresh []store.Note) error {
	return p.c.Store.Tx(r.Context(), func(tx *store.Tx) error {
		for _, n := range fresh {
			if err := tx.ReadMessage(r.Context(), n.CaseID, n.ID, p.c.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

// unread counts the messages from the office that the reader of a page has not read, 0 where nobody is signed in. A page is shown
// without the figure rather than not at all.
func (p *portal) unread(r *http.Request) int {
	me := p.me(r)
	if me.person.ID == "" {
		return 0
	}
	n, err := p.c.Store.UnreadMessages(r.Context(), me.person.ID)
	if err != nil {
		p.c.Logger.ErrorContext(r.Context(), "count messages", "person", me.person.ID, "error", err)
		return 0
	}
	return n
}
