package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Person is somebody on an approved application.
type Person struct {
	ID          string
	Application string
	ClientID    string
	GivenNames  string
	FamilyName  string
	BirthDate   string // YYYY-MM-DD
	Email       string
	Language    string // "en" or "fr"
	Principal   bool
	WithdrawnAt time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time

	LanguageChosen bool // by the person: what comes from upstream does not change it any more
	EmailChosen    bool // the same
}

const personColumns = `id, application, client_id, given_names, family_name, birth_date, email, language, principal,
	withdrawn_at, created_at, updated_at, language_chosen, email_chosen`

func scanPerson(s scanner) (p Person, err error) {
	var principal, withdrawn, created, updated, languageChosen, emailChosen int64
	err = s.Scan(&p.ID, &p.Application, &p.ClientID, &p.GivenNames, &p.FamilyName, &p.BirthDate, &p.Email, &p.Language,
		&principal, &withdrawn, &created, &updated, &languageChosen, &emailChosen)
	p.Principal, p.WithdrawnAt, p.CreatedAt, p.UpdatedAt = principal == 1, instant(withdrawn), instant(created), instant(updated)
	p.LanguageChosen, p.EmailChosen = languageChosen == 1, emailChosen == 1
	return p, err
}

// Person returns the person with that id.
func (q queries) Person(ctx context.Context, id string) (Person, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+personColumns+` FROM people WHERE id = $1`, id), "person", scanPerson)
}

// PersonByClientID returns the person with that client id.
func (q queries) PersonByClientID(ctx context.Context, clientID string) (Person, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+personColumns+` FROM people WHERE client_id = $1`, clientID), "person", scanPerson)
}

// PeopleOfApplication returns the members of an application, the principal first.
func (q queries) PeopleOfApplication(ctx context.Context, application string) ([]Person, error) {
	return many(ctx, q, "people of application", scanPerson,
		`SELECT `+personColumns+` FROM people WHERE application = $1 ORDER BY principal DESC, birth_date, id`, application)
}

// Change says what taking in a person did.
type Change string

const (
	Unchanged Change = "unchanged"
	Added     Change = "added"
	Updated   Change = "updated"
)

// PutPerson adds a person with an open case, or updates the one with the same client id. ID and times are set here.
func (t *Tx) PutPerson(ctx context.Context, p Person, now time.Time) (Change, error) {
	have, err := t.PersonByClientID(ctx, p.ClientID)
	if errors.Is(err, ErrNotFound) {
		p.ID = NewID()
		if err := t.change(ctx, "add person", `INSERT INTO people (`+personColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0)`,
			p.ID, p.Application, p.ClientID, p.GivenNames, p.FamilyName, p.BirthDate, p.Email, p.Language, flag(p.Principal),
			millis(p.WithdrawnAt), millis(now), millis(now)); err != nil {
			return "", err
		}
		err := t.change(ctx, "open case", `INSERT INTO cases (id, person_id, state, version, created_at) VALUES ($1, $2, 'open', 0, $3)`,
			NewID(), p.ID, millis(now))
		return Added, err
	}
	if err != nil {
		return "", err
	}
	p.ID, p.CreatedAt, p.UpdatedAt = have.ID, have.CreatedAt, have.UpdatedAt
	if p.LanguageChosen = have.LanguageChosen; p.LanguageChosen {
		p.Language = have.Language
	}
	if p.EmailChosen = have.EmailChosen; p.EmailChosen {
		p.Email = have.Email
	}
	if !p.WithdrawnAt.IsZero() && !have.WithdrawnAt.IsZero() {
		p.WithdrawnAt = have.WithdrawnAt // withdrawn already: the same row again is no change
	}
	if p == have {
		return Unchanged, nil
	}
	err = t.change(ctx, "update person", `UPDATE people SET application = $2, given_names = $3, family_name = $4, birth_date = $5,
		email = $6, language = $7, principal = $8, withdrawn_at = $9, updated_at = $10 WHERE id = $1`,
		p.ID, p.Application, p.GivenNames, p.FamilyName, p.BirthDate, p.Email, p.Language, flag(p.Principal),
		millis(p.WithdrawnAt), millis(now))
	if err != nil {
		return "", fmt.Errorf("client: %w", err)
	}
	return Updated, nil
}

// SetLanguage stores the language that a person has chosen, "en" or "fr"; it holds from then on. ErrStale means that there is
// no such person.
func (t *Tx) SetLanguage(ctx context.Context, personID, lang string, now time.Time) error {
	return t.change(ctx, "set language",
		`UPDATE people SET language = $2, language_chosen = 1, updated_at = $3 WHERE id = $1`, personID, lang, millis(now))
}
