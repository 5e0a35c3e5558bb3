package portal

import (
	"context"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"

	"prportal.example/internal/journey"
	"prportal.example/internal/office"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
)

const (
	// wordsPerAccount is far above what somebody has to tell the office.
	wordsPerAccount = 10
	wordsWindow     = time.Hour
)

// cardView is where the card of an accepted photo is.
type cardView struct {
	State    string // held, ordered, mailed, returned
	Why      string // it is held: details, address, or soon: nothing holds it any more
	Ordered  string // days; "" if it has not come to that
	Expected string
	Late     bool // it should have come
	Mailed   string
	Returned string
	Address  []string // where it goes

	Moved, NotCome         string // since when the office knows; "" if it does not
	MayNotCome             bool   // it is late enough to say so
	MovedNote, NotComeNote string // as it was written so far
	MovedWrong, MissWrong  bool
}

func (p *portal) cardRoutes(r chi.Router) {
	r.With(smallForm, p.limitWords()).Post("/status/moved", p.moved)
	r.With(smallForm, p.limitWords()).Post("/status/not-come", p.notCome)
}

func (p *portal) limitWords() func(http.Handler) http.Handler {
	byAccount := func(r *http.Request) (string, error) { return p.me(r).account.ID, nil }
	return httprate.LimitBy(wordsPerAccount, wordsWindow, byAccount, httprate.WithLimitHandler(
		func(w http.ResponseWriter, r *http.Request) {
			p.showStatus(w, r, http.StatusTooManyRequests, p.problem(r, "many_words"))
		}))
}

// card reads where the card is. A photo that was accepted before cards were kept shows as ordered at that time.
func (p *portal) card(r *http.Request, c store.CaseRow, lang string, say web.Say) (*cardView, error) {
	ctx := r.Context()
	card, err := p.c.Store.Card(ctx, c.ID)
	if errors.Is(err, store.ErrNotFound) {
		card, err = store.Card{State: store.CardOrdered, OrderedAt: c.EffectiveAt, ExpectedAt: c.EffectiveAt.Add(p.c.CardWithin)}, nil
	}
	if err != nil {
		return nil, err
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return date(t.In(p.c.Location), lang, say)
	}
	v := &cardView{State: string(card.State), Ordered: day(card.OrderedAt), Expected: day(card.ExpectedAt), Mailed: day(card.MailedAt),
		Returned: day(card.ReturnedAt)}
	v.Late = !card.OrderedAt.IsZero() && !p.c.Now().Before(card.ExpectedAt)
	v.MayNotCome = v.Late && card.State != store.CardReturned
	if card.State == store.CardHeld {
		if v.Why, err = p.whyHeld(ctx, c.PersonID); err != nil {
			return nil, err
		}
	}
	if card.AddressID != "" {
		a, err := p.c.Store.Address(ctx, card.AddressID)
		if err != nil {
			return nil, err
		}
		v.Address = journey.Lines(a)
	}
	for kind, since := range map[store.OfficeTaskKind]*string{store.OfficeMoved: &v.Moved, store.OfficeNotCome: &v.NotCome} {
		task, err := p.c.Store.OpenOfficeTaskOf(ctx, c.PersonID, kind)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		*since = day(task.OpenedAt)
	}
	return v, nil
}

// whyHeld says what holds a card, as triage sees it. What the person can do something about comes first.
func (p *portal) whyHeld(ctx context.Context, personID string) (string, error) {
	if _, err := p.c.Store.LastAddress(ctx, personID, store.PostalAddress); errors.Is(err, store.ErrNotFound) {
		return "address", nil
	} else if err != nil {
		return "", err
	}
	if _, err := p.c.Store.OpenOfficeTaskOf(ctx, personID, store.OfficeWrongDetails); errors.Is(err, store.ErrNotFound) {
		return "soon", nil
	} else if err != nil {
		return "", err
	}
	return "details", nil
}

func (p *portal) moved(w http.ResponseWriter, r *http.Request) {
	p.tellOffice(w, r, "moved", p.office.Moved)
}

func (p *portal) notCome(w http.ResponseWriter, r *http.Request) {
	p.tellOffice(w, r, "not_come", p.office.NotCome)
}

// tellOffice passes on what an applicant says of the card. What was written stays in the form when something is wrong with it.
func (p *portal) tellOffice(w http.ResponseWriter, r *http.Request, what string, tell func(context.Context, office.Word) error) {
	c, _, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	note := readNote(r, "note")
	if utf8.RuneCountInString(note) > maxNote {
		p.showCard(w, r, http.StatusUnprocessableEntity, what, note, what+"_long")
		return
	}
	err = tell(r.Context(), office.Word{CaseID: c.ID, AccountID: p.me(r).account.ID, Note: note})
	switch {
	case err == nil:
		http.Redirect(w, r, "/status#"+what, http.StatusSeeOther)
	case errors.Is(err, office.ErrEmpty):
		p.showCard(w, r, http.StatusUnprocessableEntity, what, note, what+"_empty")
	case errors.Is(err, office.ErrEarly):
		p.showCard(w, r, http.StatusConflict, what, note, "not_come_early")
	case errors.Is(err, office.ErrNoCard):
		p.showCard(w, r, http.StatusConflict, what, note, "no_card")
	default:
		p.fail(w, r, err)
	}
}

// showCard is the status page with a problem in one of the two forms about the card.
func (p *portal) showCard(w http.ResponseWriter, r *http.Request, status int, what, note, code string) {
	p.showStatusChanged(w, r, status, p.problem(r, code), func(page *statusPage) {
		if page.Card == nil {
			return
		}
		if what == "moved" {
			page.Card.MovedNote, page.Card.MovedWrong = note, true
		} else {
			page.Card.NotComeNote, page.Card.MissWrong = note, true
		}
	})
}
