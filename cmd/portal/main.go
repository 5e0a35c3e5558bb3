// Command portal serves the pages of applicants and officers, carries committed work out, and takes the results of the checks
// in. Without a command it serves; see usage.
package main

import (
	"context"
	"io"
	"os"
	_ "time/tzdata" // the office's time zone, on systems without such files

	"prportal.example/internal/daemon"
)

func main() {
	daemon.Main(func(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
		return run(ctx, args, getenv, os.Stdin, stdout, stderr)
	})
}
