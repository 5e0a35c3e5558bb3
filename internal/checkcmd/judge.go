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
	album   *album // nil if there is none
}

// judged is a file with its verdict, and what the album tells of it.
type judged struct {
	Verdict
	page *photoPage
}

// ahead is how many files, for each worker, may be judged before their turn to be told comes: their pages wait in memory.
const ahead = 4

// all judges the files and gives the verdicts to emit, in the files' order. An error ends it early.
func (j judge) all(ctx context.Context, files []file, emit func(judged) error) error {
	verdicts := make([]chan judged, len(files))
	for i := range verdicts {
		verdicts[i] = make(chan judged, 1)
	}
	var taken atomic.Int64
	room := make(chan struct{}, ahead*j.workers)
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
			for {
				// Room comes before the number: whoever has the lowest number can go on.
				select {
				case <-ctx.Done():
					return nil // whoever ended it says why
				case room <- struct{}{}:
				}
				i := taken.Add(1) - 1
				if i >= int64(len(files)) {
					return nil
				}
				v, rendition := look(ctx, child, files[i])
				if ctx.Err() != nil {
					return nil
				}
				told := judged{Verdict: v}
				if j.album != nil {
					if told.page, err = j.album.add(int(i)+1, v, rendition); err != nil {
						return err
					}
				}
				verdicts[i] <- told
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
				if err := emit(verdict); err != nil {
					return err
				}
				<-room
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

// look judges one file. The rendition is nil without a picture.
func look(ctx context.Context, child *sandbox.Child, f file) (Verdict, *sandbox.Image) {
	fail := func(err error) (Verdict, *sandbox.Image) {
		return unjudged(f.path, child.Profile(), child.Engine(), err), nil
	}
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
	return Verdict{f.path, r}, result.Rendition
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
