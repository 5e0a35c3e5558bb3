package store

import (
	"context"
	"fmt"
	"time"

	"prportal.example/pkg/photocheck/report"
)

// ReplacedPhotos returns photos that another one replaced before that time, and that were never submitted, the oldest first. Those
// whose pictures are gone already are not among them.
func (q queries) ReplacedPhotos(ctx context.Context, before time.Time, limit int) ([]Photo, error) {
	return many(ctx, q, "replaced photos", scanPhoto, `SELECT `+photoColumns+` FROM photos
		WHERE replaced_at > 0 AND replaced_at < $1 AND submitted_at = 0 AND deleted_at = 0 ORDER BY replaced_at, id LIMIT $2`,
		millis(before), limit)
}

// DeletePhoto notes that a replaced photo's pictures go: from then on nobody is shown them, and PendingUploads names the photo until
// they are gone. What was found on it stays as codes and numbers; where on the picture goes. ErrStale if the photo was submitted or
// is deleted already.
func (t *Tx) DeletePhoto(ctx context.Context, photoID string, now time.Time) error {
	p, err := t.Photo(ctx, photoID)
	if err != nil {
		return err
	}
	verdict := ""
	if p.Verdict != nil {
		for i := range p.Verdict.Checks {
			p.Verdict.Checks[i].Evidence = []report.Evidence{}
		}
		if verdict, err = toJSON(p.Verdict); err != nil {
			return err
		}
	}
	if err := t.change(ctx, "delete photo", `UPDATE photos SET deleted_at = $2, verdict = $3, rendition = '', print = ''
		WHERE id = $1 AND replaced_at > 0 AND submitted_at = 0 AND deleted_at = 0`, photoID, millis(now), verdict); err != nil {
		return err
	}
	for _, id := range []string{photoID, p.UploadID} {
		if err := t.doom(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// doom puts a photo that is deleted among the uploads whose objects are to be removed; any other is left alone.
func (t *Tx) doom(ctx context.Context, photoID string) error {
	_, err := t.db.ExecContext(ctx, `INSERT INTO pending_uploads (photo_id, begun_at)
		SELECT id, 0 FROM photos WHERE id = $1 AND deleted_at > 0 ON CONFLICT (photo_id) DO NOTHING`, photoID)
	if err != nil {
		return fmt.Errorf("delete photo: %w", err)
	}
	return nil
}

// UploadInUse tells whether a photo that is not deleted is, or is a crop of, the upload with that id.
func (q queries) UploadInUse(ctx context.Context, uploadID string) (bool, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM photos WHERE id = $1 AND deleted_at = 0)
		OR EXISTS (SELECT 1 FROM photos WHERE upload_id = $1 AND upload_id <> '' AND deleted_at = 0)`, uploadID),
		"upload", func(s scanner) (used bool, err error) { return used, s.Scan(&used) })
}
