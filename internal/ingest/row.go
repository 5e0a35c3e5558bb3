package ingest

import (
	"errors"
	"fmt"
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"prportal.example/internal/event"
	"prportal.example/internal/store"
)

// row is one person as a file or an event tells of it: texts that nobody has looked at yet.
type row struct {
	application, clientID, givenNames, familyName, birthDate, email, language, principal, status string
}

// column is a column of files, by its name.
type column struct {
	name     string
	optional bool
	of       func(*row) *string
}

// columns is the one table of what a row has.
var columns = []column{
	{"application", false, func(r *row) *string { return &r.application }},
	{"client_id", false, func(r *row) *string { return &r.clientID }},
	{"given_names", false, func(r *row) *string { return &r.givenNames }},
	{"family_name", false, func(r *row) *string { return &r.familyName }},
	{"birth_date", false, func(r *row) *string { return &r.birthDate }},
	{"email", false, func(r *row) *string { return &r.email }},
	{"language", false, func(r *row) *string { return &r.language }},
	{"principal", false, func(r *row) *string { return &r.principal }},
	{"status", true, func(r *row) *string { return &r.status }},
}

func rowOf(a event.ApplicationApproved) row {
	return row{a.Application, a.ClientID, a.GivenNames, a.FamilyName, a.BirthDate, a.Email, a.Language,
		strconv.FormatBool(a.Principal), a.Status}
}

const (
	longestField = 500 // bytes
	oldest       = 130 // years
)

// person holds the row against the rules. Its errors name columns, never their values.
func (r row) person(now time.Time) (store.Person, error) {
	for _, c := range columns {
		f := c.of(&r)
		*f = strings.TrimSpace(*f)
		if len(*f) > longestField || strings.ContainsFunc(*f, unprintable) {
			return store.Person{}, fmt.Errorf("%s is longer than %d bytes or holds what can't be printed", c.name, longestField)
		}
	}
	birth, birthErr := time.Parse(time.DateOnly, r.birthDate)
	address, addressErr := mail.ParseAddress(r.email)
	principal := strings.EqualFold(r.principal, "true") // spreadsheets write TRUE
	switch {
	case r.application == "":
		return store.Person{}, errors.New("application is empty")
	case r.clientID == "":
		return store.Person{}, errors.New("client_id is empty")
	case r.givenNames == "" && r.familyName == "":
		return store.Person{}, errors.New("given_names and family_name are both empty")
	case birthErr != nil || birth.After(now) || birth.Before(now.AddDate(-oldest, 0, 0)):
		return store.Person{}, errors.New("birth_date is not a date of birth (YYYY-MM-DD)")
	case addressErr != nil || address.Address != r.email:
		return store.Person{}, errors.New("email is not an address")
	case r.language != "en" && r.language != "fr":
		return store.Person{}, errors.New("language is neither en nor fr")
	case !principal && !strings.EqualFold(r.principal, "false"):
		return store.Person{}, errors.New("principal is neither true nor false")
	case r.status != "" && r.status != "approved" && r.status != "withdrawn":
		return store.Person{}, errors.New("status is neither approved nor withdrawn")
	}
	p := store.Person{Application: r.application, ClientID: r.clientID, GivenNames: r.givenNames, FamilyName: r.familyName,
		BirthDate: r.birthDate, Email: r.email, Language: r.language, Principal: principal}
	if r.status == "withdrawn" {
		p.WithdrawnAt = now
	}
	return p, nil
}

// unprintable marks what no name or address has: control characters, and what stands in place of bytes that are no UTF-8. A
// database may refuse them, and all other rows of the transaction with them.
func unprintable(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }
