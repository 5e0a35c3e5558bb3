package store

import (
	"context"
	"errors"
	"time"
)

// OfficeTaskKind says why the office has to do something.
type OfficeTaskKind string

const (
	OfficeDeclined     OfficeTaskKind = "declined"      // the person does not want to use the portal
	OfficeSilent       OfficeTaskKind = "silent"        // the invitation ran out
	OfficeBounced      OfficeTaskKind = "bounced"       // mail to the person comes back
	OfficeNotRight     OfficeTaskKind = "not_right"     // another member says that the person's address is not right
	OfficeWrongDetails OfficeTaskKind = "wrong_details" // name or birth date is wrong: the card is held while this is open
	OfficeNoAddress    OfficeTaskKind = "no_address"    // a card is held, since it has nowhere to go: no postal address was given
	OfficeProof        OfficeTaskKind = "proof"         // a proof of status waits for an officer's word
	OfficeMoved        OfficeTaskKind = "moved"         // after the card was ordered
	OfficeNotCome      OfficeTaskKind = "not_come"      // the card has not come
	OfficeCardReturned OfficeTaskKind = "card_returned" // the card came back to production
	OfficeUnreachable  OfficeTaskKind = "unreachable"   // silent for long after signing in
)

// OfficeTaskKinds returns every kind.
func OfficeTaskKinds() []OfficeTaskKind {
	return []OfficeTaskKind{OfficeDeclined, OfficeSilent, OfficeBounced, OfficeNotRight, OfficeWrongDetails, OfficeNoAddress,
		OfficeProof, OfficeMoved, OfficeNotCome, OfficeCardReturned, OfficeUnreachable}
}

// OfficeTask is a line of the office's list.
type OfficeTask struct {
	ID         string
	Kind       OfficeTaskKind
	PersonID   string
	CaseID     string
	NoteID     string // what the person wrote; may be empty
	OpenedBy   Actor
	OpenedAt   time.Time
	DoneAt     time.Time
	DoneBy     string // account of the officer; empty if it settled itself
	Outcome    string
	DoneNoteID string // the reason
}

const officeTaskColumns = `id, kind, person_id, case_id, note_id, opened_by, opened_at, done_at, done_by, outcome, done_note_id`

func scanOfficeTask(s scanner) (t OfficeTask, err error) {
	var opened, done int64
	err = s.Scan(&t.ID, &t.Kind, &t.PersonID, &t.CaseID, &t.NoteID, &t.OpenedBy, &opened, &done, &t.DoneBy, &t.Outcome, &t.DoneNoteID)
	t.OpenedAt, t.DoneAt = instant(opened), instant(done)
	return t, err
}

// OpenOfficeTask puts something on the office's list, unless it is there already: one open task of a kind for each person.
// It reports whether it was new. ID and times of the end are set here.
func (t *Tx) OpenOfficeTask(ctx context.Context, task OfficeTask) (opened bool, err error) {
	err = t.change(ctx, "open office task", `INSERT INTO office_tasks (id, kind, person_id, case_id, note_id, opened_by, opened_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id, kind) WHERE done_at = 0 DO NOTHING`,
		NewID(), string(task.Kind), task.PersonID, task.CaseID, task.NoteID, string(task.OpenedBy), millis(task.OpenedAt))
	if errors.Is(err, ErrStale) {
		return false, nil
	}
	return err == nil, err
}

// CloseOfficeTask notes that a task is done; ErrStale if an officer has done so already. A task that has settled itself in the
// meantime, perhaps by what the officer has just done, gets the officer's words too.
func (t *Tx) CloseOfficeTask(ctx context.Context, id, officerID, outcome, noteID string, now time.Time) error {
	return t.change(ctx, "close office task", `UPDATE office_tasks SET done_at = $2, done_by = $3, outcome = $4, done_note_id = $5
		WHERE id = $1 AND done_by = ''`, id, millis(now), officerID, outcome, noteID)
}

// SettleOfficeTask closes the person's open task of a kind because it has settled itself; no such task is no error.
func (t *Tx) SettleOfficeTask(ctx context.Context, personID string, kind OfficeTaskKind, now time.Time) error {
	err := t.change(ctx, "settle office task", `UPDATE office_tasks SET done_at = $3, outcome = 'settled'
		WHERE person_id = $1 AND kind = $2 AND done_at = 0`, personID, string(kind), millis(now))
	if errors.Is(err, ErrStale) {
		return nil
	}
	return err
}

// OfficeTask returns the task with that id.
func (q queries) OfficeTask(ctx context.Context, id string) (OfficeTask, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+officeTaskColumns+` FROM office_tasks WHERE id = $1`, id), "office task", scanOfficeTask)
}

// OfficeTaskOf is a task with whom it is about, as the list shows it.
type OfficeTaskOf struct {
	OfficeTask
	GivenNames  string
	FamilyName  string
	Application string
}

// OfficeTaskPage says which part of the list to read: of one kind, or of all if Kind is empty; what comes after the task with
// the id After, or from the start if that is empty.
type OfficeTaskPage struct {
	Kind  OfficeTaskKind
	After string
	Limit int
}

// OfficeTasks lists what waits for the office, the oldest first. What comes after a task that is not there is nothing.
func (q queries) OfficeTasks(ctx context.Context, p OfficeTaskPage) ([]OfficeTaskOf, error) {
	var after int64
	if p.After != "" {
		last, err := q.OfficeTask(ctx, p.After)
		if errors.Is(err, ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		after = millis(last.OpenedAt)
	}
	kind := `$1 = ''`
	if p.Kind != "" {
		kind = `t.kind = $1`
	}
	return many(ctx, q, "office tasks", func(s scanner) (t OfficeTaskOf, err error) {
		t.OfficeTask, err = scanOfficeTask(with{s, []any{&t.GivenNames, &t.FamilyName, &t.Application}})
		return t, err
	}, `SELECT t.id, t.kind, t.person_id, t.case_id, t.note_id, t.opened_by, t.opened_at, t.done_at, t.done_by, t.outcome,
		t.done_note_id, p.given_names, p.family_name, p.application
		FROM office_tasks t JOIN people p ON p.id = t.person_id
		WHERE t.done_at = 0 AND `+kind+` AND (t.opened_at, t.id) > ($2, $3)
		ORDER BY t.opened_at, t.id LIMIT $4`, string(p.Kind), after, p.After, p.Limit)
}

// OpenOfficeTasks lists what waits for the office, the oldest first.
func (q queries) OpenOfficeTasks(ctx context.Context, limit int) ([]OfficeTask, error) {
	return many(ctx, q, "office tasks", scanOfficeTask,
		`SELECT `+officeTaskColumns+` FROM office_tasks WHERE done_at = 0 ORDER BY opened_at, id LIMIT $1`, limit)
}

// OfficeTaskCount is how many tasks of a kind are open, and since when the oldest is.
type OfficeTaskCount struct {
	Kind   OfficeTaskKind
	Open   int
	Oldest time.Time
}

// OfficeTaskCounts measures the office's list, kind by kind.
func (q queries) OfficeTaskCounts(ctx context.Context) ([]OfficeTaskCount, error) {
	rows, err := many(ctx, q, "office tasks", func(s scanner) (c OfficeTaskCount, err error) {
		var oldest int64
		err = s.Scan(&c.Kind, &c.Open, &oldest)
		c.Oldest = instant(oldest)
		return c, err
	}, `SELECT kind, COUNT(*), MIN(opened_at) FROM office_tasks WHERE done_at = 0 GROUP BY kind`)
	if err != nil {
		return nil, err
	}
	out := make([]OfficeTaskCount, 0, len(OfficeTaskKinds()))
	for _, kind := range OfficeTaskKinds() {
		count := OfficeTaskCount{Kind: kind}
		for _, r := range rows {
			if r.Kind == kind {
				count = r
			}
		}
		out = append(out, count)
	}
	return out, nil
}

// OpenOfficeTaskOf returns the open task of a kind about a person, ErrNotFound if there is none.
func (q queries) OpenOfficeTaskOf(ctx context.Context, personID string, kind OfficeTaskKind) (OfficeTask, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+officeTaskColumns+` FROM office_tasks
		WHERE person_id = $1 AND kind = $2 AND done_at = 0`, personID, string(kind)), "office task", scanOfficeTask)
}

// OfficeTasksOfPerson lists all tasks about a person, the oldest first.
func (q queries) OfficeTasksOfPerson(ctx context.Context, personID string) ([]OfficeTask, error) {
	return many(ctx, q, "office tasks of person", scanOfficeTask,
		`SELECT `+officeTaskColumns+` FROM office_tasks WHERE person_id = $1 ORDER BY opened_at, id`, personID)
}
