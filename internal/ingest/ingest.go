// Package ingest takes in approved applications: JSON Lines, one person a line, from a file or standard input.
package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"prportal.example/internal/event"
	"prportal.example/internal/store"
)

// Rejected is a line that was not taken in. Why holds no value of the line: it may be shown and logged.
type Rejected struct {
	Line int
	Why  string
}

// Summary is what became of a file.
type Summary struct {
	Added, Updated, Unchanged int
	Rejected                  []Rejected
}

// Config is what Applications needs.
type Config struct {
	Store *store.Store
	Now   func() time.Time
}

const (
	rowsATransaction = 500 // SQLite has one writer: others get their turn in between
	longestLine      = 64 << 10
	longestField     = 500 // bytes
)

// Applications takes in a file. Taking it in again changes nothing; a line that can't be taken in stops no other.
func Applications(ctx context.Context, c Config, in io.Reader) (Summary, error) {
	var sum Summary
	var people []store.Person
	flush := func() error {
		if len(people) == 0 {
			return nil
		}
		counts := map[store.Change]int{}
		err := c.Store.Tx(ctx, func(tx *store.Tx) error {
			clear(counts) // the body may run again
			for _, p := range people {
				change, err := tx.PutPerson(ctx, p, c.Now())
				if err != nil {
					return err
				}
				counts[change]++
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("take in applications: %w", err)
		}
		sum.Added += counts[store.Added]
		sum.Updated += counts[store.Updated]
		sum.Unchanged += counts[store.Unchanged]
		people = people[:0]
		return nil
	}
	lines := bufio.NewReaderSize(in, longestLine)
	for n := 1; ; n++ {
		text, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, errLong) {
			return sum, errors.Join(fmt.Errorf("read applications: %w", err), flush())
		}
		if err == nil && len(text) == 0 {
			continue
		}
		var p store.Person
		if err == nil {
			p, err = parse(text, c.Now())
		}
		if err != nil {
			sum.Rejected = append(sum.Rejected, Rejected{n, err.Error()})
			continue
		}
		if people = append(people, p); len(people) == rowsATransaction {
			if err := flush(); err != nil {
				return sum, err
			}
		}
	}
	return sum, flush()
}

var errLong = fmt.Errorf("the line is longer than %d bytes", longestLine)

// readLine returns the next line without blanks around it and without a byte order mark, errLong for one that is too long,
// which is then passed over, or io.EOF.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.ReadSlice('\n')
		}
		if err == nil || errors.Is(err, io.EOF) {
			err = errLong
		}
		return nil, err
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	return bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))), nil
}

// parse reads one line. Its errors name fields, never their values.
func parse(line []byte, now time.Time) (store.Person, error) {
	var a event.ApplicationApproved
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return store.Person{}, fmt.Errorf("unknown field %s", field)
		}
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) && kind.Field != "" {
			return store.Person{}, fmt.Errorf("field %q has the wrong kind of value", kind.Field)
		}
		return store.Person{}, errors.New("not a JSON object")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return store.Person{}, errors.New("more than one JSON object")
	}
	for name, f := range map[string]*string{"application": &a.Application, "client_id": &a.ClientID, "given_names": &a.GivenNames,
		"family_name": &a.FamilyName, "email": &a.Email} {
		*f = strings.TrimSpace(*f)
		if len(*f) > longestField || strings.ContainsFunc(*f, unprintable) {
			return store.Person{}, fmt.Errorf("%s is longer than %d bytes or holds what can't be printed", name, longestField)
		}
	}
	birth, err := time.Parse(time.DateOnly, a.BirthDate)
	address, addressErr := mail.ParseAddress(a.Email)
	switch {
	case a.Application == "":
		return store.Person{}, errors.New("application is empty")
	case a.ClientID == "":
		return store.Person{}, errors.New("client_id is empty")
	case a.GivenNames == "" && a.FamilyName == "":
		return store.Person{}, errors.New("given_names and family_name are both empty")
	case err != nil || birth.After(now) || birth.Before(now.AddDate(-130, 0, 0)):
		return store.Person{}, errors.New("birth_date is not a date of birth (YYYY-MM-DD)")
	case addressErr != nil || address.Address != a.Email:
		return store.Person{}, errors.New("email is not an address")
	case a.Language != "en" && a.Language != "fr":
		return store.Person{}, errors.New("language is neither en nor fr")
	case a.Status != "" && a.Status != "approved" && a.Status != "withdrawn":
		return store.Person{}, errors.New("status is neither approved nor withdrawn")
	}
	p := store.Person{Application: a.Application, ClientID: a.ClientID, GivenNames: a.GivenNames, FamilyName: a.FamilyName,
		BirthDate: a.BirthDate, Email: a.Email, Language: a.Language, Principal: a.Principal}
	if a.Status == "withdrawn" {
		p.WithdrawnAt = now
	}
	return p, nil
}

// unprintable marks what no name or address has: control characters, and what stands in place of bytes that are no UTF-8. A
// database may refuse them, and all other lines of the transaction with them.
func unprintable(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }
