package store

import (
	"context"
	"fmt"
	"time"
)

// ChangeEmail gives a person another e-mail address, which holds from then on whatever comes from upstream, and tells the old
// address and the new one. changedBy is the person who did it, empty for the office. The address that the person has is no change.
func (t *Tx) ChangeEmail(ctx context.Context, personID, newEmail, changedBy string, now time.Time) error {
	p, err := t.Person(ctx, personID)
	if err != nil {
		return fmt.Errorf("change e-mail: %w", err)
	}
	if p.Email == newEmail {
		return nil
	}
	id := NewID()
	if err := t.change(ctx, "record change of e-mail", `INSERT INTO email_changes (id, person_id, old_email, new_email, changed_by, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, id, personID, p.Email, newEmail, changedBy, millis(now)); err != nil {
		return err
	}
	if err := t.change(ctx, "change e-mail", `UPDATE people SET email = $2, email_chosen = 1, updated_at = $3 WHERE id = $1`,
		personID, newEmail, millis(now)); err != nil {
		return err
	}
	for _, toOld := range []bool{true, false} {
		if err := t.EnqueueMail(ctx, Mail{Kind: MailEmailChanged, PersonID: personID, EmailChangeID: id, ToOldAddress: toOld}, now); err != nil {
			return err
		}
	}
	return nil
}
