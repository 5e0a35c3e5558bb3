// Package ingest takes in what comes from outside: approved applications from files and from Kafka, and folders of scanned photos.
package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"prportal.example/internal/store"
)

// Rejected is a row that was not taken in. Why holds no value of the row: it may be shown and logged. Text does.
type Rejected struct {
	Line int // where the row begins, counted from 1
	Why  string
	Text string // the row as it stood in the file; empty if it was too long to be read
}

// Note is what somebody should know of a row that was taken in, or gave way to another. It holds no value of the row.
type Note struct {
	Line int
	Text string
}

// Summary is what became of a file.
type Summary struct {
	Added, Updated, Unchanged, Rejected int

	Superseded               int            // rows that gave way to a later one of the same person
	Withdrawn, ApprovedAgain int            // among the updated
	Fields                   map[string]int // how often an update changed which
}

// Config is what Applications needs. Functions may be nil.
type Config struct {
	Store  *store.Store
	Now    func() time.Time
	Format Format
	Invite bool // by e-mail: see store.TakeIn
	DryRun bool // find out what would happen, and leave everything as it is

	Reject  func(Rejected) error
	Warn    func(Note)
	Updated func(line int, fields []string)
	Read    func(bytes int64) // how far the file has been taken in
}

const (
	rowsATransaction = 500 // SQLite has one writer: others get their turn in between
	takeInAttempts   = 5   // of one transaction, while others change the same people
)

// Applications takes in a file. Taking it in again changes nothing; a row that can't be taken in stops no other. The file is read
// twice, since of two rows of one person only the later one may ever count; what is kept in memory is about a hundred bytes a row.
func Applications(ctx context.Context, c Config, in io.ReadSeeker) (Summary, error) {
	run := &run{Config: c, now: c.Now(), last: map[digest]int{}, families: map[digest]family{}, suspects: map[digest]string{}}
	run.sum.Fields = map[string]int{}
	for _, pass := range []func(context.Context, reader) error{run.survey, run.takeIn} {
		if _, err := in.Seek(0, io.SeekStart); err != nil {
			return run.sum, fmt.Errorf("read applications: %w", err)
		}
		run.read.from, run.read.n = in, 0
		r, err := newReader(&run.read, c.Format)
		if err == nil {
			err = pass(ctx, r)
		}
		if err != nil {
			return run.sum, err
		}
	}
	return run.sum, run.checkPrincipals(ctx)
}

// digest stands for a client id or an application in memory. Two different ones are never the same.
type digest [16]byte

func digestOf(text string) digest {
	sum := sha256.Sum256([]byte(text))
	return digest(sum[:16])
}

// family is what a file says about an application.
type family struct {
	line       int // of its first row
	principals int
}

// run is one file on its way in.
type run struct {
	Config
	now      time.Time // of the whole run: both readings judge alike
	sum      Summary
	read     counted
	last     map[digest]int // the last good row of each person
	families map[digest]family
	suspects map[digest]string // applications without exactly one principal so far
	batch    []numbered
}

type numbered struct {
	line int
	store.Person
}

// survey finds the last good row of each person.
func (r *run) survey(ctx context.Context, rows reader) error {
	for {
		rec, err := rows.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read applications: %w", err)
		case ctx.Err() != nil:
			return ctx.Err()
		}
		if p, err := rec.person(r.now); err == nil {
			r.last[digestOf(p.ClientID)] = rec.line
		}
	}
}

// takeIn stores the rows that count.
func (r *run) takeIn(ctx context.Context, rows reader) error {
	for {
		rec, err := rows.next()
		if errors.Is(err, io.EOF) {
			return r.flush(ctx)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("read applications: %w", err), r.flush(ctx))
		}
		p, err := rec.person(r.now)
		if err != nil {
			r.sum.Rejected++
			if r.Reject != nil {
				if err := r.Reject(Rejected{rec.line, err.Error(), rec.text}); err != nil {
					return errors.Join(err, r.flush(ctx))
				}
			}
			continue
		}
		if later := r.last[digestOf(p.ClientID)]; later != rec.line {
			r.sum.Superseded++
			r.warn(rec.line, fmt.Sprintf("passed over: line %d has the same client_id and counts", later))
			continue
		}
		r.note(rec.line, p)
		if r.batch = append(r.batch, numbered{rec.line, p}); len(r.batch) == rowsATransaction {
			if err := r.flush(ctx); err != nil {
				return err
			}
		}
	}
}

func (r *run) warn(line int, text string) {
	if r.Warn != nil {
		r.Warn(Note{line, text})
	}
}

// flush takes in what has been read.
func (r *run) flush(ctx context.Context) error {
	if r.Config.Read != nil {
		r.Config.Read(r.read.n)
	}
	if len(r.batch) == 0 {
		return nil
	}
	people := make([]store.Person, len(r.batch))
	for i, p := range r.batch {
		people[i] = p.Person
	}
	taken, err := put(ctx, r.Store, people, store.TakeIn{Now: r.Now(), Invite: r.Invite}, r.DryRun)
	if err != nil {
		return fmt.Errorf("take in applications, lines %d to %d: %w", r.batch[0].line, r.batch[len(r.batch)-1].line, err)
	}
	for i, t := range taken {
		r.count(r.batch[i], t)
	}
	r.batch = r.batch[:0]
	return nil
}

func (r *run) count(p numbered, t store.Taken) {
	switch t.Change {
	case store.Added:
		r.sum.Added++
	case store.Unchanged:
		r.sum.Unchanged++
	case store.Updated:
		r.sum.Updated++
		if r.Updated != nil {
			r.Updated(p.line, t.Fields)
		}
	}
	for _, f := range t.Fields {
		r.sum.Fields[f]++
		switch {
		case f != store.FieldStatus:
		case p.WithdrawnAt.IsZero():
			r.sum.ApprovedAgain++
		default:
			r.sum.Withdrawn++
		}
	}
}

var errDryRun = errors.New("a dry run stores nothing")

// put takes people in, in one transaction.
func put(ctx context.Context, db *store.Store, people []store.Person, how store.TakeIn, dry bool) (taken []store.Taken, err error) {
	for attempt := 1; ; attempt++ {
		err = db.Tx(ctx, func(tx *store.Tx) (err error) {
			if taken, err = tx.PutPeople(ctx, people, how); err == nil && dry {
				err = errDryRun
			}
			return err
		})
		if errors.Is(err, errDryRun) {
			return taken, nil
		}
		if attempt == takeInAttempts || !errors.Is(err, store.ErrExists) && !errors.Is(err, store.ErrStale) {
			return taken, err
		}
	}
}

// note keeps what the file says about principals. Who is withdrawn does not count.
func (r *run) note(line int, p store.Person) {
	if !p.WithdrawnAt.IsZero() {
		return
	}
	d := digestOf(p.Application)
	f, known := r.families[d]
	if !known {
		f.line = line
	}
	if p.Principal {
		f.principals++
	}
	r.families[d] = f
	if f.principals == 1 {
		delete(r.suspects, d)
	} else {
		r.suspects[d] = p.Application
	}
}

// checkPrincipals warns of applications without exactly one principal. A file may hold a part of a family only, so that of those
// without one the database knows better.
func (r *run) checkPrincipals(ctx context.Context) error {
	for d, application := range r.suspects {
		f := r.families[d]
		if f.principals > 1 {
			r.warn(f.line, fmt.Sprintf("the application that begins here has %d principals", f.principals))
			continue
		}
		members, err := r.Store.PeopleOfApplication(ctx, application)
		if err != nil {
			return fmt.Errorf("look for principals: %w", err)
		}
		principals := 0
		for _, m := range members {
			if m.Principal && m.WithdrawnAt.IsZero() {
				principals++
			}
		}
		if principals == 0 {
			r.warn(f.line, "the application that begins here has no principal: nobody can confirm the list of e-mail addresses")
		}
	}
	return nil
}
