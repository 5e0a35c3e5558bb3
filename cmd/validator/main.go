// Command validator checks photos: as a service that takes them from Kafka, or files and folders on the command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"prportal.example/internal/checkcmd"
	"prportal.example/internal/daemon"
	"prportal.example/internal/evalcmd"
	"prportal.example/internal/sandbox"
	"prportal.example/internal/sandbox/worker"
	"prportal.example/internal/validation"
)

const usage = "usage: validator                         take photos from Kafka\n" +
	"       validator check [flags] FILE|DIR...   judge files; see validator check -h\n" +
	"       validator eval [flags] DIR            measure the checks on labelled photos; see validator eval -h\n\n" + validation.Usage

func main() {
	if len(os.Args) == 2 && os.Args[1] == sandbox.Argument {
		os.Exit(worker.Main()) // this process is a child of a validator: see package sandbox
	}
	daemon.Main(run)
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	switch {
	case len(args) == 0:
		return validation.Serve(ctx, getenv, stderr)
	case args[0] == "check":
		return checkcmd.Run(ctx, args[1:], getenv, stdout, stderr)
	case args[0] == "eval":
		return evalcmd.Run(ctx, args[1:], getenv, stdout, stderr)
	case args[0] == "-h" || args[0] == "-help" || args[0] == "--help" || args[0] == "help":
		_, err := fmt.Fprintln(stdout, usage)
		return err
	default:
		return &daemon.ExitError{Code: 2, Err: errors.New("unknown command " + args[0] + "\n" + usage)}
	}
}
