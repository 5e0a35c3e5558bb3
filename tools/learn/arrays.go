package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
)

// row is what one row of the arrays shows.
type row struct {
	photo testphotos.Label
	seen
	effects []string
}

// writer writes the arrays and the table of their rows. A part that has nothing to look at in a photo gets zeros.
type writer struct {
	dir    string
	arrays map[string]*array
	rows   []row
}

// array is a NumPy file (format 1.0) whose number of rows is filled in at the end.
type array struct {
	file  *os.File
	to    *bufio.Writer
	shape []int
	rows  int
}

const npyHeader = 128

func (w *writer) add(inputs map[string]photocheck.LearnedInput, r row) error {
	for name, in := range inputs {
		if w.arrays[name] == nil {
			f, err := os.Create(filepath.Join(w.dir, name+".npy"))
			if err != nil {
				return fmt.Errorf("learn: %w", err)
			}
			w.arrays[name] = &array{file: f, to: bufio.NewWriterSize(f, 1<<20), shape: in.Shape}
			if _, err := w.arrays[name].to.Write(make([]byte, npyHeader)); err != nil {
				return fmt.Errorf("learn: %w", err)
			}
		}
	}
	w.rows = append(w.rows, r)
	for name, a := range w.arrays {
		n := 1
		for _, s := range a.shape {
			n *= s
		}
		for a.rows < len(w.rows) {
			values := make([]float32, n)
			if in, ok := inputs[name]; ok && a.rows == len(w.rows)-1 {
				values = in.Values
			}
			if err := binary.Write(a.to, binary.LittleEndian, values); err != nil {
				return fmt.Errorf("learn: %w", err)
			}
			a.rows++
		}
	}
	return nil
}

func (w *writer) close() error {
	var all error
	for _, a := range w.arrays {
		dims := fmt.Sprint(a.rows)
		for _, s := range a.shape {
			dims += fmt.Sprintf(", %d", s)
		}
		head := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }", dims)
		head += strings.Repeat(" ", npyHeader-11-len(head)) + "\n"
		start := append([]byte("\x93NUMPY\x01\x00"), binary.LittleEndian.AppendUint16(nil, npyHeader-10)...)
		all = errors.Join(all, a.to.Flush())
		_, err := a.file.WriteAt(append(start, head...), 0)
		all = errors.Join(all, err, a.file.Close())
	}
	var table strings.Builder
	table.WriteString("path\tlabel\tsubject\tgroup\tmouth\tleft\tright\teffects\n")
	for _, r := range w.rows {
		fmt.Fprintf(&table, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\n", r.photo.Path, r.photo.Label, r.photo.Subject, r.photo.Group, r.mouth, r.eyes[0], r.eyes[1],
			strings.Join(r.effects, "+"))
	}
	return errors.Join(all, os.WriteFile(filepath.Join(w.dir, "rows.tsv"), []byte(table.String()), 0o600))
}
