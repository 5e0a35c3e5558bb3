package store

import (
	"context"
	"errors"
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
}

const invitationColumns = `person_id, state, queued_at, sent_at, expires_at, reminders, reminded_at, bounced_at, answered_at,
	list_confirmed_at, held_at`

func scanInvitation(s scanner) (i Invitation, err error) {
	var queued, sent, expires, reminded, bounced, answered, list, held int64
	err = s.Scan(&i.PersonID, &i.State, &queued, &sent, &expires, &i.Reminders, &reminded, &bounced, &answered, &list, &held)
	i.QueuedAt, i.SentAt, i.ExpiresAt, i.RemindedAt = instant(queued), instant(sent), instant(expires), instant(reminded)
	i.BouncedAt, i.AnsweredAt, i.ListConfirmedAt, i.HeldAt = instant(bounced), instant(answered), instant(list), instant(held)
	return i, err
}

// Invitation returns the invitation of a person.
func (q queries) Invitation(ctx context.Context, personID string) (Invitation, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+invitationColumns+` FROM invitations WHERE person_id = $1`, personID),
		"invitation", scanInvitation)
}

// InsertInvitation invites a person; ErrExists if there is an invitation already.
func (t *Tx) InsertInvitation(ctx context.Context, personID string, now time.Time) error {
	return t.change(ctx, "invite", `INSERT INTO invitations (person_id, state, queued_at) VALUES ($1, 'waiting', $2)`,
		personID, millis(now))
}

// SaveInvitation stores an invitation as it has become. What was read has to be read in the same transaction.
func (t *Tx) SaveInvitation(ctx context.Context, i Invitation) error {
	return t.change(ctx, "save invitation", `UPDATE invitations SET state = $2, queued_at = $3, sent_at = $4, expires_at = $5,
		reminders = $6, reminded_at = $7, bounced_at = $8, answered_at = $9, list_confirmed_at = $10, held_at = $11
		WHERE person_id = $1`, i.PersonID, string(i.State), millis(i.QueuedAt), millis(i.SentAt), millis(i.ExpiresAt), i.Reminders,
		millis(i.RemindedAt), millis(i.BouncedAt), millis(i.AnsweredAt), millis(i.ListConfirmedAt), millis(i.HeldAt))
}

// InvitationBounced notes that the e-mail of an invitation came back, if no answer has come to it; doing so twice, or without such an
// invitation, is no error.
func (t *Tx) InvitationBounced(ctx context.Context, personID string, now time.Time) error {
	err := t.change(ctx, "note bounced invitation", `UPDATE invitations SET bounced_at = $2
		WHERE person_id = $1 AND state = 'waiting' AND bounced_at = 0`, personID, millis(now))
	if errors.Is(err, ErrStale) {
		return nil
	}
	return err
}
