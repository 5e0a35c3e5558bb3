package triage_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/intake"
	"prportal.example/internal/photos"
	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
	"prportal.example/internal/testphotos"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

var ctx = context.Background()

// world is one database with a case, and a clock that stands still until it is moved.
type world struct {
	t       *testing.T
	store   *store.Store
	objects *photos.Store
	intake  *intake.Service
	triage  *triage.Service
	profile *profile.Profile
	clock   time.Time
	caseID  string
	person  string
	others  int // see uploadOther
}

func onBoth(t *testing.T, test func(*world)) {
	testenv.OnBoth(t, func(t *testing.T, url string) { test(newWorld(t, url)) })
}

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	w := &world{t: t, clock: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}
	w.store = storetest.Open(t, url)
	var err error
	w.objects, err = photos.Open(testenv.Versity(t))
	w.ok(err)
	t.Cleanup(w.objects.Close)
	w.ok(w.objects.EnsureBuckets(ctx, photos.Uploads, photos.Renditions))
	w.profile, err = profile.Default()
	w.ok(err)
	now := func() time.Time { return w.clock }
	w.intake = intake.New(intake.Config{Store: w.store, Photos: w.objects, Now: now})
	w.triage = triage.New(triage.Config{Store: w.store, Profile: w.profile, UndoWindow: time.Minute, VerdictWait: 30 * time.Second, Now: now})
	p, caseID := storetest.Put(t, w.store, store.Person{Application: "A", ClientID: "C", GivenNames: "Zoë", Email: "z@x.example", Language: "fr"}, w.clock)
	w.caseID, w.person = caseID, p.ID
	w.address("1 First Road")
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) is(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Fatalf("error %v, want %v", err, want)
	}
}

func (w *world) now() store.CaseRow {
	w.t.Helper()
	c, err := w.store.Case(ctx, w.caseID)
	w.ok(err)
	return c
}

func (w *world) state(want casefile.State) {
	w.t.Helper()
	if c := w.now(); c.State != want {
		w.t.Fatalf("state %s, want %s", c.State, want)
	}
}

func (w *world) upload() string {
	w.t.Helper()
	data, err := testphotos.Read(testphotos.Obama)
	w.ok(err)
	id, err := w.intake.AddPhoto(ctx, intake.Photo{CaseID: w.caseID, Data: data, Actor: store.ActorApplicant})
	w.ok(err)
	return id
}

// checked makes the validator's report: everything at its best, unless a measure says otherwise.
func (w *world) checked(photoID string, measures map[report.CheckID]float64) event.PhotoChecked {
	w.t.Helper()
	p, err := w.store.Photo(ctx, photoID)
	w.ok(err)
	r := report.Report{Width: p.Width, Height: p.Height}
	for _, rule := range w.profile.Rules() {
		m := rule.Score.Best
		if v, ok := measures[rule.ID]; ok {
			m = v
		}
		r.Checks = append(r.Checks, report.Check{ID: rule.ID, Measure: report.Number(m)})
	}
	return event.PhotoChecked{PhotoID: photoID, CaseID: w.caseID, SHA256: p.SHA256, Report: r,
		Print: &event.ObjectRef{Key: photos.PrintKey(photoID), SHA256: strings.Repeat("ef", 32), Width: 715, Height: 1000, Size: 5}}
}

func (w *world) apply(e event.PhotoChecked, want triage.Applied) {
	w.t.Helper()
	got, err := w.triage.ApplyReport(ctx, e)
	w.ok(err)
	if got != want {
		w.t.Fatalf("applied %s, want %s", got, want)
	}
}

func (w *world) submit(photoID string, person bool) error {
	return w.triage.Submit(ctx, triage.Submission{CaseID: w.caseID, PhotoID: photoID, PersonAsked: person, Declared: true, Note: "please look", AccountID: "acc"})
}

// release does what the relay does with due rows.
func (w *world) release() {
	w.t.Helper()
	rows, err := w.store.DueRows(ctx, store.KindRelease, w.clock, 100)
	w.ok(err)
	for _, row := range rows {
		var p triage.ReleasePayload
		w.ok(json.Unmarshal(row.Payload, &p))
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
			return errors.Join(w.triage.Release(ctx, tx, p), tx.MarkSent(ctx, row.ID, w.clock))
		}))
	}
}

// mails lists the kinds of e-mail that wait; that a photo was submitted is told each time and has a test of its own.
func (w *world) mails() (kinds []store.MailKind) {
	w.t.Helper()
	rows, err := w.store.DueRows(ctx, store.KindMail, w.clock, 100)
	w.ok(err)
	for _, row := range rows {
		var p store.Mail
		w.ok(json.Unmarshal(row.Payload, &p))
		if p.PersonID != w.person {
			w.t.Errorf("e-mail to %s", p.PersonID)
		}
		if strings.Contains(string(row.Payload), "Zo") || strings.Contains(string(row.Payload), "@") {
			w.t.Errorf("personal data in the outbox: %s", row.Payload)
		}
		if p.Kind != store.MailPhotoSubmitted {
			kinds = append(kinds, p.Kind)
		}
	}
	return kinds
}

func (w *world) decision(photoID string, reasons ...report.Reason) triage.Decision {
	return triage.Decision{OfficerID: "olga", CaseID: w.caseID, CaseVersion: w.now().Version, PhotoID: photoID, Reasons: reasons}
}

var dark = map[report.CheckID]float64{report.TooDark: -5}

func TestAGoodPhotoGoesToAnOfficerAndIsAccepted(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.state(casefile.Checking)
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
		w.state(casefile.Checked)
		w.ok(w.submit(photo, false))
		w.state(casefile.InReview)
		if c := w.now(); c.Lane != casefile.LaneClean || !c.DueAt.Equal(w.clock.Add(72*time.Hour)) {
			t.Errorf("lane %s due %s", c.Lane, c.DueAt)
		}
		w.ok(w.triage.Accept(ctx, w.decision(photo)))
		w.state(casefile.Decided)
		w.clock = w.clock.Add(59 * time.Second)
		w.release()
		w.state(casefile.Decided)
		if m := w.mails(); len(m) != 0 {
			t.Errorf("told before the window was over: %v", m)
		}
		w.clock = w.clock.Add(time.Second)
		w.release()
		w.state(casefile.Accepted)
		if m := w.mails(); !slices.Equal(m, []store.MailKind{store.MailPhotoAccepted}) {
			t.Errorf("mails %v", m)
		}
		rows, err := w.store.DueRows(ctx, store.KindEvent, w.clock, 10)
		w.ok(err)
		var order event.CardOrdered
		if _, err := event.Decode(rows[len(rows)-1].Payload, &order); err != nil || order.PrintSHA256 != strings.Repeat("ef", 32) || order.PhotoID != photo {
			t.Errorf("%+v %v", order, err)
		}
		w.is(w.triage.Undo(ctx, w.decision(photo), time.Minute), triage.ErrTooLate)
		if _, err := w.intake.AddPhoto(ctx, intake.Photo{CaseID: w.caseID, Data: mustRead(t)}); !errors.Is(err, intake.ErrLocked) {
			t.Errorf("upload after acceptance: %v", err)
		}
		h, err := w.store.History(ctx, w.caseID)
		w.ok(err)
		var actions []string
		for _, e := range h {
			actions = append(actions, e.Action)
		}
		if want := []string{"upload", "verdict", "submit", "queue", "accept", "release_accept"}; !slices.Equal(actions, want) {
			t.Errorf("history %v", actions)
		}
	})
}

func mustRead(t *testing.T) []byte {
	t.Helper()
	data, err := testphotos.Read(testphotos.Obama)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestA8ADarkPhotoIsReturnedByItselfTwiceThenGoesToAnOfficer(t *testing.T) {
	onBoth(t, func(w *world) {
		for i := range 2 {
			photo := w.upload()
			w.apply(w.checked(photo, dark), triage.AppliedMoved)
			w.ok(w.submit(photo, false))
			w.state(casefile.Returned)
			c := w.now()
			if c.AutoReturns != i+1 || c.DecidedBy != casefile.ByMachine || !slices.Equal(c.Reasons, []report.Reason{report.ReasonTooDark}) {
				t.Errorf("%+v", c.Case)
			}
		}
		if m := w.mails(); len(m) != 2 || m[0] != store.MailPhotoReturned {
			t.Errorf("mails %v", m)
		}
		photo := w.upload()
		w.apply(w.checked(photo, dark), triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		w.state(casefile.InReview)
		all, err := w.store.PhotosOfCase(ctx, w.caseID)
		w.ok(err)
		if len(all) != 3 || all[0].Outcome != casefile.OutcomeReturn || !all[0].ReplacedAt.IsZero() {
			t.Errorf("attempts %+v", all)
		}
		if c := w.now(); !c.FirstSubmittedAt.Equal(all[0].SubmittedAt) {
			t.Error("trying again moved the case to the back")
		}
	})
}

func TestA7WhoAsksForAPersonGetsOne(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, dark), triage.AppliedMoved)
		w.ok(w.submit(photo, true))
		w.state(casefile.InReview)
		if c := w.now(); c.Lane != casefile.LaneAsked {
			t.Errorf("lane %s", c.Lane)
		}
		notes, err := w.store.Notes(ctx, w.caseID)
		w.ok(err)
		if len(notes) != 1 || notes[0].Body != "please look" {
			t.Errorf("%+v", notes)
		}
	})
}

func TestA8AReturnedPhotoCanBeLookedAtByAPerson(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, dark), triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		w.state(casefile.Returned)
		w.is(w.submit(photo, false), triage.ErrNoPhoto)
		w.ok(w.submit(photo, true))
		w.state(casefile.InReview)
	})
}

func TestA7SubmittedBeforeTheVerdict(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.ok(w.submit(photo, false))
		w.state(casefile.Submitted)
		w.is(w.submit(photo, false), triage.ErrAlreadySubmitted)
		w.apply(w.checked(photo, dark), triage.AppliedMoved)
		w.state(casefile.Returned)
		w.apply(w.checked(photo, nil), triage.AppliedLate) // a later report changes no decision
		w.state(casefile.Returned)
	})
}

func TestReportsOnOtherPhotos(t *testing.T) {
	onBoth(t, func(w *world) {
		first := w.upload()
		late := w.checked(first, dark)
		second := w.upload()
		w.apply(late, triage.AppliedStored)
		w.state(casefile.Checking)
		w.is(w.submit(first, false), triage.ErrStale)
		w.apply(w.checked(second, nil), triage.AppliedMoved)
		forged := w.checked(second, dark)
		forged.SHA256 = strings.Repeat("00", 32)
		w.apply(forged, triage.AppliedUnknown)
		unknown := forged
		unknown.PhotoID = "nobody's"
		w.apply(unknown, triage.AppliedUnknown)
		w.state(casefile.Checked)
		replaced, err := w.store.Photo(ctx, first)
		w.ok(err)
		if replaced.ReplacedAt.IsZero() {
			t.Error("the first photo is not marked as replaced")
		}
	})
}

func TestUndo(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		page := w.decision(photo, report.ReasonGlare)
		page.Comment = "the left lens"
		w.ok(w.triage.Return(ctx, page))
		w.is(w.triage.Return(ctx, page), triage.ErrStale)
		other := w.decision(photo)
		other.OfficerID = "otto"
		w.is(w.triage.Undo(ctx, other, time.Minute), triage.ErrNotHeld)
		w.ok(w.triage.Undo(ctx, w.decision(photo), time.Minute))
		w.state(casefile.InReview)
		w.clock = w.clock.Add(2 * time.Minute)
		w.release()
		w.state(casefile.InReview)
		if m := w.mails(); len(m) != 0 {
			t.Errorf("an undone decision was told: %v", m)
		}
		page = w.decision(photo, report.ReasonGlare)
		page.Comment = "the right lens"
		w.ok(w.triage.Return(ctx, page))
		w.clock = w.clock.Add(time.Minute)
		w.release()
		w.state(casefile.Returned)
		rows, err := w.store.DueRows(ctx, store.KindMail, w.clock, 10)
		w.ok(err)
		var p store.Mail
		w.ok(json.Unmarshal(rows[len(rows)-1].Payload, &p))
		notes, err := w.store.Notes(ctx, w.caseID)
		w.ok(err)
		for _, n := range notes {
			if n.ID == p.NoteID && n.Body != "the right lens" {
				t.Errorf("the letter carries %q", n.Body)
			}
		}
		if p.NoteID == "" {
			t.Error("the letter carries no comment")
		}
	})
}

func TestOfficersRules(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		e := w.checked(photo, nil)
		e.Print = nil
		w.apply(e, triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		w.is(w.triage.Accept(ctx, w.decision(photo)), triage.ErrNoPrint)
		w.is(w.triage.Return(ctx, w.decision(photo)), triage.ErrReasons)
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
			_, err := tx.LeaseCase(ctx, w.caseID, "otto", w.clock, time.Minute)
			return err
		}))
		w.is(w.triage.Return(ctx, w.decision(photo, report.ReasonGlare)), triage.ErrNotHeld)
		stale := w.decision(photo, report.ReasonGlare)
		stale.PhotoID = "another"
		w.is(w.triage.Return(ctx, stale), triage.ErrStale)
		w.state(casefile.InReview)
	})
}

func TestOneOf16SubmitsAndOneOf16Decides(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
		count := func(try func() error, losing ...error) int32 {
			var won atomic.Int32
			var wg sync.WaitGroup
			for range 16 {
				wg.Go(func() {
					err := try()
					if err == nil {
						won.Add(1)
					} else if !slices.ContainsFunc(losing, func(l error) bool { return errors.Is(err, l) }) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			return won.Load()
		}
		if n := count(func() error { return w.submit(photo, false) }, triage.ErrAlreadySubmitted, triage.ErrStale); n != 1 {
			t.Errorf("submitted %d times", n)
		}
		page := w.decision(photo)
		if n := count(func() error { return w.triage.Accept(ctx, page) }, triage.ErrStale); n != 1 {
			t.Errorf("accepted %d times", n)
		}
	})
}

func TestRefusedUploadsStoreNothing(t *testing.T) {
	onBoth(t, func(w *world) {
		_, err := w.intake.AddPhoto(ctx, intake.Photo{CaseID: w.caseID, Data: []byte("%PDF-1.7")})
		var refusal *header.Refusal
		if !errors.As(err, &refusal) || refusal.Code != header.NotJPEGOrPNG {
			t.Fatalf("%v", err)
		}
		w.state(casefile.Open)
		w.is(w.submit("", false), triage.ErrNoPhoto)
		photo := w.upload()
		w.ok(w.submit(photo, false))
		_, err = w.intake.AddPhoto(ctx, intake.Photo{CaseID: w.caseID, Data: mustRead(t)})
		w.is(err, intake.ErrLocked)
		all, err := w.store.PhotosOfCase(ctx, w.caseID)
		w.ok(err)
		if len(all) != 1 {
			t.Errorf("%d photos", len(all))
		}
	})
}

func TestReportsThatNeverCameAreAskedForAgain(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.clock = w.clock.Add(time.Hour)
		n, err := w.intake.Reemit(ctx, w.clock.Add(-time.Minute))
		w.ok(err)
		rows, err := w.store.DueRows(ctx, store.KindEvent, w.clock, 10)
		w.ok(err)
		var e event.PhotoUploaded
		_, err = event.Decode(rows[1].Payload, &e)
		w.ok(err)
		if n != 1 || e.PhotoID != photo || rows[1].Headers["topic"] != event.TopicPhotoUploadedBulk {
			t.Errorf("%d, %+v, %v", n, e, rows[1].Headers)
		}
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
		if m := w.mails(); !slices.Equal(m, []store.MailKind{store.MailVerdictReady}) {
			t.Errorf("after a long wait the result comes by e-mail, got %v", m)
		}
		if n, err := w.intake.Reemit(ctx, w.clock); n != 0 || err != nil {
			t.Errorf("%d %v", n, err)
		}
	})
}

func TestWhoAskedBeforeTheVerdictGetsAPersonWhateverItSays(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.ok(w.submit(photo, true))
		w.state(casefile.Submitted)
		w.apply(w.checked(photo, dark), triage.AppliedMoved)
		w.state(casefile.InReview)
		if c := w.now(); c.Lane != casefile.LaneAsked || c.AutoReturns != 0 {
			t.Errorf("%+v", c)
		}
		if m := w.mails(); len(m) != 0 {
			t.Errorf("mails %v", m)
		}
	})
}

func TestAFlaggedPhotoGoesToItsLane(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, map[report.CheckID]float64{report.Background: 5}), triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		w.state(casefile.InReview)
		if c := w.now(); c.Lane != casefile.LaneFlagged || !c.DueAt.Equal(w.clock.Add(48*time.Hour)) || c.PersonAsked {
			t.Errorf("%+v", c)
		}
	})
}

func TestOnlyTheReturnedPhotoCanBeLookedAt(t *testing.T) {
	onBoth(t, func(w *world) {
		w.is(w.submit("", true), triage.ErrNoPhoto)
		photo := w.upload()
		w.apply(w.checked(photo, dark), triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		returned := w.now()
		w.clock = w.clock.Add(time.Hour)
		w.is(w.submit("another", true), triage.ErrNoPhoto)
		w.state(casefile.Returned)
		w.ok(w.submit(photo, true))
		c := w.now()
		if c.Lane != casefile.LaneAsked || !c.DueAt.Equal(returned.FirstSubmittedAt.Add(24*time.Hour)) || c.Outcome != "" ||
			len(c.Reasons) != 0 || !c.SubmittedAt.Equal(w.clock) {
			t.Errorf("%+v", c)
		}
		w.is(w.submit(photo, true), triage.ErrAlreadySubmitted)
		// An officer returns it as well; the applicant may ask again, or send another.
		w.ok(w.triage.Return(ctx, w.decision(photo, report.ReasonTooDark)))
		w.clock = w.clock.Add(time.Minute)
		w.release()
		w.state(casefile.Returned)
		if c := w.now(); c.DecidedBy != casefile.ByOfficer || c.AutoReturns != 1 {
			t.Errorf("%+v", c)
		}
	})
}

func TestA7ALateVerdictIsToldByMail(t *testing.T) {
	onBoth(t, func(w *world) {
		for _, c := range []struct {
			after time.Duration
			want  []store.MailKind
		}{{30 * time.Second, nil}, {30*time.Second + time.Millisecond, []store.MailKind{store.MailVerdictReady}}} {
			photo := w.upload()
			w.clock = w.clock.Add(c.after)
			w.apply(w.checked(photo, nil), triage.AppliedMoved)
			if m := w.mails(); !slices.Equal(m, c.want) {
				t.Errorf("after %v: mails %v, want %v", c.after, m, c.want)
			}
		}
	})
}

func TestAReportThatBreaksTheContractIsRefused(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		e := w.checked(photo, nil)
		e.Report.Crop = &report.Rect{X: 1, Y: 1, Width: 1 << 20, Height: 5}
		if _, err := w.triage.ApplyReport(ctx, e); err == nil || store.IsDown(err) {
			t.Errorf("%v", err)
		}
		w.state(casefile.Checking)
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
	})
}

func TestTheVerdictIsThePortalsOwn(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		e := w.checked(photo, dark)
		e.Report.Decision, e.Report.Reasons, e.Report.Profile = report.DecisionPass, []report.Reason{}, "lenient@0"
		w.apply(e, triage.AppliedMoved)
		p, err := w.store.Photo(ctx, photo)
		w.ok(err)
		if p.Verdict.Decision != report.DecisionReturn || p.VerdictProfile != w.profile.ID() ||
			!slices.Equal(p.Verdict.Reasons, []report.Reason{report.ReasonTooDark}) {
			t.Errorf("%s by %s for %v", p.Verdict.Decision, p.VerdictProfile, p.Verdict.Reasons)
		}
		w.apply(w.checked(photo, nil), triage.AppliedLate)
		p, err = w.store.Photo(ctx, photo)
		w.ok(err)
		if p.Verdict.Decision != report.DecisionReturn || p.LateReports != 1 {
			t.Errorf("a late report changed the verdict: %+v", p)
		}
	})
}

func TestAReturnNamesKnownReasons(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		w.is(w.triage.Return(ctx, w.decision(photo, report.ReasonGlare, "because")), triage.ErrReasons)
		w.state(casefile.InReview)
		w.ok(w.triage.Return(ctx, w.decision(photo, report.ReasonGlare, report.ReasonOther)))
	})
}

func TestADecisionTakesEffectOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		w.ok(w.triage.Accept(ctx, w.decision(photo)))
		w.clock = w.clock.Add(time.Minute)
		release := triage.ReleasePayload{CaseID: w.caseID, Version: w.now().Version}
		for range 3 { // its row comes again when a relay dies between commit and mark
			w.ok(w.store.Tx(ctx, func(tx *store.Tx) error { return w.triage.Release(ctx, tx, release) }))
		}
		w.state(casefile.Accepted)
		if m := w.mails(); len(m) != 1 {
			t.Errorf("mails %v", m)
		}
		rows, err := w.store.DueRows(ctx, store.KindEvent, w.clock, 10)
		w.ok(err)
		if len(rows) != 2 { // the upload and one order
			t.Errorf("%d events", len(rows))
		}
		err = w.store.Tx(ctx, func(tx *store.Tx) error {
			return w.triage.Release(ctx, tx, triage.ReleasePayload{CaseID: "nobody's", Version: 1})
		})
		w.is(err, store.ErrNotFound)
	})
}

// TestUndoAndReleaseAtOnce lets both try at the moment that the window ends: exactly one of them gets the case.
func TestUndoAndReleaseAtOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, nil), triage.AppliedMoved)
		w.ok(w.submit(photo, false))
		w.ok(w.triage.Accept(ctx, w.decision(photo)))
		undo := w.decision(photo)
		release := triage.ReleasePayload{CaseID: w.caseID, Version: undo.CaseVersion}
		var wg sync.WaitGroup
		var undone, released atomic.Bool
		wg.Go(func() { undone.Store(w.triage.Undo(ctx, undo, time.Minute) == nil) })
		wg.Go(func() {
			released.Store(w.store.Tx(ctx, func(tx *store.Tx) error { return w.triage.Release(ctx, tx, release) }) == nil)
		})
		wg.Wait()
		c := w.now()
		switch {
		case undone.Load() && c.State == casefile.InReview && len(w.mails()) == 0:
		case !undone.Load() && released.Load() && c.State == casefile.Accepted && len(w.mails()) == 1:
		default:
			t.Errorf("undone %t, released %t, state %s, mails %v", undone.Load(), released.Load(), c.State, w.mails())
		}
	})
}
