// Package wire is what the sandbox's parent and child say to each other: framed messages, every part of which has a bound.
// Neither side trusts the other's lengths.
package wire

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"prportal.example/pkg/photocheck/report"
)

// The child's ends of its two pipes.
const (
	RequestsFD = 3
	AnswersFD  = 4
)

// Kind says what a message is and so how many parts it has.
type Kind byte

const (
	Setup  Kind = 1 // parent, once: Settings as JSON
	Ready  Kind = 2 // child, once: report.Engine as JSON
	Photo  Kind = 3 // parent: the file, and the crop that was asked for as JSON; it may be empty
	Result Kind = 4 // child: the report as JSON, the rendition, the print; the pictures may be empty
	Fault  Kind = 5 // child, in place of Ready or Result: what its engine complains about
)

// Bounds in bytes.
const (
	// MaxPhoto leaves room for one byte more than the portal takes, so that the child itself tells "too large".
	MaxPhoto   = 20<<20 + 1
	MaxPicture = 8 << 20
	MaxFault   = 2 << 10
	maxSetup   = 1 << 20
	maxEngine  = 4 << 10
	maxCrop    = 128
)

// parts gives the bound of each part of each kind of message.
var parts = map[Kind][]int{
	Setup:  {maxSetup},
	Ready:  {maxEngine},
	Photo:  {MaxPhoto, maxCrop},
	Result: {report.MaxBytes, MaxPicture, MaxPicture},
	Fault:  {MaxFault},
}

// Settings are what a child needs to know before it can inspect.
type Settings struct {
	Models  string `json:"models"`
	Profile []byte `json:"profile"` // its text; empty for the default one
	Finder  string `json:"finder"`
	Memory  uint64 `json:"memory"` // bytes of data that the child allows itself
	Nice    int    `json:"nice"`
}

// Message is one message. Number is that of the photo, from 1 on, in Photo and in the answer to it.
type Message struct {
	Kind   Kind
	Number uint32
	Parts  [][]byte
}

// Write sends m: its kind, its number, and each part behind its length. A part beyond its bound is an error and nothing is sent.
func Write(w io.Writer, m Message) error {
	bounds := parts[m.Kind]
	if len(bounds) == 0 || len(m.Parts) != len(bounds) {
		return fmt.Errorf("message of kind %d with %d parts", m.Kind, len(m.Parts))
	}
	head := binary.BigEndian.AppendUint32([]byte{byte(m.Kind)}, m.Number)
	for i, p := range m.Parts {
		if len(p) > bounds[i] {
			return fmt.Errorf("message of kind %d: part %d has %d bytes, at most %d are allowed", m.Kind, i, len(p), bounds[i])
		}
		head = binary.BigEndian.AppendUint32(head, uint32(len(p)))
	}
	for _, b := range append([][]byte{head}, m.Parts...) {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// MalformedError means that the other side does not keep to this package.
type MalformedError struct{ What string }

func (e *MalformedError) Error() string { return e.What }

// Read receives a message of one of the wanted kinds. It looks at all lengths before it makes room for anything.
func Read(r io.Reader, want ...Kind) (Message, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return Message{}, err
	}
	m := Message{Kind: Kind(head[0]), Number: binary.BigEndian.Uint32(head[1:])}
	if !slices.Contains(want, m.Kind) {
		return Message{}, &MalformedError{fmt.Sprintf("message of kind %d, want one of %v", m.Kind, want)}
	}
	bounds := parts[m.Kind]
	lengths := make([]byte, 4*len(bounds))
	if _, err := io.ReadFull(r, lengths); err != nil {
		return Message{}, fmt.Errorf("lengths: %w", err)
	}
	for i, bound := range bounds {
		if n := binary.BigEndian.Uint32(lengths[4*i:]); n > uint32(bound) {
			return Message{}, &MalformedError{fmt.Sprintf("message of kind %d: part %d has %d bytes, at most %d are allowed", m.Kind, i, n, bound)}
		}
	}
	for i := range bounds {
		p := make([]byte, binary.BigEndian.Uint32(lengths[4*i:]))
		if _, err := io.ReadFull(r, p); err != nil {
			return Message{}, fmt.Errorf("part %d: %w", i, err)
		}
		m.Parts = append(m.Parts, p)
	}
	return m, nil
}
