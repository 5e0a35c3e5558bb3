package ingest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// csvRows reads CSV as RFC 4180 has it, with a header that names the columns in any order. Rows without any value are passed over:
// spreadsheets leave such at the end.
//
// It is not encoding/csv, to which a quote that is never closed would be one row up to the end of the file. No value of ours has a
// line break in it, so here such a quote spoils its own line and no other.
type csvRows struct {
	lines  *lines
	comma  byte
	fields []func(*row) *string // by their place
}

// longestRecord is over how many lines a quoted value may go for its row to be rejected as one.
const longestRecord = 20

var (
	errQuotes  = errors.New("quotes stand where none may be")
	errUnended = errors.New("a quote begins here and does not end")
)

func newCSV(all *lines, header line) (*csvRows, error) {
	if header.err != nil {
		return nil, &HeaderError{"the first line: " + header.err.Error()}
	}
	c := &csvRows{lines: all, comma: ','}
	if strings.Count(header.text, ";") > strings.Count(header.text, ",") { // no column's name has either
		c.comma = ';'
	}
	names, err := split(header.text, c.comma)
	if err != nil {
		return nil, &HeaderError{"the first line: " + err.Error()}
	}
	found := map[string]bool{}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		at := slices.IndexFunc(columns, func(c column) bool { return c.name == name })
		switch {
		case at < 0:
			return nil, &HeaderError{fmt.Sprintf("the first line: column %d is none of %s", i+1, columnNames())}
		case found[name]:
			return nil, &HeaderError{fmt.Sprintf("the first line: column %s comes twice", name)}
		}
		found[name] = true
		c.fields = append(c.fields, columns[at].of)
	}
	for _, col := range columns {
		if !col.optional && !found[col.name] {
			return nil, &HeaderError{fmt.Sprintf("the first line: column %s is missing", col.name)}
		}
	}
	return c, nil
}

func columnNames() string {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}

func (c *csvRows) next() (record, error) {
	for {
		l, err := c.lines.next()
		if err != nil {
			return record{}, err
		}
		if l.err != nil {
			return record{line: l.n, err: l.err}, nil
		}
		if strings.Trim(l.text, string(c.comma)+" \t") == "" {
			continue
		}
		return c.record(l)
	}
}

// record reads the row that begins with a line.
func (c *csvRows) record(first line) (record, error) {
	rec := record{line: first.n, text: first.text}
	fields, err := split(rec.text, c.comma)
	var more []line
	for errors.Is(err, errUnended) {
		l, readErr := c.lines.next()
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return rec, readErr
		}
		if readErr == nil {
			more = append(more, l)
		}
		if readErr != nil || l.err != nil || len(more) == longestRecord || len(rec.text)+len(l.text) > longestLine {
			c.lines.back(more...) // each of them has a say of its own
			rec.text, rec.err = first.text, errUnended
			return rec, nil
		}
		rec.text += "\n" + l.text
		fields, err = split(rec.text, c.comma)
	}
	switch {
	case err != nil:
		rec.err = err
	case len(fields) != len(c.fields):
		rec.err = fmt.Errorf("number of values: %d, but the first line names %d columns", len(fields), len(c.fields))
	default:
		for i, of := range c.fields {
			*of(&rec.row) = fields[i]
		}
	}
	return rec, nil
}

// split takes a row apart. errUnended means that its last value goes on behind the end of the text.
func split(text string, comma byte) ([]string, error) {
	var fields []string
	for {
		if !strings.HasPrefix(text, `"`) {
			field, rest, more := strings.Cut(text, string(comma))
			if strings.Contains(field, `"`) {
				return nil, errQuotes
			}
			fields = append(fields, field)
			if !more {
				return fields, nil
			}
			text = rest
			continue
		}
		text = text[1:]
		var field strings.Builder
		for {
			inside, rest, ended := strings.Cut(text, `"`)
			if !ended {
				return nil, errUnended
			}
			field.WriteString(inside)
			text = rest
			if !strings.HasPrefix(text, `"`) {
				break
			}
			field.WriteByte('"')
			text = text[1:]
		}
		fields = append(fields, field.String())
		switch {
		case text == "":
			return fields, nil
		case text[0] != comma:
			return nil, errQuotes
		}
		text = text[1:]
	}
}
