package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/store"
)

var (
	// ErrNotNow means that this answer can't be given any more, or not yet: the pages show where things stand.
	ErrNotNow = errors.New("this answer does not fit to where the invitation stands")
	// ErrListChanged means that the list of addresses is not the one that was shown.
	ErrListChanged = errors.New("the list of addresses has changed since it was shown")
)

// Invited is where an invitation stands, for a person who has given the birth date.
type Invited struct {
	Person  store.Person
	State   store.InvitationState
	Held    bool // the office looks at the address first
	Settled bool // declined, and the office has seen to it
	Account bool // the account was opened
	// Members are all people on the application who were not withdrawn, the person too, the principal first.
	Members []Member
	// ListAsked means that the person is the principal and has still to say whether the list is right.
	ListAsked bool
	// AccountBy is when the account is opened at the latest, while it waits for the principal's list; else zero.
	AccountBy time.Time
	// Shown names the list as it is now; see ConfirmList.
	Shown string
}

// Member is a person on the application as the reader of the list sees them.
type Member struct {
	ID         string
	GivenNames string
	FamilyName string
	Email      string // masked, unless the reader may see it
	Me         bool
	Principal  bool
	Correct    bool // the reader may put the address right
	Held       bool // somebody has said that the address is not right
}

// Alone tells whether nobody else is on the application.
func (i Invited) Alone() bool { return len(i.Members) == 1 }

// Invited returns where the invitation stands that EnterInvitation has named. ErrInvitationOver when its link is over.
func (s *Service) Invited(ctx context.Context, ref string) (Invited, error) {
	now := s.c.Now()
	_, p, err := liveInvitation(ctx, s.c.Store, ref, now)
	if err != nil {
		return Invited{}, err
	}
	f, err := readFamily(ctx, s.c.Store, p.Application)
	if err != nil {
		return Invited{}, fmt.Errorf("invitation: %w", err)
	}
	me := f.member(p.ID)
	if me == nil || !me.invited {
		return Invited{}, ErrInvitationOver
	}
	i := Invited{Person: me.Person, State: me.inv.State, Held: !me.inv.HeldAt.IsZero() && !me.account, Account: me.account,
		ListAsked: listAsked(f, me), Shown: listHash(f)}
	if i.State == store.InvitationDeclined {
		tasks, err := s.c.Store.OfficeTasksOfPerson(ctx, me.ID)
		if err != nil {
			return Invited{}, fmt.Errorf("invitation: %w", err)
		}
		i.Settled = !anyOpen(tasks, store.OfficeDeclined)
	}
	if at := accountAt(me, f.principal(), now); !me.account && at.After(now) {
		i.AccountBy = at
	}
	for _, m := range f.members {
		if m.WithdrawnAt.IsZero() {
			i.Members = append(i.Members, seen(me, m, now))
		}
	}
	return i, nil
}

// seen is a member as another sees them: the principal sees whole addresses, and may put a minor's right.
func seen(me, m *member, now time.Time) Member {
	v := Member{ID: m.ID, GivenNames: m.GivenNames, FamilyName: m.FamilyName, Email: MaskEmail(m.Email), Me: m.ID == me.ID,
		Principal: m.Principal, Correct: mayCorrect(me, m, now), Held: !m.inv.HeldAt.IsZero()}
	if v.Me || me.Principal {
		v.Email = m.Email
	}
	return v
}

// mayCorrect tells whether one may put an address right: one's own, and the principal a minor's, until there is an account.
func mayCorrect(me, m *member, now time.Time) bool {
	return !m.account && (m.ID == me.ID || (me.Principal && m.IsMinor(now)))
}

// listAsked tells whether the principal's word on the list is still waited for.
func listAsked(f *family, me *member) bool {
	return me.Principal && !me.account && me.inv.State == store.InvitationConfirmed && me.inv.ListConfirmedAt.IsZero() &&
		len(f.others(me)) > 0
}

// listHash is a hash of who is on the list with which address.
func listHash(f *family) string {
	h := sha256.New()
	for _, m := range f.members {
		if m.WithdrawnAt.IsZero() {
			fmt.Fprintf(h, "%q %q\n", m.ID, m.Email)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// answerInvitation runs body for the person whose invitation ref names, unless it is over or with the office.
func (s *Service) answerInvitation(ctx context.Context, ref string, body func(*store.Tx, *family, *member, time.Time) error) error {
	l, _, err := liveInvitation(ctx, s.c.Store, ref, s.c.Now())
	if err != nil {
		return err
	}
	return s.changeFamily(ctx, l.PersonID, func(tx *store.Tx, f *family, me *member, now time.Time) error {
		if _, _, err := liveInvitation(ctx, tx, ref, now); err != nil { // again, now that nobody else changes it
			return err
		}
		if !me.invited || !me.inv.HeldAt.IsZero() {
			return ErrNotNow
		}
		return body(tx, f, me, now)
	})
}

// ConfirmInvitation notes that the person wants to use the portal and gets e-mail at this address, which takes the place of the
// known one if it differs. It fails with ErrEmail, ErrNotNow or ErrInvitationOver. Doing it again changes nothing, and once there
// is an account the address is changed there.
func (s *Service) ConfirmInvitation(ctx context.Context, ref, email string) error {
	return s.answerInvitation(ctx, ref, func(tx *store.Tx, f *family, me *member, now time.Time) error {
		if me.account {
			return confirmedAlready(me)
		}
		if me.inv.State == store.InvitationDeclined {
			tasks, err := tx.OfficeTasksOfPerson(ctx, me.ID)
			if err != nil {
				return err
			}
			if !anyOpen(tasks, store.OfficeDeclined) {
				return ErrNotNow
			}
		}
		if err := correctEmail(ctx, tx, me, email, me, now); err != nil {
			return err
		}
		if me.inv.State == store.InvitationConfirmed {
			return nil
		}
		me.inv.State, me.inv.AnsweredAt, me.inv.BouncedAt = store.InvitationConfirmed, now, time.Time{}
		if me.Principal && len(f.others(me)) == 0 {
			me.inv.ListConfirmedAt = now // the list is the own address
		}
		return recordAnswer(ctx, tx, me, "invitation_confirmed", now, store.OfficeDeclined)
	})
}

// confirmedAlready is for an answer that comes a second time, when it has had its effect.
func confirmedAlready(me *member) error {
	if me.inv.State == store.InvitationConfirmed {
		return nil
	}
	return ErrNotNow
}

func anyOpen(tasks []store.OfficeTask, kind store.OfficeTaskKind) bool {
	for _, t := range tasks {
		if t.Kind == kind && t.DoneAt.IsZero() {
			return true
		}
	}
	return false
}

// recordAnswer settles what the office was to do because nothing was heard, and records the answer.
func recordAnswer(ctx context.Context, tx *store.Tx, m *member, action string, now time.Time, more ...store.OfficeTaskKind) error {
	for _, kind := range append(more, store.OfficeSilent, store.OfficeBounced) {
		if err := tx.SettleOfficeTask(ctx, m.ID, kind, now); err != nil {
			return err
		}
	}
	return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorApplicant, Action: action, CaseID: m.caseID})
}

// correctEmail gives a member another address; both addresses are told.
func correctEmail(ctx context.Context, tx *store.Tx, m *member, email string, by *member, now time.Time) error {
	if email == m.Email {
		return nil // what came from upstream is not judged here
	}
	email, err := CheckEmail(email)
	if err != nil || email == m.Email {
		return err
	}
	if err := tx.ChangeEmail(ctx, m.ID, email, by.ID, now); err != nil {
		return err
	}
	m.Email, m.inv.BouncedAt = email, time.Time{}
	return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorApplicant, Action: "invitation_address", CaseID: m.caseID,
		Detail: map[string]any{"by_person_id": by.ID}})
}

// DeclineInvitation notes that the person does not want to use the portal; the office and the person are told, and nobody waits for
// them. It fails with ErrNotNow or ErrInvitationOver.
func (s *Service) DeclineInvitation(ctx context.Context, ref string) error {
	return s.answerInvitation(ctx, ref, func(tx *store.Tx, _ *family, me *member, now time.Time) error {
		switch me.inv.State {
		case store.InvitationDeclined:
			return nil
		case store.InvitationConfirmed:
			return ErrNotNow
		case store.InvitationWaiting:
		}
		me.inv.State, me.inv.AnsweredAt, me.inv.BouncedAt = store.InvitationDeclined, now, time.Time{}
		if _, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeDeclined, PersonID: me.ID, CaseID: me.caseID,
			OpenedBy: store.ActorApplicant, OpenedAt: now}); err != nil {
			return err
		}
		if err := tx.EnqueueMail(ctx, store.Mail{Kind: store.MailDeclined, PersonID: me.ID}, now); err != nil {
			return err
		}
		return recordAnswer(ctx, tx, me, "invitation_declined", now)
	})
}

// ConfirmList notes the principal's word that all addresses are right. shown is what Invited gave with the list; ErrListChanged
// if it has become another. It fails with ErrNotNow or ErrInvitationOver beside that.
func (s *Service) ConfirmList(ctx context.Context, ref, shownList string) error {
	return s.answerInvitation(ctx, ref, func(tx *store.Tx, f *family, me *member, now time.Time) error {
		if me.Principal && !me.inv.ListConfirmedAt.IsZero() {
			return nil
		}
		if !listAsked(f, me) {
			return ErrNotNow
		}
		if listHash(f) != shownList {
			return ErrListChanged
		}
		me.inv.ListConfirmedAt = now
		return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorApplicant, Action: "invitation_list", CaseID: me.caseID})
	})
}

// NotRight notes that a person says of another member's address that it is not right. It changes nothing, but holds that member's
// invitation until the office has looked. ErrNotNow if there is no such member.
func (s *Service) NotRight(ctx context.Context, ref, memberID string) error {
	return s.answerInvitation(ctx, ref, func(tx *store.Tx, f *family, me *member, now time.Time) error {
		m := f.member(memberID)
		if m == nil || m == me || !m.WithdrawnAt.IsZero() || me.inv.State != store.InvitationConfirmed {
			return ErrNotNow
		}
		if m.invited && !m.account && m.inv.HeldAt.IsZero() {
			m.inv.HeldAt = now
		}
		opened, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeNotRight, PersonID: m.ID, CaseID: m.caseID,
			OpenedBy: store.ActorApplicant, OpenedAt: now})
		if err != nil || !opened {
			return err
		}
		return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorApplicant, Action: "invitation_not_right", CaseID: m.caseID,
			Detail: map[string]any{"by_person_id": me.ID}})
	})
}

// CorrectMinor gives a minor another address by the principal's word. The invitation goes there from the start, and what was sent
// to the old address is worthless. It fails with ErrEmail, ErrNotNow or ErrInvitationOver.
func (s *Service) CorrectMinor(ctx context.Context, ref, memberID, email string) error {
	return s.answerInvitation(ctx, ref, func(tx *store.Tx, f *family, me *member, now time.Time) error {
		m := f.member(memberID)
		if m == nil || m == me || !m.WithdrawnAt.IsZero() || !mayCorrect(me, m, now) || me.inv.State != store.InvitationConfirmed {
			return ErrNotNow
		}
		before := m.Email
		if err := correctEmail(ctx, tx, m, email, me, now); err != nil || m.Email == before || !m.invited {
			return err
		}
		m.inv.HeldAt = time.Time{}
		if err := tx.SettleOfficeTask(ctx, m.ID, store.OfficeNotRight, now); err != nil {
			return err
		}
		if m.inv.State != store.InvitationWaiting {
			return tx.EndLinks(ctx, m.ID, store.LinkInvitation, now)
		}
		return invite(ctx, tx, m, now)
	})
}

// ChooseInvitedLanguage keeps the language that an invited person has chosen, "en" or "fr", for later e-mails.
func (s *Service) ChooseInvitedLanguage(ctx context.Context, ref, lang string) error {
	_, p, err := liveInvitation(ctx, s.c.Store, ref, s.c.Now())
	if err != nil || p.Language == lang {
		return err
	}
	return s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		now := s.c.Now()
		c, err := tx.CaseByPerson(ctx, p.ID)
		if err != nil {
			return err
		}
		if err := tx.SetLanguage(ctx, p.ID, lang, now); err != nil {
			return err
		}
		return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorApplicant, Action: "language", CaseID: c.ID,
			Detail: map[string]any{"person_id": p.ID, "language": lang}})
	})
}
