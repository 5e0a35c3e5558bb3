package intake

import (
	"context"
	"errors"
	"fmt"

	"prportal.example/internal/event"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

var (
	// ErrReplaced means that the photo that was to be cropped is not the current one any more.
	ErrReplaced = errors.New("the photo was replaced")
	// ErrGone means that the upload is not kept any more.
	ErrGone = errors.New("the upload is gone")
)

// Crop is what somebody asks for: another part of the current photo.
type Crop struct {
	CaseID  string
	PhotoID string // the current photo, as the page showed it
	Rect    report.Rect
	Frame   profile.Frame // what the crop has to keep to
	Actor   store.Actor
	ActorID string
}

// AddCrop makes a photo of its own of another part of the current photo's upload and returns its id. It takes the current one's
// place as an upload would, and the pipeline measures it anew; the upload stays where it is. A crop that can't be made comes back as
// an error that wraps profile.ErrCrop, with nothing stored.
func (s *Service) AddCrop(ctx context.Context, in Crop) (string, error) {
	shown, err := s.c.Store.Photo(ctx, in.PhotoID)
	if errors.Is(err, store.ErrNotFound) || (err == nil && shown.CaseID != in.CaseID) {
		return "", ErrReplaced
	}
	if err != nil {
		return "", fmt.Errorf("crop photo: %w", err)
	}
	upload := shown
	if shown.UploadID != "" { // a crop of a crop is one of the same upload
		if upload, err = s.c.Store.Photo(ctx, shown.UploadID); err != nil {
			return "", fmt.Errorf("crop photo %s: %w", in.PhotoID, err)
		}
	}
	if err := in.Frame.CheckCrop(in.Rect, upload.Width, upload.Height); err != nil {
		return "", fmt.Errorf("crop photo %s: %w", in.PhotoID, err)
	}
	photo := store.Photo{
		ID: store.NewID(), CaseID: in.CaseID, SHA256: upload.SHA256, Size: upload.Size, Format: upload.Format, Width: upload.Width,
		Height: upload.Height, UploadedAt: s.c.Now(), UploadID: upload.ID, Crop: &in.Rect,
	}
	eventID, err := event.NewID()
	if err != nil {
		return "", err
	}
	err = s.record(ctx, recording{photo: photo, of: in.PhotoID, eventID: eventID, topic: event.TopicPhotoUploaded,
		actor: in.Actor, actorID: in.ActorID})
	if err != nil {
		return "", fmt.Errorf("crop photo %s: %w", in.PhotoID, err)
	}
	return photo.ID, nil
}
