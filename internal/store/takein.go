package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Change says what taking in a person did.
type Change string

const (
	Unchanged Change = "unchanged"
	Added     Change = "added"
	Updated   Change = "updated"
)

// Names of what can change of a person, as in the files that people are taken in from.
const (
	FieldApplication = "application"
	FieldGivenNames  = "given_names"
	FieldFamilyName  = "family_name"
	FieldBirthDate   = "birth_date"
	FieldEmail       = "email"
	FieldLanguage    = "language"
	FieldPrincipal   = "principal"
	FieldStatus      = "status" // withdrawn, or approved again
)

// TakeIn says how people are taken in.
type TakeIn struct {
	Now    time.Time
	Invite bool // by e-mail: who is new, who has another address before answering, who is approved again
}

// Taken is what taking in one person did.
type Taken struct {
	Change Change
	Fields []string // what an update has changed
}

// PutPerson takes one person in without inviting anybody: see PutPeople.
func (t *Tx) PutPerson(ctx context.Context, p Person, now time.Time) (Change, error) {
	taken, err := t.PutPeople(ctx, []Person{p}, TakeIn{Now: now})
	if err != nil {
		return "", err
	}
	return taken[0].Change, nil
}

// PutPeople adds people with an open case each, or updates those with the same client ids; no client id may come twice. IDs and
// times are set here. What a person has chosen stays as it is. Whoever is withdrawn leaves the queue of officers and the list of
// the office, and comes back as it was when approved again. ErrExists means that another process took one of them in at this
// moment, ErrStale that one of them has just chosen something: do it again.
func (t *Tx) PutPeople(ctx context.Context, people []Person, how TakeIn) ([]Taken, error) {
	if t.postgres && len(people) > 1 {
		// A plan that was kept from when the table was small reads all of it, for each batch of a large file.
		if _, err := t.db.ExecContext(ctx, `SET LOCAL plan_cache_mode = force_custom_plan`); err != nil {
			return nil, fmt.Errorf("take in people: %w", err)
		}
	}
	known, err := t.peopleByClientID(ctx, people)
	if err != nil {
		return nil, err
	}
	taken := make([]Taken, len(people))
	seen := make(map[string]bool, len(people))
	var added []Person
	for i, p := range people {
		if seen[p.ClientID] {
			return nil, errors.New("take in people: one client id comes twice")
		}
		seen[p.ClientID] = true
		have, there := known[p.ClientID]
		if !there {
			p.ID, p.CreatedAt, p.UpdatedAt = NewID(), how.Now, how.Now
			added = append(added, p)
			taken[i].Change = Added
			continue
		}
		if taken[i], err = t.updatePerson(ctx, have, p, how); err != nil {
			return nil, err
		}
	}
	return taken, t.addPeople(ctx, added, how)
}

func (q queries) peopleByClientID(ctx context.Context, people []Person) (map[string]Person, error) {
	known := make(map[string]Person, len(people))
	for len(people) > 0 {
		n := min(len(people), rowsAStatement)
		ids := make([]any, n)
		for i, p := range people[:n] {
			ids[i] = p.ClientID
		}
		found, err := many(ctx, q, "people", scanPerson,
			`SELECT `+personColumns+` FROM people WHERE client_id IN `+placeholders(1, n), ids...)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			known[p.ClientID] = p
		}
		people = people[n:]
	}
	return known, nil
}

// rowsAStatement is how many rows one INSERT adds. It saves most of the way to the server and back; more gains little.
const rowsAStatement = 100

// placeholders is "($1, $2), ($3, $4)" for two rows of two columns.
func placeholders(rows, columns int) string {
	var b strings.Builder
	for n := range rows * columns {
		switch {
		case n == 0:
			b.WriteString("(")
		case n%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", n+1)
	}
	b.WriteString(")")
	return b.String()
}

// insert adds rows with few statements. into is the table with its columns, a constant.
func (t *Tx) insert(ctx context.Context, what, into string, rows [][]any) error {
	for len(rows) > 0 {
		n := min(len(rows), rowsAStatement)
		args := make([]any, 0, n*len(rows[0]))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		if err := t.change(ctx, what, "INSERT INTO "+into+" VALUES "+placeholders(n, len(rows[0])), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// addPeople adds people that are not there yet, each with a case. Nobody invites who is withdrawn already.
func (t *Tx) addPeople(ctx context.Context, people []Person, how TakeIn) error {
	var persons, cases, invitations, mails [][]any
	now := millis(how.Now)
	for _, p := range people {
		persons = append(persons, []any{p.ID, p.Application, p.ClientID, p.GivenNames, p.FamilyName, p.BirthDate, p.Email,
			p.Language, flag(p.Principal), millis(p.WithdrawnAt), now, now, 0, 0})
		cases = append(cases, []any{NewID(), p.ID, "open", 0, now})
		if !how.Invite || !p.WithdrawnAt.IsZero() {
			continue
		}
		payload, err := json.Marshal(Mail{Kind: MailInvitation, PersonID: p.ID})
		if err != nil {
			return fmt.Errorf("queue invitation: %w", err)
		}
		invitations = append(invitations, []any{p.ID, string(InvitationWaiting), now})
		mails = append(mails, []any{NewID(), string(KindMail), p.ID, p.ID, "{}", string(payload), now, flag(MailInvitation.bulk())})
	}
	for _, table := range []struct {
		what, into string
		rows       [][]any
	}{
		{"add people", "people (" + personColumns + ")", persons},
		{"open cases", "cases (id, person_id, state, version, created_at)", cases},
		{"invite people", "invitations (person_id, state, queued_at)", invitations},
		{"queue invitations", "outbox (id, kind, key, person_id, headers, payload, available_at, bulk)", mails},
	} {
		if err := t.insert(ctx, table.what, table.into, table.rows); err != nil {
			return err
		}
	}
	t.enqueued = t.enqueued || len(mails) > 0
	return nil
}

// updatePerson brings a person that is there to what upstream says now.
func (t *Tx) updatePerson(ctx context.Context, have, p Person, how TakeIn) (Taken, error) {
	p.ID, p.CreatedAt, p.UpdatedAt = have.ID, have.CreatedAt, have.UpdatedAt
	if p.LanguageChosen = have.LanguageChosen; p.LanguageChosen {
		p.Language = have.Language
	}
	if p.EmailChosen = have.EmailChosen; p.EmailChosen {
		p.Email = have.Email
	}
	if !p.WithdrawnAt.IsZero() && !have.WithdrawnAt.IsZero() {
		p.WithdrawnAt = have.WithdrawnAt // withdrawn already: the same row again is no change
	}
	fields := changed(have, p)
	if len(fields) == 0 {
		return Taken{Change: Unchanged}, nil
	}
	// The guard: what the person has chosen since it was read stays.
	if err := t.change(ctx, "update person", `UPDATE people SET application = $2, given_names = $3, family_name = $4,
		birth_date = $5, email = $6, language = $7, principal = $8, withdrawn_at = $9, updated_at = $10
		WHERE id = $1 AND language_chosen = $11 AND email_chosen = $12`,
		p.ID, p.Application, p.GivenNames, p.FamilyName, p.BirthDate, p.Email, p.Language, flag(p.Principal), millis(p.WithdrawnAt),
		millis(how.Now), flag(p.LanguageChosen), flag(p.EmailChosen)); err != nil {
		return Taken{}, err
	}
	c, err := t.CaseByPerson(ctx, p.ID)
	if err != nil {
		return Taken{}, err
	}
	if fields[0] != FieldStatus { // it comes last, and has entries of its own
		if err := t.Record(ctx, Entry{At: how.Now, Actor: ActorOffice, Action: "details_changed", CaseID: c.ID,
			Detail: map[string]any{"fields": fields}}); err != nil {
			return Taken{}, err
		}
	}
	switch {
	case have.WithdrawnAt.IsZero() && !p.WithdrawnAt.IsZero():
		err = t.withdraw(ctx, c, how.Now)
	case !have.WithdrawnAt.IsZero() && p.WithdrawnAt.IsZero():
		err = t.goOn(ctx, c, have, p, how)
	case have.Email != p.Email && p.WithdrawnAt.IsZero():
		err = t.newAddress(ctx, have, p, how)
	}
	return Taken{Updated, fields}, err
}

// changed names what differs, in the order of the columns.
func changed(a, b Person) []string {
	var fields []string
	for _, f := range []struct {
		name  string
		other bool
	}{
		{FieldApplication, a.Application != b.Application}, {FieldGivenNames, a.GivenNames != b.GivenNames},
		{FieldFamilyName, a.FamilyName != b.FamilyName}, {FieldBirthDate, a.BirthDate != b.BirthDate},
		{FieldEmail, a.Email != b.Email}, {FieldLanguage, a.Language != b.Language}, {FieldPrincipal, a.Principal != b.Principal},
		{FieldStatus, a.WithdrawnAt.IsZero() != b.WithdrawnAt.IsZero()},
	} {
		if f.other {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// newAddress tells a person whose address is another now: by a new invitation while the first waits for an answer, else by notices
// to both addresses, as for any change of an address. That mail came back from the old one is settled with it.
func (t *Tx) newAddress(ctx context.Context, have, p Person, how TakeIn) error {
	i, err := t.Invitation(ctx, p.ID)
	if errors.Is(err, ErrNotFound) {
		return t.SettleOfficeTask(ctx, p.ID, OfficeBounced, how.Now)
	}
	if err != nil {
		return err
	}
	// Noted where nobody is told too: mail to the old address that comes back says nothing of the new one.
	change, err := t.recordEmailChange(ctx, have, p.Email, "", how.Now)
	if err != nil {
		return err
	}
	switch {
	case i.State == InvitationDeclined, i.State == InvitationWaiting && !how.Invite:
		return t.leaveAddress(ctx, p.ID, how.Now)
	case i.State == InvitationWaiting:
		i.HeldAt = time.Time{} // the address that was not right is another now
		if err := t.SettleOfficeTask(ctx, p.ID, OfficeNotRight, how.Now); err != nil {
			return err
		}
		_, err := t.InviteAgain(ctx, i, how.Now)
		return err
	}
	if err := t.tellEmailChange(ctx, change, p.ID, how.Now); err != nil {
		return err
	}
	return t.leaveAddress(ctx, p.ID, how.Now)
}

// leaveAddress makes worthless what lies in the mailbox of an address that is not the person's any more: links, and a temporary
// password, in place of which another one goes to the new address. What came back from it is no matter for the office any more.
func (t *Tx) leaveAddress(ctx context.Context, personID string, now time.Time) error {
	if err := t.SettleOfficeTask(ctx, personID, OfficeBounced, now); err != nil {
		return err
	}
	for _, kind := range []LinkKind{LinkInvitation, LinkReset} {
		if err := t.EndLinks(ctx, personID, kind, now); err != nil {
			return err
		}
	}
	return t.credentialsAgain(ctx, personID, now)
}

// credentialsAgain queues the e-mail with the temporary password for who has not chosen an own one yet.
func (t *Tx) credentialsAgain(ctx context.Context, personID string, now time.Time) error {
	a, err := t.AccountByPerson(ctx, personID)
	if errors.Is(err, ErrNotFound) || (err == nil && a.TemporaryUntil.IsZero()) {
		return nil
	}
	if err != nil {
		return err
	}
	waits, err := t.mailWaits(ctx, personID, MailCredentials)
	if err != nil || waits {
		return err
	}
	return t.EnqueueMail(ctx, Mail{Kind: MailCredentials, PersonID: personID}, now)
}

// mailWaits tells whether an e-mail of that kind to the person has not gone out yet. The plus keeps SQLite from looking for it among
// all that wait.
func (q queries) mailWaits(ctx context.Context, personID string, kind MailKind) (bool, error) {
	waiting, err := many(ctx, q, "waiting e-mails", func(s scanner) (m Mail, err error) {
		var payload string
		if err := s.Scan(&payload); err != nil {
			return m, err
		}
		return m, fromJSON(payload, &m)
	}, `SELECT payload FROM outbox WHERE person_id = $1 AND kind = $2 AND +sent_at = 0`, personID, string(KindMail))
	for _, m := range waiting {
		if m.Kind == kind {
			return true, err
		}
	}
	return false, err
}
