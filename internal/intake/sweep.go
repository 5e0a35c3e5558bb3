package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/photos"
	"prportal.example/internal/store"
)

// Sweep removes the objects of uploads that began before and never became a photo, and returns how many. It goes by what
// AddPhoto has noted and not by the bucket, so it needs no right to list.
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

// remove settles that the upload becomes no photo, then removes its object, and only then forgets it: an upload that is being
// recorded at this moment fails, and what can't be removed now is removed by the next sweep.
func (s *Service) remove(ctx context.Context, photoID string) error {
	if err := s.c.Store.Tx(ctx, func(tx *store.Tx) error { return tx.AbandonUpload(ctx, photoID) }); err != nil {
		return err
	}
	if err := s.c.Photos.Delete(ctx, photos.Uploads, photoID); err != nil {
		return err
	}
	return s.c.Store.Tx(ctx, func(tx *store.Tx) error { return tx.ForgetUpload(ctx, photoID) })
}
