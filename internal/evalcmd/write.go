package evalcmd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"prportal.example/internal/evaluate"
	"prportal.example/internal/evaluate/page"
)

// write puts both files into the folder of the report, if there is one. Each takes the place of an older one at once: a reader,
// or a run that is stopped here, never finds half of it.
func (o options) write(e *evaluate.Evaluation, in page.Input) error {
	if o.out == "" {
		return nil
	}
	if err := replace(filepath.Join(o.out, "eval.json"), e.Write); err != nil {
		return err
	}
	return replace(filepath.Join(o.out, "report.html"), func(w io.Writer) error { return page.Write(w, in) })
}

func replace(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", path, err)
			os.Remove(f.Name())
		}
	}()
	out := bufio.NewWriter(f)
	if err := errors.Join(write(out), out.Flush(), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
