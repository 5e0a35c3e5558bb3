package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/store"
)

// member is a person on an application with what became of the invitation.
type member struct {
	store.Person
	caseID  string
	inv     store.Invitation
	was     store.Invitation // as stored
	invited bool             // there is an invitation
	account bool             // there is an account, or was one that the office has closed: the invitation has done its work
}

// family is everybody on an application. It is read and changed in one transaction that holds the application.
type family struct {
	members []*member
}

// holdFamily holds the application of a person and reads its members.
func holdFamily(ctx context.Context, tx *store.Tx, personID string) (*family, *member, error) {
	p, err := tx.Person(ctx, personID)
	if err != nil {
		return nil, nil, err
	}
	if err := tx.LockApplication(ctx, p.Application); err != nil {
		return nil, nil, err
	}
	f, err := readFamily(ctx, tx, p.Application)
	if err != nil {
		return nil, nil, err
	}
	m := f.member(personID)
	if m == nil {
		return nil, nil, fmt.Errorf("person %s: %w", personID, store.ErrNotFound) // moved to another application meanwhile
	}
	return f, m, nil
}

// familyReads are what Store and Tx share for a family.
type familyReads interface {
	PeopleOfApplication(ctx context.Context, application string) ([]store.Person, error)
	InvitationsOfApplication(ctx context.Context, application string) ([]store.Invitation, error)
	HadAccount(ctx context.Context, personID string) (bool, error)
	CaseByPerson(ctx context.Context, personID string) (store.CaseRow, error)
}

func readFamily(ctx context.Context, from familyReads, application string) (*family, error) {
	people, err := from.PeopleOfApplication(ctx, application)
	if err != nil {
		return nil, err
	}
	invitations, err := from.InvitationsOfApplication(ctx, application)
	if err != nil {
		return nil, err
	}
	f := &family{}
	for _, p := range people {
		m := &member{Person: p}
		for _, i := range invitations {
			if i.PersonID == p.ID {
				m.inv, m.was, m.invited = i, i, true
			}
		}
		c, err := from.CaseByPerson(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		m.caseID = c.ID
		if m.account, err = from.HadAccount(ctx, p.ID); err != nil {
			return nil, err
		}
		f.members = append(f.members, m)
	}
	return f, nil
}

func (f *family) member(personID string) *member {
	for _, m := range f.members {
		if m.ID == personID {
			return m
		}
	}
	return nil
}

// principal is the one whose word on the list counts, nil if there is none.
func (f *family) principal() *member {
	for _, m := range f.members {
		if m.Principal && m.WithdrawnAt.IsZero() {
			return m
		}
	}
	return nil
}

// others are the members beside one, without those who were withdrawn.
func (f *family) others(me *member) []*member {
	var others []*member
	for _, m := range f.members {
		if m.ID != me.ID && m.WithdrawnAt.IsZero() {
			others = append(others, m)
		}
	}
	return others
}

// settle does what is due for every member now: reminders, what the office has to know, accounts. It then stores what has changed.
// It stands at the end of every change, and is all that the clockwork does.
func (s *Service) settle(ctx context.Context, tx *store.Tx, f *family, now time.Time) error {
	for _, m := range f.members {
		if m.invited {
			if err := s.settleMember(ctx, tx, m, f.principal(), now); err != nil {
				return fmt.Errorf("invitation of %s: %w", m.ID, err)
			}
		}
	}
	for _, m := range f.members {
		if !m.invited {
			continue
		}
		if m.inv.NextAt = nextLook(m, f.principal(), now); m.inv != m.was {
			if err := tx.SaveInvitation(ctx, m.inv); err != nil {
				return err
			}
			m.was = m.inv
		}
	}
	return nil
}

func (s *Service) settleMember(ctx context.Context, tx *store.Tx, m, principal *member, now time.Time) error {
	if m.account || !m.WithdrawnAt.IsZero() {
		return nil
	}
	if waits(m.inv) {
		return remind(ctx, tx, m, now)
	}
	if at := accountAt(m, principal, now); at.IsZero() || at.After(now) {
		return nil
	}
	if err := s.openAccount(ctx, tx, m.Person, now); err != nil {
		return err
	}
	m.account = true
	return nil
}

// remind queues a reminder when one is due, and tells the office once when the invitation has run out.
func remind(ctx context.Context, tx *store.Tx, m *member, now time.Time) error {
	if ranOut(m.inv, now) {
		if m.inv.NextAt.IsZero() {
			return nil // told before
		}
		m.inv.NextAt = time.Time{}
		if _, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeSilent, PersonID: m.ID, CaseID: m.caseID,
			OpenedBy: store.ActorMachine, OpenedAt: now}); err != nil {
			return err
		}
		return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: "invitation_silent", CaseID: m.caseID})
	}
	due := remindersDue(m.inv, now)
	if due <= m.inv.Reminders {
		return nil
	}
	m.inv.Reminders, m.inv.RemindedAt = due, now
	return tx.EnqueueMail(ctx, store.Mail{Kind: store.MailInvitationReminder, PersonID: m.ID}, now)
}

// changeFamily runs body on the family of a person, settles what follows from it, and stores both at once. A username that was taken
// in the same moment makes it run again.
func (s *Service) changeFamily(ctx context.Context, personID string, body func(*store.Tx, *family, *member, time.Time) error) error {
	const attempts = 3
	for attempt := 1; ; attempt++ {
		err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
			now := s.c.Now()
			f, m, err := holdFamily(ctx, tx, personID)
			if err != nil {
				return err
			}
			if err := body(tx, f, m, now); err != nil {
				return err
			}
			return s.settle(ctx, tx, f, now)
		})
		if attempt == attempts || !errors.Is(err, store.ErrExists) {
			return err
		}
	}
}

// invite starts an invitation anew. While it is held, its e-mail goes out when the office has said that it may.
func invite(ctx context.Context, tx *store.Tx, m *member, now time.Time) (err error) {
	m.inv, err = tx.InviteAgain(ctx, m.inv, now)
	return err
}
