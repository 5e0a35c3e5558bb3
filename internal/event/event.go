// Package event holds the messages on Kafka: CloudEvents 1.0 in structured JSON, one payload type each, with a JSON
// Schema. Apart from application.approved they carry ids, codes and hashes only, never personal data.
package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"prportal.example/pkg/photocheck/report"
)

// Type names an event and its version.
type Type string

const (
	TypeApplicationApproved Type = "application.approved.v1"
	TypePhotoUploaded       Type = "photo.uploaded.v1"
	TypePhotoChecked        Type = "photo.checked.v1"
	TypeCardOrdered         Type = "card.ordered.v1"
	TypeCardMailed          Type = "card.mailed.v1"
	TypeCardReturned        Type = "card.returned.v1"
)

// Types returns every type of event.
func Types() []Type {
	return []Type{TypeApplicationApproved, TypePhotoUploaded, TypePhotoChecked, TypeCardOrdered, TypeCardMailed, TypeCardReturned}
}

// ContentType is that of a CloudEvent in structured JSON.
const ContentType = "application/cloudevents+json"

const specVersion = "1.0"

// Envelope is a CloudEvent. Subject is the case id, or the application for application.approved.
type Envelope struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            Type            `json:"type"`
	Subject         string          `json:"subject"`
	Time            time.Time       `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	TraceParent     string          `json:"traceparent,omitempty"` // W3C Trace Context
	Data            json.RawMessage `json:"data"`
}

// Payload is the data of one type of event.
type Payload interface {
	EventType() Type
	subject() string
}

// ApplicationApproved is a person on an approved application. It is the only event with personal data.
type ApplicationApproved struct {
	Application string `json:"application"`
	ClientID    string `json:"client_id"`
	GivenNames  string `json:"given_names"`
	FamilyName  string `json:"family_name"`
	BirthDate   string `json:"birth_date"` // YYYY-MM-DD
	Email       string `json:"email"`
	Language    string `json:"language"` // en or fr
	Principal   bool   `json:"principal"`
	Status      string `json:"status,omitempty"` // approved, or withdrawn
}

// PhotoUploaded asks for a photo to be checked. SHA256 is that of the object, in hex. A photo that is a crop of an upload names it
// and the crop, in pixels of the upright picture.
type PhotoUploaded struct {
	PhotoID     string `json:"photo_id"`
	CaseID      string `json:"case_id"`
	CaseVersion int64  `json:"case_version"`
	SHA256      string `json:"sha256"`
	Size        int64  `json:"size"` // bytes
	ContentType string `json:"content_type"`
	UploadID    string `json:"upload_id,omitempty"`

	Crop *report.Rect `json:"crop,omitempty"`
}

// PhotoChecked carries the report on a photo. The decision in it is advisory: the portal judges the measures again.
type PhotoChecked struct {
	PhotoID     string        `json:"photo_id"`
	CaseID      string        `json:"case_id"`
	CaseVersion int64         `json:"case_version"`
	SHA256      string        `json:"sha256"` // of the photo that was checked
	Report      report.Report `json:"report"`
	Rendition   *ObjectRef    `json:"rendition"` // nil if the photo can't be decoded
	Print       *ObjectRef    `json:"print"`     // nil without a crop that meets the rules
}

// ObjectRef names a picture in the bucket of renditions.
type ObjectRef struct {
	Key    string `json:"key"`
	SHA256 string `json:"sha256"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Size   int64  `json:"size"` // bytes
}

// CardOrdered asks production for a card with exactly this picture. AddressID names the address that it is mailed to, as it was
// given; empty if there is none.
type CardOrdered struct {
	CaseID      string `json:"case_id"`
	CaseVersion int64  `json:"case_version"`
	PersonID    string `json:"person_id"`
	PhotoID     string `json:"photo_id"`
	PrintSHA256 string `json:"print_sha256"`
	AddressID   string `json:"address_id,omitempty"`
}

// CardMailed comes from production: the card of a case is in the mail.
type CardMailed struct {
	CaseID   string    `json:"case_id"`
	MailedAt time.Time `json:"mailed_at"`
}

// CardReturned comes from production: the card of a case came back by mail.
type CardReturned struct {
	CaseID     string    `json:"case_id"`
	ReturnedAt time.Time `json:"returned_at"`
}

// EventType is the type that the message has on the wire.
func (ApplicationApproved) EventType() Type { return TypeApplicationApproved }

// EventType is the type that the message has on the wire.
func (PhotoUploaded) EventType() Type { return TypePhotoUploaded }

// EventType is the type that the message has on the wire.
func (PhotoChecked) EventType() Type { return TypePhotoChecked }

// EventType is the type that the message has on the wire.
func (CardOrdered) EventType() Type { return TypeCardOrdered }

// EventType is the type that the message has on the wire.
func (CardMailed) EventType() Type { return TypeCardMailed }

// EventType is the type that the message has on the wire.
func (CardReturned) EventType() Type { return TypeCardReturned }

func (e ApplicationApproved) subject() string { return e.Application }
func (e PhotoUploaded) subject() string       { return e.CaseID }
func (e PhotoChecked) subject() string        { return e.CaseID }
func (e CardOrdered) subject() string         { return e.CaseID }
func (e CardMailed) subject() string          { return e.CaseID }
func (e CardReturned) subject() string        { return e.CaseID }

// New wraps a payload.
func New(id, source string, at time.Time, p Payload) (Envelope, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return Envelope{}, fmt.Errorf("event %s: %w", p.EventType(), err)
	}
	return Envelope{
		SpecVersion: specVersion, ID: id, Source: source, Type: p.EventType(), Subject: p.subject(), Time: at.UTC(),
		DataContentType: "application/json", Data: data,
	}, nil
}

// NewID returns a new event id, ordered by time (UUIDv7).
func NewID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("event id: %w", err)
	}
	return id.String(), nil
}

// DerivedID returns the id of an event that follows from another: the same cause always gives the same id, so that a
// process that dies after publishing and starts over publishes nothing new.
func DerivedID(causeID string, t Type) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("prportal:"+causeID+":"+string(t))).String()
}

// Encode writes the envelope as JSON.
func (e Envelope) Encode() ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", e.Type, err)
	}
	return b, nil
}

// ErrMalformed means that a message is no event of ours: it will never be, however often it is read.
var ErrMalformed = errors.New("malformed event")

// Decode reads an envelope and its payload, which must be of the type of p. Unknown fields are left alone.
func Decode(message []byte, p Payload) (Envelope, error) {
	var e Envelope
	if err := json.Unmarshal(message, &e); err != nil {
		return Envelope{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if e.SpecVersion != specVersion || e.ID == "" {
		return e, fmt.Errorf("%w: specversion %q, id %q", ErrMalformed, e.SpecVersion, e.ID)
	}
	want := p.EventType()
	if e.Type != want {
		return e, fmt.Errorf("%w: type %q, want %q", ErrMalformed, e.Type, want)
	}
	if err := Validate(want, e.Data); err != nil {
		return e, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if err := json.Unmarshal(e.Data, p); err != nil {
		return e, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return e, nil
}
