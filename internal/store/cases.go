package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/casefile"
)

// CaseRow is a case with what only the queue of officers needs.
type CaseRow struct {
	casefile.Case
	Lane        casefile.Lane
	DueAt       time.Time
	LeasedBy    string
	LeasedUntil time.Time
	Skips       int
	CreatedAt   time.Time

	// What the applicant ticked; it stays for later attempts.
	HeadCovering, Medical, SmallChild bool
	ActiveAt                          time.Time // the applicant's last step
	Reminders                         int       // since then
}

const caseColumns = `id, person_id, state, version, photo_id, person_asked, auto_returns, outcome, reasons, decided_by,
	officer_id, first_submitted_at, submitted_at, decided_at, effective_at, lane, due_at, leased_by, leased_until, skips, created_at,
	head_covering, medical, small_child, active_at, reminders`

func scanCase(s scanner) (c CaseRow, err error) {
	var asked, first, submitted, decided, effective, due, leased, created, head, medical, child, active int64
	var reasons string
	if err := s.Scan(&c.ID, &c.PersonID, &c.State, &c.Version, &c.PhotoID, &asked, &c.AutoReturns, &c.Outcome, &reasons,
		&c.DecidedBy, &c.OfficerID, &first, &submitted, &decided, &effective, &c.Lane, &due, &c.LeasedBy, &leased, &c.Skips,
		&created, &head, &medical, &child, &active, &c.Reminders); err != nil {
		return c, err
	}
	c.PersonAsked, c.FirstSubmittedAt, c.SubmittedAt = asked == 1, instant(first), instant(submitted)
	c.DecidedAt, c.EffectiveAt, c.DueAt = instant(decided), instant(effective), instant(due)
	c.LeasedUntil, c.CreatedAt = instant(leased), instant(created)
	c.HeadCovering, c.Medical, c.SmallChild, c.ActiveAt = head == 1, medical == 1, child == 1, instant(active)
	return c, fromJSON(reasons, &c.Reasons)
}

// Case returns the case with that id.
func (q queries) Case(ctx context.Context, id string) (CaseRow, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+caseColumns+` FROM cases WHERE id = $1`, id), "case", scanCase)
}

// CaseByPerson returns the case of a person.
func (q queries) CaseByPerson(ctx context.Context, personID string) (CaseRow, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+caseColumns+` FROM cases WHERE person_id = $1`, personID), "case", scanCase)
}

// LockCase lets nobody else change a case until this transaction ends, so that what hangs on it but lies in other tables can be
// read and written together.
func (t *Tx) LockCase(ctx context.Context, id string) error {
	err := t.change(ctx, "lock case", `UPDATE cases SET id = id WHERE id = $1`, id)
	if errors.Is(err, ErrStale) {
		return fmt.Errorf("lock case: %w", ErrNotFound)
	}
	return err
}

// SaveCase stores a case that was read at version before. ErrStale means that somebody else moved it since.
func (t *Tx) SaveCase(ctx context.Context, c CaseRow, before int64) error {
	if c.Version <= before {
		return fmt.Errorf("save case %s: version %d does not follow %d", c.ID, c.Version, before)
	}
	reasons, err := toJSON(c.Reasons)
	if err != nil {
		return err
	}
	return t.change(ctx, "save case", `UPDATE cases SET state = $3, version = $4, photo_id = $5, person_asked = $6,
		auto_returns = $7, outcome = $8, reasons = $9, decided_by = $10, officer_id = $11, first_submitted_at = $12,
		submitted_at = $13, decided_at = $14, effective_at = $15, lane = $16, due_at = $17, leased_by = $18,
		leased_until = $19, skips = $20, head_covering = $21, medical = $22, small_child = $23, active_at = $24, reminders = $25
		WHERE id = $1 AND version = $2`,
		c.ID, before, string(c.State), c.Version, c.PhotoID, flag(c.PersonAsked), c.AutoReturns, string(c.Outcome), reasons,
		string(c.DecidedBy), c.OfficerID, millis(c.FirstSubmittedAt), millis(c.SubmittedAt), millis(c.DecidedAt),
		millis(c.EffectiveAt), string(c.Lane), millis(c.DueAt), c.LeasedBy, millis(c.LeasedUntil), c.Skips,
		flag(c.HeadCovering), flag(c.Medical), flag(c.SmallChild), millis(c.ActiveAt), c.Reminders)
}
