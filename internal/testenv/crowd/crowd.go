// Package crowd fills a database with as many people as an office has in years, so that tests and benchmarks see what a statement
// costs when its tables are large.
package crowd

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// Thing is something that the i-th person has, from 1 on. Not everybody has everything: see the statements.
type Thing byte

// What there is of a person.
const (
	Person  Thing = 'a'
	Case    Thing = 'b'
	Photo   Thing = 'c' // that the case is about
	Account Thing = 'd' // the open one
	Task    Thing = 'e' // of the office
	Mail    Thing = 'f' // that waits
	Earlier Thing = 'g' // a photo that was replaced
	Note    Thing = 'h'
	Proof   Thing = 'u' // that is not revoked
	Upload  Thing = 'w' // that broke off
)

// ID is the id of what the i-th person has.
func (t Thing) ID(i int) string { return fmt.Sprintf("%c0000000-0000-7000-8000-%012d", t, i) }

// statements are understood by both databases. In them #x is the id of the Thing with that letter.
var statements = []string{
	// Families of three. Every thousandth is withdrawn.
	`INSERT INTO people (id, application, client_id, given_names, family_name, birth_date, email, language, principal, withdrawn_at,
		created_at, updated_at)
		SELECT #a, 'A' || (i / 3), 'CROWD-' || i, 'Given ' || i, 'Family ' || (i / 3), '1990-01-02', 'Person' || i || '@crowd.example', 'en',
		CASE WHEN i % 3 = 0 THEN 1 ELSE 0 END, CASE WHEN i % 1000 = 999 THEN :now ELSE 0 END, :now - i, :now FROM n`,
	// Of 1,000 cases 500 have no photo yet, 2 are being checked, 100 checked, 1 submitted, 50 in review, 5 decided, 50 returned; the
	// rest is accepted. Officers hold, or have skipped, a few.
	`INSERT INTO cases (id, person_id, state, version, photo_id, officer_id, first_submitted_at, submitted_at, decided_at, effective_at,
		lane, due_at, leased_by, leased_until, skips, created_at, active_at, reminders, reminded_at)
		SELECT #b, #a, CASE WHEN i % 1000 < 500 THEN 'open' WHEN i % 1000 < 502 THEN 'checking' WHEN i % 1000 < 602 THEN 'checked'
		WHEN i % 1000 < 603 THEN 'submitted' WHEN i % 1000 < 653 THEN 'in_review' WHEN i % 1000 < 658 THEN 'decided'
		WHEN i % 1000 < 708 THEN 'returned' ELSE 'accepted' END, 3,
		CASE WHEN i % 1000 < 500 THEN '' ELSE #c END, CASE WHEN i % 1000 >= 653 THEN 'officer' || (i % 10) ELSE '' END,
		CASE WHEN i % 1000 < 602 THEN 0 ELSE :now - 86400000 END, CASE WHEN i % 1000 < 602 THEN 0 ELSE :now - 86400000 END,
		CASE WHEN i % 1000 < 653 THEN 0 ELSE :now - 3600000 END, CASE WHEN i % 1000 < 653 THEN 0 ELSE :now + i END,
		CASE WHEN i % 7 = 0 THEN 'asked' WHEN i % 7 = 1 THEN 'flagged' ELSE 'clean' END, :now + i * 7919 % 100003 * 1000,
		CASE WHEN i % 1000 = 610 THEN 'officer' || (i % 10) ELSE '' END, CASE WHEN i % 1000 = 610 THEN :now + 600000 ELSE 0 END,
		CASE WHEN i % 1000 = 611 THEN 3 ELSE 0 END, :now - i, CASE WHEN i % 50 = 0 THEN :now - 8 * 86400000 ELSE :now - i END,
		i % 2, CASE WHEN i % 2 = 0 THEN 0 ELSE :now END FROM n`,
	// Each case beyond "open" has a photo, and one that it has replaced; every tenth is a crop of that.
	`INSERT INTO photos (id, case_id, sha256, size, format, width, height, uploaded_at, submitted_at, verdict_at, verdict, upload_id)
		SELECT #c, #b, 'hash', 1000000, 'jpeg', 1000, 1400, :now - 600000 - i, CASE WHEN i % 1000 < 602 THEN 0 ELSE :now - i END,
		CASE WHEN i % 1000 IN (500, 501, 602) THEN 0 ELSE :now END, '', CASE WHEN i % 10 = 0 THEN #g ELSE '' END FROM n WHERE i % 1000 >= 500`,
	`INSERT INTO photos (id, case_id, sha256, size, format, width, height, uploaded_at, verdict_at, replaced_at, deleted_at)
		SELECT #g, #b, 'hash', 1000000, 'jpeg', 1000, 1400, :now - 900000, :now, :now - i * 1000,
		CASE WHEN i % 20 = 0 THEN 0 ELSE :now END FROM n WHERE i % 1000 >= 500`,
	`INSERT INTO notes (id, case_id, photo_id, kind, author_id, body, created_at)
		SELECT #h, #b, #c, CASE WHEN i % 2 = 0 THEN 'office_message' ELSE 'applicant' END, 'someone', 'Words.', :now FROM n WHERE i % 5 = 0`,
	// Some have had an account before; ten officers have no person.
	`INSERT INTO accounts (id, role, username, person_id, password_hash, closed_at, created_at, temporary_until)
		SELECT #d, 'applicant', 'crowd' || i, #a, 'x', 0, :now - 9 * 86400000, CASE WHEN i % 4 = 0 THEN :now ELSE 0 END FROM n WHERE i % 10 <> 0`,
	`INSERT INTO accounts (id, role, username, person_id, password_hash, closed_at, created_at)
		SELECT #i, 'applicant', 'was' || i, #a, 'x', :now, 1 FROM n WHERE i % 100 = 1`,
	`INSERT INTO accounts (id, role, username, password_hash, created_at)
		SELECT 'officer' || i, 'officer', 'crowd-officer' || i, 'x', 1 FROM n WHERE i < 10`,
	`INSERT INTO sessions (listener, token_hash, data, expires_at) SELECT 'applicant', #a, 'eA==', :now + 1000000 + i FROM n`,
	// Of everybody: an e-mail that was sent, an event, two for photos, and an invitation that waits. Every 50th waits for another
	// e-mail, every 200th release is yet to come.
	`INSERT INTO outbox (id, kind, key, person_id, payload, available_at, sent_at, bulk)
		SELECT #1, 'mail', #a, #a, '{"mail":"credentials"}', :now - 90000 - i, :now - 80000, 0 FROM n`,
	`INSERT INTO outbox (id, kind, key, payload, available_at, sent_at)
		SELECT #2, 'event', #b, '{}', :now - 90000 - i, :now - 80000 FROM n`,
	`INSERT INTO outbox (id, kind, key, person_id, payload, available_at, bulk)
		SELECT #f, 'mail', #a, #a, '{"mail":"invitation"}', :now - 60000 - i, 1 FROM n`,
	`INSERT INTO outbox (id, kind, key, person_id, payload, available_at, attempts, last_error)
		SELECT #j, 'mail', #b, #a, '{"mail":"username"}', :now + i, 1, 'deferred' FROM n WHERE i % 50 = 0`,
	`INSERT INTO outbox (id, kind, key, payload, available_at) SELECT #k, 'release', #b, '{}', :now + i FROM n WHERE i % 200 = 0`,
	`INSERT INTO outbox (id, kind, key, headers, payload, available_at) SELECT #l, 'event', #b, '{"topic":"t"}', '{}', :now - 1 FROM n WHERE i <= 20`,
	`INSERT INTO history (id, at, actor, action, case_id, photo_id)
		SELECT #m, :now - i, 'machine', 'verdict', #b, #c FROM n`,
	`INSERT INTO history (id, at, actor, action, case_id) SELECT #o, :now, 'applicant', 'submit', #b FROM n`,
	`INSERT INTO skips (case_id, officer_id, reason, at) SELECT #b, 'officer' || (i % 10), 'unsure', 1 FROM n WHERE i % 1000 IN (612, 613)`,
	// Of ten invitations three wait; of those that have been answered few wait for the rest of the family.
	`INSERT INTO invitations (person_id, state, queued_at, sent_at, expires_at, next_at)
		SELECT #a, CASE WHEN i % 10 < 3 THEN 'waiting' ELSE 'confirmed' END, 1, :now - i, :now + i, CASE WHEN i % 10 < 3 THEN :now + i * 1000
		WHEN i % 500 = 7 THEN :now - i ELSE 0 END FROM n`,
	`INSERT INTO links (token_hash, kind, person_id, expires_at, created_at) SELECT #a, 'invitation', #a, :now + 1000, 1 FROM n`,
	`INSERT INTO email_changes (id, person_id, old_email, new_email, changed_by, changed_at)
		SELECT #p, #a, 'old@crowd.example', 'new@crowd.example', #a, :now FROM n WHERE i % 2 = 0`,
	`INSERT INTO declarations (id, person_id, answer, wording, account_id, made_at) SELECT #q, #a, 'in_canada', 'self', #d, 1 FROM n WHERE i % 2 = 0`,
	`INSERT INTO details_checks (id, person_id, answer, printed, account_id, made_at) SELECT #r, #a, 'right', 'x', #d, 1 FROM n WHERE i % 2 = 0`,
	`INSERT INTO addresses (id, person_id, kind, street, city, province, postal_code, given_at)
		SELECT #s, #a, 'home', '1 Main St', 'Ottawa', 'ON', 'K1A 0A1', 1 FROM n WHERE i % 2 = 0`,
	`INSERT INTO addresses (id, person_id, kind, street, city, province, postal_code, given_at)
		SELECT #t, #a, 'postal', '1 Main St', 'Ottawa', 'ON', 'K1A 0A1', 1 FROM n WHERE i % 2 = 0`,
	// Every hundredth card is held.
	`INSERT INTO cards (case_id, state, photo_id, held_at, ordered_at) SELECT #b, CASE WHEN i % 100 = 8 THEN 'held' ELSE 'mailed' END, #c,
		:now - i, CASE WHEN i % 100 = 8 THEN 0 ELSE :now END FROM n WHERE i % 1000 >= 708`,
	// Of a thousand proofs one waits, some were revoked.
	`INSERT INTO proofs (id, person_id, number, state, requested_at, confirmed_at, issued_at, available_at)
		SELECT #u, #a, 'N' || i, CASE WHEN i % 1000 = 8 THEN 'confirmed' ELSE 'issued' END, :now - i, 1, 1,
		CASE WHEN i % 1000 = 8 THEN :now - i ELSE 0 END FROM n WHERE i % 2 = 0`,
	`INSERT INTO proofs (id, person_id, number, state, requested_at) SELECT #v, #a, 'R' || i, 'revoked', 1 FROM n WHERE i % 50 = 0`,
	// Every tenth has a task, of which half are open, and every second one that is done; among the open ones are those of all held cards.
	`INSERT INTO office_tasks (id, kind, person_id, case_id, opened_by, opened_at, done_at)
		SELECT #e, CASE WHEN i % 100 = 8 THEN 'wrong_details' WHEN i % 3 = 0 THEN 'silent' WHEN i % 3 = 1 THEN 'bounced' ELSE 'declined' END,
		#a, #b, 'machine', :now - i * 7919 % 100003 * 1000, CASE WHEN i % 20 = 18 THEN :now ELSE 0 END FROM n WHERE i % 10 = 8`,
	`INSERT INTO office_tasks (id, kind, person_id, case_id, opened_by, opened_at, done_at, outcome)
		SELECT #x, 'proof', #a, #b, 'applicant', :now - i, :now, 'settled' FROM n WHERE i % 2 = 1`,
	`INSERT INTO pending_uploads (photo_id, begun_at) SELECT #w, :now FROM n WHERE i <= 100`,
}

// Fill puts so many people into an empty database that has its schema, as it may be at that time, and lets PostgreSQL count them.
func Fill(t testing.TB, address string, people int, now time.Time) {
	t.Helper()
	driver, name := "pgx", address
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, name = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := fill(context.Background(), db, people, now); err != nil {
		t.Fatal(err)
	}
	if driver == "pgx" {
		if _, err := db.ExecContext(context.Background(), "VACUUM ANALYZE"); err != nil {
			t.Fatal(err)
		}
	}
}

func fill(ctx context.Context, db *sql.DB, people int, now time.Time) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, text(s, people, now)); err != nil {
			return fmt.Errorf("%s: %w", strings.TrimSpace(strings.SplitN(s, "\n", 2)[0]), err)
		}
	}
	return tx.Commit()
}

// text completes a statement.
func text(s string, people int, now time.Time) string {
	insert, query, _ := strings.Cut(s, "SELECT ")
	s = insert + "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people) SELECT " + query
	s = strings.NewReplacer(":people", strconv.Itoa(people), ":now", strconv.FormatInt(now.UnixMilli(), 10)).Replace(s)
	var b strings.Builder
	for before, rest, found := strings.Cut(s, "#"); ; before, rest, found = strings.Cut(rest, "#") {
		b.WriteString(before)
		if !found {
			return b.String()
		}
		fmt.Fprintf(&b, "'%c0000000-0000-7000-8000-' || substr(CAST(1000000000000 + i AS TEXT), 2)", rest[0])
		rest = rest[1:]
	}
}

// People is how many people the environment asks for in PEOPLE, otherwise that many.
func People(t testing.TB, otherwise int) int {
	t.Helper()
	value := os.Getenv("PEOPLE")
	if value == "" {
		return otherwise
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < otherwise {
		t.Fatalf("PEOPLE: want a number from %d on", otherwise)
	}
	return n
}
