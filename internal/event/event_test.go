package event_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/event"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

var (
	sha = strings.Repeat("ab", 32)
	at  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

func judged(t *testing.T) report.Report {
	t.Helper()
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return profile.Judge(p, report.Report{Width: 10, Height: 14, Crop: &report.Rect{Width: 10, Height: 14}}, nil)
}

func samples(t *testing.T) []event.Payload {
	return []event.Payload{
		&event.ApplicationApproved{Application: "A1", ClientID: "C1", GivenNames: "Zoë", BirthDate: "1990-02-28", Email: "z@x.example", Language: "fr"},
		&event.PhotoUploaded{PhotoID: "p", CaseID: "c", CaseVersion: 3, SHA256: sha, Size: 9, ContentType: "image/jpeg"},
		&event.PhotoUploaded{PhotoID: "p", CaseID: "c", CaseVersion: 3, SHA256: sha, Size: 9, ContentType: "image/jpeg", UploadID: "u",
			Crop: &report.Rect{X: 1, Y: 2, Width: 715, Height: 1001}},
		&event.PhotoChecked{PhotoID: "p", CaseID: "c", CaseVersion: 3, SHA256: sha, Report: judged(t),
			Rendition: &event.ObjectRef{Key: "p/rendition.jpg", SHA256: sha, Width: 10, Height: 14, Size: 99}},
		&event.CardOrdered{CaseID: "c", CaseVersion: 9, PersonID: "x", PhotoID: "p", PrintSHA256: sha, AddressID: "a"},
		&event.CardMailed{CaseID: "c", MailedAt: at},
		&event.CardReturned{CaseID: "c", ReturnedAt: at},
	}
}

func TestEveryTypeComesBackAsItWas(t *testing.T) {
	seen := map[event.Type]bool{}
	for _, want := range samples(t) {
		e, err := event.New("id-1", "/test", at, want)
		if err != nil {
			t.Fatal(err)
		}
		b, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		// A newer sender may add fields.
		b = []byte(strings.Replace(string(b), `"data":{`, `"future":1,"data":{"future":{"a":1},`, 1))
		got := reflect.New(reflect.TypeOf(want).Elem()).Interface().(event.Payload)
		env, err := event.Decode(b, got)
		if err != nil {
			t.Fatalf("%s: %v", want.EventType(), err)
		}
		if !reflect.DeepEqual(got, want) || env.ID != "id-1" || !env.Time.Equal(at) || env.Subject == "" {
			t.Errorf("%s came back as %+v in %+v", want.EventType(), got, env)
		}
		seen[want.EventType()] = true
	}
	for _, typ := range event.Types() {
		if !seen[typ] {
			t.Errorf("%s has no sample", typ)
		}
	}
}

func TestOnlyApplicationApprovedHasPersonalData(t *testing.T) {
	for _, p := range samples(t) {
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"given_names", "family_name", "email", "birth_date", "address", "note"} {
			if strings.Contains(string(b), `"`+name+`"`) != (p.EventType() == event.TypeApplicationApproved) && name != "address" && name != "note" {
				t.Errorf("%s: %s", p.EventType(), name)
			}
		}
	}
}

func TestMalformed(t *testing.T) {
	good, err := event.New("id", "/test", at, event.PhotoUploaded{PhotoID: "p", CaseID: "c", SHA256: sha, Size: 1, ContentType: "image/png"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := good.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, message := range map[string]string{
		"no JSON":        "hello",
		"other type":     strings.Replace(string(b), "photo.uploaded.v1", "photo.checked.v1", 1),
		"no id":          strings.Replace(string(b), `"id":"id"`, `"id":""`, 1),
		"short hash":     strings.Replace(string(b), sha, "abcd", 1),
		"missing field":  strings.Replace(string(b), `"photo_id":"p",`, "", 1),
		"wrong kind":     strings.Replace(string(b), `"size":1`, `"size":"1"`, 1),
		"other encoding": strings.Replace(string(b), "image/png", "image/gif", 1),
	} {
		if _, err := event.Decode([]byte(message), &event.PhotoUploaded{}); !errors.Is(err, event.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestA9ACardWithoutATimeOrACaseIsMalformed(t *testing.T) {
	e, err := event.New("id", "/test", at, event.CardMailed{CaseID: "c", MailedAt: at})
	if err != nil {
		t.Fatal(err)
	}
	b, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, message := range map[string]string{
		"no time":       strings.Replace(string(b), `"mailed_at"`, `"sent_at"`, 1),
		"not a time":    strings.Replace(string(b), "2026-03-01T12:00:00Z\"}", "yesterday\"}", 1),
		"no case":       strings.Replace(string(b), `"case_id":"c"`, `"case_id":""`, 1),
		"another event": strings.Replace(string(b), "card.mailed.v1", "card.returned.v1", 1),
	} {
		if message == string(b) {
			t.Fatalf("%s: nothing was changed in %s", name, b)
		}
		if _, err := event.Decode([]byte(message), &event.CardMailed{}); !errors.Is(err, event.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDerivedIDs(t *testing.T) {
	a, b := event.DerivedID("x", event.TypePhotoChecked), event.DerivedID("x", event.TypePhotoChecked)
	if a != b || a == event.DerivedID("y", event.TypePhotoChecked) || a == event.DerivedID("x", event.TypeCardOrdered) {
		t.Error("derived ids must depend on cause and type, and on nothing else")
	}
}

func TestTopics(t *testing.T) {
	for _, topic := range event.Topics() {
		if topic.Partitions < 1 || topic.Retention <= 0 || topic.Retention > event.DeadLetterRetention {
			t.Errorf("%+v", topic)
		}
	}
}
