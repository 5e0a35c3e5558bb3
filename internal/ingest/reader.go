package ingest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"prportal.example/internal/store"
)

// Format says how a file is written.
type Format string

const (
	FormatAuto  Format = "auto"  // by its first character: JSON objects begin with a brace
	FormatCSV   Format = "csv"   // RFC 4180, with a header; commas or semicolons
	FormatJSONL Format = "jsonl" // one JSON object a line
)

// reader gives the rows of a file, one after the other, then io.EOF. There are two, for CSV and for JSON Lines.
type reader interface{ next() (record, error) }

// record is one row of a file, or why it is none.
type record struct {
	line int    // where it begins
	text string // as it stands in the file, without the end of its last line
	row  row
	err  error
}

func (r record) person(now time.Time) (store.Person, error) {
	if r.err != nil {
		return store.Person{}, r.err
	}
	return r.row.person(now)
}

// HeaderError says that a file can't be read at all, since it does not tell what is in it.
type HeaderError struct{ Why string }

func (e *HeaderError) Error() string { return e.Why }

func newReader(in io.Reader, format Format) (reader, error) {
	all := &lines{in: bufio.NewReaderSize(in, longestLine)}
	first, err := all.next()
	for err == nil && strings.TrimSpace(first.text) == "" && first.err == nil {
		first, err = all.next()
	}
	if errors.Is(err, io.EOF) {
		return nothing{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read applications: %w", err)
	}
	if strings.HasPrefix(first.text, "\xff\xfe") || strings.HasPrefix(first.text, "\xfe\xff") {
		return nil, &HeaderError{"this is UTF-16; save the file as UTF-8"}
	}
	if format == FormatAuto || format == "" {
		format = FormatCSV
		if strings.HasPrefix(strings.TrimSpace(first.text), "{") {
			format = FormatJSONL
		}
	}
	switch format {
	case FormatJSONL:
		all.back(first)
		return jsonl{all}, nil
	case FormatCSV:
		return newCSV(all, first)
	default:
		return nil, fmt.Errorf("there is no format %q", format)
	}
}

// nothing is the reader of an empty file.
type nothing struct{}

func (nothing) next() (record, error) { return record{}, io.EOF }

const longestLine = 64 << 10

var errLong = fmt.Errorf("the line is longer than %d bytes", longestLine)

// line is a physical line without its end. One that is too long has no text but an error.
type line struct {
	n    int
	text string
	err  error
}

// lines reads a file line by line, and takes lines back that were read too far.
type lines struct {
	in    *bufio.Reader
	n     int
	taken []line
}

func (l *lines) back(some ...line) { l.taken = append(some, l.taken...) }

func (l *lines) next() (line, error) {
	if len(l.taken) > 0 {
		first := l.taken[0]
		l.taken = l.taken[1:]
		return first, nil
	}
	text, err := l.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.in.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return line{}, err
		}
		l.n++
		return line{n: l.n, err: errLong}, nil
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
		return line{}, err
	}
	l.n++
	s := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if l.n == 1 {
		s = strings.TrimPrefix(s, "\ufeff") // a byte order mark
	}
	return line{n: l.n, text: s}, nil
}

// counted tells how much was read.
type counted struct {
	from io.Reader
	n    int64
}

// Read is part of io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	return n, err
}
