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
	"strings"
	"time"

	"prportal.example/internal/daemon"
	"prportal.example/internal/judging"
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

With -out, each photo is also drawn into a folder: a PNG with the evidence of every check that did not pass, and index.html, one
page over all photos that needs no other file and no network. Those files are named by number. The folder is made; it may hold
an earlier run, which is replaced, but nothing else.

The models are found by -models, else by PRPORTAL_MODELS, else in the folder "models" beside this program.

Exit status: 0 every photo passes; 1 some photo does not; 2 a file could not be read, or the engine failed.

Flags:
`

// options are the command line's.
type options struct {
	judging.Settings
	asJSON bool
	out    string
	paths  []string
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
	flags.StringVar(&o.out, "out", "", "`folder` for annotated pictures and a page over all photos")
	o.Flags(flags)
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
	return o, nil
}

// Run judges what args name.
func Run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	found := judging.Find(o.paths, o.out)
	if len(found.Files) == 0 {
		return &daemon.ExitError{Code: exitFailed, Err: errors.New(strings.TrimSuffix("no photo is there; "+found.SkippedText(), "; "))}
	}
	j, rules, err := o.Open(getenv)
	if err != nil {
		return &daemon.ExitError{Code: exitFailed, Err: err}
	}
	out := printer{table: !o.asJSON, to: stdout}
	if o.out != "" {
		out.album, err = openAlbum(o.out, len(found.Files), rules)
		if err != nil {
			return &daemon.ExitError{Code: exitFailed, Err: err}
		}
		defer out.album.close()
		j.Each = out.album.draw
	}
	bar := judging.NewProgress(stderr, len(found.Files), time.Now())
	err = j.All(ctx, found.Files, func(v Verdict) error {
		bar.Hide()
		defer func() { bar.Done(time.Now()) }()
		return out.verdict(v)
	})
	bar.Hide()
	if err == nil && out.album != nil {
		err = out.album.finish(time.Now())
	}
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
	album *album // nil if there is none

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
	if p.album != nil {
		if err := p.album.keep(v); err != nil {
			return err
		}
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
