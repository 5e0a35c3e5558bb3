package triage_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"slices"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/intake"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// blurred would come back for its sharpness.
var blurred = map[report.CheckID]float64{report.Sharpness: -1e6}

// uploadOther uploads another file each time.
func (w *world) uploadOther() string {
	w.t.Helper()
	w.others++
	img := image.NewGray(image.Rect(0, 0, 720, 1010))
	img.Pix[0] = uint8(w.others)
	var b bytes.Buffer
	w.ok(png.Encode(&b, img))
	id, err := w.intake.AddPhoto(ctx, intake.Photo{CaseID: w.caseID, Data: b.Bytes(), Actor: store.ActorApplicant})
	w.ok(err)
	return id
}

func (w *world) tick(b casefile.Boxes) error {
	return w.triage.SetBoxes(ctx, triage.Ticked{CaseID: w.caseID, Boxes: b, AccountID: "acc"})
}

func (w *world) photo(id string) store.Photo {
	w.t.Helper()
	p, err := w.store.Photo(ctx, id)
	w.ok(err)
	return p
}

func (w *world) judged(id string, want report.Decision, overrides ...string) {
	w.t.Helper()
	p := w.photo(id)
	if p.Verdict.Decision != want || !slices.Equal(p.Overrides, overrides) {
		w.t.Errorf("decision %s, lowered %v; want %s, %v", p.Verdict.Decision, p.Overrides, want, overrides)
	}
}

func TestA6ABoxTurnsAReturnToAReview(t *testing.T) {
	onBoth(t, func(w *world) {
		w.ok(w.tick(casefile.Boxes{SmallChild: true}))
		photo := w.upload()
		w.apply(w.checked(photo, blurred), triage.AppliedMoved)
		w.judged(photo, report.DecisionReview, "sharpness")
		w.ok(w.submit(photo, false))
		w.state(casefile.InReview)
		if c := w.now(); c.Lane != casefile.LaneFlagged || c.AutoReturns != 0 || !c.SmallChild {
			t.Errorf("%+v", c)
		}
		w.is(w.tick(casefile.Boxes{}), triage.ErrAlreadySubmitted)
		w.judged(photo, report.DecisionReview, "sharpness")
	})
}

func TestA6ABoxTickedAfterTheVerdictJudgesAnew(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		w.apply(w.checked(photo, blurred), triage.AppliedMoved)
		w.judged(photo, report.DecisionReturn)
		before := w.now()
		w.ok(w.tick(casefile.Boxes{HeadCovering: true})) // has nothing to do with it
		w.judged(photo, report.DecisionReturn)
		w.ok(w.tick(casefile.Boxes{SmallChild: true}))
		w.judged(photo, report.DecisionReview, "sharpness")
		w.ok(w.tick(casefile.Boxes{SmallChild: true})) // changes nothing
		c := w.now()
		if c.State != casefile.Checked || c.Version != before.Version+2 || c.PhotoID != photo {
			t.Errorf("%+v", c)
		}
		w.ok(w.tick(casefile.Boxes{}))
		w.judged(photo, report.DecisionReturn)
		h, err := w.store.History(ctx, w.caseID)
		w.ok(err)
		var told []string
		for _, e := range h {
			if e.Action == "boxes" {
				told = append(told, fmt.Sprintf("%v %v", e.Detail["small_child"], e.Detail["decision"]))
			}
		}
		if want := []string{"false return", "true review", "false return"}; !slices.Equal(told, want) {
			t.Errorf("history %v, want %v", told, want)
		}
		w.ok(w.submit(photo, false))
		w.state(casefile.Returned)
		w.ok(w.tick(casefile.Boxes{SmallChild: true})) // for the next one
		w.judged(photo, report.DecisionReturn)
		next := w.upload()
		w.apply(w.checked(next, blurred), triage.AppliedMoved)
		w.judged(next, report.DecisionReview, "sharpness")
	})
}

func TestA7TheSamePhotoIsRecognised(t *testing.T) {
	onBoth(t, func(w *world) {
		check := func(id, hash string) store.Photo {
			t.Helper()
			e := w.checked(id, blurred)
			e.Report.PerceptualHash = hash
			if p := w.photo(id); p.Crop != nil {
				e.Report.Crop = p.Crop
			}
			w.apply(e, triage.AppliedMoved)
			w.clock = w.clock.Add(time.Minute)
			return w.photo(id)
		}
		first := check(w.upload(), "00000000000000ff")
		if first.PerceptualHash != "00000000000000ff" || first.SameAs != "" {
			t.Errorf("%+v", first)
		}
		// The very same file, of which nothing could be hashed.
		if p := check(w.upload(), ""); p.SameAs != first.ID {
			t.Errorf("the same file is same as %q", p.SameAs)
		}
		other := w.uploadOther()
		if p := check(other, "00000000000000f0"); p.SameAs != first.ID {
			t.Errorf("four bits: same as %q, want %s", p.SameAs, first.ID)
		}
		if p := check(w.uploadOther(), "ff000000000000ff"); p.SameAs != "" {
			t.Errorf("eight bits: same as %q", p.SameAs)
		}
		last := w.uploadOther()
		check(last, "0f0f0f0f0f0f0f0f")
		crop, err := w.intake.AddCrop(ctx, intake.Crop{CaseID: w.caseID, PhotoID: last, Rect: report.Rect{Width: 715, Height: 1001}, Frame: w.profile.Frame()})
		w.ok(err)
		if p := check(crop, "0f0f0f0f0f0f0f0f"); p.SameAs != "" {
			t.Errorf("a crop is the same as its upload, %q", p.SameAs)
		}
	})
}

func TestA6AReportOnAnotherCropIsNotOurs(t *testing.T) {
	onBoth(t, func(w *world) {
		upload := w.upload()
		w.apply(w.checked(upload, nil), triage.AppliedMoved)
		crop, err := w.intake.AddCrop(ctx, intake.Crop{CaseID: w.caseID, PhotoID: upload, Rect: report.Rect{Width: 715, Height: 1001}, Frame: w.profile.Frame()})
		w.ok(err)
		e := w.checked(crop, nil)
		e.Report.Crop = &report.Rect{X: 1, Width: 715, Height: 1001}
		w.apply(e, triage.AppliedUnknown)
		w.state(casefile.Checking)
		e.Report.Crop.X = 0
		w.apply(e, triage.AppliedMoved)
		w.state(casefile.Checked)
	})
}

// Ticking and a report that come at the same moment end in a verdict that knows of the box.
func TestA6ABoxAndAReportAtOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		e := w.checked(photo, blurred)
		errs := make(chan error, 2)
		go func() { errs <- w.tick(casefile.Boxes{SmallChild: true}) }()
		go func() {
			_, err := w.triage.ApplyReport(ctx, e)
			for tries := 0; err != nil && tries < 20; tries++ { // the consumer does the same
				_, err = w.triage.ApplyReport(ctx, e)
			}
			errs <- err
		}()
		w.ok(<-errs)
		w.ok(<-errs)
		w.state(casefile.Checked)
		w.judged(photo, report.DecisionReview, "sharpness")
	})
}

func TestA6OverridesOnlyLower(t *testing.T) {
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range p.Rules() {
		worst := rule.Score.WorstHigh
		if worst == nil {
			worst = rule.Score.WorstLow
		}
		m := report.Report{Checks: []report.Check{{ID: rule.ID, Measure: worst}}}
		all := casefile.Boxes{HeadCovering: true, Medical: true, SmallChild: true}
		plain, ticked := profile.Judge(p, m, nil), profile.Judge(p, m, all.Overrides())
		a, _ := plain.Check(rule.ID)
		b, _ := ticked.Check(rule.ID)
		if a.Action == report.Ignore && b.Action != report.Ignore || a.Action == report.ToReview && b.Action == report.ToReturn {
			t.Errorf("%s: %s becomes %s", rule.ID, a.Action, b.Action)
		}
	}
}
