package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"prportal.example/internal/daemon"
	"prportal.example/internal/store"
)

const usage = `usage: ingest applications FILE|-

Takes in approved applications, one JSON object a line:
  {"application","client_id","given_names","family_name","birth_date","email","language","principal","status"}
The database is named by PRPORTAL_DATABASE_URL. Lines that were not taken in are listed on standard error, and the exit
status is then 1. Taking a file in again changes nothing.`

// Run is the program ingest.
func Run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	if len(args) != 2 || args[0] != "applications" {
		return &daemon.ExitError{Code: 2, Err: errors.New(usage)}
	}
	env := daemon.NewEnv(getenv)
	url := env.Required("PRPORTAL_DATABASE_URL")
	if err := env.Err(); err != nil {
		return err
	}
	in := stdin
	if args[1] != "-" {
		f, err := os.Open(args[1])
		if err != nil {
			return fmt.Errorf("applications: %w", err)
		}
		defer f.Close()
		in = f
	}
	db, err := store.Open(ctx, store.Config{URL: url})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.CheckSchema(ctx); err != nil {
		return err
	}
	sum, err := Applications(ctx, Config{Store: db, Now: time.Now}, in)
	for _, r := range sum.Rejected {
		fmt.Fprintf(stderr, "line %d: %s\n", r.Line, r.Why)
	}
	fmt.Fprintf(stdout, "%d added, %d updated, %d unchanged, %d rejected\n", sum.Added, sum.Updated, sum.Unchanged, len(sum.Rejected))
	if err == nil && len(sum.Rejected) > 0 {
		err = &daemon.ExitError{Code: 1, Err: fmt.Errorf("%d lines were rejected", len(sum.Rejected))}
	}
	return err
}
