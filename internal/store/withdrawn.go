package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrWithdrawn means that the person's application was withdrawn: nothing goes on until it is approved again.
var ErrWithdrawn = errors.New("store: the application was withdrawn")

// notWithdrawn is the condition that leaves out cases of people whose application was withdrawn.
const notWithdrawn = `NOT EXISTS (SELECT 1 FROM people WHERE people.id = cases.person_id AND people.withdrawn_at <> 0)`

// outcomeWithdrawn is that of tasks of the office that were settled because the application was withdrawn.
const outcomeWithdrawn = "withdrawn"

// NotWithdrawn is ErrWithdrawn for a person whose application was withdrawn.
func (q queries) NotWithdrawn(ctx context.Context, personID string) error {
	p, err := q.Person(ctx, personID)
	if err == nil && !p.WithdrawnAt.IsZero() {
		err = ErrWithdrawn
	}
	return err
}

// withdraw takes a case out of the officers' hands and settles what the office had to do. The rest asks NotWithdrawn: links,
// e-mails, sign-ins, decisions, orders.
func (t *Tx) withdraw(ctx context.Context, c CaseRow, now time.Time) error {
	if _, err := t.db.ExecContext(ctx, `UPDATE cases SET leased_by = '', leased_until = 0 WHERE id = $1`, c.ID); err != nil {
		return fmt.Errorf("take back case: %w", err)
	}
	if _, err := t.db.ExecContext(ctx, `UPDATE office_tasks SET done_at = $2, outcome = $3 WHERE person_id = $1 AND done_at = 0`,
		c.PersonID, millis(now), outcomeWithdrawn); err != nil {
		return fmt.Errorf("settle office tasks: %w", err)
	}
	return t.Record(ctx, Entry{At: now, Actor: ActorOffice, Action: "withdrawn", CaseID: c.ID})
}

// goOn lets a person who is approved again go on where everything stopped. Tasks that were settled by the withdrawal are open
// again, since one of them may hold a card. Whoever had not answered is invited anew, and whoever waited for a first password
// gets one: those e-mails may have been dropped in between.
func (t *Tx) goOn(ctx context.Context, c CaseRow, have, p Person, how TakeIn) error {
	if _, err := t.db.ExecContext(ctx, `UPDATE office_tasks SET done_at = 0, outcome = ''
		WHERE person_id = $1 AND outcome = $2 AND done_at = $3 AND NOT EXISTS (SELECT 1 FROM office_tasks AS other
			WHERE other.person_id = office_tasks.person_id AND other.kind = office_tasks.kind AND other.done_at = 0)`,
		p.ID, outcomeWithdrawn, millis(have.WithdrawnAt)); err != nil {
		return fmt.Errorf("open office tasks again: %w", err)
	}
	if err := t.Record(ctx, Entry{At: how.Now, Actor: ActorOffice, Action: "approved_again", CaseID: c.ID}); err != nil {
		return err
	}
	i, err := t.Invitation(ctx, p.ID)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return err
	case have.Email != p.Email:
		if err := t.newAddress(ctx, have, p, how); err != nil {
			return err
		}
	case i.State == InvitationWaiting && how.Invite && i.HeldAt.IsZero(): // held: the office's turn, as before
		_, err := t.InviteAgain(ctx, i, how.Now)
		return err
	}
	if i.PersonID == "" && how.Invite { // withdrawn from the first
		had, err := t.HadAccount(ctx, p.ID)
		if err != nil || had {
			return err
		}
		if err := t.InsertInvitation(ctx, p.ID, how.Now); err != nil {
			return err
		}
		return t.EnqueueMail(ctx, Mail{Kind: MailInvitation, PersonID: p.ID}, how.Now)
	}
	return t.credentialsAgain(ctx, p.ID, how.Now)
}
