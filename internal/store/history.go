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

	NoteToOffice      NoteKind = "to_office"      // from the applicant, with what the office has to do
	NoteOfficeReason  NoteKind = "office_reason"  // an officer's, why something of the office's list is done
	NoteOfficeMessage NoteKind = "office_message" // from the office to the applicant, who reads it in the portal
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
	ReadAt    time.Time // when the applicant read it; only messages from the office have that
}

const noteColumns = `id, case_id, photo_id, kind, author_id, body, created_at, read_at`

func scanNote(s scanner) (n Note, err error) {
	var created, read int64
	err = s.Scan(&n.ID, &n.CaseID, &n.PhotoID, &n.Kind, &n.AuthorID, &n.Body, &created, &read)
	n.CreatedAt, n.ReadAt = instant(created), instant(read)
	return n, err
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
	return many(ctx, q, "notes", scanNote,
		`SELECT `+noteColumns+` FROM notes WHERE case_id = $1 ORDER BY created_at, id`, caseID)
}

// Messages returns what the office has written to the applicant of a case, the newest first.
func (q queries) Messages(ctx context.Context, caseID string) ([]Note, error) {
	return many(ctx, q, "messages", scanNote,
		`SELECT `+noteColumns+` FROM notes WHERE case_id = $1 AND kind = 'office_message' ORDER BY created_at DESC, id DESC`, caseID)
}

// UnreadMessages counts what the office has written to a person and the person has not read.
func (q queries) UnreadMessages(ctx context.Context, personID string) (int, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM cases JOIN notes ON notes.case_id = cases.id
		WHERE cases.person_id = $1 AND notes.kind = 'office_message' AND notes.read_at = 0`, personID), "unread messages",
		func(s scanner) (n int, err error) { return n, s.Scan(&n) })
}

// ReadMessage notes when the applicant first read a message.
func (t *Tx) ReadMessage(ctx context.Context, caseID, noteID string, now time.Time) error {
	return t.change(ctx, "read message", `UPDATE notes SET read_at = CASE WHEN read_at = 0 THEN $3 ELSE read_at END
		WHERE id = $2 AND case_id = $1 AND kind = 'office_message'`, caseID, noteID, millis(now))
}
