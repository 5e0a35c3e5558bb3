// Package judgingtest runs the commands that judge files, for their tests: with a real child, which is the test binary itself.
package judgingtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"testing"

	"prportal.example/internal/daemon"
	"prportal.example/internal/sandbox"
	"prportal.example/internal/sandbox/worker"
)

// Main is for TestMain: it makes the test binary the child of its own sandbox.
func Main(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == sandbox.Argument {
		os.Exit(worker.Main())
	}
	os.Exit(m.Run())
}

// Models is the folder with the models, for a package two folders below the root.
func Models() string {
	if dir := os.Getenv(sandbox.ModelsVariable); dir != "" {
		return dir
	}
	return "../../models"
}

// Command is a command's Run.
type Command func(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error

// Run runs a command and returns what it says, its error's text at the end of stderr, and its exit status.
func (c Command) Run(ctx context.Context, t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, said bytes.Buffer
	getenv := func(name string) string { return map[string]string{sandbox.ModelsVariable: Models()}[name] }
	err := c(ctx, args, getenv, &out, &said)
	var exit *daemon.ExitError
	switch {
	case errors.As(err, &exit):
		status = exit.Code
		if exit.Err != nil {
			said.WriteString(exit.Err.Error())
		}
	case err != nil:
		t.Fatal(err)
	}
	return out.String(), said.String(), status
}
