package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"prportal.example/internal/bus"
	"prportal.example/internal/daemon"
	"prportal.example/internal/photos"
	"prportal.example/internal/store"
)

const usage = `usage: portal [-roles web,relay,results]        serve
       portal -roles proofs                      make proofs of status, with Chromium
       portal migrate                            bring the database's schema up to date
       portal topics                             make the topics on Kafka and check them
       portal buckets                            make the buckets in the object store, with keys that may
       portal officer add -username NAME [-supervisor]
       portal applicant add -client-id ID -username NAME
       portal bounce                             record a delivery status notification that comes on standard input
       portal card mailed|returned (-case ID | -client-id ID) [-at TIME]
                                                 say what production of cards would, for trying
       portal account close -username NAME       close an account for good; who is signed in with it is out at once
       portal proof list -client-id ID           proofs of status of a person
       portal proof revoke -number NUMBER [-reason TEXT]
Passwords, and the reason unless it is given, are read from standard input, one line. Settings are PRPORTAL_… variables of the environment.`

// run is the program.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	command := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		command, args = args[0], args[1:]
	}
	switch command {
	case "":
		return serveCommand(ctx, args, getenv, stderr)
	case "migrate":
		return migrate(ctx, args, getenv)
	case "topics":
		return makeTopics(ctx, args, getenv)
	case "buckets":
		return makeBuckets(ctx, args, getenv)
	case "proof":
		return proofCommand(ctx, args, getenv, stdin, stdout, stderr)
	case "bounce":
		return takeBounce(ctx, args, getenv, stdin, stdout)
	case "officer", "applicant":
		return addAccount(ctx, command, args, getenv, stdin, stdout, stderr)
	case "account":
		return closeAccount(ctx, args, getenv, stdout, stderr)
	case "card":
		return playProduction(ctx, args, getenv, stdout, stderr)
	}
	return misused(fmt.Errorf("unknown command %q", command))
}

// misused ends the program with status 2 and says how it is used.
func misused(err error) error {
	return &daemon.ExitError{Code: 2, Err: fmt.Errorf("%w\n%s", err, usage)}
}

// newFlags are the flags of a command; -h and mistakes are answered with the usage of all.
func newFlags(stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet("portal", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() { fmt.Fprintln(stderr, usage) }
	return flags
}

func parse(flags *flag.FlagSet, args []string) error {
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return &daemon.ExitError{Code: 2, Err: err} // the usage has been shown
	case flags.NArg() > 0:
		return misused(fmt.Errorf("unknown argument %q", flags.Arg(0)))
	}
	return nil
}

func serveCommand(ctx context.Context, args []string, getenv func(string) string, stderr io.Writer) error {
	flags := newFlags(stderr)
	given := flags.String("roles", "", "")
	if err := parse(flags, args); err != nil {
		return err
	}
	logger, err := daemon.Logger(stderr, getenv)
	if err != nil {
		return err
	}
	s, err := readSettings(getenv, *given)
	if err != nil {
		return err
	}
	return serve(ctx, s, logger)
}

func noArguments(args []string) error {
	if len(args) > 0 {
		return misused(fmt.Errorf("unknown argument %q", args[0]))
	}
	return nil
}

func migrate(ctx context.Context, args []string, getenv func(string) string) (err error) {
	if err := noArguments(args); err != nil {
		return err
	}
	db, err := openStore(ctx, getenv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Migrate(ctx)
}

func openStore(ctx context.Context, getenv func(string) string) (*store.Store, error) {
	env := daemon.NewEnv(getenv)
	url := env.Required("PRPORTAL_DATABASE_URL")
	if err := env.Err(); err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Config{URL: url})
}

func makeTopics(ctx context.Context, args []string, getenv func(string) string) error {
	if err := noArguments(args); err != nil {
		return err
	}
	env := daemon.NewEnv(getenv)
	config := kafkaSettings(env)
	if err := env.Err(); err != nil {
		return err
	}
	return bus.EnsureTopics(ctx, config, allTopics())
}

func makeBuckets(ctx context.Context, args []string, getenv func(string) string) error {
	if err := noArguments(args); err != nil {
		return err
	}
	env := daemon.NewEnv(getenv)
	config := objectSettings(env)
	if err := env.Err(); err != nil {
		return err
	}
	objects, err := photos.Open(config)
	if err != nil {
		return err
	}
	defer objects.Close()
	return objects.EnsureBuckets(ctx, photos.Buckets()...)
}
