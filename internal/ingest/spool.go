package ingest

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// input is a file that can be read twice.
type input struct {
	*os.File
	size int64
	cut  error // why reading a stream broke off; what came before is there
}

// openInput opens a file, or "-" for stdin. A stream is first written to a file without a name, which nobody else can open and
// which is gone when this process ends.
func openInput(path string, stdin io.Reader) (*input, error) {
	if path == "-" {
		return spool(stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("applications: %w", err)
	}
	about, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("applications: %w", err), f.Close())
	}
	if !about.Mode().IsRegular() { // say, a pipe of the shell
		defer f.Close()
		return spool(f)
	}
	return &input{File: f, size: about.Size()}, nil
}

func spool(from io.Reader) (*input, error) {
	f, err := os.CreateTemp("", "ingest-*")
	if err != nil {
		return nil, fmt.Errorf("keep standard input: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("keep standard input: %w", err), f.Close())
	}
	in := &input{File: f}
	in.size, in.cut = io.Copy(f, from)
	return in, nil
}
