package store

import (
	"context"
	"time"
)

// BeginUpload notes that an object is about to be written for a photo. Should its row never come, PendingUploads tells which
// object to remove, so that nobody has to list a bucket.
func (t *Tx) BeginUpload(ctx context.Context, photoID string, now time.Time) error {
	return t.change(ctx, "begin upload", `INSERT INTO pending_uploads (photo_id, begun_at) VALUES ($1, $2)`, photoID, millis(now))
}

// EndUpload forgets a pending upload in the transaction that adds its photo. ErrStale when its object is to be removed.
func (t *Tx) EndUpload(ctx context.Context, photoID string) error {
	return t.change(ctx, "end upload", `DELETE FROM pending_uploads WHERE photo_id = $1 AND begun_at > 0`, photoID)
}

// AbandonUpload settles that a pending upload becomes no photo, so that its object can be removed. ErrStale when it has become
// one.
func (t *Tx) AbandonUpload(ctx context.Context, photoID string) error {
	return t.change(ctx, "abandon upload", `UPDATE pending_uploads SET begun_at = 0 WHERE photo_id = $1`, photoID)
}

// ForgetUpload forgets an abandoned upload, whose object has been removed.
func (t *Tx) ForgetUpload(ctx context.Context, photoID string) error {
	return t.change(ctx, "forget upload", `DELETE FROM pending_uploads WHERE photo_id = $1 AND begun_at = 0`, photoID)
}

// PendingUploads returns the photo ids of uploads that began before, or were abandoned, and have not ended, the oldest first; and of
// photos that were deleted, until their objects are gone.
func (q queries) PendingUploads(ctx context.Context, before time.Time, limit int) ([]string, error) {
	return many(ctx, q, "pending uploads", func(s scanner) (id string, err error) { return id, s.Scan(&id) },
		`SELECT photo_id FROM pending_uploads WHERE begun_at < $1 ORDER BY begun_at, photo_id LIMIT $2`, millis(before), limit)
}
