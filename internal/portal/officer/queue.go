package officer

import (
	"net/http"
	"time"
)

// maxListed bounds the list of what waits; the counts are of everything.
const maxListed = 20

type queuePage struct {
	Total   int
	Held    bool
	Lanes   []laneView
	Waiting []waitingView
	More    string
}

type laneView struct {
	Name, Title, CountWord, Hint string
	Count                        int
	Oldest                       *ageBadge
}

type waitingView struct {
	Lane, Due, State string
	Age              *ageBadge
}

func (d *desk) queue(w http.ResponseWriter, r *http.Request) {
	q, err := d.cases.queue(r.Context(), d.me(r), maxListed)
	if err != nil {
		d.fail(w, r, err)
		return
	}
	d.show(w, r, http.StatusOK, "queue.html", "queue", d.queuePage(q, d.lang(r)))
}

func (d *desk) queuePage(q queueState, lang string) queuePage {
	say, now := d.texts.Say(lang), d.now()
	page := queuePage{Held: q.Held != ""}
	for _, l := range q.Lanes {
		v := laneView{
			Name: l.Name, Title: say("lane_" + l.Name), Hint: say("lane_" + l.Name + "_hint"), Count: l.Count,
			CountWord: say("count_many"),
		}
		if l.Count == 1 || (l.Count == 0 && lang == "fr") {
			v.CountWord = say("count_one")
		}
		v.Oldest = waits(l.Oldest, l.Target, now, func(s string) string { return say("oldest", s) }, lang)
		page.Lanes = append(page.Lanes, v)
		page.Total += l.Count
	}
	for _, e := range q.Waiting {
		v := waitingView{
			Lane: say("lane_" + e.Lane), State: say("state_free"),
			Due: due(e.Due.Sub(now), say, lang),
		}
		if e.Held {
			v.State = say("state_held")
		}
		v.Age = waits(e.Since, e.Due.Sub(e.Since), now, func(s string) string { return s }, lang)
		page.Waiting = append(page.Waiting, v)
	}
	if n := page.Total - len(page.Waiting); n > 0 && len(page.Waiting) > 0 {
		page.More = say("more_waiting", n)
	}
	return page
}

func due(left time.Duration, say say, lang string) string {
	if left < 0 {
		return say("due_over", span(-left, lang))
	}
	return say("due_in", span(left, lang))
}

// next takes the photo that is due first into the officer's hands, or opens the one that is there already.
func (d *desk) next(w http.ResponseWriter, r *http.Request) {
	id, err := d.cases.next(r.Context(), d.me(r))
	if err != nil {
		d.fail(w, r, err)
		return
	}
	if id == "" {
		d.sessions.Put(r.Context(), sessionNotice, "only_queue_empty")
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, "/case/"+id, http.StatusSeeOther)
}
