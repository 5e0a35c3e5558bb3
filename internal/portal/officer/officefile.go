package officer

import (
	"context"
	"errors"

	"prportal.example/internal/casefile"
	"prportal.example/internal/office"
	"prportal.example/internal/store"
)

// errNoTask means that there is no such line on the office's list.
var errNoTask = errors.New("no such task")

// officeFile is everything that the office knows of the person whom a task is about. Pointers are nil where there is nothing.
type officeFile struct {
	Task        store.OfficeTask
	Choices     []office.Outcome
	Person      store.Person
	Case        store.CaseRow
	Account     *store.Account
	Readable    bool // the person could read a message
	Invitation  *store.Invitation
	Members     []officeMember
	Mails       []store.Mailed
	Declaration *store.Declaration
	Home        *store.Address
	Postal      *store.Address
	Card        *store.Card
	CardAddress *store.Address // where it went
	Proof       *store.Proof
	Tasks       []store.OfficeTask // the others about this person, open and done
	Notes       []store.Note
	History     []store.Entry
	Officers    map[string]string // usernames, by account id
	CaseOpens   bool              // this officer may open the page of the case
}

// officeMember is another person of the application.
type officeMember struct {
	Person     store.Person
	Invitation *store.Invitation
	State      casefile.State
	HasAccount bool
}

// officeFile reads what is known, and notes in the history that the officer looked at it.
func (d *desk) officeFile(ctx context.Context, me store.Account, id string) (officeFile, error) {
	db := d.cases.store
	task, err := db.OfficeTask(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return officeFile{}, errNoTask
	}
	if err != nil {
		return officeFile{}, err
	}
	f := officeFile{Task: task}
	for _, read := range []func() error{
		func() (err error) { f.Person, err = db.Person(ctx, task.PersonID); return err },
		func() (err error) { f.Case, err = db.CaseByPerson(ctx, task.PersonID); return err },
		func() (err error) { f.Choices, err = d.office.Choices(ctx, task); return err },
		func() (err error) { f.Readable, err = d.office.Readable(ctx, task.PersonID); return err },
		func() (err error) { f.Account, err = maybe(db.AccountByPerson(ctx, task.PersonID)); return err },
		func() (err error) { f.Invitation, err = maybe(db.Invitation(ctx, task.PersonID)); return err },
		func() (err error) { f.Mails, err = db.MailsOfPerson(ctx, task.PersonID); return err },
		func() (err error) { f.Declaration, err = maybe(db.LastDeclaration(ctx, task.PersonID)); return err },
		func() (err error) {
			f.Home, err = maybe(db.LastAddress(ctx, task.PersonID, store.HomeAddress))
			return err
		},
		func() (err error) {
			f.Postal, err = maybe(db.LastAddress(ctx, task.PersonID, store.PostalAddress))
			return err
		},
		func() (err error) { f.Card, err = maybe(db.Card(ctx, f.Case.ID)); return err },
		func() (err error) { f.Proof, err = maybe(db.LastProof(ctx, task.PersonID)); return err },
		func() (err error) { f.Tasks, err = db.OfficeTasksOfPerson(ctx, task.PersonID); return err },
		func() (err error) { f.Notes, err = db.Notes(ctx, f.Case.ID); return err },
		func() (err error) { f.History, err = db.History(ctx, f.Case.ID); return err },
		func() (err error) { f.Members, err = d.officeMembers(ctx, f.Person); return err },
		func() (err error) { f.Officers, err = d.cases.officers(ctx, f.History); return err },
		func() (err error) { f.CaseOpens, err = d.cases.opens(ctx, me, f.Case); return err },
	} {
		if err := read(); err != nil {
			return f, err
		}
	}
	if f.Card != nil && f.Card.AddressID != "" {
		if f.CardAddress, err = maybe(db.Address(ctx, f.Card.AddressID)); err != nil {
			return f, err
		}
	}
	return f, db.Tx(ctx, func(tx *store.Tx) error {
		return tx.Record(ctx, store.Entry{At: d.now(), Actor: store.ActorOfficer, ActorID: me.ID, Action: "office_view", CaseID: f.Case.ID,
			Detail: map[string]any{"task_id": task.ID}})
	})
}

func (d *desk) officeMembers(ctx context.Context, who store.Person) ([]officeMember, error) {
	if who.Application == "" {
		return nil, nil
	}
	people, err := d.cases.store.PeopleOfApplication(ctx, who.Application)
	if err != nil {
		return nil, err
	}
	var out []officeMember
	for _, p := range people {
		m := officeMember{Person: p}
		if m.Invitation, err = maybe(d.cases.store.Invitation(ctx, p.ID)); err != nil {
			return nil, err
		}
		a, err := maybe(d.cases.store.AccountByPerson(ctx, p.ID))
		if err != nil {
			return nil, err
		}
		c, err := maybe(d.cases.store.CaseByPerson(ctx, p.ID))
		if err != nil {
			return nil, err
		}
		if m.HasAccount = a != nil; c != nil {
			m.State = c.PublicState()
		}
		out = append(out, m)
	}
	return out, nil
}

// maybe makes nil of a row that is not there.
func maybe[T any](v T, err error) (*T, error) {
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}
