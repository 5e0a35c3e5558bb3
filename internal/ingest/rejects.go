package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
)

// rejects is the file of what was not taken in, for its owner's eyes only: it repeats rows with all their personal data, so that
// they can be corrected.
type rejects struct {
	file *os.File
	rows *csv.Writer
	n    int
}

// newRejects begins the file; an empty path is none. columns are those of its header. It never takes the place of input.
func newRejects(path string, input *os.File, columns ...string) (*rejects, error) {
	if path == "" {
		return &rejects{}, nil
	}
	if input != nil {
		mine, err := os.Stat(path)
		theirs, inputErr := input.Stat()
		if err == nil && inputErr == nil && os.SameFile(mine, theirs) {
			return nil, misused(errors.New("the file of rejects can't be the file that is read"))
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("rejects: %w", err)
	}
	if err := f.Chmod(0o600); err != nil { // it may have been there
		return nil, errors.Join(fmt.Errorf("rejects: %w", err), f.Close())
	}
	r := &rejects{file: f, rows: csv.NewWriter(f)}
	return r, r.rows.Write(columns)
}

func (r *rejects) add(values ...string) error {
	r.n++
	if r.rows == nil {
		return nil
	}
	if err := r.rows.Write(values); err != nil {
		return fmt.Errorf("rejects: %w", err)
	}
	return nil
}

func (r *rejects) row(rejected Rejected) error {
	return r.add(strconv.Itoa(rejected.Line), rejected.Why, rejected.Text)
}

func (r *rejects) close() error {
	if r.rows == nil {
		return nil
	}
	r.rows.Flush()
	if err := errors.Join(r.rows.Error(), r.file.Close()); err != nil {
		return fmt.Errorf("rejects: %w", err)
	}
	return nil
}
