// Package arrays writes what networks look at as arrays that NumPy reads, with a table of what each row shows.
package arrays

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"prportal.example/pkg/photocheck"
)

// Writer writes NAME.npy for each network, 32-bit floats, and rows.tsv, a line for each of their rows behind one that names the
// columns. A network that has nothing to look at in a photo gets zeros.
type Writer struct {
	dir    string
	arrays map[string]*array
	rows   [][]string // the first one names the columns
}

// array is a NumPy file (format 1.0) whose number of rows is filled in at the end.
type array struct {
	file  *os.File
	to    *bufio.Writer
	shape []int
	rows  int
}

const header = 128

// New makes the folder.
func New(dir string, columns ...string) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("arrays: %w", err)
	}
	return &Writer{dir: dir, arrays: map[string]*array{}, rows: [][]string{columns}}, nil
}

// Add writes a row of each array; cells are what the table says of it.
func (w *Writer) Add(inputs map[string]photocheck.LearnedInput, cells ...string) error {
	for name, in := range inputs {
		if w.arrays[name] == nil {
			f, err := os.Create(filepath.Join(w.dir, name+".npy"))
			if err != nil {
				return fmt.Errorf("arrays: %w", err)
			}
			w.arrays[name] = &array{file: f, to: bufio.NewWriterSize(f, 1<<20), shape: in.Shape}
			if _, err := w.arrays[name].to.Write(make([]byte, header)); err != nil {
				return fmt.Errorf("arrays: %w", err)
			}
		}
	}
	w.rows = append(w.rows, cells)
	row := len(w.rows) - 2 // behind the columns' names
	for name, a := range w.arrays {
		n := 1
		for _, s := range a.shape {
			n *= s
		}
		for a.rows <= row {
			values := make([]float32, n)
			if in, ok := inputs[name]; ok && a.rows == row {
				values = in.Values
			}
			if err := binary.Write(a.to, binary.LittleEndian, values); err != nil {
				return fmt.Errorf("arrays: %w", err)
			}
			a.rows++
		}
	}
	return nil
}

// Close ends the files.
func (w *Writer) Close() error {
	var all error
	for _, a := range w.arrays {
		dims := fmt.Sprint(a.rows)
		for _, s := range a.shape {
			dims += fmt.Sprintf(", %d", s)
		}
		head := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }", dims)
		head += strings.Repeat(" ", header-11-len(head)) + "\n"
		start := append([]byte("\x93NUMPY\x01\x00"), binary.LittleEndian.AppendUint16(nil, header-10)...)
		all = errors.Join(all, a.to.Flush())
		_, err := a.file.WriteAt(append(start, head...), 0)
		all = errors.Join(all, err, a.file.Close())
	}
	var table strings.Builder
	for _, r := range w.rows {
		table.WriteString(strings.Join(r, "\t") + "\n")
	}
	return errors.Join(all, os.WriteFile(filepath.Join(w.dir, "rows.tsv"), []byte(table.String()), 0o600))
}
