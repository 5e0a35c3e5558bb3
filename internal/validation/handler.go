package validation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"prportal.example/internal/bus"
	"prportal.example/internal/event"
	"prportal.example/internal/photos"
	"prportal.example/internal/sandbox"
	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// Source is this program in the events it publishes.
const Source = "/prportal/validator"

// handler takes photos from one topic, one after the other, with a child of its own.
type handler struct {
	*Service
	lane  string // label in metrics
	child *sandbox.Child

	mu      sync.Mutex
	refused map[string]time.Time // photos whose object the store refuses to show, since when
}

// handle checks the photo that m asks for and publishes the report. It is safe to do it again: objects have the same keys and
// the event the same id.
func (h *handler) handle(ctx context.Context, m bus.Message) error {
	var asked event.PhotoUploaded
	cause, err := event.Decode(m.Value, &asked)
	if err != nil {
		return err
	}
	data, err := h.fetch(ctx, asked)
	if err != nil {
		return err
	}
	begin := time.Now()
	result, err := h.child.InspectCrop(ctx, data, asked.Crop)
	h.metrics.stage("inspect", begin)
	if errors.Is(err, sandbox.ErrStart) {
		return bus.Retry(err)
	}
	if err != nil {
		return fmt.Errorf("photo %s: %w", asked.PhotoID, err)
	}
	if said := result.Report.Error; said != nil { // a check could not look; the others did
		h.config.Logger.Error("the engine failed in a check", "photo", asked.PhotoID, "error", *said)
		code := engineFault
		result.Report.Error = &code
	}
	checked := event.PhotoChecked{PhotoID: asked.PhotoID, CaseID: asked.CaseID, CaseVersion: asked.CaseVersion, SHA256: asked.SHA256,
		Report: result.Report}
	begin = time.Now()
	checked.Rendition, err = h.put(ctx, photos.RenditionKey(asked.PhotoID), result.Rendition)
	if err == nil {
		checked.Print, err = h.put(ctx, photos.PrintKey(asked.PhotoID), result.Print)
	}
	if err != nil {
		return bus.Retry(err)
	}
	h.metrics.stage("store", begin)
	return h.publish(ctx, cause, checked)
}

// fetch reads the photo and makes sure that it is the one that was uploaded.
func (h *handler) fetch(ctx context.Context, asked event.PhotoUploaded) ([]byte, error) {
	defer h.metrics.stage("fetch", time.Now())
	upload := asked.PhotoID
	if asked.UploadID != "" {
		upload = asked.UploadID
	}
	data, err := h.config.Photos.GetExact(ctx, photos.Uploads, upload, int64(header.PortalLimits().MaxBytes), asked.SHA256)
	switch {
	case err == nil:
		h.forget(asked.PhotoID)
		return data, nil
	case errors.Is(err, photos.ErrNotFound), errors.Is(err, photos.ErrChecksum), errors.Is(err, photos.ErrTooLarge):
		return nil, err // it will never be there
	case errors.Is(err, photos.ErrRefused) && h.refusedFor(asked.PhotoID) > h.config.RefusedLimit:
		return nil, err
	default:
		return nil, bus.Retry(err)
	}
}

// refusedFor is how long the store has refused to show a photo. Keys that may not list a bucket are refused what is not there,
// just as they are after their rights were taken away, so that such a photo must not be waited for without end.
func (h *handler) refusedFor(photo string) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	since, known := h.refused[photo]
	if !known {
		since = h.config.Now()
		h.refused[photo] = since
	}
	return h.config.Now().Sub(since)
}

func (h *handler) forget(photo string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.refused, photo)
}

// put stores a picture; none is nil.
func (h *handler) put(ctx context.Context, key string, img *sandbox.Image) (*event.ObjectRef, error) {
	if img == nil {
		return nil, nil
	}
	sum, err := h.config.Photos.Put(ctx, photos.Renditions, key, img.JPEG, "image/jpeg")
	if err != nil {
		return nil, err
	}
	return &event.ObjectRef{Key: key, SHA256: sum, Width: img.Width, Height: img.Height, Size: int64(len(img.JPEG))}, nil
}

// publish sends the report that follows from cause.
func (h *handler) publish(ctx context.Context, cause event.Envelope, checked event.PhotoChecked) error {
	begin := time.Now()
	e, err := event.New(event.DerivedID(cause.ID, event.TypePhotoChecked), Source, h.config.Now(), checked)
	if err != nil {
		return err
	}
	if err := event.Validate(e.Type, e.Data); err != nil {
		return err // nobody could read it
	}
	e.TraceParent = cause.TraceParent
	value, err := e.Encode()
	if err != nil {
		return err
	}
	err = h.producer.Publish(ctx, bus.Message{Topic: h.config.Checked, Key: []byte(checked.CaseID), Value: value,
		Headers: map[string]string{"content-type": event.ContentType}})
	if err != nil {
		return bus.Retry(err)
	}
	h.metrics.stage("publish", begin)
	h.metrics.checked(h.lane, checked.Report, h.config.Now().Sub(cause.Time))
	return nil
}

// parked publishes, before the message goes to the dead letters, a report that decides nothing, so that the case goes to an
// officer. A message that does not even tell its photo has no report.
func (h *handler) parked(ctx context.Context, m bus.Message, cause error) error {
	var asked struct { // not event.PhotoUploaded, and not event.Decode: what is asked may be broken and yet name the photo
		PhotoID     string `json:"photo_id"`
		CaseID      string `json:"case_id"`
		CaseVersion int64  `json:"case_version"`
		SHA256      string `json:"sha256"`
	}
	var e event.Envelope
	if json.Unmarshal(m.Value, &e) != nil || e.ID == "" || json.Unmarshal(e.Data, &asked) != nil || asked.PhotoID == "" {
		return errors.New("it names no photo: there is no report")
	}
	h.forget(asked.PhotoID)
	code := faultCode(cause)
	empty := report.Report{Engine: h.child.Engine(), Error: &code}
	empty.Engine.Finder = "" // none was run to an end
	return h.publish(ctx, e, event.PhotoChecked{PhotoID: asked.PhotoID, CaseID: asked.CaseID, CaseVersion: asked.CaseVersion,
		SHA256: asked.SHA256, Report: profile.Judge(h.child.Profile(), empty, nil)})
}

// engineFault is what a report's error tells of a fault of the engine.
const engineFault = "engine_fault"

// faultCode is what a report's error tells of cause: a fixed word, since other texts might name things of the set-up.
func faultCode(cause error) string {
	for _, c := range []struct {
		err  error
		code string
	}{
		{sandbox.ErrCrashed, "inspection_crashed"}, {sandbox.ErrDeadline, "inspection_too_long"},
		{sandbox.ErrAnswer, "inspection_forbidden_answer"}, {sandbox.ErrFault, engineFault}, {sandbox.ErrCrop, "crop_refused"},
		{photos.ErrNotFound, "photo_missing"}, {photos.ErrRefused, "photo_missing"}, {photos.ErrChecksum, "photo_altered"},
		{photos.ErrTooLarge, "photo_too_large"}, {event.ErrMalformed, "message_malformed"},
	} {
		if errors.Is(cause, c.err) {
			return c.code
		}
	}
	return engineFault
}
