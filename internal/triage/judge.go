package triage

import (
	"context"

	"prportal.example/internal/casefile"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// judge judges measures with the boxes that are ticked, and lists the checks that would have returned the photo without them.
func (s *Service) judge(measured report.Report, boxes casefile.Boxes) (verdict report.Report, lowered []string) {
	overrides := boxes.Overrides()
	verdict = profile.Judge(s.c.Profile, measured, overrides)
	if overrides == nil {
		return verdict, nil
	}
	plain := profile.Judge(s.c.Profile, measured, nil)
	for i, c := range plain.Checks { // both list every check of the profile in its order
		if c.Outcome == report.Fail && c.Action == report.ToReturn && verdict.Checks[i].Action != report.ToReturn {
			lowered = append(lowered, string(c.ID))
		}
	}
	return verdict, lowered
}

// otherCrop tells whether the report is about another part of the picture than the one that was asked for.
func otherCrop(photo store.Photo, r report.Report) bool {
	return photo.Crop != nil && r.Crop != nil && *photo.Crop != *r.Crop
}

// sameAs finds the last earlier upload of the case that shows the same as this photo, "" if there is none. Its own upload is none.
func sameAs(ctx context.Context, tx *store.Tx, photo store.Photo, hash string) (string, error) {
	all, err := tx.PhotosOfCase(ctx, photo.CaseID)
	if err != nil {
		return "", err
	}
	same := ""
	for _, p := range all {
		if p.ID == photo.Upload() || p.ID == photo.ID {
			break // the oldest come first
		}
		if p.UploadID == "" && (p.SHA256 == photo.SHA256 || report.SamePicture(p.PerceptualHash, hash)) {
			same = p.ID
		}
	}
	return same, nil
}
