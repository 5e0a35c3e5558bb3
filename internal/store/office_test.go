package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

func TestA2TheOfficesListOnSQLite(t *testing.T)     { eachOffice(t, testenv.SQLite) }
func TestA2TheOfficesListOnPostgreSQL(t *testing.T) { eachOffice(t, testenv.Postgres) }

func noFault(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func eachOffice(t *testing.T, database func(testing.TB) string) {
	for name, test := range map[string]func(*testing.T, *store.Store){
		"paged and counted": officeList, "e-mails of a person": mailsOfPerson,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t, database(t), true)) })
	}
}

func officeList(t *testing.T, s *store.Store) {
	ctx := context.Background()
	const people = 7
	noFault(t, s.Tx(ctx, func(tx *store.Tx) error {
		for i := range people {
			if _, err := tx.PutPerson(ctx, store.Person{Application: "A", ClientID: fmt.Sprint("C", i), GivenNames: fmt.Sprint("Zoë ", i),
				Email: "z@x.example", Language: "fr"}, now); err != nil {
				return err
			}
			p, err := tx.PersonByClientID(ctx, fmt.Sprint("C", i))
			if err != nil {
				return err
			}
			kind := store.OfficeSilent
			if i%3 == 0 {
				kind = store.OfficeMoved
			}
			for range 2 { // the second time it is there already
				at := now.Add(-time.Duration(i/2) * time.Hour) // two each have come in the same moment
				if _, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: kind, PersonID: p.ID, OpenedBy: store.ActorMachine, OpenedAt: at}); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	for _, c := range []struct {
		kind store.OfficeTaskKind
		want int
	}{{"", people}, {store.OfficeMoved, 3}, {store.OfficeSilent, 4}, {store.OfficeProof, 0}} {
		seen := map[string]bool{}
		var last store.OfficeTaskOf
		for page := (store.OfficeTaskPage{Kind: c.kind, Limit: 2}); ; page.After = last.ID {
			got, err := s.OfficeTasks(ctx, page)
			noFault(t, err)
			if len(got) == 0 {
				break
			}
			for _, task := range got {
				if seen[task.ID] || task.OpenedAt.Before(last.OpenedAt) || (c.kind != "" && task.Kind != c.kind) {
					t.Errorf("%q: %+v after %+v", c.kind, task, last)
				}
				if task.GivenNames == "" || task.Application != "A" {
					t.Errorf("%+v", task)
				}
				seen[task.ID], last = true, task
			}
		}
		if len(seen) != c.want {
			t.Errorf("%q: %d tasks, want %d", c.kind, len(seen), c.want)
		}
	}
	counts, err := s.OfficeTaskCounts(ctx)
	noFault(t, err)
	for _, c := range counts {
		switch want := map[store.OfficeTaskKind]int{store.OfficeMoved: 3, store.OfficeSilent: 4}[c.Kind]; {
		case c.Open != want, want > 0 && c.Oldest.After(now.Add(-2*time.Hour)), want == 0 && !c.Oldest.IsZero():
			t.Errorf("%+v, want %d", c, want)
		}
	}
	if len(counts) != len(store.OfficeTaskKinds()) {
		t.Errorf("%d kinds", len(counts))
	}
}

func mailsOfPerson(t *testing.T, s *store.Store) {
	ctx := context.Background()
	var p store.Person
	var c store.CaseRow
	noFault(t, s.Tx(ctx, func(tx *store.Tx) (err error) {
		if _, err := tx.PutPerson(ctx, store.Person{ClientID: "C", Email: "z@x.example", Language: "en"}, now); err != nil {
			return err
		}
		if p, err = tx.PersonByClientID(ctx, "C"); err != nil {
			return err
		}
		c, err = tx.CaseByPerson(ctx, p.ID)
		return err
	}))
	before, err := s.MailsOfPerson(ctx, p.ID)
	noFault(t, err)
	noFault(t, s.Tx(ctx, func(tx *store.Tx) error {
		for _, m := range []store.Mail{{Kind: store.MailUsername}, {Kind: store.MailCardMailed, CaseID: c.ID}, {Kind: store.MailCardHeld, CaseID: c.ID}} {
			m.PersonID = p.ID
			if err := tx.EnqueueMail(ctx, m, now); err != nil {
				return err
			}
		}
		return tx.EnqueueMail(ctx, store.Mail{Kind: store.MailUsername, PersonID: "somebody else"}, now)
	}))
	mails, err := s.MailsOfPerson(ctx, p.ID)
	noFault(t, err)
	mails = mails[len(before):]
	if len(mails) != 3 {
		t.Fatalf("%+v", mails)
	}
	noFault(t, s.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.MarkSent(ctx, mails[0].RowID, now.Add(time.Minute)), tx.MarkSent(ctx, mails[1].RowID, now.Add(time.Minute)),
			tx.MarkFailed(ctx, mails[2].RowID, "busy", now.Add(time.Hour)),
			tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: "mail_dropped", CaseID: p.ID, Detail: map[string]any{"row": mails[0].RowID}}),
			tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: "mail_failed", CaseID: c.ID, Detail: map[string]any{"row": mails[1].RowID}}))
	}))
	mails, err = s.MailsOfPerson(ctx, p.ID)
	noFault(t, err)
	mails = mails[len(before):]
	if m := mails[0]; m.Kind != store.MailUsername || !m.Dropped || m.GivenUp || m.SentAt.IsZero() {
		t.Errorf("dropped: %+v", m)
	}
	if m := mails[1]; m.Kind != store.MailCardMailed || m.Dropped || !m.GivenUp {
		t.Errorf("given up: %+v", m)
	}
	if m := mails[2]; m.Attempts != 1 || !m.SentAt.IsZero() || m.GivenUp {
		t.Errorf("waiting: %+v", m)
	}
}
