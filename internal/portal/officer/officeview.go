package officer

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/journey"
	"prportal.example/internal/office"
	"prportal.example/internal/store"
)

// officeTaskPage is everything that the page of one task shows.
type officeTaskPage struct {
	ID, Kind, Title, About, Name, Opened string
	Withdrawn                            string
	Age                                  *ageBadge
	Words                                []wordView // of the person, the newest first
	Choices                              []outcomeView
	Readable                             bool
	Done                                 *doneView
	Reason, Message, Problem             string

	Person, Invited, Steps, Photo []fact
	CaseURL                       string
	Members                       []memberView
	Mails                         []mailView
	Messages                      []wordView // from the office, the newest first
	Others                        []otherTask
	History                       []historyLine
}

type fact struct {
	Name, Value string
	Lines       []string // more than one line, instead of Value
}

type wordView struct{ ISO, When, Who, Body, Read string }

type outcomeView struct {
	Code, Title, Hint string
	Primary           bool
}

type doneView struct{ When, Who, Outcome, Reason string }

type memberView struct {
	Name, Born, Email, Invitation, Photo string
	Principal, This                      bool
}

type mailView struct{ ISO, When, Title, State, Level string }

type otherTask struct {
	URL, Title, When, State, Reason string
	Open                            bool
}

func (d *desk) officeTaskPage(f officeFile, me store.Account, lang string) officeTaskPage {
	say, at := d.texts.Say(lang), func(t time.Time) string { return moment(t.In(d.location)) }
	kind := string(f.Task.Kind)
	p := officeTaskPage{ID: f.Task.ID, Kind: kind, Title: say("office_kind_" + kind), About: say("office_about_" + kind),
		Name:   name(f.Person.GivenNames, f.Person.FamilyName, say),
		Opened: say("office_opened", at(f.Task.OpenedAt), actorText(f.Task.OpenedBy, say)), Readable: f.Readable}
	if !f.Person.WithdrawnAt.IsZero() {
		p.Withdrawn = say("office_withdrawn", at(f.Person.WithdrawnAt))
	}
	if f.Task.DoneAt.IsZero() {
		p.Age = waits(f.Task.OpenedAt, office.Target(f.Task.Kind), d.now(), func(s string) string { return say("waits", s) }, lang)
	} else {
		p.Done = &doneView{When: at(f.Task.DoneAt), Who: officerText(f.Task.DoneBy, me, f.Officers, say),
			Outcome: outcomeText(f.Task.Outcome, say), Reason: noteBody(f.Notes, f.Task.DoneNoteID)}
	}
	for i, o := range f.Choices {
		v := outcomeView{Code: string(o), Title: say("office_do_" + string(o)), Hint: say("office_hint_" + string(o)), Primary: i == 0}
		if o == office.Done && f.Task.Kind == store.OfficeNotRight {
			v.Hint = say("office_hint_stays_held")
		}
		p.Choices = append(p.Choices, v)
	}
	p.words(f, me, at, say)
	p.Person, p.Invited = d.personFacts(f, lang, at, say), invitationFacts(f.Invitation, at, say, d.now())
	p.Steps, p.Photo = stepFacts(f, at, say), photoFacts(f, at, say)
	if f.CaseOpens {
		p.CaseURL = "/case/" + f.Case.ID
	}
	for _, m := range f.Members {
		v := memberView{Name: name(m.Person.GivenNames, m.Person.FamilyName, say), Born: m.Person.BirthDate, Email: m.Person.Email,
			Invitation: invitationText(m.Invitation, say, d.now()), Photo: say("casestate_" + string(m.State)), Principal: m.Person.Principal,
			This: m.Person.ID == f.Person.ID}
		if !m.Person.WithdrawnAt.IsZero() {
			v.Photo = say("casestate_withdrawn")
		}
		p.Members = append(p.Members, v)
	}
	for _, m := range slices.Backward(f.Mails) {
		p.Mails = append(p.Mails, mailLine(m, at, say))
	}
	for _, t := range slices.Backward(f.Tasks) {
		if t.ID == f.Task.ID {
			continue
		}
		o := otherTask{URL: "/office/" + t.ID, Title: say("office_kind_" + string(t.Kind)), When: at(t.OpenedAt), State: say("office_open"),
			Open: t.DoneAt.IsZero()}
		if !o.Open {
			o.State = say("office_was_done", at(t.DoneAt), outcomeText(t.Outcome, say))
			o.Reason = noteBody(f.Notes, t.DoneNoteID)
		}
		p.Others = append(p.Others, o)
	}
	for _, h := range slices.Backward(f.History) {
		p.History = append(p.History, historyLine{ISO: iso(h.At), When: at(h.At), What: historyText(h, say),
			Who: whoText(h, me, f.Officers, say)})
	}
	return p
}

// words fills in what the person wrote, and what the office did.
func (p *officeTaskPage) words(f officeFile, me store.Account, at func(time.Time) string, say say) {
	for _, n := range slices.Backward(f.Notes) {
		w := wordView{ISO: iso(n.CreatedAt), When: at(n.CreatedAt), Body: n.Body}
		switch n.Kind {
		case store.NoteLetter, store.NoteOfficeReason: // stand with what they belong to
		case store.NoteOfficeMessage:
			w.Who, w.Read = officerText(n.AuthorID, me, f.Officers, say), say("message_unread")
			if !n.ReadAt.IsZero() {
				w.Read = say("message_read", at(n.ReadAt))
			}
			p.Messages = append(p.Messages, w)
		default:
			w.Who = say("who_applicant")
			p.Words = append(p.Words, w)
		}
	}
}

func noteBody(notes []store.Note, id string) string {
	for _, n := range notes {
		if id != "" && n.ID == id {
			return n.Body
		}
	}
	return ""
}

// officerText names an officer by the username; what has settled itself was nobody's doing.
func officerText(id string, me store.Account, names map[string]string, say say) string {
	switch id {
	case "":
		return say("who_machine")
	case me.ID:
		return say("who_me")
	}
	return say("who_officer", names[id])
}

func (d *desk) personFacts(f officeFile, lang string, at func(time.Time) string, say say) []fact {
	born := f.Person.BirthDate
	if t, err := time.Parse(time.DateOnly, born); err == nil {
		born = fmt.Sprintf("%s · %s", born, ageText(store.YearsOn(t, d.now().In(d.location)), say))
	}
	facts := []fact{
		{Name: say("fact_given"), Value: dash(f.Person.GivenNames)}, {Name: say("fact_family"), Value: dash(f.Person.FamilyName)},
		{Name: say("fact_born"), Value: born}, {Name: say("fact_client"), Value: f.Person.ClientID},
		{Name: say("fact_reference"), Value: casefile.Reference(f.Case.ID)},
		{Name: say("fact_application"), Value: dash(f.Person.Application)}, {Name: say("fact_email"), Value: f.Person.Email},
		{Name: say("fact_language"), Value: say("writes_" + f.Person.Language)},
	}
	account := say("fact_no_account")
	if a := f.Account; a != nil {
		account = say("fact_never_signed_in")
		if !a.SignedInAt.IsZero() {
			account = say("fact_signed_in", at(a.SignedInAt))
		}
	}
	return append(facts, fact{Name: say("fact_account"), Value: account})
}

func ageText(years int, say say) string {
	if years < store.MinorUntil {
		return say("age_child", years)
	}
	return say("age_n", years)
}

func dash(s string) string {
	if strings.TrimSpace(s) == "" {
		return "—"
	}
	return s
}

// invitationText says in a few words what has become of an invitation.
func invitationText(i *store.Invitation, say say, now time.Time) string {
	switch {
	case i == nil:
		return say("invitation_none")
	case i.State == store.InvitationDeclined:
		return say("invitation_declined")
	case !i.HeldAt.IsZero():
		return say("invitation_held")
	case i.State == store.InvitationConfirmed:
		return say("invitation_confirmed")
	case !i.BouncedAt.IsZero():
		return say("invitation_bounced")
	case !i.ExpiresAt.IsZero() && !now.Before(i.ExpiresAt):
		return say("invitation_expired")
	case i.SentAt.IsZero():
		return say("invitation_queued")
	}
	return say("invitation_waiting")
}

func invitationFacts(i *store.Invitation, at func(time.Time) string, say say, now time.Time) []fact {
	facts := []fact{{Name: say("fact_state"), Value: invitationText(i, say, now)}}
	if i == nil {
		return facts
	}
	for _, line := range []struct {
		key string
		t   time.Time
	}{{"fact_queued", i.QueuedAt}, {"fact_sent", i.SentAt}, {"fact_reminded", i.RemindedAt}, {"fact_expires", i.ExpiresAt},
		{"fact_bounced", i.BouncedAt}, {"fact_answered", i.AnsweredAt}, {"fact_list", i.ListConfirmedAt}, {"fact_held", i.HeldAt}} {
		if !line.t.IsZero() {
			facts = append(facts, fact{Name: say(line.key), Value: at(line.t)})
		}
	}
	return facts
}

func stepFacts(f officeFile, at func(time.Time) string, say say) []fact {
	declared := say("declared_not")
	if d := f.Declaration; d != nil {
		declared = say("declared_"+string(d.Answer), at(d.MadeAt))
		if d.ForChild {
			declared += " " + say("declared_for_child")
		}
	}
	return []fact{{Name: say("fact_declaration"), Value: declared}, addressFact(say("fact_home"), f.Home, at, say),
		addressFact(say("fact_postal"), f.Postal, at, say)}
}

func addressFact(title string, a *store.Address, at func(time.Time) string, say say) fact {
	if a == nil {
		return fact{Name: title, Value: "—"}
	}
	return fact{Name: title, Lines: append(journey.Lines(*a), say("address_given", at(a.GivenAt)))}
}

func photoFacts(f officeFile, at func(time.Time) string, say say) []fact {
	photo := say("casestate_" + string(f.Case.PublicState()))
	if !f.Case.SubmittedAt.IsZero() && f.Case.State != casefile.Open {
		photo += ", " + say("submitted_at", at(f.Case.SubmittedAt))
	}
	facts := []fact{{Name: say("fact_photo"), Value: photo}, {Name: say("fact_card"), Value: cardText(f.Card, at, say)}}
	if f.CardAddress != nil {
		facts = append(facts, fact{Name: say("fact_card_address"), Lines: journey.Lines(*f.CardAddress)})
	}
	proof := say("proof_none")
	if p := f.Proof; p != nil {
		when := p.RequestedAt
		switch p.State {
		case store.ProofIssued:
			when = p.IssuedAt
		case store.ProofRevoked:
			when = p.RevokedAt
		case store.ProofRequested, store.ProofConfirmed:
		}
		proof = say("proof_"+string(p.State), at(when))
	}
	return append(facts, fact{Name: say("fact_proof"), Value: proof})
}

// cardText says where the card is, and since when.
func cardText(c *store.Card, at func(time.Time) string, say say) string {
	switch {
	case c == nil:
		return say("card_none")
	case c.State == store.CardHeld:
		return say("card_held", at(c.HeldAt))
	case c.State == store.CardMailed:
		return say("card_mailed", at(c.MailedAt))
	case c.State == store.CardReturned:
		return say("card_returned", at(c.ReturnedAt))
	}
	return say("card_ordered", at(c.OrderedAt), at(c.ExpectedAt)[:len(time.DateOnly)])
}

func mailLine(m store.Mailed, at func(time.Time) string, say say) mailView {
	v := mailView{ISO: iso(m.QueuedAt), When: at(m.QueuedAt), Title: string(m.Kind), State: say("mailed_waits"), Level: "none"}
	if slices.Contains(store.MailKinds(), m.Kind) {
		v.Title = say("mail_" + string(m.Kind))
	}
	switch {
	case !m.BouncedAt.IsZero():
		v.State, v.Level = say("mailed_bounced", at(m.BouncedAt)), "late"
	case m.GivenUp:
		v.State, v.Level = say("mailed_failed"), "late"
	case m.Dropped:
		v.State = say("mailed_dropped")
	case !m.SentAt.IsZero():
		v.ISO, v.When, v.State, v.Level = iso(m.SentAt), at(m.SentAt), say("mailed_sent"), "fine"
	case m.Attempts > 0:
		v.State, v.Level = say("mailed_retried", m.Attempts), "soon"
	}
	return v
}
