package validation_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/bus"
	"prportal.example/internal/event"
	"prportal.example/internal/photos"
	"prportal.example/internal/sandbox"
	"prportal.example/internal/testphotos"
	"prportal.example/internal/validation"
	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/report"
)

// stored makes sure that an object is what the report says of it.
func (r *rig) stored(ref *event.ObjectRef, key string) {
	r.Helper()
	if ref == nil || ref.Key != key {
		r.Fatalf("object %+v, want one under %s", ref, key)
	}
	data, err := r.store.GetExact(r.Context(), photos.Renditions, ref.Key, ref.Size, ref.SHA256)
	if err != nil {
		r.Fatal(err)
	}
	h, err := header.Read(data)
	if err != nil || h.Width != ref.Width || h.Height != ref.Height || int64(len(data)) != ref.Size {
		r.Errorf("%s has %d×%d pixels and %d bytes (%v), the report says %+v", key, h.Width, h.Height, len(data), err, *ref)
	}
}

func TestAGoodPhotoAndOneThatIsReturned(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	p := r.upload(photo(t, testphotos.Biden))
	_, checked := r.report(p)
	if rep := checked.Report; rep.Error != nil || rep.Decision == report.DecisionReturn || rep.Crop == nil {
		t.Errorf("decision %s for %v, crop %v", rep.Decision, rep.Reasons, rep.Crop)
	}
	r.stored(checked.Rendition, photos.RenditionKey(p.PhotoID))
	r.stored(checked.Print, photos.PrintKey(p.PhotoID))
	decision := string(checked.Report.Decision)

	p = r.upload(photo(t, testphotos.Coffee))
	_, checked = r.report(p)
	if rep := checked.Report; rep.Decision != report.DecisionReturn || len(rep.Reasons) == 0 || rep.Reasons[0] != report.ReasonNotOneFace {
		t.Errorf("coffee: decision %s for %v", rep.Decision, rep.Reasons)
	}
	r.stored(checked.Rendition, photos.RenditionKey(p.PhotoID))
	if checked.Print != nil {
		t.Errorf("coffee is to be printed: %+v", *checked.Print)
	}

	p = r.upload([]byte("no picture at all"))
	_, checked = r.report(p)
	if rep := checked.Report; rep.Decision != report.DecisionReturn || rep.Error != nil || checked.Rendition != nil || checked.Print != nil {
		t.Errorf("text: decision %s, rendition %v", rep.Decision, checked.Rendition)
	}
	// What is counted last is counted a moment after the report was published.
	await(t, "the last count", func() bool { return r.value("prportal_photo_age_seconds", "upload") == 3 })
	for _, want := range []struct {
		n      float64
		name   string
		labels []string
	}{
		{1, "prportal_photos_checked_total", []string{"upload", decision}},
		{2, "prportal_photos_checked_total", []string{"upload", "return"}},
		{1, "prportal_photo_reasons_total", []string{"return", "not_one_face"}},
		{2, "prportal_photo_checks_total", []string{"file_type", "pass"}},
		{1, "prportal_photo_checks_total", []string{"file_type", "fail"}},
		{3, "prportal_validation_stage_seconds", []string{"fetch"}},
		{3, "prportal_validation_stage_seconds", []string{"inspect"}},
		{3, "prportal_validation_stage_seconds", []string{"store"}},
		{3, "prportal_validation_stage_seconds", []string{"publish"}},
		{0, "prportal_sandbox_restarts_total", nil},
	} {
		if n := r.value(want.name, want.labels...); n != want.n {
			t.Errorf("%s%v is %v, want %v", want.name, want.labels, n, want.n)
		}
	}
	for name, ready := range r.service.Ready() {
		if err := ready(t.Context()); err != nil {
			t.Errorf("readiness of %s: %v", name, err)
		}
	}
}

func TestTheSameEventTwice(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	e, p := r.asked(photo(t, testphotos.Obama))
	var ids []string
	for range 2 {
		r.publish(r.config.Uploaded, e)
		derived, checked := r.report(p)
		ids = append(ids, derived.ID)
		r.stored(checked.Rendition, photos.RenditionKey(p.PhotoID))
	}
	if ids[0] != ids[1] || ids[0] != event.DerivedID(e.ID, event.TypePhotoChecked) || ids[0] == e.ID {
		t.Errorf("ids %v from %s", ids, e.ID)
	}
}

func TestWhatCannotBeCheckedIsParkedAndGoesToAnOfficer(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	good := photo(t, testphotos.Obama)

	missing := r.upload(nil)
	r.inconclusive(missing, "photo_missing")
	letter := next(t, r.dead, "the dead letter")
	if letter.Headers[bus.HeaderAttempt] != "2" || !strings.Contains(letter.Headers[bus.HeaderError], "no such object") {
		t.Errorf("headers of the dead letter: %v", letter.Headers)
	}

	e, altered := r.asked(good)
	if _, err := r.store.Put(t.Context(), photos.Uploads, altered.PhotoID, []byte("another photo"), "image/jpeg"); err != nil {
		t.Fatal(err)
	}
	r.publish(r.config.Uploaded, e)
	r.inconclusive(altered, "photo_altered")
	next(t, r.dead, "the dead letter of the altered photo")

	e, odd := r.asked(good) // it names the photo, and breaks the schema
	e.Data = []byte(strings.Replace(string(e.Data), "image/jpeg", "image/webp", 1))
	r.publish(r.config.Uploaded, e)
	r.inconclusive(odd, "message_malformed")
	next(t, r.dead, "the dead letter of the odd message")

	r.publishRaw(r.config.Uploaded, "key", []byte("no event"))
	if letter := next(t, r.dead, "the dead letter of what is no event"); string(letter.Value) != "no event" {
		t.Errorf("dead letter %q", letter.Value)
	}
	r.report(r.upload(good)) // nothing else came in between
	if n := r.value("prportal_photo_faults_total"); n != 3 {
		t.Errorf("%v faults are counted", n)
	}
}

func TestAPhotoThatKillsItsChildTwice(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	r.inconclusive(r.upload([]byte(abort)), "inspection_crashed")
	if letter := next(t, r.dead, "the dead letter"); letter.Headers[bus.HeaderAttempt] != "2" {
		t.Errorf("headers of the dead letter: %v", letter.Headers)
	}
	if n := r.value("prportal_sandbox_restarts_total", "crash"); n != 2 {
		t.Errorf("%v crashes", n)
	}
	p := r.upload(photo(t, testphotos.Obama))
	if _, checked := r.report(p); checked.Report.Error != nil {
		t.Errorf("the next photo: %s", *checked.Report.Error)
	}
}

// What the engine says of a check may name things of the set-up: the log holds it, the report a fixed word.
func TestAFaultOfOneCheck(t *testing.T) {
	t.Parallel()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	r := start(t, func(r *rig) { r.config.Logger = slog.New(slog.NewTextHandler(log, nil)) })
	p := r.upload([]byte(fault))
	r.inconclusive(p, "engine_fault")
	said, err := os.ReadFile(log.Name())
	if err != nil || !strings.Contains(string(said), faultOfACheck) || !strings.Contains(string(said), p.PhotoID) {
		t.Errorf("the log says %q (%v)", said, err)
	}
	select {
	case m := <-r.dead:
		t.Errorf("it is parked: %v", m.Headers)
	default:
	}
}

func TestAPhotoThatTakesTooLong(t *testing.T) {
	t.Parallel()
	r := start(t, func(r *rig) { r.config.Sandbox.Deadline = 500 * time.Millisecond })
	r.inconclusive(r.upload([]byte(hang)), "inspection_too_long")
	next(t, r.dead, "the dead letter")
}

func TestAStoreThatIsDown(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	r.door.set(true)
	p := r.upload(photo(t, testphotos.Obama))
	await(t, "holding", func() bool { return r.value("prportal_bus_held", r.config.Uploaded) == 1 })
	if err := r.service.Ready()["object_store"](t.Context()); err == nil {
		t.Error("it is ready without its store")
	}
	r.door.set(false)
	if _, checked := r.report(p); checked.Report.Error != nil {
		t.Errorf("error %s", *checked.Report.Error)
	}
	select {
	case m := <-r.dead:
		t.Errorf("it is parked: %v", m.Headers)
	default:
	}
}

// Keys that are refused may be mended; a photo that stays refused may be one that is not there, which keys without the right to
// list are not told.
func TestKeysThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]time.Duration{"held": time.Hour, "parked": time.Nanosecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(r *rig) {
				wrong := r.direct
				wrong.SecretKey = "another"
				r.config.Photos, r.config.RefusedLimit = r.open(wrong), limit
			})
			p := r.upload(photo(t, testphotos.Obama))
			if name == "parked" {
				r.inconclusive(p, "photo_missing")
				next(t, r.dead, "the dead letter")
				return
			}
			await(t, "holding", func() bool { return r.value("prportal_bus_errors_total", r.config.Uploaded, "hold") >= 3 })
			if len(r.dead) > 0 || len(r.reports) > 0 {
				t.Errorf("%d dead letters, %d reports", len(r.dead), len(r.reports))
			}
		})
	}
}

func TestBulkWorkDelaysNobody(t *testing.T) {
	t.Parallel()
	r := start(t, func(r *rig) { r.config.Sandbox.Deadline = 10 * time.Second })
	e, bulk := r.asked([]byte(slow))
	r.publish(r.config.Bulk, e)
	await(t, "the bulk photo in its child", func() bool { _, err := os.Stat(r.file); return err == nil })
	r.report(r.upload(photo(t, testphotos.Obama)))
	if err := os.Remove(r.file); err != nil {
		t.Fatal(err)
	}
	r.report(bulk)
	await(t, "the count of bulk photos", func() bool { return r.value("prportal_photos_checked_total", "bulk") == 1 })
}

func TestAStopFinishesThePhotoInHand(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	p := r.upload([]byte(slow))
	await(t, "the photo in its child", func() bool { _, err := os.Stat(r.file); return err == nil })
	stopped := make(chan bool)
	go func() { r.stop(); close(stopped) }()
	if err := os.Remove(r.file); err != nil {
		t.Fatal(err)
	}
	<-stopped
	r.report(p)
	lag, err := bus.Lag(t.Context(), r.config.Bus, validation.Group, r.config.Uploaded)
	if err != nil {
		t.Fatal(err)
	}
	for partition, n := range lag {
		if n != 0 {
			t.Errorf("partition %d: %d messages are not committed", partition, n)
		}
	}
}

func TestATopicThatIsMissing(t *testing.T) {
	t.Parallel()
	r := prepare(t)
	r.config.Checked = "no-such-topic"
	service, err := validation.New(r.config)
	if err != nil {
		t.Fatal(err)
	}
	defer service.Close()
	var missing *bus.MissingTopicError
	if err := service.Run(t.Context()); !errors.As(err, &missing) || missing.Topic != "no-such-topic" {
		t.Errorf("%v", err)
	}
	if service.Ready()["topics"](t.Context()) == nil {
		t.Error("it is ready without its topics")
	}
}

func TestModelsThatAreMissing(t *testing.T) {
	t.Parallel()
	r := prepare(t)
	r.config.Sandbox.Models = t.TempDir()
	if _, err := validation.New(r.config); !errors.Is(err, sandbox.ErrStart) {
		t.Errorf("%v", err)
	}
}

func TestA6ACropOfAnUpload(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	first := r.upload(photo(t, testphotos.Biden))
	_, whole := r.report(first)

	ask := func(crop report.Rect) event.PhotoUploaded {
		t.Helper()
		e, p := r.asked(nil)
		p.SHA256, p.Size, p.UploadID, p.Crop = first.SHA256, first.Size, first.PhotoID, &crop
		of, err := event.New(e.ID, e.Source, e.Time, p)
		if err != nil {
			t.Fatal(err)
		}
		of.TraceParent = traceParent
		r.publish(r.config.Uploaded, of)
		return p
	}
	crop := report.Rect{X: 120, Y: 33, Width: 750, Height: 1050}
	p := ask(crop)
	_, checked := r.report(p)
	if rep := checked.Report; rep.Crop == nil || *rep.Crop != crop || rep.PerceptualHash == "" || rep.PerceptualHash != whole.Report.PerceptualHash {
		t.Errorf("crop %v, hash %q, that of the upload %q", rep.Crop, rep.PerceptualHash, whole.Report.PerceptualHash)
	}
	r.stored(checked.Rendition, photos.RenditionKey(p.PhotoID))
	r.stored(checked.Print, photos.PrintKey(p.PhotoID))
	if checked.Print.Width != crop.Width || checked.Print.Height != crop.Height {
		t.Errorf("print %+v", *checked.Print)
	}
	for _, bad := range []report.Rect{{X: 900, Width: 715, Height: 1001}, {Width: 5, Height: 7}, {Width: 800, Height: 1000}} {
		r.inconclusive(ask(bad), "crop_refused")
		next(t, r.dead, "the dead letter")
	}
	if n := r.value("prportal_sandbox_restarts_total"); n != 0 {
		t.Errorf("bad crops have cost %v children", n)
	}
}
