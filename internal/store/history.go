package store

import (
	"context"
	"time"
)

// Actor says who did something.
type Actor string

const (
	ActorApplicant Actor = "applicant"
	ActorOfficer   Actor = "officer"
	ActorMachine   Actor = "machine"
	ActorOffice    Actor = "office" // upstream, or somebody at a command line
)

// Entry is a line of the append-only history. Detail holds ids, codes, numbers and hashes only.
type Entry struct {
	ID      string
	At      time.Time
	Actor   Actor
	ActorID string
	Action  string
	CaseID  string
	PhotoID string
	Detail  map[string]any
}

// Record appends to the history. There is no way to change or remove an entry.
func (t *Tx) Record(ctx context.Context, e Entry) error {
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	detail, err := toJSON(e.Detail)
	if err != nil {
		return err
	}
	return t.change(ctx, "record history", `INSERT INTO history (id, at, actor, actor_id, action, case_id, photo_id, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		NewID(), millis(e.At), string(e.Actor), e.ActorID, e.Action, e.CaseID, e.PhotoID, detail)
}

// History returns what happened to a case, the oldest first.
func (q queries) History(ctx context.Context, caseID string) ([]Entry, error) {
	return many(ctx, q, "history", func(s scanner) (e Entry, err error) {
		var at int64
		var detail string
		if err := s.Scan(&e.ID, &at, &e.Actor, &e.ActorID, &e.Action, &e.CaseID, &e.PhotoID, &detail); err != nil {
			return e, err
		}
		e.At = instant(at)
		return e, fromJSON(detail, &e.Detail)
	}, `SELECT id, at, actor, actor_id, action, case_id, photo_id, detail FROM history WHERE case_id = $1 ORDER BY at, id`, caseID)
}

// NoteKind says what a note is.
type NoteKind string

const (
	NoteApplicant NoteKind = "applicant" // with a request for a person
	NoteLetter    NoteKind = "letter"    // an officer's words in the letter of a return
	NoteDetails   NoteKind = "details"   // what is wrong with name or birth date
)

// Note is free text that somebody wrote.
type Note struct {
	ID        string
	CaseID    string
	PhotoID   string
	Kind      NoteKind
	AuthorID  string
	Body      string
	CreatedAt time.Time
}

// AddNote stores a note.
func (t *Tx) AddNote(ctx context.Context, n Note) error {
	if n.ID == "" {
		n.ID = NewID()
	}
	return t.change(ctx, "add note", `INSERT INTO notes (id, case_id, photo_id, kind, author_id, body, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, n.ID, n.CaseID, n.PhotoID, string(n.Kind), n.AuthorID, n.Body, millis(n.CreatedAt))
}

// Notes returns the notes of a case, the oldest first.
func (q queries) Notes(ctx context.Context, caseID string) ([]Note, error) {
	return many(ctx, q, "notes", func(s scanner) (n Note, err error) {
		var created int64
		err = s.Scan(&n.ID, &n.CaseID, &n.PhotoID, &n.Kind, &n.AuthorID, &n.Body, &created)
		n.CreatedAt = instant(created)
		return n, err
	}, `SELECT id, case_id, photo_id, kind, author_id, body, created_at FROM notes WHERE case_id = $1 ORDER BY created_at, id`, caseID)
}
