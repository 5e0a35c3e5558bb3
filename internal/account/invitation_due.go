package account

import (
	"time"

	"prportal.example/internal/store"
)

const (
	// InvitationLasts is how long the links of an invitation are good, from the first e-mail on.
	InvitationLasts = 30 * 24 * time.Hour
	// listWait is how long anybody waits for the principal to confirm the list of addresses.
	listWait = 14 * 24 * time.Hour
	// lookAgain is how soon who waits for the principal is looked at again: the principal may be gone by something that nobody
	// told of, such as a withdrawal upstream. So is who was withdrawn, and may be approved again.
	lookAgain = time.Hour
)

// reminderAfter is when reminders are sent, from the first e-mail on.
func reminderAfter() []time.Duration {
	return []time.Duration{10 * 24 * time.Hour, 20 * 24 * time.Hour}
}

// remindersDue is how many reminders should have been sent by now.
func remindersDue(i store.Invitation, now time.Time) int {
	n := 0
	for _, after := range reminderAfter() {
		if !now.Before(i.SentAt.Add(after)) {
			n++
		}
	}
	return n
}

// waits tells whether the person can still answer what was sent: nobody has answered, holds it, or got it back.
func waits(i store.Invitation) bool {
	return i.State == store.InvitationWaiting && !i.SentAt.IsZero() && i.HeldAt.IsZero() && i.BouncedAt.IsZero()
}

// ranOut tells whether the links are over.
func ranOut(i store.Invitation, now time.Time) bool {
	return !i.ExpiresAt.IsZero() && !now.Before(i.ExpiresAt)
}

// listOver tells whether nobody has to wait for the principal's word on the list: it was given, or will not come.
func listOver(principal *member, now time.Time) bool {
	if principal == nil || !principal.invited || principal.account || !principal.WithdrawnAt.IsZero() {
		return true
	}
	i := principal.inv
	switch i.State {
	case store.InvitationDeclined:
		return true
	case store.InvitationConfirmed:
		return !i.ListConfirmedAt.IsZero()
	default:
		return !i.BouncedAt.IsZero() || ranOut(i, now)
	}
}

// accountAt is when the account of a person is opened; zero while that hangs on somebody's word. Who has confirmed waits for the
// principal's list 14 days at most: from the own answer, or from the principal's if that came first.
func accountAt(me, principal *member, now time.Time) time.Time {
	if me.inv.State != store.InvitationConfirmed || !me.inv.HeldAt.IsZero() || !me.WithdrawnAt.IsZero() {
		return time.Time{}
	}
	at := me.inv.AnsweredAt
	if listOver(principal, now) {
		return at
	}
	if p := principal.inv; p.State == store.InvitationConfirmed && p.AnsweredAt.Before(at) {
		at = p.AnsweredAt
	}
	return at.Add(listWait)
}

// nextLook is when something becomes due for a person by itself; zero if nothing does. All that is due now has been done.
func nextLook(me, principal *member, now time.Time) time.Time {
	if me.account {
		return time.Time{}
	}
	if !me.WithdrawnAt.IsZero() {
		if me.inv.State == store.InvitationConfirmed || (waits(me.inv) && !me.inv.NextAt.IsZero()) {
			return now.Add(lookAgain) // goes on when approved again
		}
		return time.Time{}
	}
	if waits(me.inv) {
		if ranOut(me.inv, now) {
			return time.Time{}
		}
		if after := reminderAfter(); me.inv.Reminders < len(after) {
			return me.inv.SentAt.Add(after[me.inv.Reminders])
		}
		return me.inv.ExpiresAt
	}
	at := accountAt(me, principal, now)
	if at.IsZero() || at.Before(now.Add(lookAgain)) {
		return at
	}
	return now.Add(lookAgain)
}
