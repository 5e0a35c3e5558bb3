package ingest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/daemon"
	"prportal.example/internal/ingest"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

var (
	ctx   = context.Background()
	today = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
)

type fields map[string]any

// zoe is a line that is taken in; change replaces fields, nil removes one.
func zoe(change fields) string {
	line := fields{"application": "A-1", "client_id": "C-1", "given_names": "Zoë", "family_name": "Łęcka", "birth_date": "1990-01-02",
		"email": "zoe@people.example", "language": "fr", "principal": true}
	maps.Copy(line, change)
	maps.DeleteFunc(line, func(_ string, v any) bool { return v == nil })
	b, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func onBoth(t *testing.T, test func(*testing.T, *store.Store)) {
	for name, database := range map[string]func(testing.TB) string{"SQLite": testenv.SQLite, "PostgreSQL": testenv.Postgres} {
		t.Run(name, func(t *testing.T) { test(t, open(t, database(t))) })
	}
}

func open(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return s
}

func take(t *testing.T, s *store.Store, lines ...string) ingest.Summary {
	t.Helper()
	sum, err := ingest.Applications(ctx, ingest.Config{Store: s, Now: func() time.Time { return today }},
		strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func person(t *testing.T, s *store.Store, clientID string) store.Person {
	t.Helper()
	p, err := s.PersonByClientID(ctx, clientID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTakingInAgainChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		lines := []string{"\ufeff" + zoe(nil), "", "  " + zoe(fields{"client_id": "C-2", "principal": false}) + " \r"}
		for _, want := range []ingest.Summary{{Added: 2}, {Unchanged: 2}} {
			if sum := take(t, s, lines...); !reflect.DeepEqual(sum, want) {
				t.Errorf("%+v, want %+v", sum, want)
			}
		}
		p := person(t, s, "C-1")
		if p.GivenNames != "Zoë" || p.FamilyName != "Łęcka" || p.BirthDate != "1990-01-02" || p.Email != "zoe@people.example" ||
			p.Language != "fr" || !p.Principal || !p.WithdrawnAt.IsZero() {
			t.Errorf("%+v", p)
		}
		if c, err := s.CaseByPerson(ctx, p.ID); err != nil || c.State != casefile.Open {
			t.Errorf("%+v, %v", c, err)
		}
		if family, err := s.PeopleOfApplication(ctx, "A-1"); err != nil || len(family) != 2 {
			t.Errorf("%d people, %v", len(family), err)
		}
	})
}

func TestAChangedLineUpdates(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		take(t, s, zoe(nil))
		before := person(t, s, "C-1")
		if sum := take(t, s, zoe(fields{"email": "new@people.example"}), zoe(fields{"email": "new@people.example"})); sum.Updated != 1 || sum.Unchanged != 1 {
			t.Errorf("%+v", sum)
		}
		if p := person(t, s, "C-1"); p.Email != "new@people.example" || p.ID != before.ID {
			t.Errorf("%+v", p)
		}
	})
}

func TestAWithdrawnApplication(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		gone := zoe(fields{"status": "withdrawn"})
		take(t, s, zoe(fields{"status": "approved"}))
		for _, want := range []ingest.Summary{{Updated: 1}, {Unchanged: 1}} {
			if sum := take(t, s, gone); !reflect.DeepEqual(sum, want) {
				t.Errorf("%+v, want %+v", sum, want)
			}
		}
		if p := person(t, s, "C-1"); !p.WithdrawnAt.Equal(today) {
			t.Errorf("withdrawn at %v", p.WithdrawnAt)
		}
		if sum := take(t, s, zoe(nil)); sum.Updated != 1 { // approved after all
			t.Errorf("%+v", sum)
		}
		if p := person(t, s, "C-1"); !p.WithdrawnAt.IsZero() {
			t.Errorf("withdrawn at %v", p.WithdrawnAt)
		}
	})
}

func TestEitherNameMayBeEmpty(t *testing.T) {
	s := open(t, testenv.SQLite(t))
	sum := take(t, s, zoe(fields{"given_names": nil}), zoe(fields{"client_id": "C-2", "family_name": ""}))
	if sum.Added != 2 {
		t.Errorf("%+v", sum)
	}
}

func TestRejectedLinesStopNoOther(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		secret := "Schrödinger"
		bad := []struct{ line, why string }{
			{"no JSON " + secret, "not a JSON object"},
			{`["` + secret + `"]`, "not a JSON object"},
			{`"` + secret + `"`, "not a JSON object"},
			{`null`, "application is empty"},
			{zoe(nil)[:40], "not a JSON object"},
			{zoe(nil) + zoe(nil), "more than one JSON object"},
			{zoe(nil) + "}", "more than one JSON object"},
			{zoe(fields{"colour": secret}), `unknown field "colour"`},
			{zoe(fields{"family_name": 7}), `field "family_name" has the wrong kind of value`},
			{zoe(fields{"principal": "yes, " + secret}), `field "principal" has the wrong kind of value`},
			{zoe(fields{"application": " "}), "application is empty"},
			{zoe(fields{"client_id": nil}), "client_id is empty"},
			{zoe(fields{"given_names": "", "family_name": " "}), "given_names and family_name are both empty"},
			{zoe(fields{"given_names": "Zo\x00ë"}), "given_names is longer than"},
			{zoe(fields{"family_name": "line\nbreak"}), "family_name is longer than"},
			{strings.Replace(zoe(nil), "Zoë", "Zo\xff", 1), "given_names is longer than"},
			{zoe(fields{"family_name": strings.Repeat("x", 501)}), "family_name is longer than"},
			{zoe(fields{"birth_date": "2.1.1990"}), "birth_date is not"},
			{zoe(fields{"birth_date": "1990-02-30"}), "birth_date is not"},
			{zoe(fields{"birth_date": "2026-05-05"}), "birth_date is not"},
			{zoe(fields{"birth_date": "1890-01-01"}), "birth_date is not"},
			{zoe(fields{"email": secret}), "email is not an address"},
			{zoe(fields{"email": "Zoë <zoe@people.example>"}), "email is not an address"},
			{zoe(fields{"language": "de"}), "language is neither en nor fr"},
			{zoe(fields{"status": secret}), "status is neither approved nor withdrawn"},
			{zoe(fields{"family_name": strings.Repeat(secret, 10_000)}), "the line is longer than 65536 bytes"},
		}
		var lines []string
		for i, b := range bad {
			lines = append(lines, b.line, zoe(fields{"client_id": fmt.Sprint("good ", i)}))
		}
		sum := take(t, s, lines...)
		if sum.Added != len(bad) || len(sum.Rejected) != len(bad) {
			t.Fatalf("%d added, %d rejected of %d each: %+v", sum.Added, len(sum.Rejected), len(bad), sum.Rejected)
		}
		for i, r := range sum.Rejected {
			if r.Line != 2*i+1 || !strings.HasPrefix(r.Why, bad[i].why) {
				t.Errorf("line %d: %s, want line %d: %s", r.Line, r.Why, 2*i+1, bad[i].why)
			}
			if strings.Contains(r.Why, secret) || strings.Contains(r.Why, "Zo") {
				t.Errorf("line %d tells a value: %s", r.Line, r.Why)
			}
		}
		if _, err := s.PersonByClientID(ctx, "C-1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("something of a rejected line was taken in: %v", err)
		}
	})
}

func TestALongLineAtTheEnd(t *testing.T) {
	s := open(t, testenv.SQLite(t))
	sum := take(t, s, zoe(nil), strings.Repeat("x", 70_000))
	if sum.Added != 1 || len(sum.Rejected) != 1 || sum.Rejected[0].Line != 2 {
		t.Errorf("%+v", sum)
	}
}

func TestMoreThanOneTransaction(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		var lines []string
		for i := range 1100 {
			lines = append(lines, zoe(fields{"client_id": fmt.Sprint("C-", i)}))
		}
		if sum := take(t, s, lines...); sum.Added != 1100 || len(sum.Rejected) != 0 {
			t.Errorf("%d added, rejected %v", sum.Added, sum.Rejected)
		}
		person(t, s, "C-1099")
	})
}

func TestAFileThatBreaksOffKeepsWhatWasRead(t *testing.T) {
	s := open(t, testenv.SQLite(t))
	broken := errors.New("disk on fire")
	sum, err := ingest.Applications(ctx, ingest.Config{Store: s, Now: time.Now},
		io.MultiReader(strings.NewReader(zoe(nil)+"\n"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || sum.Added != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
}

// program runs ingest as the command does.
func program(url, stdin string, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	getenv := func(name string) string { return map[string]string{"PRPORTAL_DATABASE_URL": url}[name] }
	err = ingest.Run(ctx, args, getenv, strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), err
}

func TestTheProgram(t *testing.T) {
	url := testenv.SQLite(t)
	if _, _, err := program(url, zoe(nil), "applications", "-"); err == nil || !strings.Contains(err.Error(), "portal migrate") {
		t.Errorf("without a schema: %v", err)
	}
	open(t, url)
	file := filepath.Join(t.TempDir(), "approved.jsonl")
	if err := os.WriteFile(file, []byte(zoe(nil)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _, err := program(url, "", "applications", file); err != nil || out != "1 added, 0 updated, 0 unchanged, 0 rejected\n" {
		t.Errorf("%q, %v", out, err)
	}
	out, errs, err := program(url, zoe(nil)+"\noops\n", "applications", "-")
	var exit *daemon.ExitError
	if !errors.As(err, &exit) || exit.Code != 1 || out != "0 added, 0 updated, 1 unchanged, 1 rejected\n" || errs != "line 2: not a JSON object\n" {
		t.Errorf("%q, %q, %v", out, errs, err)
	}
	for _, args := range [][]string{nil, {"applications"}, {"photos", "x"}, {"applications", "a", "b"}} {
		if _, _, err := program(url, "", args...); !errors.As(err, &exit) || exit.Code != 2 {
			t.Errorf("%v: %v", args, err)
		}
	}
	if _, _, err := program(url, "", "applications", file+".not"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, _, err := program("", "", "applications", file); err == nil || !strings.Contains(err.Error(), "PRPORTAL_DATABASE_URL") {
		t.Errorf("no database: %v", err)
	}
}
