// Command stack runs the whole system on Apache Kafka, MinIO and PostgreSQL as deploy/compose.yaml describes it: the programs
// are started with exactly the environment that stands there, hosts, ports and passwords replaced. The servers are those of
// tools/services.sh, named by TESTENV_KAFKA, TESTENV_MINIO and TESTENV_POSTGRES; a mail inbox of its own takes the mail. It
// keeps the system until it is told to end, and writes DATA/ready.json like standalone does.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"prportal.example/internal/daemon"
)

func main() { daemon.Main(run) }

// options are the command line's.
type options struct {
	data    string // everything that is kept lies under this folder
	compose string
	bin     string
	models  string
	set     map[string]string // settings that differ from the compose file's
}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{set: map[string]string{}}
	flags := flag.NewFlagSet("stack", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.data, "data", "", "`folder` for logs, mail and ready.json")
	flags.StringVar(&o.compose, "compose", "deploy/compose.yaml", "compose `file`")
	flags.StringVar(&o.bin, "bin", "bin", "`folder` with the programs")
	flags.StringVar(&o.models, "models", "models", "`folder` with the models")
	flags.Func("set", "`NAME=VALUE` in place of what the compose file says; the file must have the name", func(text string) error {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return errors.New("want NAME=VALUE")
		}
		o.set[name] = value
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 || o.data == "" {
		return o, errors.New("usage: stack -data DIR [-compose FILE] [-bin DIR] [-models DIR] [-set NAME=VALUE]…")
	}
	for _, path := range []*string{&o.data, &o.compose, &o.bin, &o.models} {
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return o, err
		}
		*path = absolute
	}
	return o, nil
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	logger, err := daemon.Logger(stderr, getenv)
	if err != nil {
		return err
	}
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	s := &system{options: o, getenv: getenv, log: logger}
	err = s.serve(ctx)
	if err != nil {
		err = fmt.Errorf("stack of %s: %w", o.compose, err)
	}
	return errors.Join(err, s.end())
}
