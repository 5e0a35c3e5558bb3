// Package checkcmd is `validator check`: it judges files and folders of photos with no server at all, by the same child process
// and the same rules as the validator.
package checkcmd

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/daemon"
	"prportal.example/internal/judging"
	"prportal.example/internal/sandbox"
	"prportal.example/pkg/photocheck/report"
)

// Exit statuses.
const (
	exitOther  = 1 // a photo does not pass
	exitFailed = 2 // a file could not be read, the engine failed, or the command was wrong
)

const usage = `usage: validator check [flags] FILE|DIR...

Judges photos: a table for people, or one JSON object a line. In a folder, and the folders within, it takes files that end in
.jpg, .jpeg or .png, in order of their names; hidden ones are left out. A file that is named is always judged, whatever it is.

The models are found by -models, else by PRPORTAL_MODELS, else in the folder "models" beside this program.

Exit status: 0 every photo passes; 1 some photo does not; 2 a file could not be read, or the engine failed.

Flags:
`

// options are the command line's.
type options struct {
	asJSON  bool
	models  string
	profile string
	workers int
	paths   []string
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("validator check", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	flags.BoolVar(&o.asJSON, "json", false, "write one JSON object a line")
	flags.StringVar(&o.models, "models", "", "`folder` with the models")
	flags.StringVar(&o.profile, "profile", "", "`file` with other rules than the built-in ircc-pr")
	flags.IntVar(&o.workers, "workers", runtime.NumCPU(), "photos judged at once")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, &daemon.ExitError{Code: exitFailed} // flags has said what is wrong
	}
	if o.paths = flags.Args(); len(o.paths) == 0 {
		flags.Usage()
		return o, &daemon.ExitError{Code: exitFailed, Err: errors.New("no file is named")}
	}
	o.workers = max(1, o.workers)
	return o, nil
}

// Run judges what args name.
func Run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	found := judging.Find(o.paths)
	if len(found.Files) == 0 {
		return &daemon.ExitError{Code: exitFailed, Err: errors.New(strings.TrimSuffix("no photo is there; "+found.SkippedText(), "; "))}
	}
	config := sandbox.Config{Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler)}
	if config.Models, err = sandbox.FindModels(o.models, getenv); err != nil {
		return &daemon.ExitError{Code: exitFailed, Err: err}
	}
	if o.profile != "" {
		if config.Profile, err = os.ReadFile(o.profile); err != nil {
			return &daemon.ExitError{Code: exitFailed, Err: fmt.Errorf("profile: %w", err)}
		}
	}
	j := judging.Judge{Config: config, Workers: min(o.workers, len(found.Files))}
	out := printer{table: !o.asJSON, to: stdout}
	bar := judging.NewProgress(stderr, len(found.Files), time.Now())
	err = j.All(ctx, found.Files, func(v Verdict) error {
		bar.Hide()
		defer func() { bar.Done(time.Now()) }()
		return out.verdict(v)
	})
	bar.Hide()
	if err != nil {
		return &daemon.ExitError{Code: exitFailed, Err: err}
	}
	summaryTo := stderr
	if !o.asJSON {
		summaryTo = stdout
	}
	if err := out.summary(summaryTo, found); err != nil {
		return &daemon.ExitError{Code: exitFailed, Err: err}
	}
	if code := out.exit(); code != 0 {
		return &daemon.ExitError{Code: code} // the output tells why
	}
	return nil
}

// Verdict is one line of JSON.
type Verdict = judging.Verdict

// printer writes verdicts and counts them.
type printer struct {
	table bool
	to    io.Writer

	decisions map[report.Decision]int
	failed    int
}

func (p *printer) verdict(v Verdict) error {
	if p.decisions == nil {
		p.decisions = map[report.Decision]int{}
	}
	if v.Error != nil {
		p.failed++
	} else {
		p.decisions[v.Decision]++
	}
	if p.table {
		_, err := io.WriteString(p.to, rows(v))
		return err
	}
	line, err := json.Marshal(v)
	if err == nil {
		_, err = p.to.Write(append(line, '\n'))
	}
	return err
}

func (p *printer) exit() int {
	switch {
	case p.failed > 0:
		return exitFailed
	case p.decisions[report.DecisionReview]+p.decisions[report.DecisionReturn] > 0:
		return exitOther
	}
	return 0
}
