package store

import (
	"context"
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

// SetLanguage stores the language that a person has chosen, "en" or "fr"; it holds from then on. ErrStale means that there is
// no such person.
func (t *Tx) SetLanguage(ctx context.Context, personID, lang string, now time.Time) error {
	return t.change(ctx, "set language",
		`UPDATE people SET language = $2, language_chosen = 1, updated_at = $3 WHERE id = $1`, personID, lang, millis(now))
}
