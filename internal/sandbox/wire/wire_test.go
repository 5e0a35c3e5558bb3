package wire

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestMessagesComeThroughAsTheyWere(t *testing.T) {
	for _, m := range []Message{
		{Kind: Setup, Parts: [][]byte{[]byte("{}")}},
		{Kind: Photo, Number: 7, Parts: [][]byte{{}, []byte("[1,2,3,4]")}},
		{Kind: Result, Number: 1 << 31, Parts: [][]byte{[]byte("report"), {}, []byte("print")}},
	} {
		var b bytes.Buffer
		if err := Write(&b, m); err != nil {
			t.Fatal(err)
		}
		got, err := Read(&b, m.Kind)
		if err != nil || !reflect.DeepEqual(got, m) || b.Len() > 0 {
			t.Errorf("%+v, %v, %d bytes left", got, err, b.Len())
		}
	}
}

func TestNothingBeyondItsBoundIsSent(t *testing.T) {
	for name, m := range map[string]Message{
		"a part too large":  {Kind: Fault, Parts: [][]byte{make([]byte, MaxFault+1)}},
		"a part too many":   {Kind: Fault, Parts: [][]byte{nil, nil}},
		"a kind of its own": {Kind: 9, Parts: [][]byte{nil}},
	} {
		var b bytes.Buffer
		if err := Write(&b, m); err == nil || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes sent", name, err, b.Len())
		}
	}
}

// What the other side claims must not make room for more than the bounds allow, whatever it sends.
func FuzzRead(f *testing.F) {
	var good bytes.Buffer
	if err := Write(&good, Message{Kind: Result, Number: 1, Parts: [][]byte{[]byte("report"), {}, {}}}); err != nil {
		f.Fatal(err)
	}
	f.Add(good.Bytes())
	f.Add([]byte("\x04\x00\x00\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Add([]byte(strings.Repeat("\x05", 40)))
	f.Fuzz(func(t *testing.T, sent []byte) {
		m, err := Read(bytes.NewReader(sent), Result, Fault)
		if err != nil {
			var malformed *MalformedError
			if errors.As(err, &malformed) && malformed.What == "" {
				t.Error("a malformed message is not explained")
			}
			return
		}
		var again bytes.Buffer
		if err := Write(&again, m); err != nil || !bytes.HasPrefix(sent, again.Bytes()) {
			t.Errorf("%v: read as something else than was sent", err)
		}
	})
}
