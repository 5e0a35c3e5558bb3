// Package triage judges reports and moves cases: by a verdict, by the applicant's submission, or by an officer.
package triage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

var (
	// ErrNoPhoto means that there is nothing to submit.
	ErrNoPhoto = errors.New("no photo to submit")
	// ErrAlreadySubmitted means that the photo was submitted before.
	ErrAlreadySubmitted = errors.New("the photo was submitted already")
	// ErrNotDeclared means that the applicant has not declared the photo recent and unedited.
	ErrNotDeclared = errors.New("the photo is not declared recent and unedited")
	// ErrStale means that the case has moved since the page was made: the photo was replaced, or somebody else decided.
	ErrStale = errors.New("the case has changed")
	// ErrNotHeld means that another officer holds the case.
	ErrNotHeld = errors.New("another officer holds the case")
	// ErrTooLate means that a decision has taken effect and can't be undone.
	ErrTooLate = errors.New("the decision has taken effect")
	// ErrNoPrint means that a photo can't be accepted, because there is no crop of it that could be printed.
	ErrNoPrint = errors.New("the photo has no crop that can be printed")
	// ErrReasons means that a return names no reason, or one that is none.
	ErrReasons = errors.New("a return needs a reason")
)

// Source is what events of this package come from.
const Source = "/prportal/triage"

// ReleasePayload is the payload of an outbox row of kind release.
type ReleasePayload struct {
	CaseID  string `json:"case_id"`
	Version int64  `json:"version"`
}

// Config is what triage needs.
type Config struct {
	Store      *store.Store
	Profile    *profile.Profile
	UndoWindow time.Duration // how long an officer can take a decision back
	// VerdictWait is after how long without a verdict the applicant is told by e-mail when it comes.
	VerdictWait time.Duration
	// CardWithin is how soon after it was ordered a card is expected; 0 means DefaultCardWithin.
	CardWithin time.Duration
	Now        func() time.Time
}

// Service moves cases.
type Service struct{ c Config }

// New returns a service.
func New(c Config) *Service {
	if c.CardWithin <= 0 {
		c.CardWithin = DefaultCardWithin
	}
	return &Service{c}
}

// UndoWindow is how long a decision can be taken back.
func (s *Service) UndoWindow() time.Duration { return s.c.UndoWindow }

// Applied says what became of a report.
type Applied string

const (
	AppliedMoved   Applied = "moved"   // it was stored and moved its case
	AppliedStored  Applied = "stored"  // it was stored, but its photo is not the current one any more
	AppliedLate    Applied = "late"    // there was a verdict already: counted
	AppliedUnknown Applied = "unknown" // no such photo, or another file: not ours
)

// ApplyReport judges the measures with the portal's profile, stores the verdict on the photo's row and moves the case, if
// the photo is still its current one. Applying a report again changes nothing but a counter.
func (s *Service) ApplyReport(ctx context.Context, e event.PhotoChecked) (Applied, error) {
	if err := report.Validate(profile.Judge(s.c.Profile, e.Report, nil)); err != nil {
		return "", fmt.Errorf("report on photo %s: %w", e.PhotoID, err)
	}
	var applied Applied
	err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		now := s.c.Now()
		photo, err := tx.Photo(ctx, e.PhotoID)
		if errors.Is(err, store.ErrNotFound) || (err == nil && otherCrop(photo, e.Report)) {
			applied = AppliedUnknown
			return nil
		}
		if err != nil {
			return err
		}
		c, err := tx.Case(ctx, photo.CaseID)
		if err != nil {
			return err
		}
		verdict, lowered := s.judge(e.Report, c.Boxes())
		same, err := sameAs(ctx, tx, photo, verdict.PerceptualHash)
		if err != nil {
			return err
		}
		first, err := tx.StoreVerdict(ctx, store.Verdict{PhotoID: e.PhotoID, SHA256: e.SHA256, Report: verdict,
			Rendition: e.Rendition, Print: e.Print, SameAs: same, Overrides: lowered, At: now})
		switch {
		case errors.Is(err, store.ErrStale):
			applied = AppliedUnknown
			return nil
		case err != nil:
			return err
		case !first:
			applied = AppliedLate
			return nil
		}
		applied = AppliedStored
		if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: "verdict", CaseID: photo.CaseID,
			PhotoID: photo.ID, Detail: map[string]any{"decision": string(verdict.Decision), "profile": verdict.Profile,
				"reasons": verdict.Reasons}}); err != nil {
			return err
		}
		if c.PhotoID != photo.ID {
			return nil
		}
		before := c.Version
		switch c.State {
		case casefile.Checking:
			if err := c.Apply(casefile.Report); err != nil {
				return err
			}
			if now.Sub(photo.UploadedAt) > s.c.VerdictWait {
				if err := mail(ctx, tx, store.MailVerdictReady, c, photo.ID, "", now); err != nil {
					return err
				}
			}
		case casefile.Submitted:
			if err := s.settle(ctx, tx, &c, verdict, now); err != nil {
				return err
			}
		default:
			return nil
		}
		applied = AppliedMoved
		return tx.SaveCase(ctx, c, before)
	})
	if err != nil {
		return "", fmt.Errorf("apply report on photo %s: %w", e.PhotoID, err)
	}
	return applied, nil
}

// settle decides a submitted photo on its verdict: back to the applicant, or to an officer.
func (s *Service) settle(ctx context.Context, tx *store.Tx, c *store.CaseRow, verdict report.Report, now time.Time) error {
	action := c.Decide(verdict)
	switch err := tx.NotWithdrawn(ctx, c.PersonID); {
	case errors.Is(err, store.ErrWithdrawn):
		action = casefile.Queue // where no officer sees it until the application is approved again
	case err != nil:
		return err
	}
	if err := c.Apply(action); err != nil {
		return err
	}
	entry := store.Entry{At: now, Actor: store.ActorMachine, Action: string(action), CaseID: c.ID, PhotoID: c.PhotoID,
		Detail: map[string]any{"version": c.Version, "reasons": verdict.Reasons}}
	if action == casefile.Queue {
		c.Lane = c.LaneOf(verdict)
		c.DueAt = c.FirstSubmittedAt.Add(c.Lane.Target())
		c.Outcome, c.Reasons, c.DecidedBy, c.LeasedBy, c.LeasedUntil = "", nil, "", "", time.Time{}
		return tx.Record(ctx, entry)
	}
	c.AutoReturns++
	c.Outcome, c.Reasons, c.DecidedBy, c.OfficerID = casefile.OutcomeReturn, verdict.Reasons, casefile.ByMachine, ""
	c.DecidedAt, c.EffectiveAt = now, now
	if err := tx.DecidePhoto(ctx, c.PhotoID, c.Case, now); err != nil {
		return err
	}
	if err := mail(ctx, tx, store.MailPhotoReturned, *c, c.PhotoID, "", now); err != nil {
		return err
	}
	return tx.Record(ctx, entry)
}

// Submission is what an applicant sends in.
type Submission struct {
	CaseID      string
	PhotoID     string // the photo that the page showed
	PersonAsked bool
	Declared    bool   // by the person, here or on paper: the photo is recent and unedited; one that came back was declared before
	Note        string // to the person who will look; may be empty
	AccountID   string
	Actor       store.Actor // who sends it in; empty: the applicant
}

func (in Submission) actor() store.Actor {
	if in.Actor == "" {
		return store.ActorApplicant
	}
	return in.Actor
}

// Submit submits the current photo. With a verdict it is decided at once, without one as soon as it comes. Unless the photo comes
// back at once, an e-mail says that it is there. ErrNoPhoto, ErrAlreadySubmitted, ErrStale, ErrNotDeclared and store.ErrWithdrawn
// leave everything as it was.
func (s *Service) Submit(ctx context.Context, in Submission) error {
	err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, in.CaseID)
		if err == nil {
			err = tx.NotWithdrawn(ctx, c.PersonID)
		}
		if err != nil {
			return err
		}
		switch {
		case c.State == casefile.Open:
			return ErrNoPhoto
		case c.State == casefile.Returned && in.PersonAsked && c.PhotoID == in.PhotoID:
			return s.askPerson(ctx, tx, c, in)
		case c.State == casefile.Returned:
			return ErrNoPhoto
		case c.Locked():
			return ErrAlreadySubmitted
		case c.PhotoID != in.PhotoID:
			return ErrStale
		case !in.Declared && in.actor() == store.ActorApplicant:
			return ErrNotDeclared
		}
		now, before := s.c.Now(), c.Version
		if err := c.Apply(casefile.Submit); err != nil {
			return err
		}
		c.PersonAsked, c.SubmittedAt = in.PersonAsked, now
		if c.FirstSubmittedAt.IsZero() {
			c.FirstSubmittedAt = now
		}
		if err := tx.MarkSubmitted(ctx, c.PhotoID, now); err != nil {
			return err
		}
		if in.Declared {
			if err := tx.MarkDeclared(ctx, c.PhotoID, now); err != nil {
				return err
			}
		}
		if err := s.note(ctx, tx, c, in, now); err != nil {
			return err
		}
		if err := tx.Record(ctx, store.Entry{At: now, Actor: in.actor(), ActorID: in.AccountID, Action: "submit",
			CaseID: c.ID, PhotoID: c.PhotoID, Detail: map[string]any{"version": c.Version, "person_asked": in.PersonAsked}}); err != nil {
			return err
		}
		photo, err := tx.Photo(ctx, c.PhotoID)
		if err != nil {
			return err
		}
		if photo.Verdict != nil {
			if err := s.settle(ctx, tx, &c, *photo.Verdict, now); err != nil {
				return err
			}
		}
		if c.State != casefile.Returned {
			if err := mail(ctx, tx, store.MailPhotoSubmitted, c, c.PhotoID, "", now); err != nil {
				return err
			}
		}
		return in.saveStep(ctx, tx, c, before, now)
	})
	return told(err)
}

// saveStep saves a case that its applicant, or somebody for them, has moved.
func (in Submission) saveStep(ctx context.Context, tx *store.Tx, c store.CaseRow, before int64, now time.Time) error {
	if err := tx.SaveCase(ctx, c, before); err != nil || in.actor() != store.ActorApplicant {
		return err
	}
	return tx.Touch(ctx, c.ID, now)
}

// askPerson sends a photo that was returned to an officer as it is.
func (s *Service) askPerson(ctx context.Context, tx *store.Tx, c store.CaseRow, in Submission) error {
	now, before := s.c.Now(), c.Version
	if err := c.Apply(casefile.AskPerson); err != nil {
		return err
	}
	c.PersonAsked, c.SubmittedAt = true, now
	c.Lane = casefile.LaneAsked
	c.DueAt = c.FirstSubmittedAt.Add(c.Lane.Target())
	c.Outcome, c.Reasons, c.DecidedBy, c.LeasedBy, c.LeasedUntil = "", nil, "", "", time.Time{}
	if err := s.note(ctx, tx, c, in, now); err != nil {
		return err
	}
	if err := tx.Record(ctx, store.Entry{At: now, Actor: in.actor(), ActorID: in.AccountID, Action: "ask_person",
		CaseID: c.ID, PhotoID: c.PhotoID, Detail: map[string]any{"version": c.Version}}); err != nil {
		return err
	}
	return in.saveStep(ctx, tx, c, before, now)
}

func (s *Service) note(ctx context.Context, tx *store.Tx, c store.CaseRow, in Submission, now time.Time) error {
	if in.Note == "" {
		return nil
	}
	return tx.AddNote(ctx, store.Note{CaseID: c.ID, PhotoID: c.PhotoID, Kind: store.NoteApplicant, AuthorID: in.AccountID,
		Body: in.Note, CreatedAt: now})
}

func mail(ctx context.Context, tx *store.Tx, kind store.MailKind, c store.CaseRow, photoID, noteID string, now time.Time) error {
	return tx.EnqueueMail(ctx, store.Mail{Kind: kind, PersonID: c.PersonID, CaseID: c.ID, PhotoID: photoID, NoteID: noteID}, now)
}

// told turns a lost race into ErrStale.
func told(err error) error {
	if errors.Is(err, store.ErrStale) || errors.Is(err, casefile.ErrTransition) {
		return fmt.Errorf("%w: %w", ErrStale, err)
	}
	return err
}
