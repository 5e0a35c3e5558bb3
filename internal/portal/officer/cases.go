package officer

import (
	"context"
	"errors"
	"slices"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/report"
)

// What an officer can be told apart from a fault.
var (
	errNoCase   = errors.New("no such case, or not for this officer")
	errNotHeld  = errors.New("the case is not in this officer's hands")
	errChanged  = errors.New("the case changed since the page was shown")
	errUndoOver = errors.New("the time to undo is over")
	errNoPrint  = errors.New("there is no crop that can be printed")
	errGone     = errors.New("the application was withdrawn")
)

// cases is what the desk reads and does; all decisions go through triage.
type cases struct {
	store  *store.Store
	triage *triage.Service
	now    func() time.Time
	lease  time.Duration
}

// object is a picture that the pipeline made.
type object = event.ObjectRef

// caseFile is a case as an officer sees it.
type caseFile struct {
	CaseID, PhotoID, Mode, Lane      string
	Version                          int64
	GivenNames, FamilyName, Language string
	BirthDate                        time.Time
	Note, Comment                    string
	Attempt                          int
	FirstSubmittedAt, SubmittedAt    time.Time
	DeclaredAt                       time.Time // the applicant declared it recent and unedited
	HeadCovering, Medical, Child     bool      // ticked by the applicant
	HeldUntil                        time.Time
	Target                           time.Duration
	Verdict                          report.Report
	Rendition, Print                 *object
	Outcome                          casefile.Outcome
	ByMachine                        bool
	Reasons                          []report.Reason
	Earlier                          []earlier
	History                          []store.Entry
	Officers                         map[string]string // usernames, by account id
	Lowered                          []string          // checks that would have returned the photo if nothing was ticked
	After                            afterwards
}

type earlier struct {
	Number      int
	PhotoID     string
	SubmittedAt time.Time
	Rendition   *object
	Reasons     []report.Reason
}

// open reads a case for its page. An officer sees a case while it is in the officer's hands, and afterwards what the officer
// decided on; a supervisor sees every case. Photos that were never submitted are nobody's business here.
func (c *cases) open(ctx context.Context, me store.Account, id string) (caseFile, error) {
	row, err := c.store.Case(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return caseFile{}, errNoCase
	}
	if err != nil {
		return caseFile{}, err
	}
	if me.Role != store.RoleSupervisor {
		if err := told(c.store.NotWithdrawn(ctx, row.PersonID)); err != nil {
			return caseFile{}, err
		}
	}
	if !mayOpen(me, row) {
		if row.State == casefile.InReview {
			return caseFile{}, errNotHeld
		}
		return caseFile{}, errNoCase
	}
	return c.read(ctx, me, row)
}

func mayOpen(me store.Account, row store.CaseRow) bool {
	if me.Role == store.RoleSupervisor {
		return true
	}
	if row.State == casefile.InReview {
		return row.LeasedBy == me.ID
	}
	return row.OfficerID == me.ID
}

// opens tells whether this officer would see something on the page of a case.
func (c *cases) opens(ctx context.Context, me store.Account, row store.CaseRow) (bool, error) {
	if !mayOpen(me, row) {
		return false, nil
	}
	photos, err := c.store.PhotosOfCase(ctx, row.ID)
	return slices.ContainsFunc(photos, func(p store.Photo) bool { return !p.SubmittedAt.IsZero() }), err
}

// officers are the usernames of those who did something, by account id.
func (c *cases) officers(ctx context.Context, history []store.Entry) (map[string]string, error) {
	names := map[string]string{}
	for _, e := range history {
		if e.Actor != store.ActorOfficer || names[e.ActorID] != "" {
			continue
		}
		a, err := c.store.Account(ctx, e.ActorID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		names[e.ActorID] = a.Username
	}
	return names, nil
}

func (c *cases) read(ctx context.Context, me store.Account, row store.CaseRow) (caseFile, error) {
	person, err := c.store.Person(ctx, row.PersonID)
	if err != nil {
		return caseFile{}, err
	}
	photos, err := c.store.PhotosOfCase(ctx, row.ID)
	if err != nil {
		return caseFile{}, err
	}
	f := caseFile{
		CaseID: row.ID, Version: row.Version, Lane: string(row.Lane), GivenNames: person.GivenNames, FamilyName: person.FamilyName,
		Language: person.Language, FirstSubmittedAt: row.FirstSubmittedAt, Target: row.Lane.Target(), Outcome: row.Outcome,
		ByMachine: row.DecidedBy == casefile.ByMachine, Reasons: row.Reasons, Mode: c.mode(me, row),
		HeadCovering: row.HeadCovering, Medical: row.Medical, Child: row.SmallChild,
	}
	if f.Mode == modeReview {
		f.HeldUntil = row.LeasedUntil
	}
	if f.BirthDate, err = time.Parse(time.DateOnly, person.BirthDate); err != nil {
		f.BirthDate = time.Time{} // an upstream system's odd date must not keep an officer from the photo
	}
	if !f.attempts(row, photos) {
		return caseFile{}, errNoCase
	}
	notes, err := c.store.Notes(ctx, row.ID)
	if err != nil {
		return caseFile{}, err
	}
	for _, n := range notes {
		switch {
		case n.PhotoID == f.PhotoID && n.Kind == store.NoteApplicant:
			f.Note = n.Body
		case n.Kind == store.NoteLetter && n.CreatedAt.Equal(row.DecidedAt): // not one of a decision that was undone
			f.Comment = n.Body
		}
	}
	if f.History, err = c.store.History(ctx, row.ID); err != nil {
		return caseFile{}, err
	}
	if f.Officers, err = c.officers(ctx, f.History); err != nil {
		return caseFile{}, err
	}
	f.After, err = c.afterwards(ctx, row, notes)
	return f, err
}

func (c *cases) mode(me store.Account, row store.CaseRow) string {
	switch {
	case row.State == casefile.InReview && row.LeasedBy == me.ID:
		return modeReview
	case row.State == casefile.Decided && row.OfficerID == me.ID && row.EffectiveAt.After(c.now()):
		return modeUndoable
	case row.State == casefile.InReview || row.State == casefile.Submitted:
		return modeWatch
	}
	return modeDone
}

// attempts fills in the submitted photos: the latest is the one the page is about. False if none was submitted.
func (f *caseFile) attempts(row store.CaseRow, photos []store.Photo) bool {
	submitted := slices.DeleteFunc(slices.Clone(photos), func(p store.Photo) bool { return p.SubmittedAt.IsZero() })
	if len(submitted) == 0 {
		return false
	}
	slices.SortStableFunc(submitted, func(a, b store.Photo) int { return a.SubmittedAt.Compare(b.SubmittedAt) })
	current := len(submitted) - 1
	for i, p := range submitted {
		if p.ID == row.PhotoID {
			current = i
		}
	}
	for i, p := range submitted {
		if i == current {
			f.PhotoID, f.SubmittedAt, f.Rendition, f.Print, f.Attempt = p.ID, p.SubmittedAt, p.Rendition, p.Print, i+1
			f.Lowered = p.Overrides
			f.DeclaredAt = p.DeclaredAt
			if p.Verdict != nil {
				f.Verdict = *p.Verdict
			}
			if f.Outcome == "" { // the case has moved on to another photo; this one keeps what was decided on it
				f.Outcome, f.ByMachine, f.Reasons = p.Outcome, p.DecidedBy == casefile.ByMachine, p.Reasons
			}
			continue
		}
		f.Earlier = append(f.Earlier, earlier{Number: i + 1, PhotoID: p.ID, SubmittedAt: p.SubmittedAt, Rendition: p.Rendition,
			Reasons: p.Reasons})
	}
	return true
}

// viewed notes in the history that the officer opened the case, and holds it for another while if it is theirs to decide.
func (c *cases) viewed(ctx context.Context, me store.Account, f *caseFile) error {
	return c.store.Tx(ctx, func(tx *store.Tx) error {
		if f.Mode == modeReview {
			row, err := tx.LeaseCase(ctx, f.CaseID, me.ID, c.now(), c.lease)
			if errors.Is(err, store.ErrStale) {
				return errNotHeld
			}
			if err != nil {
				return err
			}
			f.HeldUntil = row.LeasedUntil
		}
		return tx.Record(ctx, store.Entry{At: c.now(), Actor: store.ActorOfficer, ActorID: me.ID, Action: "view", CaseID: f.CaseID,
			PhotoID: f.PhotoID})
	})
}

// next takes the case that is due first into the officer's hands and returns its id, "" if none waits.
func (c *cases) next(ctx context.Context, me store.Account) (string, error) {
	var id string
	err := c.store.Tx(ctx, func(tx *store.Tx) error {
		row, err := tx.LeaseNext(ctx, me, c.now(), c.lease)
		if errors.Is(err, store.ErrNotFound) {
			id = ""
			return nil
		}
		id = row.ID
		return err
	})
	return id, err
}

// hold makes sure that the case is what the officer's page showed and in the officer's hands, and holds it a while longer.
func (c *cases) hold(ctx context.Context, me store.Account, in decision) (store.CaseRow, error) {
	row, err := c.store.Case(ctx, in.CaseID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return row, errNoCase
	case err != nil:
		return row, err
	}
	if err := told(c.store.NotWithdrawn(ctx, row.PersonID)); err != nil {
		return row, err
	}
	switch {
	case row.State == casefile.InReview && row.LeasedBy != me.ID:
		return row, errNotHeld
	case row.State != casefile.InReview && row.OfficerID != me.ID && me.Role != store.RoleSupervisor:
		return row, errNoCase
	case row.State != casefile.InReview || row.Version != in.Version || row.PhotoID != in.PhotoID:
		return row, errChanged
	}
	err = c.store.Tx(ctx, func(tx *store.Tx) error {
		row, err = tx.LeaseCase(ctx, in.CaseID, me.ID, c.now(), c.lease)
		return err
	})
	if errors.Is(err, store.ErrStale) {
		return row, errNotHeld
	}
	return row, err
}

func (c *cases) accept(ctx context.Context, me store.Account, in decision) error {
	if _, err := c.hold(ctx, me, in); err != nil {
		return err
	}
	return told(c.triage.Accept(ctx, in.triage(me)))
}

func (c *cases) giveBack(ctx context.Context, me store.Account, in decision) error {
	if _, err := c.hold(ctx, me, in); err != nil {
		return err
	}
	return told(c.triage.Return(ctx, in.triage(me)))
}

func (c *cases) undo(ctx context.Context, me store.Account, in decision) error {
	return told(c.triage.Undo(ctx, in.triage(me), c.lease))
}

func (d decision) triage(me store.Account) triage.Decision {
	return triage.Decision{OfficerID: me.ID, CaseID: d.CaseID, CaseVersion: d.Version, PhotoID: d.PhotoID, Reasons: d.Reasons,
		Comment: d.Comment}
}

// told turns what triage refuses into what an officer can be told.
func told(err error) error {
	for theirs, ours := range map[error]error{
		triage.ErrStale: errChanged, triage.ErrNotHeld: errNotHeld, triage.ErrTooLate: errUndoOver, triage.ErrNoPrint: errNoPrint,
		store.ErrNotFound: errNoCase, store.ErrWithdrawn: errGone,
	} {
		if errors.Is(err, theirs) {
			return ours
		}
	}
	return err
}

func (c *cases) skip(ctx context.Context, me store.Account, in decision, why string) error {
	if _, err := c.hold(ctx, me, in); err != nil {
		return err
	}
	err := c.store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Skip(ctx, in.CaseID, me.ID, why, c.now()); err != nil {
			return err
		}
		return tx.Record(ctx, store.Entry{At: c.now(), Actor: store.ActorOfficer, ActorID: me.ID, Action: "skip",
			CaseID: in.CaseID, PhotoID: in.PhotoID, Detail: map[string]any{"reason": why}})
	})
	if errors.Is(err, store.ErrStale) {
		return errNotHeld
	}
	return err
}

// undoable is a decision that the officer can still take back.
type undoable struct {
	CaseID  string
	Version int64
	Outcome casefile.Outcome
	Until   time.Time
}

func (c *cases) undoable(ctx context.Context, me store.Account) ([]undoable, error) {
	rows, err := c.store.UndoableCases(ctx, me.ID, c.now())
	if err != nil {
		return nil, err
	}
	var out []undoable
	for _, r := range slices.Backward(rows) { // the latest first: that is the one people want back
		out = append(out, undoable{r.ID, r.Version, r.Outcome, r.EffectiveAt})
	}
	return out, nil
}
