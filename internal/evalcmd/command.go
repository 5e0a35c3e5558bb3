// Package evalcmd is `validator eval`: it judges a folder of labelled photos by the same child process and the same rules as the
// validator, and measures how often the checks are right.
package evalcmd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"prportal.example/internal/daemon"
	"prportal.example/internal/evaluate"
	"prportal.example/internal/evaluate/page"
	"prportal.example/internal/judging"
	"prportal.example/pkg/photocheck/profile"
)

// Exit statuses.
const (
	exitWorse  = 1 // a comparison found a change for the worse
	exitFailed = 2 // labels or files could not be read, the engine failed, or the command was wrong
)

const usage = `usage: validator eval [flags] DIR

Judges the labelled photos of a folder and measures how often each check is right: false flags on good photos, faults told on
faulty ones, with 95 % intervals, for each set, group and simulated effect, and error curves.

DIR holds labels.tsv (tab-separated; the first line names the columns, of which path and label are needed, and subject, group,
set, kind, expect, effect and strength count), or else folders that are named by the label of their photos. What is expected of
a label is written in a built-in table; -expect names a file of the same form that goes before it. The name of a check, such as
too_dark, is a label too: that check should fail. See docs/evaluating.md.

-out writes report.html, one file that needs no other, and eval.json with every number and each photo's measures. Both are put in
place at the end; nothing is left half-written when the run is stopped.

-compare says what changed since an earlier eval.json, on the photos that both hold, and which photos it were.

The models are found by -models, else by PRPORTAL_MODELS, else in the folder "models" beside this program.

Exit status: 0 the photos were measured, however the checks did; 1 with -compare, when a check became worse: more photos broke than
were fixed, by an exact sign test at 5 % (five if none was fixed), counting false flags, false returns, faults told and good photos
that could not be judged; 2 labels or a file could not be read, or the engine failed on a photo.

Flags:
`

// options are the command line's.
type options struct {
	judging.Settings
	asJSON  bool
	compare string
	expect  string
	labels  string
	out     string
	dir     string
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("validator eval", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	flags.BoolVar(&o.asJSON, "json", false, "write eval.json to standard output in place of the table")
	flags.StringVar(&o.compare, "compare", "", "`file` eval.json of an earlier run")
	flags.StringVar(&o.expect, "expect", "", "`file` with what is expected of more labels")
	flags.StringVar(&o.labels, "labels", "", "`file` of labels in place of DIR/labels.tsv; its paths start at DIR")
	flags.StringVar(&o.out, "out", "", "`folder` for report.html and eval.json; it is made if it is not there")
	o.Flags(flags)
	// Flags may follow the folder too.
	var dirs []string
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return o, err
			}
			return o, &daemon.ExitError{Code: exitFailed} // flags has said what is wrong
		}
		if args = flags.Args(); len(args) == 0 {
			break
		}
		dirs, args = append(dirs, args[0]), args[1:]
	}
	if len(dirs) != 1 {
		flags.Usage()
		return o, &daemon.ExitError{Code: exitFailed, Err: errors.New("one folder has to be named")}
	}
	o.dir = dirs[0]
	return o, nil
}

// Run measures the folder that args name.
func Run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	code, err := o.run(ctx, getenv, stdout, stderr)
	switch {
	case err != nil:
		return &daemon.ExitError{Code: exitFailed, Err: err}
	case code != 0:
		return &daemon.ExitError{Code: code} // the output tells why
	}
	return nil
}

func (o options) run(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) (code int, err error) {
	j, rules, err := o.Open(getenv)
	if err != nil {
		return 0, err
	}
	var old *evaluate.Evaluation
	if o.compare != "" {
		data, err := os.ReadFile(o.compare)
		if err == nil {
			old, err = evaluate.Read(data)
		}
		if err != nil {
			return 0, fmt.Errorf("compare: %w", err)
		}
	}
	samples, unlabelled, err := o.samples()
	if err != nil {
		return 0, err
	}
	if o.out != "" { // told before the work, not after it
		if err := os.MkdirAll(o.out, 0o777); err != nil {
			return 0, err
		}
	}
	begin := time.Now()
	c, err := o.judge(ctx, j, samples, rules, stderr)
	if err != nil {
		return 0, err
	}
	e := c.evaluation
	e.Version, e.Made, e.Seconds = evaluate.FormatVersion, begin.UTC().Truncate(time.Second), time.Since(begin).Round(time.Millisecond).Seconds()
	e.Folder, e.Unlabelled = folderName(o.dir), unlabelled
	e.Profile, e.ProfileTitle = rules.ID(), rules.Title()
	e.Count(rules)
	if old != nil {
		e.Comparison = e.Compare(old)
	}
	if err := o.write(e, page.Input{Evaluation: e, Rules: rules, Worst: c.worst()}); err != nil {
		return 0, err
	}
	if o.asJSON {
		err = e.Write(stdout)
	} else {
		err = table(stdout, e, o.out)
	}
	switch {
	case err != nil:
		return 0, err
	case e.Overall.Failed > 0:
		return exitFailed, nil
	case e.Comparison != nil && e.Comparison.Worse:
		return exitWorse, nil
	}
	return 0, nil
}

// judge has every sample looked at, in order.
func (o options) judge(ctx context.Context, j judging.Judge, samples []evaluate.Sample, rules *profile.Profile, stderr io.Writer) (*collector, error) {
	files := make([]judging.File, 0, len(samples))
	for _, s := range samples {
		files = append(files, judging.File{Path: filepath.Join(o.dir, filepath.FromSlash(s.Path))})
	}
	c := newCollector(rules)
	bar := judging.NewProgress(stderr, len(files), time.Now())
	defer bar.Hide()
	next := 0
	err := j.All(ctx, files, func(v judging.Verdict) error {
		c.add(samples[next], v)
		next++
		bar.Done(time.Now())
		return nil
	})
	return c, err
}

func folderName(dir string) string {
	if absolute, err := filepath.Abs(dir); err == nil {
		dir = absolute
	}
	return filepath.Base(dir)
}
