package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/casefile"
)

// SkipsBeforeSupervisor is how many officers may skip a case before only a supervisor is offered it.
const SkipsBeforeSupervisor = 3

// LeaseNext gives an officer the case in review that is due first, and holds it for that officer until now plus length.
// The officer's own held case comes first. ErrNotFound when there is none.
func (t *Tx) LeaseNext(ctx context.Context, officer Account, now time.Time, length time.Duration) (CaseRow, error) {
	lock := ""
	if t.postgres {
		lock = " FOR UPDATE SKIP LOCKED"
	}
	most := SkipsBeforeSupervisor
	if officer.Role == RoleSupervisor {
		most = 1 << 30
	}
	// Two statements: one that wants the held case first has to sort the whole queue.
	for _, whose := range []string{"leased_by = $2 AND leased_by <> '' AND leased_until > $3", "leased_until <= $3"} {
		id, err := one(t.db.QueryRowContext(ctx, `SELECT id FROM cases WHERE state = 'in_review' AND skips < $1 AND `+whose+`
			AND NOT EXISTS (SELECT 1 FROM skips WHERE skips.case_id = cases.id AND skips.officer_id = $2) AND `+notWithdrawn+`
			ORDER BY due_at, id LIMIT 1`+lock,
			most, officer.ID, millis(now)), "next case for review", func(s scanner) (v string, err error) { return v, s.Scan(&v) })
		switch {
		case errors.Is(err, ErrNotFound):
			continue
		case err != nil:
			return CaseRow{}, err
		}
		return t.LeaseCase(ctx, id, officer.ID, now, length)
	}
	return CaseRow{}, fmt.Errorf("next case for review: %w", ErrNotFound)
}

// LeaseCase holds a case in review for an officer, or renews that. ErrStale while another officer holds it, or while its
// application is withdrawn.
func (t *Tx) LeaseCase(ctx context.Context, caseID, officerID string, now time.Time, length time.Duration) (CaseRow, error) {
	if err := t.change(ctx, "hold case", `UPDATE cases SET leased_by = $2, leased_until = $3
		WHERE id = $1 AND state = 'in_review' AND (leased_by = $2 OR leased_until <= $4) AND `+notWithdrawn,
		caseID, officerID, millis(now.Add(length)), millis(now)); err != nil {
		return CaseRow{}, err
	}
	return t.Case(ctx, caseID)
}

// Skip gives a held case back; this officer is not offered it again. Reason is a code.
func (t *Tx) Skip(ctx context.Context, caseID, officerID, reason string, now time.Time) error {
	if err := t.change(ctx, "give back case", `UPDATE cases SET leased_by = '', leased_until = 0, skips = skips + 1
		WHERE id = $1 AND state = 'in_review' AND leased_by = $2`, caseID, officerID); err != nil {
		return err
	}
	err := t.change(ctx, "note skip", `INSERT INTO skips (case_id, officer_id, reason, at) VALUES ($1, $2, $3, $4)`,
		caseID, officerID, reason, millis(now))
	if errors.Is(err, ErrExists) {
		return fmt.Errorf("skipped before: %w", ErrStale)
	}
	return err
}

// LaneCount is how many cases wait in a lane, and when the first of them is due.
type LaneCount struct {
	Lane     casefile.Lane
	Waiting  int
	Overdue  int
	FirstDue time.Time
}

// QueueCounts measures the queue of officers, lane by lane.
func (q queries) QueueCounts(ctx context.Context, now time.Time) ([]LaneCount, error) {
	rows, err := many(ctx, q, "queue", func(s scanner) (c LaneCount, err error) {
		var due int64
		err = s.Scan(&c.Lane, &c.Waiting, &c.Overdue, &due)
		c.FirstDue = instant(due)
		return c, err
	}, `SELECT lane, COUNT(*), COALESCE(SUM(CASE WHEN due_at <= $1 THEN 1 ELSE 0 END), 0), MIN(due_at)
		FROM cases WHERE state = 'in_review' AND person_id NOT IN (SELECT id FROM people WHERE withdrawn_at <> 0)
		GROUP BY lane`, millis(now))
	if err != nil {
		return nil, err
	}
	var out []LaneCount
	for _, lane := range casefile.Lanes() {
		count := LaneCount{Lane: lane}
		for _, r := range rows {
			if r.Lane == lane {
				count = r
			}
		}
		out = append(out, count)
	}
	return out, nil
}

// CasesInReview returns cases that wait for an officer, the one due first first.
func (q queries) CasesInReview(ctx context.Context, limit int) ([]CaseRow, error) {
	return many(ctx, q, "cases in review", scanCase,
		`SELECT `+caseColumns+` FROM cases WHERE state = 'in_review' AND `+notWithdrawn+` ORDER BY due_at, id LIMIT $1`, limit)
}

// UndoableCases returns what the officer decided and can still take back.
func (q queries) UndoableCases(ctx context.Context, officerID string, now time.Time) ([]CaseRow, error) {
	return many(ctx, q, "cases that can be undone", scanCase,
		`SELECT `+caseColumns+` FROM cases WHERE state = 'decided' AND officer_id = $1 AND effective_at > $2 ORDER BY effective_at`,
		officerID, millis(now))
}

// PhotosWithoutVerdict returns current photos of cases that wait for a report since before.
func (q queries) PhotosWithoutVerdict(ctx context.Context, before time.Time, limit int) ([]Photo, error) {
	return many(ctx, q, "photos without verdict", scanPhoto, `SELECT `+photoColumns+` FROM photos
		WHERE verdict_at = 0 AND uploaded_at < $1 AND id IN (SELECT photo_id FROM cases WHERE state IN ('checking', 'submitted'))
		ORDER BY uploaded_at LIMIT $2`, millis(before), limit)
}
