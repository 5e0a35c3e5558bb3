package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/photos"
	"prportal.example/internal/store"
)

// ReplacedStays is how long a photo stays that another one replaced before it was submitted: applicants are told so.
const ReplacedStays = 14 * 24 * time.Hour

// Sweep removes the objects of uploads that began before and never became a photo, and what DeleteReplaced has left, and returns of
// how many uploads. It goes by what those have noted and not by the bucket, so it needs no right to list.
func (s *Service) Sweep(ctx context.Context, before time.Time) (int, error) {
	const batch = 500
	pending, err := s.c.Store.PendingUploads(ctx, before, batch)
	if err != nil {
		return 0, fmt.Errorf("sweep uploads: %w", err)
	}
	removed := 0
	for _, id := range pending {
		switch err := s.remove(ctx, id); {
		case errors.Is(err, store.ErrStale): // another process was quicker
		case err != nil:
			return removed, fmt.Errorf("sweep uploads: %w", err)
		default:
			removed++
		}
	}
	return removed, nil
}

// remove settles that the upload becomes no photo, or is none any more, then removes its objects, and only then forgets it: an upload
// that is being recorded at this moment fails, and what can't be removed now is removed by the next sweep. The file itself stays while
// another photo is a crop of it.
func (s *Service) remove(ctx context.Context, photoID string) error {
	var used bool
	if err := s.c.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		if err := tx.AbandonUpload(ctx, photoID); err != nil {
			return err
		}
		used, err = tx.UploadInUse(ctx, photoID)
		return err
	}); err != nil {
		return err
	}
	objects := []object{{photos.Renditions, photos.RenditionKey(photoID)}, {photos.Renditions, photos.PrintKey(photoID)}}
	if !used {
		objects = append(objects, object{photos.Uploads, photoID})
	}
	for _, o := range objects {
		if err := s.c.Photos.Delete(ctx, o.bucket, o.key); err != nil {
			return err
		}
	}
	return s.c.Store.Tx(ctx, func(tx *store.Tx) error { return tx.ForgetUpload(ctx, photoID) })
}

// object is one in the store.
type object struct{ bucket, key string }

// DeleteReplaced deletes the pictures of photos that another one replaced before, and that were never submitted, and returns of how
// many. First it is settled, together with the history, that nobody is shown them any more; then the objects go; what is left when
// that is cut short goes with the next Sweep. What was found on them stays, as codes and numbers.
func (s *Service) DeleteReplaced(ctx context.Context, before time.Time) (int, error) {
	const batch = 100
	deleted := 0
	for {
		old, err := s.c.Store.ReplacedPhotos(ctx, before, batch)
		if err != nil {
			return deleted, fmt.Errorf("delete replaced photos: %w", err)
		}
		for _, p := range old {
			switch err := s.delete(ctx, p); {
			case errors.Is(err, store.ErrStale): // another process was quicker
			case err != nil:
				return deleted, fmt.Errorf("delete replaced photo %s: %w", p.ID, err)
			default:
				deleted++
			}
		}
		if len(old) < batch {
			return deleted, nil
		}
	}
}

func (s *Service) delete(ctx context.Context, p store.Photo) error {
	now := s.c.Now()
	if err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.DeletePhoto(ctx, p.ID, now); err != nil {
			return err
		}
		return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: "photo_deleted", CaseID: p.CaseID, PhotoID: p.ID,
			Detail: map[string]any{"why": "replaced", "sha256": p.SHA256}})
	}); err != nil {
		return err
	}
	for _, id := range []string{p.ID, p.UploadID} {
		if id == "" {
			continue
		}
		if err := s.remove(ctx, id); err != nil && !errors.Is(err, store.ErrStale) { // nothing of it waits to be removed
			return err
		}
	}
	return nil
}
