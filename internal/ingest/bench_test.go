package ingest_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/ingest"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

// families is a CSV of so many people, in families of one to five.
func families(people int) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	application, left := 0, 0
	for i := range people {
		principal := left == 0
		if principal {
			application++
			left = 1 + application%5
		}
		left--
		fmt.Fprintf(&b, "A-%06d,C-%07d,Given %d,Family-%d,%d-%02d-%02d,person%d@people.example,%s,%t\n", application, i, i, application,
			1950+i%70, 1+i%12, 1+i%28, i, []string{"en", "fr"}[i%2], principal)
	}
	return b.String()
}

// BenchmarkIngest100k takes a file of 100,000 new people in with their invitations, then the same file again. Plain inserts are what a
// database takes for the rows of one of the four tables, one statement each, in transactions of the same size.
func BenchmarkIngest100k(b *testing.B) {
	const people = 100_000
	text := families(people)
	for name, database := range map[string]func(testing.TB) string{"SQLite": testenv.SQLite, "PostgreSQL": testenv.Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				url := database(b)
				s, err := store.Open(ctx, store.Config{URL: url})
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Migrate(ctx); err != nil {
					b.Fatal(err)
				}
				plain := plainInserts(b, url, people)
				b.StartTimer()
				config := ingest.Config{Store: s, Now: time.Now, Invite: true}
				begin := time.Now()
				first, err := ingest.Applications(ctx, config, strings.NewReader(text))
				took := time.Since(begin)
				if err != nil || first.Added != people {
					b.Fatalf("%+v, %v", first, err)
				}
				b.StopTimer()
				begin = time.Now()
				again, err := ingest.Applications(ctx, config, strings.NewReader(text))
				if err != nil || again.Unchanged != people {
					b.Fatalf("%+v, %v", again, err)
				}
				b.ReportMetric(took.Seconds(), "s/first")
				b.ReportMetric(time.Since(begin).Seconds(), "s/again")
				b.ReportMetric(took.Seconds()/plain.Seconds(), "plain-inserts")
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

func plainInserts(b *testing.B, url string, rows int) time.Duration {
	b.Helper()
	driver, address := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, address = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `CREATE TABLE plain (a TEXT PRIMARY KEY, b TEXT, c TEXT UNIQUE, d TEXT, e TEXT, f TEXT, g TEXT, h TEXT,
		i BIGINT, j BIGINT, k BIGINT, l BIGINT, m BIGINT, n BIGINT)`); err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	for done := 0; done < rows; {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			b.Fatal(err)
		}
		for range 500 {
			if _, err := tx.ExecContext(ctx, `INSERT INTO plain VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
				store.NewID(), "A-000001", fmt.Sprintf("C-%07d", done), "Given", "Family", "1990-01-02", "person@people.example", "en", 1, 0,
				1_700_000_000_000, 1_700_000_000_000, 0, 0); err != nil {
				b.Fatal(err)
			}
			done++
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(begin)
}
