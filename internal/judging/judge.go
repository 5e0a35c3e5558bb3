package judging

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"prportal.example/internal/sandbox"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// Verdict is what was found about one file.
type Verdict struct {
	Path string `json:"path"`
	report.Report
	// Rendition is the upright photo for pages; nil if it can't be decoded.
	Rendition *sandbox.Image `json:"-"`
}

// Judge looks at several files at once, each worker with a child of its own.
type Judge struct {
	Config  sandbox.Config
	Workers int // at least one works, and no more than there are files
	// Each, if it is given, gets every verdict with its place among the files as soon as it is there: from the workers, several at the
	// same time and in any order, before the verdict is emitted. An error ends All.
	Each func(i int, v Verdict) error
}

// ahead is how many photos a worker may have judged that wait for one before them: their renditions take memory.
const ahead = 8

// All judges the files and gives the verdicts to emit, in the files' order. An error ends it early.
func (j Judge) All(ctx context.Context, files []File, emit func(Verdict) error) error {
	verdicts := make([]chan Verdict, len(files))
	for i := range verdicts {
		verdicts[i] = make(chan Verdict, 1)
	}
	var taken atomic.Int64
	workers := max(1, min(j.Workers, len(files)))
	room := make(chan struct{}, ahead*workers)
	group, ctx := errgroup.WithContext(ctx)
	for n := range workers {
		group.Go(func() (err error) {
			config := j.Config
			config.Name = strconv.Itoa(n)
			child, err := sandbox.New(config)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, child.Close()) }()
			for {
				select {
				case room <- struct{}{}:
				case <-ctx.Done():
					return nil // whoever ended it says why
				}
				i := taken.Add(1) - 1
				if i >= int64(len(files)) {
					return nil
				}
				v := look(ctx, child, files[i])
				if ctx.Err() != nil {
					return nil
				}
				if j.Each != nil {
					if err := j.Each(int(i), v); err != nil {
						return err
					}
				}
				verdicts[i] <- v
			}
		})
	}
	emitted := 0
	group.Go(func() error {
		for _, v := range verdicts {
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case verdict := <-v:
				<-room
				if err := emit(verdict); err != nil {
					return err
				}
				emitted++
			}
		}
		return nil
	})
	err := group.Wait()
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("stopped after %d of %d photos", emitted, len(files))
	}
	return err
}

// unjudged is the verdict on a file that nobody could look at.
func unjudged(path string, rules *profile.Profile, engine report.Engine, cause error) Verdict {
	text := cause.Error()
	engine.Finder = "" // none was run to an end
	return Verdict{Path: path, Report: profile.Judge(rules, report.Report{Engine: engine, Error: &text}, nil)}
}

// look judges one file.
func look(ctx context.Context, child *sandbox.Child, f File) Verdict {
	fail := func(err error) Verdict { return unjudged(f.Path, child.Profile(), child.Engine(), err) }
	if f.Err != nil {
		return fail(f.Err)
	}
	data, size, err := read(f.Path)
	if err != nil {
		return fail(err)
	}
	result, err := child.Inspect(ctx, data)
	if err != nil {
		return fail(err)
	}
	r := result.Report
	if size > int64(len(data)) {
		// The child was shown the first bytes only, enough to refuse the file. The report tells its real size.
		for i, c := range r.Checks {
			if c.ID == report.FileSize {
				r.Checks[i].Measure = report.Number(float64(size) / (1 << 20))
			}
		}
		r = profile.Judge(child.Profile(), r, nil)
	}
	return Verdict{f.Path, r, result.Rendition}
}

// read returns a file's bytes, no more than the child takes, and its whole size.
func read(path string) (data []byte, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close() // it was only read
	data, err = io.ReadAll(io.LimitReader(f, sandbox.MaxPhoto))
	if err != nil {
		return nil, 0, err
	}
	size = int64(len(data))
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		size = max(size, info.Size())
	}
	return data, size, nil
}
