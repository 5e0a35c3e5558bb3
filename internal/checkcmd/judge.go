package checkcmd

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

// judge looks at several files at once, each worker with a child of its own.
type judge struct {
	config  sandbox.Config
	workers int
}

// all judges the files and gives the verdicts to emit, in the files' order. An error ends it early.
func (j judge) all(ctx context.Context, files []file, emit func(Verdict) error) error {
	verdicts := make([]chan Verdict, len(files))
	for i := range verdicts {
		verdicts[i] = make(chan Verdict, 1)
	}
	var taken atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for n := range j.workers {
		group.Go(func() (err error) {
			config := j.config
			config.Name = strconv.Itoa(n)
			child, err := sandbox.New(config)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, child.Close()) }()
			for i := taken.Add(1) - 1; i < int64(len(files)); i = taken.Add(1) - 1 {
				v := look(ctx, child, files[i])
				if ctx.Err() != nil {
					return nil // whoever ended it says why
				}
				verdicts[i] <- v
			}
			return nil
		})
	}
	emitted := 0
	group.Go(func() error {
		for _, v := range verdicts {
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case verdict := <-v:
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

// look judges one file.
func look(ctx context.Context, child *sandbox.Child, f file) Verdict {
	fail := func(err error) Verdict { return unjudged(f.path, child.Profile(), child.Engine(), err) }
	if f.err != nil {
		return fail(f.err)
	}
	data, size, err := read(f.path)
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
	return Verdict{f.path, r}
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
