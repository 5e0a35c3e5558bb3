// Package intake is the one front door for photos: uploads in the portal and batches of scans come in through it.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/photos"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/header"
)

// ErrLocked means that the case takes no photo now: one was submitted, or accepted.
var ErrLocked = errors.New("the photo can't be changed now")

// Source is what events of this package come from.
const Source = "/prportal/portal"

// Config is what intake needs.
type Config struct {
	Store  *store.Store
	Photos *photos.Store // not needed to ask again
	Limits header.Limits
	Now    func() time.Time
}

// Service takes photos in.
type Service struct{ c Config }

// New returns a service; zero limits are the portal's.
func New(c Config) *Service {
	if c.Limits == (header.Limits{}) {
		c.Limits = header.PortalLimits()
	}
	return &Service{c}
}

// Photo is an upload with who sent it in.
type Photo struct {
	CaseID  string
	Data    []byte
	Boxes   *casefile.Boxes // what was ticked with it; nil leaves what was ticked before
	Actor   store.Actor
	ActorID string
	Bulk    bool // nobody waits for it: it must not hold up those who do
}

func (p Photo) topic() string {
	if p.Bulk {
		return event.TopicPhotoUploadedBulk
	}
	return event.TopicPhotoUploaded
}

// AddPhoto takes an upload in and returns its id. What header.Admit refuses comes back as *header.Refusal with nothing
// stored, and so does store.ErrWithdrawn for a person whose application was withdrawn. The object is written first, then the row, the case's move and the event in one transaction: a crash in between
// leaves an object that nothing refers to, which Sweep removes, never a row without its photo.
func (s *Service) AddPhoto(ctx context.Context, in Photo) (string, error) {
	h, err := header.Admit(in.Data, s.c.Limits)
	if err != nil {
		return "", err
	}
	c, err := s.c.Store.Case(ctx, in.CaseID)
	if err != nil {
		return "", fmt.Errorf("take in photo: %w", err)
	}
	if err := s.c.Store.NotWithdrawn(ctx, c.PersonID); err != nil {
		return "", fmt.Errorf("take in photo: %w", err)
	}
	if c.Locked() {
		return "", ErrLocked
	}
	sum := sha256.Sum256(in.Data)
	photo := store.Photo{
		ID: store.NewID(), CaseID: in.CaseID, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(in.Data)), Format: h.Format,
		Width: h.Width, Height: h.Height, UploadedAt: s.c.Now(),
	}
	eventID, err := event.NewID()
	if err != nil {
		return "", err
	}
	if err := s.c.Store.Tx(ctx, func(tx *store.Tx) error { return tx.BeginUpload(ctx, photo.ID, photo.UploadedAt) }); err != nil {
		return "", fmt.Errorf("take in photo %s: %w", photo.ID, err)
	}
	if _, err := s.c.Photos.Put(ctx, photos.Uploads, photo.ID, in.Data, contentType(h.Format)); err != nil {
		return "", fmt.Errorf("take in photo %s: %w", photo.ID, err)
	}
	err = s.record(ctx, recording{photo: photo, eventID: eventID, topic: in.topic(), boxes: in.Boxes, actor: in.Actor, actorID: in.ActorID})
	if err != nil {
		return "", s.withdraw(ctx, photo.ID, err)
	}
	return photo.ID, nil
}

// recordAttempts is how often an upload is recorded anew on the case as it has become: a double click, a second tab.
const recordAttempts = 8

// recording is a photo that takes the place of the one before.
type recording struct {
	photo   store.Photo
	of      string // the photo that it is a crop of, which has to be the current one; "" for an upload
	eventID string
	topic   string // of that event
	boxes   *casefile.Boxes
	actor   store.Actor
	actorID string
}

func (s *Service) record(ctx context.Context, in recording) error {
	for attempt := 1; ; attempt++ {
		err := s.c.Store.Tx(ctx, func(tx *store.Tx) error { return in.record(ctx, tx) })
		if !errors.Is(err, store.ErrStale) || attempt == recordAttempts {
			return err
		}
	}
}

func (in recording) record(ctx context.Context, tx *store.Tx) error {
	photo := in.photo
	c, err := tx.Case(ctx, photo.CaseID)
	if err == nil {
		err = tx.NotWithdrawn(ctx, c.PersonID)
	}
	if err != nil {
		return err
	}
	if in.of != "" {
		if c.PhotoID != in.of {
			return ErrReplaced
		}
		switch kept, err := tx.UploadInUse(ctx, photo.UploadID); {
		case err != nil:
			return err
		case !kept:
			return ErrGone
		}
	}
	before, replaced := c.Version, c.PhotoID
	fromReturned := c.State == casefile.Returned
	if err := c.Apply(casefile.Upload); err != nil {
		return fmt.Errorf("%w: %w", ErrLocked, err)
	}
	c.PhotoID, c.PersonAsked, c.Outcome, c.Reasons = photo.ID, false, "", nil
	if in.boxes != nil {
		c.SetBoxes(*in.boxes)
	}
	if in.of == "" {
		if err := tx.EndUpload(ctx, photo.ID); err != nil {
			return err
		}
	}
	if err := tx.InsertPhoto(ctx, photo); err != nil {
		return err
	}
	if replaced != "" && !fromReturned {
		if err := tx.MarkReplaced(ctx, replaced, photo.UploadedAt); err != nil {
			return err
		}
	}
	if err := tx.SaveCase(ctx, c, before); err != nil {
		return err
	}
	if in.actor == store.ActorApplicant {
		if err := tx.Touch(ctx, c.ID, photo.UploadedAt); err != nil {
			return err
		}
	}
	if err := enqueueUploaded(ctx, tx, in.eventID, c, photo, photo.UploadedAt, in.topic); err != nil {
		return err
	}
	entry := store.Entry{At: photo.UploadedAt, Actor: in.actor, ActorID: in.actorID, Action: "upload", CaseID: c.ID, PhotoID: photo.ID,
		Detail: map[string]any{"sha256": photo.SHA256, "size": photo.Size, "version": c.Version}}
	if in.boxes != nil {
		entry.Detail["head_covering"], entry.Detail["medical"], entry.Detail["small_child"] = c.HeadCovering, c.Medical, c.SmallChild
	}
	if photo.Crop != nil {
		entry.Action = "crop"
		entry.Detail["upload_id"], entry.Detail["crop"] = photo.UploadID, photo.Crop
	}
	return tx.Record(ctx, entry)
}

// withdraw removes the object of an upload that was not recorded, if that is sure: a commit whose answer got lost may have
// gone through all the same. What stays is left to Sweep.
func (s *Service) withdraw(ctx context.Context, photoID string, cause error) error {
	if !errors.Is(cause, ErrLocked) && !errors.Is(cause, store.ErrStale) && !errors.Is(cause, store.ErrWithdrawn) {
		return fmt.Errorf("take in photo %s: %w", photoID, cause)
	}
	ctx = context.WithoutCancel(ctx)
	return errors.Join(fmt.Errorf("take in photo %s: %w", photoID, cause), s.remove(ctx, photoID))
}

func enqueueUploaded(ctx context.Context, tx *store.Tx, eventID string, c store.CaseRow, p store.Photo, at time.Time, topic string) error {
	e, err := event.New(eventID, Source, at, event.PhotoUploaded{
		PhotoID: p.ID, CaseID: c.ID, CaseVersion: c.Version, SHA256: p.SHA256, Size: p.Size, ContentType: contentType(p.Format),
		UploadID: p.UploadID, Crop: p.Crop,
	})
	if err != nil {
		return err
	}
	payload, err := e.Encode()
	if err != nil {
		return err
	}
	return tx.Enqueue(ctx, store.Row{ID: eventID, Kind: store.KindEvent, Key: c.ID, Payload: payload, AvailableAt: at,
		Headers: map[string]string{"topic": topic, "content-type": event.ContentType}})
}

func contentType(format string) string { return "image/" + format }
