package event

import (
	"reflect"
	"testing"
	"time"
)

// FuzzDecode: whatever lies on a topic is refused, or is an event that comes back the same from what it is written as.
func FuzzDecode(f *testing.F) {
	e, err := New("0190", "/test", time.Unix(0, 0), PhotoUploaded{PhotoID: "0190a1b2-0000-7000-8000-000000000001",
		CaseID: "0190a1b2-0000-7000-8000-000000000002", CaseVersion: 1, Size: 9, ContentType: "image/jpeg",
		SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"})
	if err != nil {
		f.Fatal(err)
	}
	good, err := e.Encode()
	if err != nil {
		f.Fatal(err)
	}
	var p PhotoUploaded
	if _, err := Decode(good, &p); err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"specversion":"1.0","id":"x","type":"photo.uploaded.v1","data":null}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, message []byte) {
		var first, second PhotoUploaded
		e, err := Decode(message, &first)
		if err != nil {
			return
		}
		written, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(written, &second); err != nil || !reflect.DeepEqual(first, second) {
			t.Errorf("%+v became %+v: %v", first, second, err)
		}
	})
}
