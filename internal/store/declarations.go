package store

import (
	"context"
	"time"
)

// Answer is what a person declares about where they are.
type Answer string

const (
	InCanada    Answer = "in_canada"
	NotInCanada Answer = "not_in_canada"
)

// Declaration is one answer; the last one counts.
type Declaration struct {
	ID        string
	PersonID  string
	Answer    Answer
	ForChild  bool // a parent declared it for a small child
	AccountID string
	MadeAt    time.Time
}

// LastDeclaration returns the answer that counts, ErrNotFound if there is none.
func (q queries) LastDeclaration(ctx context.Context, personID string) (Declaration, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT id, person_id, answer, wording, account_id, made_at FROM declarations
		WHERE person_id = $1 ORDER BY made_at DESC, id DESC LIMIT 1`, personID), "declaration",
		func(s scanner) (d Declaration, err error) {
			var wording string
			var made int64
			err = s.Scan(&d.ID, &d.PersonID, &d.Answer, &wording, &d.AccountID, &made)
			d.ForChild, d.MadeAt = wording == wordingChild, instant(made)
			return d, err
		})
}

const (
	wordingSelf  = "self"
	wordingChild = "child"
)

// AddDeclaration records an answer; its id is set here.
func (t *Tx) AddDeclaration(ctx context.Context, d Declaration) error {
	wording := wordingSelf
	if d.ForChild {
		wording = wordingChild
	}
	return t.change(ctx, "declare", `INSERT INTO declarations (id, person_id, answer, wording, account_id, made_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, NewID(), d.PersonID, string(d.Answer), wording, d.AccountID, millis(d.MadeAt))
}

// DetailsCheck is a person's answer to whether name and birth date will be printed right; the last one counts.
type DetailsCheck struct {
	ID        string
	PersonID  string
	Right     bool
	Printed   string // SHA-256 of what was shown, so that a later change asks again
	AccountID string
	MadeAt    time.Time
}

// LastDetailsCheck returns the answer that counts, ErrNotFound if there is none.
func (q queries) LastDetailsCheck(ctx context.Context, personID string) (DetailsCheck, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT id, person_id, answer, printed, account_id, made_at FROM details_checks
		WHERE person_id = $1 ORDER BY made_at DESC, id DESC LIMIT 1`, personID), "details check",
		func(s scanner) (d DetailsCheck, err error) {
			var answer string
			var made int64
			err = s.Scan(&d.ID, &d.PersonID, &answer, &d.Printed, &d.AccountID, &made)
			d.Right, d.MadeAt = answer == detailsRight, instant(made)
			return d, err
		})
}

const (
	detailsRight = "right"
	detailsWrong = "wrong"
)

// AddDetailsCheck records an answer; its id is set here.
func (t *Tx) AddDetailsCheck(ctx context.Context, d DetailsCheck) error {
	answer := detailsWrong
	if d.Right {
		answer = detailsRight
	}
	return t.change(ctx, "check details", `INSERT INTO details_checks (id, person_id, answer, printed, account_id, made_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, NewID(), d.PersonID, answer, d.Printed, d.AccountID, millis(d.MadeAt))
}
