package ingest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/ingest"
	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
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
	testenv.OnBoth(t, func(t *testing.T, url string) { test(t, storetest.Open(t, url)) })
}

// taken is what became of a file in a test.
type taken struct {
	ingest.Summary
	rejected []ingest.Rejected
	notes    []ingest.Note
	updated  map[int][]string
}

// takeIn takes a file in; change alters the settings.
func takeIn(t testing.TB, s *store.Store, text string, change func(*ingest.Config)) taken {
	t.Helper()
	out := taken{updated: map[int][]string{}}
	config := ingest.Config{Store: s, Now: func() time.Time { return today }, Invite: true,
		Reject:  func(r ingest.Rejected) error { out.rejected = append(out.rejected, r); return nil },
		Warn:    func(n ingest.Note) { out.notes = append(out.notes, n) },
		Updated: func(line int, fields []string) { out.updated[line] = fields }}
	if change != nil {
		change(&config)
	}
	var err error
	out.Summary, err = ingest.Applications(ctx, config, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(out.rejected) != out.Rejected {
		t.Errorf("%d rows were told as rejected, %d counted", len(out.rejected), out.Rejected)
	}
	return out
}

func take(t testing.TB, s *store.Store, lines ...string) taken {
	t.Helper()
	return takeIn(t, s, strings.Join(lines, "\n"), func(c *ingest.Config) { c.Format = ingest.FormatJSONL })
}

// counts are what a run did, in the order added, updated, unchanged, rejected.
func (s taken) counts() [4]int { return [4]int{s.Added, s.Updated, s.Unchanged, s.Rejected} }

func person(t *testing.T, s *store.Store, clientID string) store.Person {
	t.Helper()
	p, err := s.PersonByClientID(ctx, clientID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestP7TakingInAgainChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		lines := []string{"\ufeff" + zoe(nil), "", "  " + zoe(fields{"client_id": "C-2", "principal": false}) + " \r"}
		for _, want := range [][4]int{{2, 0, 0, 0}, {0, 0, 2, 0}} {
			if sum := take(t, s, lines...); sum.counts() != want {
				t.Errorf("%+v, want %v", sum, want)
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

func TestP7AChangedLineUpdates(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		take(t, s, zoe(nil))
		before := person(t, s, "C-1")
		sum := take(t, s, zoe(fields{"email": "newer@people.example"}), zoe(fields{"email": "new@people.example", "family_name": "Nowak"}))
		if sum.counts() != [4]int{0, 1, 0, 0} || sum.Superseded != 1 || len(sum.notes) != 1 || sum.notes[0].Line != 1 ||
			!strings.Contains(sum.notes[0].Text, "line 2") || !slices.Equal(sum.updated[2], []string{"family_name", "email"}) {
			t.Errorf("%+v", sum)
		}
		if p := person(t, s, "C-1"); p.Email != "new@people.example" || p.ID != before.ID {
			t.Errorf("%+v", p)
		}
	})
}

func TestP7AWithdrawnApplication(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		gone := zoe(fields{"status": "withdrawn"})
		take(t, s, zoe(fields{"status": "approved"}))
		for i, want := range [][4]int{{0, 1, 0, 0}, {0, 0, 1, 0}} {
			if sum := take(t, s, gone); sum.counts() != want || sum.Withdrawn != 1-i {
				t.Errorf("%+v, want %v", sum, want)
			}
		}
		if p := person(t, s, "C-1"); !p.WithdrawnAt.Equal(today) {
			t.Errorf("withdrawn at %v", p.WithdrawnAt)
		}
		if sum := take(t, s, zoe(nil)); sum.Updated != 1 || sum.ApprovedAgain != 1 { // approved after all
			t.Errorf("%+v", sum)
		}
		if p := person(t, s, "C-1"); !p.WithdrawnAt.IsZero() {
			t.Errorf("withdrawn at %v", p.WithdrawnAt)
		}
	})
}

func TestA10EitherNameMayBeEmpty(t *testing.T) {
	s := storetest.Open(t, testenv.SQLite(t))
	sum := take(t, s, zoe(fields{"given_names": nil}), zoe(fields{"client_id": "C-2", "family_name": ""}))
	if sum.Added != 2 {
		t.Errorf("%+v", sum)
	}
}

func TestP7RejectedLinesStopNoOther(t *testing.T) {
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
			{zoe(fields{"principal": nil}), "principal is neither true nor false"},
			{zoe(fields{secret: 1}), "unknown field (not told here)"},
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
		if sum.Added != len(bad) || sum.Rejected != len(bad) {
			t.Fatalf("%d added, %d rejected of %d each: %+v", sum.Added, sum.Rejected, len(bad), sum.rejected)
		}
		for i, r := range sum.rejected {
			if r.Line != 2*i+1 || !strings.HasPrefix(r.Why, bad[i].why) {
				t.Errorf("line %d: %s, want line %d: %s", r.Line, r.Why, 2*i+1, bad[i].why)
			}
			if strings.Contains(r.Why, secret) || strings.Contains(r.Why, "Zo") {
				t.Errorf("line %d tells a value: %s", r.Line, r.Why)
			}
			if i < len(bad)-1 && r.Text != bad[i].line {
				t.Errorf("line %d was %q", r.Line, r.Text)
			}
		}
		if _, err := s.PersonByClientID(ctx, "C-1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("something of a rejected line was taken in: %v", err)
		}
	})
}

func TestP7ALongLineAtTheEnd(t *testing.T) {
	s := storetest.Open(t, testenv.SQLite(t))
	sum := take(t, s, zoe(nil), strings.Repeat("x", 70_000))
	if sum.Added != 1 || sum.Rejected != 1 || sum.rejected[0].Line != 2 {
		t.Errorf("%+v", sum)
	}
}

func TestP7MoreThanOneTransaction(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		var lines []string
		for i := range 1100 {
			lines = append(lines, zoe(fields{"client_id": fmt.Sprint("C-", i)}))
		}
		if sum := take(t, s, lines...); sum.counts() != [4]int{1100, 0, 0, 0} {
			t.Errorf("%+v", sum)
		}
		person(t, s, "C-1099")
	})
}
