// Command ingest takes in approved applications.
package main

import (
	"context"
	"io"
	"os"

	"prportal.example/internal/daemon"
	"prportal.example/internal/ingest"
)

func main() {
	daemon.Main(func(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
		return ingest.Run(ctx, args, getenv, os.Stdin, stdout, stderr)
	})
}
