package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// InvitationState says what a person has answered.
type InvitationState string

const (
	InvitationWaiting   InvitationState = "waiting"
	InvitationConfirmed InvitationState = "confirmed" // the person wants to use the portal, at this address
	InvitationDeclined  InvitationState = "declined"
)

// Invitation is a person's invitation to the portal; each has one. Zero times mean "not yet".
type Invitation struct {
	PersonID        string
	State           InvitationState
	QueuedAt        time.Time
	SentAt          time.Time // when the first e-mail was handed over
	ExpiresAt       time.Time // of its links; zero until it is sent
	Reminders       int
	RemindedAt      time.Time
	BouncedAt       time.Time // its e-mail came back
	AnsweredAt      time.Time
	ListConfirmedAt time.Time // by a principal: the list of all addresses is right
	HeldAt          time.Time // another member said that the address is not right: the office's turn
	NextAt          time.Time // when the clockwork looks at it again; zero: nothing becomes due by itself
}

const invitationColumns = `person_id, state, queued_at, sent_at, expires_at, reminders, reminded_at, bounced_at, answered_at,
	list_confirmed_at, held_at, next_at`

func scanInvitation(s scanner) (i Invitation, err error) {
	var queued, sent, expires, reminded, bounced, answered, list, held, next int64
	err = s.Scan(&i.PersonID, &i.State, &queued, &sent, &expires, &i.Reminders, &reminded, &bounced, &answered, &list, &held, &next)
	i.QueuedAt, i.SentAt, i.ExpiresAt, i.RemindedAt = instant(queued), instant(sent), instant(expires), instant(reminded)
	i.BouncedAt, i.AnsweredAt, i.ListConfirmedAt, i.HeldAt = instant(bounced), instant(answered), instant(list), instant(held)
	i.NextAt = instant(next)
	return i, err
}

// Invitation returns the invitation of a person.
func (q queries) Invitation(ctx context.Context, personID string) (Invitation, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+invitationColumns+` FROM invitations WHERE person_id = $1`, personID),
		"invitation", scanInvitation)
}

// InvitationsOfApplication returns the invitations of all members of an application, in no order.
func (q queries) InvitationsOfApplication(ctx context.Context, application string) ([]Invitation, error) {
	return many(ctx, q, "invitations of application", scanInvitation, `SELECT `+invitationColumns+` FROM invitations
		WHERE person_id IN (SELECT id FROM people WHERE application = $1)`, application)
}

// DueInvitations returns the ids of people whose invitation is to be looked at, the longest due first, past as many as skip says.
func (q queries) DueInvitations(ctx context.Context, now time.Time, skip, limit int) ([]string, error) {
	return many(ctx, q, "due invitations", func(s scanner) (id string, err error) { return id, s.Scan(&id) },
		`SELECT person_id FROM invitations WHERE next_at > 0 AND next_at <= $1 ORDER BY next_at, person_id LIMIT $2 OFFSET $3`,
		millis(now), limit, skip)
}

// LockApplication keeps others who lock it from the members of an application until the transaction ends, so that two answers
// see each other. One row stands for all: no two can wait for each other.
func (t *Tx) LockApplication(ctx context.Context, application string) error {
	return t.change(ctx, "lock application", `UPDATE people SET application = application
		WHERE id = (SELECT MIN(id) FROM people WHERE application = $1)`, application)
}

// InsertInvitation invites a person; ErrExists if there is an invitation already.
func (t *Tx) InsertInvitation(ctx context.Context, personID string, now time.Time) error {
	return t.change(ctx, "invite", `INSERT INTO invitations (person_id, state, queued_at) VALUES ($1, 'waiting', $2)`,
		personID, millis(now))
}

// InviteAgain starts an invitation anew, and returns it as it is then: earlier links are worthless, for they may lie in a stranger's
// mailbox; another e-mail goes out, unless the invitation is held, and its 30 days begin with that. What the office was told of the
// earlier one is settled with it: what becomes of the new e-mail, however soon, is news.
func (t *Tx) InviteAgain(ctx context.Context, i Invitation, now time.Time) (Invitation, error) {
	if err := t.EndLinks(ctx, i.PersonID, LinkInvitation, now); err != nil {
		return i, err
	}
	i = Invitation{PersonID: i.PersonID, State: InvitationWaiting, QueuedAt: now, HeldAt: i.HeldAt, ListConfirmedAt: i.ListConfirmedAt}
	if err := t.SaveInvitation(ctx, i); err != nil {
		return i, err
	}
	for _, kind := range []OfficeTaskKind{OfficeDeclined, OfficeSilent, OfficeBounced} {
		if err := t.SettleOfficeTask(ctx, i.PersonID, kind, now); err != nil {
			return i, err
		}
	}
	if !i.HeldAt.IsZero() {
		return i, nil
	}
	waits, err := t.mailWaits(ctx, i.PersonID, MailInvitation)
	if err != nil || waits { // it is written when it is sent, to the address of then
		return i, err
	}
	return i, t.EnqueueMail(ctx, Mail{Kind: MailInvitation, PersonID: i.PersonID}, now)
}

// SaveInvitation stores an invitation as it has become. What was read has to be read in the same transaction.
func (t *Tx) SaveInvitation(ctx context.Context, i Invitation) error {
	return t.change(ctx, "save invitation", `UPDATE invitations SET state = $2, queued_at = $3, sent_at = $4, expires_at = $5,
		reminders = $6, reminded_at = $7, bounced_at = $8, answered_at = $9, list_confirmed_at = $10, held_at = $11, next_at = $12
		WHERE person_id = $1`, i.PersonID, string(i.State), millis(i.QueuedAt), millis(i.SentAt), millis(i.ExpiresAt), i.Reminders,
		millis(i.RemindedAt), millis(i.BouncedAt), millis(i.AnsweredAt), millis(i.ListConfirmedAt), millis(i.HeldAt), millis(i.NextAt))
}

// InvitationBounced notes that the e-mail with a person's invitation came back, and puts it on the office's list. Members who
// wait for this person are looked at soon. Once the person has answered, it says nothing any more.
func (t *Tx) InvitationBounced(ctx context.Context, personID string, now time.Time) error {
	p, err := t.Person(ctx, personID)
	if err != nil {
		return fmt.Errorf("invitation bounced: %w", err)
	}
	if err := t.LockApplication(ctx, p.Application); err != nil {
		return err
	}
	err = t.change(ctx, "note bounce", `UPDATE invitations SET bounced_at = $2, next_at = 0
		WHERE person_id = $1 AND state = 'waiting' AND sent_at > 0 AND bounced_at = 0`, personID, millis(now))
	if errors.Is(err, ErrStale) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := t.CaseByPerson(ctx, personID)
	if err != nil {
		return fmt.Errorf("invitation bounced: %w", err)
	}
	if _, err := t.OpenOfficeTask(ctx, OfficeTask{Kind: OfficeBounced, PersonID: personID, CaseID: c.ID, OpenedBy: ActorMachine,
		OpenedAt: now}); err != nil {
		return err
	}
	if _, err := t.db.ExecContext(ctx, `UPDATE invitations SET next_at = $2 WHERE state = 'confirmed' AND next_at > $2
		AND person_id IN (SELECT id FROM people WHERE application = $1)`, p.Application, millis(now)); err != nil {
		return fmt.Errorf("look at the others: %w", err)
	}
	return t.Record(ctx, Entry{At: now, Actor: ActorMachine, Action: "invitation_bounced", CaseID: c.ID})
}
