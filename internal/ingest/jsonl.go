package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// jsonl reads JSON Lines: one object a line. Blank lines are passed over.
type jsonl struct{ lines *lines }

func (j jsonl) next() (record, error) {
	for {
		l, err := j.lines.next()
		if err != nil {
			return record{}, err
		}
		if l.err == nil && strings.TrimSpace(l.text) == "" {
			continue
		}
		rec := record{line: l.n, text: l.text, err: l.err}
		if rec.err == nil {
			rec.row, rec.err = object(l.text)
		}
		return rec, nil
	}
}

var fieldName = regexp.MustCompile(`^"[a-z_]{1,30}"$`)

// object reads one line. Its errors name fields, never their values.
func object(text string) (row, error) {
	var a struct {
		Application string `json:"application"`
		ClientID    string `json:"client_id"`
		GivenNames  string `json:"given_names"`
		FamilyName  string `json:"family_name"`
		BirthDate   string `json:"birth_date"`
		Email       string `json:"email"`
		Language    string `json:"language"`
		Principal   *bool  `json:"principal"`
		Status      string `json:"status"`
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			if !fieldName.MatchString(name) { // then it may be anything
				name = "(not told here)"
			}
			return row{}, fmt.Errorf("unknown field %s", name)
		}
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) && kind.Field != "" {
			return row{}, fmt.Errorf("field %q has the wrong kind of value", kind.Field)
		}
		return row{}, errors.New("not a JSON object")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return row{}, errors.New("more than one JSON object")
	}
	r := row{application: a.Application, clientID: a.ClientID, givenNames: a.GivenNames, familyName: a.FamilyName,
		birthDate: a.BirthDate, email: a.Email, language: a.Language, status: a.Status}
	if a.Principal != nil {
		r.principal = strconv.FormatBool(*a.Principal)
	}
	return r, nil
}
