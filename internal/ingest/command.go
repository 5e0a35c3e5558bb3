package ingest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"prportal.example/internal/daemon"
	"prportal.example/internal/store"
)

const usage = `usage: ingest applications [flags] FILE|-    take in approved applications
       ingest photos [flags] DIR             take in a folder of scanned photos
       ingest serve                          take in approved applications from Kafka

applications: CSV with a header, or JSON Lines, with the columns
  application, client_id, given_names, family_name, birth_date, email, language, principal, status (optional)
  -format csv|jsonl|auto  how the file is written (auto: by its first character)
  -invite=false           send no invitations
  -verbose                tell which rows changed what
photos: files named CLIENT_ID.jpg, .jpeg or .png, or a manifest photos.csv with the columns file, client_id
  -submit                 submit each photo for its person, who has declared on paper that it is recent and unedited
both:
  -dry-run                find out what would happen, and leave everything as it is
  -rejects FILE           write what was not taken in to FILE (CSV), with the reasons
  -quiet                  no progress and no summary

The database is named by PRPORTAL_DATABASE_URL; photos needs PRPORTAL_S3_… too, and serve PRPORTAL_KAFKA_BROKERS.
Exit status: 0 all taken in, 1 something was rejected or went wrong, 2 misuse. Doing it again changes nothing.`

// Run is the program ingest.
func Run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	commands := map[string]func(context.Context, *command) error{"applications": applications, "photos": photosCommand, "serve": serve}
	name := ""
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	if name == "-h" || name == "-help" || name == "--help" || name == "help" {
		_, err := fmt.Fprintln(stdout, usage)
		return err
	}
	run, known := commands[name]
	if !known {
		return misused(fmt.Errorf("unknown command %q", name))
	}
	return run(ctx, &command{args: args, getenv: getenv, stdin: stdin, stdout: stdout, stderr: stderr})
}

// misused ends the program with status 2 and says how it is used.
func misused(err error) error {
	return &daemon.ExitError{Code: 2, Err: fmt.Errorf("%w\n%s", err, usage)}
}

// command is what the commands of this program share.
type command struct {
	args           []string
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer

	dryRun, quiet bool
	rejects       string
	told          int // lines on stderr so far
}

func (c *command) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("ingest", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() { fmt.Fprintln(c.stderr, usage) }
	flags.BoolVar(&c.dryRun, "dry-run", false, "")
	flags.BoolVar(&c.quiet, "quiet", false, "")
	flags.StringVar(&c.rejects, "rejects", "", "")
	return flags
}

// parse reads the flags and returns the one argument behind them.
func (c *command) parse(flags *flag.FlagSet) (string, error) {
	err := flags.Parse(c.args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return "", err
	case err != nil:
		return "", &daemon.ExitError{Code: 2, Err: err} // the usage has been shown
	case flags.NArg() != 1:
		return "", misused(errors.New("one file or folder must be named, behind the flags"))
	}
	return flags.Arg(0), nil
}

// mostTold bounds what is said about single rows.
const mostTold = 50

// tell says something about a row or a file.
func (c *command) tell(format string, args ...any) {
	if c.told++; c.told <= mostTold {
		fmt.Fprintf(c.stderr, format+"\n", args...)
	}
}

func (c *command) tellRest() {
	if more := c.told - mostTold; more > 0 {
		fmt.Fprintf(c.stderr, "and %d more\n", more)
	}
}

// rejected is how a run ends that took in all but n.
func rejected(n int, one, many string) error {
	switch n {
	case 0:
		return nil
	case 1:
		return &daemon.ExitError{Code: 1, Err: fmt.Errorf("1 %s was rejected", one)}
	}
	return &daemon.ExitError{Code: 1, Err: fmt.Errorf("%d %s were rejected", n, many)}
}

func openStore(ctx context.Context, url string) (*store.Store, error) {
	db, err := store.Open(ctx, store.Config{URL: url})
	if err != nil {
		return nil, err
	}
	if err := db.CheckSchema(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// applications is the command of that name.
func applications(ctx context.Context, c *command) (err error) {
	flags := c.flags()
	format := flags.String("format", string(FormatAuto), "")
	invite := flags.Bool("invite", true, "")
	verbose := flags.Bool("verbose", false, "")
	path, err := c.parse(flags)
	if err != nil {
		return err
	}
	if !slices.Contains([]Format{FormatAuto, FormatCSV, FormatJSONL}, Format(*format)) {
		return misused(fmt.Errorf("there is no format %q", *format))
	}
	env := daemon.NewEnv(c.getenv)
	url := env.Required("PRPORTAL_DATABASE_URL")
	if err := env.Err(); err != nil {
		return err
	}
	db, err := openStore(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	in, err := openInput(path, c.stdin)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := newRejects(c.rejects, in.File, "line", "reason", "row")
	if err != nil {
		return err
	}
	bar := newProgress(c.stderr, c.quiet, "taking in applications", in.size)
	said := &strings.Builder{} // while the bar is there
	later := &command{stderr: said}
	config := Config{Store: db, Now: time.Now, Format: Format(*format), Invite: *invite, DryRun: c.dryRun, Read: bar.at,
		Reject: func(r Rejected) error {
			later.tell("line %d: %s", r.Line, r.Why)
			return out.row(r)
		},
		Warn: func(n Note) { later.tell("line %d: %s", n.Line, n.Text) },
	}
	if *verbose {
		config.Updated = func(line int, fields []string) {
			fmt.Fprintf(c.stdout, "line %d changed %s\n", line, strings.Join(fields, ", "))
		}
	}
	sum, err := Applications(ctx, config, in)
	bar.end()
	later.tellRest()
	fmt.Fprint(c.stderr, said)
	if !c.quiet {
		fmt.Fprint(c.stdout, sum.text(c.dryRun))
	}
	err = errors.Join(err, out.close(), in.cut)
	var header *HeaderError
	if errors.As(err, &header) {
		return &daemon.ExitError{Code: 2, Err: err}
	}
	if err != nil {
		return err
	}
	return rejected(sum.Rejected, "row", "rows")
}

// text says what became of a file.
func (s Summary) text(dry bool) string {
	var b strings.Builder
	if dry {
		b.WriteString("dry run, nothing was stored: ")
	}
	fmt.Fprintf(&b, "%d added, %d updated, %d unchanged, %d rejected\n", s.Added, s.Updated, s.Unchanged, s.Rejected)
	if s.Superseded > 0 {
		fmt.Fprintf(&b, "passed over, since a later row has the same client_id: %d\n", s.Superseded)
	}
	if s.Updated > 0 {
		var parts []string
		for _, f := range slices.Sorted(maps.Keys(s.Fields)) {
			if f != store.FieldStatus {
				parts = append(parts, fmt.Sprintf("%s %d", f, s.Fields[f]))
			}
		}
		for what, n := range map[string]int{"withdrawn": s.Withdrawn, "approved again": s.ApprovedAgain} {
			if n > 0 {
				parts = append(parts, fmt.Sprintf("%s %d", what, n))
			}
		}
		slices.Sort(parts)
		fmt.Fprintf(&b, "updates: %s\n", strings.Join(parts, ", "))
	}
	return b.String()
}
