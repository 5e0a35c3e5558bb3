package store

import (
	"context"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/pkg/photocheck/report"
)

// Photo is one upload. Its row is never deleted while its case lives.
type Photo struct {
	ID          string
	CaseID      string
	SHA256      string // of the untouched upload
	Size        int64  // bytes
	Format      string // "jpeg" or "png"
	Width       int    // pixels, upright
	Height      int
	UploadedAt  time.Time
	SubmittedAt time.Time
	ReplacedAt  time.Time // when another one took its place before it was submitted

	Verdict        *report.Report // as judged by the portal's profile; nil until it is there
	VerdictProfile string
	VerdictAt      time.Time
	LateReports    int // reports that came when there was a verdict already
	Rendition      *event.ObjectRef
	Print          *event.ObjectRef

	Outcome   casefile.Outcome // of the decision on this photo, once it has taken effect
	DecidedBy casefile.By
	Reasons   []report.Reason
	DecidedAt time.Time

	PerceptualHash string       // of the upright picture, 64 bits in hex; empty until there is a verdict
	SameAs         string       // an earlier photo of the case that shows the same; empty if there is none
	UploadID       string       // the photo whose upload this is a crop of; empty: it is an upload of its own
	Crop           *report.Rect // asked for by the applicant, in pixels of the upright picture; nil: the pipeline chooses
	Overrides      []string     // what the boxes lowered when it was judged
	DeclaredAt     time.Time    // the applicant declared it recent and unedited
	DeletedAt      time.Time    // its pictures are gone
}

// Upload is the id of the photo whose upload it shows: its own, unless it is a crop of another.
func (p Photo) Upload() string {
	if p.UploadID != "" {
		return p.UploadID
	}
	return p.ID
}

const photoColumns = `id, case_id, sha256, size, format, width, height, uploaded_at, submitted_at, replaced_at, verdict,
	verdict_profile, verdict_at, late_reports, rendition, print, outcome, decided_by, reasons, decided_at,
	perceptual_hash, same_as, upload_id, crop, overrides, declared_at, deleted_at`

func scanPhoto(s scanner) (p Photo, err error) {
	var uploaded, submitted, replaced, verdictAt, decided, declared, deleted int64
	var verdict, rendition, print, reasons, crop, overrides string
	if err := s.Scan(&p.ID, &p.CaseID, &p.SHA256, &p.Size, &p.Format, &p.Width, &p.Height, &uploaded, &submitted, &replaced,
		&verdict, &p.VerdictProfile, &verdictAt, &p.LateReports, &rendition, &print, &p.Outcome, &p.DecidedBy, &reasons,
		&decided, &p.PerceptualHash, &p.SameAs, &p.UploadID, &crop, &overrides, &declared, &deleted); err != nil {
		return p, err
	}
	p.UploadedAt, p.SubmittedAt, p.ReplacedAt = instant(uploaded), instant(submitted), instant(replaced)
	p.VerdictAt, p.DecidedAt = instant(verdictAt), instant(decided)
	p.DeclaredAt, p.DeletedAt = instant(declared), instant(deleted)
	for _, f := range []struct {
		text string
		into any
	}{{verdict, &p.Verdict}, {rendition, &p.Rendition}, {print, &p.Print}, {reasons, &p.Reasons}, {crop, &p.Crop},
		{overrides, &p.Overrides}} {
		if err := fromJSON(f.text, &f.into); err != nil {
			return p, err
		}
	}
	return p, nil
}

// Photo returns the photo with that id.
func (q queries) Photo(ctx context.Context, id string) (Photo, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+photoColumns+` FROM photos WHERE id = $1`, id), "photo", scanPhoto)
}

// PhotosOfCase returns all uploads of a case, the oldest first.
func (q queries) PhotosOfCase(ctx context.Context, caseID string) ([]Photo, error) {
	return many(ctx, q, "photos of case", scanPhoto,
		`SELECT `+photoColumns+` FROM photos WHERE case_id = $1 ORDER BY uploaded_at, id`, caseID)
}

// InsertPhoto adds an upload.
func (t *Tx) InsertPhoto(ctx context.Context, p Photo) error {
	crop := ""
	if p.Crop != nil {
		var err error
		if crop, err = toJSON(p.Crop); err != nil {
			return err
		}
	}
	return t.change(ctx, "add photo", `INSERT INTO photos (id, case_id, sha256, size, format, width, height, uploaded_at, upload_id, crop)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.ID, p.CaseID, p.SHA256, p.Size, p.Format, p.Width, p.Height, millis(p.UploadedAt), p.UploadID, crop)
}

// MarkReplaced notes that another upload took the photo's place. A submitted photo is never replaced.
func (t *Tx) MarkReplaced(ctx context.Context, photoID string, now time.Time) error {
	return t.change(ctx, "replace photo", `UPDATE photos SET replaced_at = $2 WHERE id = $1 AND submitted_at = 0`, photoID, millis(now))
}

// MarkSubmitted notes when the photo was submitted; the first time stays.
func (t *Tx) MarkSubmitted(ctx context.Context, photoID string, now time.Time) error {
	return t.change(ctx, "submit photo",
		`UPDATE photos SET submitted_at = CASE WHEN submitted_at = 0 THEN $2 ELSE submitted_at END WHERE id = $1`, photoID, millis(now))
}

// Verdict is what StoreVerdict stores.
type Verdict struct {
	PhotoID   string
	SHA256    string // of the photo that was checked; it must be the stored one
	Report    report.Report
	Rendition *event.ObjectRef
	Print     *event.ObjectRef
	SameAs    string   // see Photo; its hash is that of the report
	Overrides []string // see Photo
	At        time.Time
}

// StoreVerdict stores the first verdict on a photo and reports whether it did. A later one is only counted, and so is any on a photo
// that is deleted: the pictures that came with it go as the photo's own did.
func (t *Tx) StoreVerdict(ctx context.Context, v Verdict) (first bool, err error) {
	texts := make([]string, 3)
	for i, x := range []any{v.Report, v.Rendition, v.Print} {
		if texts[i], err = toJSON(x); err != nil {
			return false, err
		}
	}
	overrides, err := listJSON(v.Overrides)
	if err != nil {
		return false, err
	}
	res, err := t.db.ExecContext(ctx, `UPDATE photos SET verdict = $3, verdict_profile = $4, verdict_at = $5, rendition = $6, print = $7,
		perceptual_hash = $8, same_as = $9, overrides = $10
		WHERE id = $1 AND sha256 = $2 AND verdict_at = 0 AND deleted_at = 0`,
		v.PhotoID, v.SHA256, texts[0], v.Report.Profile, millis(v.At), texts[1], texts[2], v.Report.PerceptualHash, v.SameAs, overrides)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return n == 1, err
	}
	if err := t.change(ctx, "count late report",
		`UPDATE photos SET late_reports = late_reports + 1 WHERE id = $1 AND sha256 = $2`, v.PhotoID, v.SHA256); err != nil {
		return false, err
	}
	return false, t.doom(ctx, v.PhotoID)
}

// DecidePhoto notes the decision on a photo once it has taken effect.
func (t *Tx) DecidePhoto(ctx context.Context, photoID string, c casefile.Case, now time.Time) error {
	reasons, err := toJSON(c.Reasons)
	if err != nil {
		return err
	}
	return t.change(ctx, "decide photo", `UPDATE photos SET outcome = $2, decided_by = $3, reasons = $4, decided_at = $5 WHERE id = $1`,
		photoID, string(c.Outcome), string(c.DecidedBy), reasons, millis(now))
}
