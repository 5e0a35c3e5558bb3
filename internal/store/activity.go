package store

import (
	"context"
	"fmt"
	"time"
)

// Touch notes a step of the applicant: the time of silence begins anew, and who was out of reach is so no more. A transaction
// that saves the case as well does that first.
func (t *Tx) Touch(ctx context.Context, caseID string, now time.Time) error {
	if err := t.change(ctx, "note step", `UPDATE cases SET active_at = $2, reminders = 0, reminded_at = 0 WHERE id = $1`,
		caseID, millis(now)); err != nil {
		return err
	}
	_, err := t.db.ExecContext(ctx, `UPDATE office_tasks SET done_at = $3, outcome = 'settled'
		WHERE person_id = (SELECT person_id FROM cases WHERE id = $1) AND kind = $2 AND done_at = 0`,
		caseID, string(OfficeUnreachable), millis(now))
	if err != nil {
		return fmt.Errorf("note step: %w", err)
	}
	return nil
}

// HoldCase lets steps of the applicant wait until this transaction ends: what is read of them after that stays as it is.
func (t *Tx) HoldCase(ctx context.Context, caseID string) error {
	return t.change(ctx, "hold case", `UPDATE cases SET active_at = active_at WHERE id = $1`, caseID)
}

// MarkDeclared notes that the applicant declared a photo recent and unedited.
func (t *Tx) MarkDeclared(ctx context.Context, photoID string, now time.Time) error {
	return t.change(ctx, "declare photo", `UPDATE photos SET declared_at = $2 WHERE id = $1`, photoID, millis(now))
}

// Silence says after how long without a step somebody is reminded, and then told to the office.
type Silence struct {
	First, Second time.Duration // since the last step
	Office        time.Duration // since the second reminder
}

// RemindersBeforeOffice is how many reminders go out before the office is told.
const RemindersBeforeOffice = 2

// SilentCase is a case that has waited for its applicant for too long.
type SilentCase struct {
	CaseID    string
	PersonID  string
	Reminders int // so far
	ActiveAt  time.Time
}

// SilentCases lists cases that wait for an applicant who has an account and does nothing, those that have waited longest first.
// The time runs from the last step; from the account, where there was none; and from a return, where that came later. A
// withdrawn person is left alone.
func (q queries) SilentCases(ctx context.Context, s Silence, now time.Time, limit int) ([]SilentCase, error) {
	return many(ctx, q, "silent cases", func(r scanner) (c SilentCase, err error) {
		var active int64
		err = r.Scan(&c.CaseID, &c.PersonID, &c.Reminders, &active)
		c.ActiveAt = instant(active)
		return c, err
	}, `SELECT id, person_id, reminders, active_at FROM (
			SELECT cases.id, cases.person_id, cases.reminders, cases.active_at, cases.reminded_at,
				CASE WHEN cases.state = 'returned' AND cases.effective_at > cases.active_at THEN cases.effective_at
					WHEN cases.active_at > 0 THEN cases.active_at ELSE accounts.created_at END AS since
			FROM cases JOIN people ON people.id = cases.person_id
				JOIN accounts ON accounts.person_id = cases.person_id AND accounts.closed_at = 0
			WHERE people.withdrawn_at = 0 AND cases.state IN ('open', 'checking', 'checked', 'returned')) AS waiting
		WHERE (reminders = 0 AND since <= $1)
			OR (reminders = 1 AND since <= $2 AND reminded_at <= $1)
			OR (reminders = 2 AND reminded_at <= $3)
		ORDER BY since, id LIMIT $4`,
		millis(now.Add(-s.First)), millis(now.Add(-s.Second)), millis(now.Add(-s.Office)), limit)
}

// Reminded counts a reminder of a case as SilentCases gave it; ErrStale if somebody else did, or the applicant has done
// something, or the case does not wait for the applicant any more.
func (t *Tx) Reminded(ctx context.Context, c SilentCase, now time.Time) error {
	return t.change(ctx, "count reminder", `UPDATE cases SET reminders = reminders + 1, reminded_at = $4
		WHERE id = $1 AND reminders = $2 AND active_at = $3 AND state IN ('open', 'checking', 'checked', 'returned')`,
		c.CaseID, c.Reminders, millis(c.ActiveAt), millis(now))
}
