package intake_test

import (
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/intake"
	"prportal.example/internal/store"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func frame(w *world) profile.Frame {
	w.Helper()
	p, err := profile.Default()
	w.ok(err)
	return p.Frame()
}

func (w *world) crop(photoID string, r report.Rect) (string, error) {
	return w.intake.AddCrop(ctx, intake.Crop{CaseID: w.caseID, PhotoID: photoID, Rect: r, Frame: frame(w), Actor: store.ActorApplicant, ActorID: "acc"})
}

func TestA6ACropIsAPhotoOfItsOwn(t *testing.T) {
	onBoth(t, func(w *world) {
		upload := w.upload() // 910×1137
		w.move(casefile.Report)
		w.clock = w.clock.Add(time.Minute)
		first := report.Rect{X: 10, Y: 20, Width: 750, Height: 1050}
		id, err := w.crop(upload, first)
		w.ok(err)
		p, c, of := w.photo(id), w.now(), w.photo(upload)
		if p.UploadID != upload || p.Upload() != upload || p.Crop == nil || *p.Crop != first || p.SHA256 != of.SHA256 || p.Size != of.Size ||
			p.Width != 910 || p.Height != 1137 || p.Format != "jpeg" || !p.UploadedAt.Equal(w.clock) {
			t.Errorf("%+v", p)
		}
		if c.State != casefile.Checking || c.PhotoID != id || !of.ReplacedAt.Equal(w.clock) || of.Upload() != upload {
			t.Errorf("%+v, the upload %+v", c, of)
		}
		events, topics := w.asked()
		e := events[len(events)-1]
		if e.PhotoID != id || e.UploadID != upload || e.Crop == nil || *e.Crop != first || e.SHA256 != p.SHA256 || e.CaseVersion != c.Version ||
			topics[len(topics)-1] != event.TopicPhotoUploaded {
			t.Errorf("%+v to %v", e, topics)
		}
		// A crop of a crop is one of the upload, not of the crop.
		second := report.Rect{X: 100, Y: 130, Width: 715, Height: 1001}
		again, err := w.crop(id, second)
		w.ok(err)
		if p := w.photo(again); p.UploadID != upload || *p.Crop != second {
			t.Errorf("%+v", p)
		}
		w.ok(w.object(upload))
		h, err := w.store.History(ctx, w.caseID)
		w.ok(err)
		if last := h[len(h)-1]; last.Action != "crop" || last.PhotoID != again || last.Detail["upload_id"] != upload {
			t.Errorf("%+v", last)
		}
		// When its report got lost, the same crop is asked for once more.
		w.clock = w.clock.Add(time.Hour)
		if _, err := w.intake.Reemit(ctx, w.clock); err != nil {
			t.Fatal(err)
		}
		events, topics = w.asked()
		if e := events[len(events)-1]; topics[len(topics)-1] != event.TopicPhotoUploadedBulk || e.UploadID != upload || e.Crop == nil {
			t.Errorf("%+v to %v", e, topics)
		}
	})
}

func TestA6ACropThatCannotBeMadeStoresNothing(t *testing.T) {
	onBoth(t, func(w *world) {
		good := report.Rect{X: 10, Y: 20, Width: 750, Height: 1050}
		_, err := w.crop("nobody's", good)
		w.is(err, intake.ErrReplaced)
		upload := w.upload()
		before, _ := w.asked()
		for want, r := range map[error]report.Rect{
			profile.ErrCropOutside: {X: 200, Width: 715, Height: 1001}, profile.ErrCropSmall: {Width: 500, Height: 700},
			profile.ErrCropShape: {Width: 800, Height: 1001},
		} {
			_, err := w.crop(upload, r)
			w.is(err, want)
			w.is(err, profile.ErrCrop)
		}
		_, err = w.intake.AddCrop(ctx, intake.Crop{CaseID: "another", PhotoID: upload, Rect: good, Frame: frame(w)})
		w.is(err, intake.ErrReplaced)
		newer := w.upload()
		_, err = w.crop(upload, good) // another tab was quicker
		w.is(err, intake.ErrReplaced)
		w.move(casefile.Submit)
		_, err = w.crop(newer, good)
		w.is(err, intake.ErrLocked)
		after, _ := w.asked()
		all, err := w.store.PhotosOfCase(ctx, w.caseID)
		w.ok(err)
		if len(all) != 2 || len(after) != len(before)+1 {
			t.Errorf("%d photos, %d events", len(all), len(after))
		}
	})
}

// TestA6ACropOfAnUploadThatIsGone: no photo is made of a file that is about to be removed.
func TestA6ACropOfAnUploadThatIsGone(t *testing.T) {
	onBoth(t, func(w *world) {
		upload := w.upload()
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.MarkReplaced(ctx, upload, w.clock); err != nil {
				return err
			}
			return tx.DeletePhoto(ctx, upload, w.clock)
		}))
		_, err := w.crop(upload, report.Rect{X: 10, Y: 20, Width: 750, Height: 1050})
		w.is(err, intake.ErrGone)
		if all, err := w.store.PhotosOfCase(ctx, w.caseID); err != nil || len(all) != 1 || w.now().PhotoID != upload {
			t.Errorf("%d photos, %v", len(all), err)
		}
	})
}

func TestA6BoxesComeWithTheUploadAndStay(t *testing.T) {
	onBoth(t, func(w *world) {
		ticked := casefile.Boxes{HeadCovering: true, SmallChild: true}
		_, err := w.intake.AddPhoto(ctx, intake.Photo{CaseID: w.caseID, Data: w.data, Boxes: &ticked, Actor: store.ActorApplicant, ActorID: "acc"})
		w.ok(err)
		if c := w.now(); c.Boxes() != ticked {
			t.Errorf("%+v", c.Boxes())
		}
		h, err := w.store.History(ctx, w.caseID)
		w.ok(err)
		if d := h[0].Detail; d["head_covering"] != true || d["medical"] != false || d["small_child"] != true {
			t.Errorf("%v", d)
		}
		w.data, err = testphotos.Read(testphotos.Biden)
		w.ok(err)
		w.upload() // says nothing of them
		if c := w.now(); c.Boxes() != ticked {
			t.Errorf("a later upload has unticked them: %+v", c.Boxes())
		}
		none := casefile.Boxes{}
		_, err = w.intake.AddPhoto(ctx, intake.Photo{CaseID: w.caseID, Data: w.data, Boxes: &none, Actor: store.ActorApplicant})
		w.ok(err)
		if c := w.now(); c.Boxes() != none {
			t.Errorf("%+v", c.Boxes())
		}
	})
}
