package intake_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/intake"
	"prportal.example/internal/photos"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
	"prportal.example/pkg/photocheck/report"
)

const fortnight = 14 * 24 * time.Hour

// checked gives a photo a verdict with evidence, and the pictures that the pipeline makes.
func (w *world) checked(id string) {
	w.Helper()
	var refs []*event.ObjectRef
	for _, key := range []string{photos.RenditionKey(id), photos.PrintKey(id)} {
		sum, err := w.objects.Put(ctx, photos.Renditions, key, w.data, "image/jpeg")
		w.ok(err)
		refs = append(refs, &event.ObjectRef{Key: key, SHA256: sum, Width: 5, Height: 7, Size: 9})
	}
	verdict := report.Report{Decision: report.DecisionReview, Reasons: []report.Reason{report.ReasonGlare}, Checks: []report.Check{
		{ID: report.Glare, Outcome: report.Fail, Evidence: []report.Evidence{{Kind: report.Box, Label: "glare", Points: [][2]float64{{1, 2}, {3, 4}}}}}}}
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.StoreVerdict(ctx, store.Verdict{PhotoID: id, SHA256: w.photo(id).SHA256, Report: verdict, Rendition: refs[0],
			Print: refs[1], At: w.clock})
		return err
	}))
}

// pictures counts what of a photo lies in the store: the upload, the rendition, the print.
func (w *world) pictures(id string) int {
	w.Helper()
	n := 0
	for key, bucket := range map[string]string{id: photos.Uploads, photos.RenditionKey(id): photos.Renditions, photos.PrintKey(id): photos.Renditions} {
		if _, err := w.objects.Get(ctx, bucket, key, 20<<20); err == nil {
			n++
		}
	}
	return n
}

func (w *world) deletes(in *intake.Service, want int) {
	w.Helper()
	if n, err := in.DeleteReplaced(ctx, w.clock.Add(-fortnight)); err != nil || n != want {
		w.Errorf("deleted %d, %v, want %d", n, err, want)
	}
}

func TestA8ReplacedPhotosAreDeletedAfterTwoWeeks(t *testing.T) {
	onBoth(t, func(w *world) {
		submitted := w.upload()
		w.move(casefile.Report, casefile.Submit, casefile.Queue, casefile.Decide, casefile.ReleaseReturn)
		replaced := w.upload()
		w.checked(replaced)
		w.checked(submitted)
		current := w.upload()
		w.checked(current)
		w.clock = w.clock.Add(fortnight)
		w.deletes(w.intake, 0) // to the day
		w.clock = w.clock.Add(time.Second)
		w.deletes(w.intake, 1)
		w.deletes(w.intake, 0)
		for id, want := range map[string]int{submitted: 3, replaced: 0, current: 3} {
			if n := w.pictures(id); n != want {
				t.Errorf("%d pictures are left, want %d", n, want)
			}
		}
		p := w.photo(replaced)
		if !p.DeletedAt.Equal(w.clock) || p.Rendition != nil || p.Print != nil || p.Verdict == nil ||
			p.Verdict.Reasons[0] != report.ReasonGlare || p.Verdict.Checks[0].Evidence == nil || len(p.Verdict.Checks[0].Evidence) != 0 {
			t.Errorf("%+v", p)
		}
		if p := w.photo(current); !p.DeletedAt.IsZero() || p.Rendition == nil || len(p.Verdict.Checks[0].Evidence) != 1 {
			t.Errorf("%+v", p)
		}
		h, err := w.store.History(ctx, w.caseID)
		w.ok(err)
		if last := h[len(h)-1]; last.Action != "photo_deleted" || last.PhotoID != replaced || last.Actor != store.ActorMachine || len(w.pending()) != 0 {
			t.Errorf("%+v, pending %v", last, w.pending())
		}
	})
}

// TestA8ALateReportBringsNothingBack: the pictures of a deleted photo that the pipeline makes too late go as well.
func TestA8ALateReportBringsNothingBack(t *testing.T) {
	onBoth(t, func(w *world) {
		upload := w.upload()
		crop := w.cropOf(upload)
		w.upload()
		w.clock = w.clock.Add(fortnight + time.Second)
		w.deletes(w.intake, 2)
		for _, id := range []string{upload, crop} {
			w.checked(id)
			if p := w.photo(id); p.Verdict != nil || p.Rendition != nil || p.Print != nil || p.LateReports != 1 {
				t.Errorf("%+v", p)
			}
		}
		if n, err := w.intake.Sweep(ctx, w.clock.Add(-24*time.Hour)); err != nil || n != 2 || w.pictures(upload)+w.pictures(crop) != 0 || len(w.pending()) != 0 {
			t.Errorf("swept %d, %v; pending %v", n, err, w.pending())
		}
	})
}

// TestA8TheFileOfACropStays: a photo that is a crop of another's upload keeps that file, and it goes with the last of them.
func TestA8TheFileOfACropStays(t *testing.T) {
	onBoth(t, func(w *world) {
		upload := w.upload()
		w.checked(upload)
		crop := w.cropOf(upload)
		w.clock = w.clock.Add(fortnight + time.Second)
		w.deletes(w.intake, 1)
		if n := w.pictures(upload); n != 1 { // the file
			t.Errorf("%d pictures of the upload are left", n)
		}
		w.upload()
		w.deletes(w.intake, 0)
		w.clock = w.clock.Add(fortnight + time.Second)
		w.deletes(w.intake, 1)
		if !w.photo(crop).DeletedAt.Equal(w.clock) || w.pictures(upload)+w.pictures(crop) != 0 || len(w.pending()) != 0 {
			t.Errorf("%+v; pending %v", w.photo(crop), w.pending())
		}
	})
}

// cropOf makes another photo current that is a crop of an upload.
func (w *world) cropOf(upload string) string {
	w.Helper()
	p := w.photo(upload)
	p.ID, p.UploadedAt = store.NewID(), w.clock
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, w.caseID)
		if err != nil {
			return err
		}
		before := c.Version
		c.PhotoID = p.ID
		for _, step := range []func() error{
			func() error { return c.Apply(casefile.Upload) },
			func() error { return tx.InsertPhoto(ctx, p) },
			func() error { return tx.MarkReplaced(ctx, upload, w.clock) },
			func() error { return tx.SaveCase(ctx, c, before) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}))
	driver, address := "pgx", w.url
	if path, ok := strings.CutPrefix(w.url, "sqlite:"); ok {
		driver, address = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, address)
	w.ok(err)
	defer db.Close()
	_, err = db.ExecContext(ctx, `UPDATE photos SET upload_id = $1 WHERE id = $2`, upload, p.ID)
	w.ok(err)
	return p.ID
}

// withdraw withdraws the person's application, or approves it again with the zero time.
func (w *world) withdraw(at time.Time) {
	w.Helper()
	p, err := w.store.PersonByClientID(ctx, "C")
	w.ok(err)
	p.WithdrawnAt = at
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error { _, err := tx.PutPerson(ctx, p, w.clock); return err }))
}

// TestA8ADeletionThatIsCutShortGoesOn: the object store is down when a photo is to be deleted.
func TestA8ADeletionThatIsCutShortGoesOn(t *testing.T) {
	onBoth(t, func(w *world) {
		replaced := w.upload()
		w.checked(replaced)
		w.upload()
		w.clock = w.clock.Add(fortnight + time.Second)
		down := testenv.Versity(t)
		down.Endpoint = "127.0.0.1:1"
		objects, err := photos.Open(down)
		w.ok(err)
		defer objects.Close()
		if n, err := w.service(objects).DeleteReplaced(ctx, w.clock.Add(-fortnight)); err == nil || n != 0 {
			t.Errorf("deleted %d, %v", n, err)
		}
		if p := w.photo(replaced); p.DeletedAt.IsZero() || p.Rendition != nil || w.pictures(replaced) != 3 {
			t.Errorf("it is still shown, or gone without a store: %+v", p)
		}
		if n, err := w.intake.Sweep(ctx, w.clock.Add(-24*time.Hour)); err != nil || n != 1 || w.pictures(replaced) != 0 {
			t.Errorf("swept %d, %v, %d are left", n, err, w.pictures(replaced))
		}
	})
}

func TestP7AWithdrawnPersonsPhotoIsRefused(t *testing.T) {
	onBoth(t, func(w *world) {
		w.withdraw(w.clock)
		_, err := w.add(w.data)
		w.is(err, store.ErrWithdrawn)
		w.untouched()
		w.withdraw(time.Time{})
		w.intake = w.whenStored(func(string) { w.withdraw(w.clock) }) // in the middle
		_, err = w.add(w.data)
		w.is(err, store.ErrWithdrawn)
		w.untouched()
	})
}

func TestP7BulkWorkHasItsOwnTopic(t *testing.T) {
	onBoth(t, func(w *world) {
		_, err := w.intake.AddPhoto(ctx, intake.Photo{CaseID: w.caseID, Data: w.data, Actor: store.ActorOffice, Bulk: true})
		w.ok(err)
		if _, topics := w.asked(); len(topics) != 1 || topics[0] != event.TopicPhotoUploadedBulk {
			t.Errorf("asked on %v", topics)
		}
	})
}
