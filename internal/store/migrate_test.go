package store

import (
	"context"
	"testing"

	"prportal.example/internal/testenv"
	"prportal.example/internal/testenv/crowd"
)

// A database of an earlier version, with people in it, is brought up to date and keeps every row.
func TestMigrateFilledDatabase(t *testing.T) {
	const earlier, people = 2, 1_000
	ctx := context.Background()
	testenv.OnBoth(t, func(t *testing.T, address string) {
		s, err := Open(ctx, Config{URL: address})
		noFault(t, err)
		t.Cleanup(func() { noFault(t, s.Close()) })
		p, err := s.migrator()
		noFault(t, err)
		_, err = p.UpTo(ctx, earlier)
		noFault(t, err)
		crowd.Fill(t, address, people, plansNow)
		if s.CheckSchema(ctx) == nil {
			t.Fatal("the earlier version passes for this one")
		}
		before := rows(ctx, t, s)
		noFault(t, s.Migrate(ctx))
		noFault(t, s.CheckSchema(ctx))
		for table, n := range rows(ctx, t, s) {
			if n == 0 || n != before[table] {
				t.Errorf("%s: %d rows, before %d", table, n, before[table])
			}
		}
		person, err := s.AccountByPerson(ctx, crowd.Person.ID(people-1))
		if err != nil || person.ID != crowd.Account.ID(people-1) {
			t.Errorf("%+v, %v", person, err)
		}
	})
}

// rows counts the rows of the tables of the second version.
func rows(ctx context.Context, t *testing.T, s *Store) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, table := range []string{"people", "cases", "photos", "pending_uploads", "notes", "accounts", "sessions", "outbox", "history", "skips",
		"invitations", "links", "email_changes", "declarations", "details_checks", "addresses", "cards", "proofs", "office_tasks"} {
		n, err := one(s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table), table,
			func(r scanner) (n int, err error) { return n, r.Scan(&n) })
		noFault(t, err)
		counts[table] = n
	}
	return counts
}
