// Package daemon holds what every long-running program here has in common: signals and exit status, settings from the
// environment, structured logs, an ops listener, an HTTP server that stops gracefully, and the file that says where it listens.
package daemon

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

// RunFunc is a program without its process: everything it takes from outside is passed in. It returns when ctx ends
// (nil after a clean stop) or when it cannot go on.
type RunFunc func(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error

// ExitError makes Main end with Code. A nil Err prints nothing: the program has said all it had to say.
type ExitError struct {
	Code int
	Err  error
}

func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Code)
	}
	return e.Err.Error()
}

func (e *ExitError) Unwrap() error { return e.Err }

// Main runs a program until it is done or the process gets SIGINT or SIGTERM, and ends the process: status 0 for nil and
// for -h, the code of an *ExitError, else 1 with the error on standard error. A second signal ends the process at once.
// args are those after the program's name.
func Main(run RunFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // back to the default action, so that a second signal is not swallowed
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(report(os.Stderr, filepath.Base(os.Args[0]), err))
}

// report writes err for people and returns the exit status that goes with it.
func report(stderr io.Writer, program string, err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	var exit *ExitError
	if errors.As(err, &exit) {
		if exit.Err != nil {
			fmt.Fprintf(stderr, "%s: %v\n", program, exit.Err)
		}
		return exit.Code
	}
	fmt.Fprintf(stderr, "%s: %v\n", program, err)
	return 1
}
