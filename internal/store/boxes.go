package store

import (
	"context"

	"prportal.example/internal/casefile"
	"prportal.example/pkg/photocheck/report"
)

// Boxes are what the applicant ticked.
func (c CaseRow) Boxes() casefile.Boxes {
	return casefile.Boxes{HeadCovering: c.HeadCovering, Medical: c.Medical, SmallChild: c.SmallChild}
}

// SetBoxes puts other boxes into a row that is then saved.
func (c *CaseRow) SetBoxes(b casefile.Boxes) {
	c.HeadCovering, c.Medical, c.SmallChild = b.HeadCovering, b.Medical, b.SmallChild
}

// SaveBoxes stores the boxes of a case that was read at version before. It makes a new version, so that nothing that was read with
// other boxes can be saved after it. ErrStale means that somebody else moved the case since.
func (t *Tx) SaveBoxes(ctx context.Context, caseID string, before int64, b casefile.Boxes) error {
	return t.change(ctx, "save boxes", `UPDATE cases SET version = version + 1, head_covering = $3, medical = $4, small_child = $5
		WHERE id = $1 AND version = $2`, caseID, before, flag(b.HeadCovering), flag(b.Medical), flag(b.SmallChild))
}

// Rejudge stores another verdict on the same measures, with what the boxes lowered in it. ErrStale once the photo was submitted: the
// verdict that was seen decides.
func (t *Tx) Rejudge(ctx context.Context, photoID string, verdict report.Report, overrides []string) error {
	text, err := toJSON(verdict)
	if err != nil {
		return err
	}
	lowered, err := listJSON(overrides)
	if err != nil {
		return err
	}
	return t.change(ctx, "judge photo again", `UPDATE photos SET verdict = $2, verdict_profile = $3, overrides = $4
		WHERE id = $1 AND verdict_at <> 0 AND submitted_at = 0`, photoID, text, verdict.Profile, lowered)
}

// listJSON writes nothing for an empty list.
func listJSON(list []string) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	return toJSON(list)
}
