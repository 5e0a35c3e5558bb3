package intake_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path"
	"slices"
	"sync"
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
	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/report"
)

var ctx = context.Background()

// world is one database with a case, a real object store, and a clock that stands still until it is moved.
type world struct {
	*testing.T
	url     string // of the database
	store   *store.Store
	objects *photos.Store
	intake  *intake.Service
	clock   time.Time
	caseID  string
	data    []byte
}

func onBoth(t *testing.T, test func(*world)) {
	testenv.OnBoth(t, func(t *testing.T, url string) { test(newWorld(t, url)) })
}

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	w := &world{T: t, url: url, clock: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}
	w.store = storetest.Open(t, url)
	var err error
	w.objects, err = photos.Open(testenv.Versity(t))
	w.ok(err)
	t.Cleanup(w.objects.Close)
	w.ok(w.objects.EnsureBuckets(ctx, photos.Uploads, photos.Renditions))
	w.intake = w.service(w.objects)
	_, w.caseID = storetest.Put(t, w.store, store.Person{Application: "A", ClientID: "C", GivenNames: "Zoë", Email: "z@x.example", Language: "fr"}, w.clock)
	w.data, err = testphotos.Read(testphotos.Obama)
	w.ok(err)
	return w
}

func (w *world) service(objects *photos.Store) *intake.Service {
	return intake.New(intake.Config{Store: w.store, Photos: objects, Now: func() time.Time { return w.clock }})
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) is(err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Fatalf("error %v, want %v", err, want)
	}
}

func (w *world) add(data []byte) (string, error) {
	return w.intake.AddPhoto(ctx, intake.Photo{CaseID: w.caseID, Data: data, Actor: store.ActorApplicant, ActorID: "acc"})
}

func (w *world) upload() string {
	w.Helper()
	id, err := w.add(w.data)
	w.ok(err)
	return id
}

func (w *world) now() store.CaseRow {
	w.Helper()
	c, err := w.store.Case(ctx, w.caseID)
	w.ok(err)
	return c
}

func (w *world) photo(id string) store.Photo {
	w.Helper()
	p, err := w.store.Photo(ctx, id)
	w.ok(err)
	return p
}

// move puts the case into a state as others would.
func (w *world) move(actions ...casefile.Action) {
	w.Helper()
	w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, w.caseID)
		if err != nil {
			return err
		}
		before := c.Version
		for _, a := range actions {
			if err := c.Apply(a); err != nil {
				return err
			}
			if a == casefile.Submit {
				if err := tx.MarkSubmitted(ctx, c.PhotoID, w.clock); err != nil {
					return err
				}
			}
		}
		return tx.SaveCase(ctx, c, before)
	}))
}

// asked lists the events that wait, decoded, with their topics.
func (w *world) asked() (events []event.PhotoUploaded, topics []string) {
	w.Helper()
	rows, err := w.store.DueRows(ctx, store.KindEvent, w.clock, 1000)
	w.ok(err)
	for _, row := range rows {
		var e event.PhotoUploaded
		envelope, err := event.Decode(row.Payload, &e)
		w.ok(err)
		if envelope.ID != row.ID || row.Key != w.caseID || envelope.Subject != w.caseID {
			w.Errorf("row %s with key %s carries event %s about %s", row.ID, row.Key, envelope.ID, envelope.Subject)
		}
		events, topics = append(events, e), append(topics, row.Headers["topic"])
	}
	return events, topics
}

func (w *world) object(id string) error {
	_, err := w.objects.Get(ctx, photos.Uploads, id, 20<<20)
	return err
}

// pending are uploads that have neither become a photo nor been removed.
func (w *world) pending() []string {
	w.Helper()
	ids, err := w.store.PendingUploads(ctx, w.clock.Add(24*time.Hour), 100)
	w.ok(err)
	return ids
}

func TestAnUploadIsStoredUntouchedAndAnnounced(t *testing.T) {
	onBoth(t, func(w *world) {
		id := w.upload()
		sum := sha256.Sum256(w.data)
		got, err := w.objects.GetExact(ctx, photos.Uploads, id, 20<<20, hex.EncodeToString(sum[:]))
		w.ok(err)
		if !slices.Equal(got, w.data) {
			t.Error("the object is not what was sent")
		}
		p, c := w.photo(id), w.now()
		if p.CaseID != w.caseID || p.SHA256 != hex.EncodeToString(sum[:]) || p.Size != int64(len(w.data)) || p.Format != "jpeg" ||
			p.Width != 910 || p.Height != 1137 || !p.UploadedAt.Equal(w.clock) || !p.ReplacedAt.IsZero() {
			t.Errorf("%+v", p)
		}
		if c.State != casefile.Checking || c.PhotoID != id {
			t.Errorf("%+v", c)
		}
		events, topics := w.asked()
		want := event.PhotoUploaded{PhotoID: id, CaseID: w.caseID, CaseVersion: c.Version, SHA256: p.SHA256, Size: p.Size, ContentType: "image/jpeg"}
		if len(events) != 1 || events[0] != want || topics[0] != event.TopicPhotoUploaded {
			t.Errorf("%+v to %v", events, topics)
		}
		h, err := w.store.History(ctx, w.caseID)
		w.ok(err)
		if len(h) != 1 || h[0].Action != "upload" || h[0].PhotoID != id || h[0].ActorID != "acc" {
			t.Errorf("%+v", h)
		}
		if left := w.pending(); len(left) != 0 {
			t.Errorf("pending: %v", left)
		}
	})
}

func TestWhatIsRefusedStoresNothing(t *testing.T) {
	onBoth(t, func(w *world) {
		for code, data := range map[header.RefusalCode][]byte{
			header.Empty: nil, header.NotJPEGOrPNG: []byte("%PDF-1.7"), header.TooLarge: append(slices.Clone(w.data), make([]byte, 20<<20)...),
		} {
			_, err := w.add(data)
			var refusal *header.Refusal
			if !errors.As(err, &refusal) || refusal.Code != code {
				t.Errorf("%s: %v", code, err)
			}
		}
		w.untouched()
		_, err := w.intake.AddPhoto(ctx, intake.Photo{CaseID: "nobody's", Data: w.data})
		w.is(err, store.ErrNotFound)
		w.untouched()
	})
}

// untouched checks that there is a case without a photo and nothing else.
func (w *world) untouched() {
	w.Helper()
	all, err := w.store.PhotosOfCase(ctx, w.caseID)
	w.ok(err)
	events, _ := w.asked()
	if c := w.now(); c.State != casefile.Open || c.PhotoID != "" || len(all) != 0 || len(events) != 0 || len(w.pending()) != 0 {
		w.Errorf("%+v, %d photos, %d events, pending %v", c, len(all), len(events), w.pending())
	}
}

func TestA6ALockedCaseTakesNoPhoto(t *testing.T) {
	onBoth(t, func(w *world) {
		first := w.upload()
		for _, action := range []casefile.Action{casefile.Submit, casefile.Queue, casefile.Decide, casefile.ReleaseAccept} {
			w.move(action)
			_, err := w.add(w.data)
			w.is(err, intake.ErrLocked)
		}
		all, err := w.store.PhotosOfCase(ctx, w.caseID)
		w.ok(err)
		if len(all) != 1 || all[0].ID != first || !all[0].ReplacedAt.IsZero() || len(w.pending()) != 0 {
			t.Errorf("%+v, pending %v", all, w.pending())
		}
	})
}

func TestA6ASecondUploadReplacesTheFirst(t *testing.T) {
	onBoth(t, func(w *world) {
		first := w.upload()
		w.clock = w.clock.Add(time.Second)
		second := w.upload() // while the first is being checked
		if p := w.photo(first); !p.ReplacedAt.Equal(w.clock) {
			t.Errorf("the first photo is replaced at %v", p.ReplacedAt)
		}
		w.move(casefile.Report)
		third := w.upload()
		c := w.now()
		if c.PhotoID != third || c.State != casefile.Checking || c.Version != 4 {
			t.Errorf("%+v", c)
		}
		if w.photo(second).ReplacedAt.IsZero() || !w.photo(third).ReplacedAt.IsZero() {
			t.Error("the second is replaced, and the third is not")
		}
		events, _ := w.asked()
		var versions []int64
		for _, e := range events {
			versions = append(versions, e.CaseVersion)
		}
		if !slices.Equal(versions, []int64{1, 2, 4}) {
			t.Errorf("events of versions %v", versions)
		}
		w.ok(w.object(first)) // kept for now: its report may still be on the way
	})
}

func TestA8AReturnedPhotoStaysOnRecord(t *testing.T) {
	onBoth(t, func(w *world) {
		first := w.upload()
		w.move(casefile.Report, casefile.Submit, casefile.Queue)
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
			c, err := tx.Case(ctx, w.caseID)
			if err != nil {
				return err
			}
			before := c.Version
			c.PersonAsked, c.Outcome, c.Reasons = true, casefile.OutcomeReturn, []report.Reason{report.ReasonGlare}
			return errors.Join(c.Apply(casefile.Decide), c.Apply(casefile.ReleaseReturn), tx.SaveCase(ctx, c, before))
		}))
		second := w.upload()
		c := w.now()
		if c.State != casefile.Checking || c.PhotoID != second || c.PersonAsked || c.Outcome != "" || len(c.Reasons) != 0 {
			t.Errorf("%+v", c)
		}
		if !w.photo(first).ReplacedAt.IsZero() {
			t.Error("a submitted photo counts as replaced")
		}
	})
}

func TestA6UploadsAtOnceAllCountAndOneIsCurrent(t *testing.T) {
	onBoth(t, func(w *world) {
		const n = 6
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				if _, err := w.add(w.data); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		all, err := w.store.PhotosOfCase(ctx, w.caseID)
		w.ok(err)
		c := w.now()
		current := 0
		for _, p := range all {
			if p.ReplacedAt.IsZero() {
				current++
				if p.ID != c.PhotoID {
					t.Errorf("%s is not replaced, %s is current", p.ID, c.PhotoID)
				}
			}
		}
		if len(all) != n || current != 1 || c.Version != n {
			t.Errorf("%d photos, %d current, version %d", len(all), current, c.Version)
		}
	})
}

func TestAStoreThatIsDownLeavesNothingBehind(t *testing.T) {
	onBoth(t, func(w *world) {
		down := testenv.Versity(t)
		down.Endpoint = "127.0.0.1:1"
		objects, err := photos.Open(down)
		w.ok(err)
		defer objects.Close()
		w.intake = w.service(objects)
		if _, err := w.add(w.data); err == nil {
			t.Fatal("taken in without a store")
		}
		if c := w.now(); c.State != casefile.Open || len(w.pending()) != 1 {
			t.Errorf("%+v, pending %v", c, w.pending())
		}
		// Nothing can be removed where nothing answers; later it can.
		if n, err := w.intake.Sweep(ctx, w.clock.Add(time.Hour)); err == nil || n != 0 || len(w.pending()) != 1 {
			t.Errorf("swept %d, %v", n, err)
		}
		w.intake = w.service(w.objects)
		if n, err := w.intake.Sweep(ctx, w.clock.Add(time.Hour)); err != nil || n != 1 {
			t.Errorf("swept %d, %v", n, err)
		}
		w.untouched()
	})
}

// TestSweep leaves an object behind as a process that dies between object and transaction does.
func TestSweep(t *testing.T) {
	onBoth(t, func(w *world) {
		kept := w.upload()
		orphan := store.NewID()
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error { return tx.BeginUpload(ctx, orphan, w.clock) }))
		_, err := w.objects.Put(ctx, photos.Uploads, orphan, w.data, "image/jpeg")
		w.ok(err)
		w.clock = w.clock.Add(24 * time.Hour)
		fresh := store.NewID()
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error { return tx.BeginUpload(ctx, fresh, w.clock) }))
		for i, want := range []int{1, 0} {
			if n, err := w.intake.Sweep(ctx, w.clock.Add(-23*time.Hour)); err != nil || n != want {
				t.Errorf("sweep %d removed %d, %v", i, n, err)
			}
		}
		w.is(w.object(orphan), photos.ErrNotFound)
		w.ok(w.object(kept))
		if left, err := w.store.PendingUploads(ctx, w.clock.Add(time.Hour), 10); err != nil || !slices.Equal(left, []string{fresh}) {
			t.Errorf("pending %v, %v", left, err)
		}
	})
}

func TestReportsAreAskedForEverMoreRarely(t *testing.T) {
	onBoth(t, func(w *world) {
		photo := w.upload()
		var pauses []time.Duration
		last := w.clock
		for range 4 * 24 * 12 {
			w.clock = w.clock.Add(5 * time.Minute)
			n, err := w.intake.Reemit(ctx, w.clock.Add(-5*time.Minute))
			w.ok(err)
			if n == 1 {
				pauses, last = append(pauses, w.clock.Sub(last)), w.clock
			}
		}
		if len(pauses) < 8 || len(pauses) > 20 || pauses[0] != 10*time.Minute || pauses[len(pauses)-1] != 24*time.Hour {
			t.Errorf("asked after %v", pauses)
		}
		events, topics := w.asked()
		for i, e := range events[1:] {
			if e.PhotoID != photo || e != events[0] || topics[i+1] != event.TopicPhotoUploadedBulk {
				t.Errorf("%+v to %s", e, topics[i+1])
			}
		}
	})
}

func TestOnlyWhatIsWaitedForIsAskedFor(t *testing.T) {
	onBoth(t, func(w *world) {
		w.upload() // replaced: nobody waits for it
		current := w.upload()
		w.clock = w.clock.Add(time.Hour)
		if n, err := w.intake.Reemit(ctx, w.clock.Add(-2*time.Hour)); n != 0 || err != nil {
			t.Errorf("asked for %d too early, %v", n, err)
		}
		if n, err := w.intake.Reemit(ctx, w.clock.Add(-time.Minute)); n != 1 || err != nil {
			t.Errorf("asked for %d, %v", n, err)
		}
		events, _ := w.asked()
		if e := events[len(events)-1]; e.PhotoID != current {
			t.Errorf("%+v", e)
		}
		w.ok(w.store.Tx(ctx, func(tx *store.Tx) error {
			_, err := tx.StoreVerdict(ctx, store.Verdict{PhotoID: current, SHA256: w.photo(current).SHA256, At: w.clock})
			return err
		}))
		w.clock = w.clock.Add(time.Hour)
		if n, err := w.intake.Reemit(ctx, w.clock); n != 0 || err != nil {
			t.Errorf("asked for %d that have a verdict, %v", n, err)
		}
	})
}

// whenStored is a service whose object store calls then as soon as an object lies in it, before the portal hears of that.
func (w *world) whenStored(then func(key string)) *intake.Service {
	w.Helper()
	config := testenv.Versity(w.T)
	target := &url.URL{Scheme: "http", Host: config.Endpoint}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // the request is signed with it
		},
		ModifyResponse: func(r *http.Response) error {
			if r.Request.Method == http.MethodPut && r.StatusCode == http.StatusOK {
				then(path.Base(r.Request.URL.Path))
			}
			return nil
		},
	}
	server := httptest.NewServer(proxy)
	w.Cleanup(server.Close)
	config.Endpoint = server.Listener.Addr().String()
	objects, err := photos.Open(config)
	w.ok(err)
	w.Cleanup(objects.Close)
	return w.service(objects)
}

func TestSubmittedWhileTheNextPhotoIsOnItsWay(t *testing.T) {
	onBoth(t, func(w *world) {
		first := w.upload()
		var stored string
		w.intake = w.whenStored(func(key string) {
			stored = key
			w.move(casefile.Submit)
		})
		_, err := w.add(w.data)
		w.is(err, intake.ErrLocked)
		w.is(w.object(stored), photos.ErrNotFound)
		if c := w.now(); c.State != casefile.Submitted || c.PhotoID != first || len(w.pending()) != 0 || !w.photo(first).ReplacedAt.IsZero() {
			t.Errorf("%+v, pending %v", c, w.pending())
		}
	})
}

func TestADatabaseThatGoesAwayLeavesTheObjectToTheSweep(t *testing.T) {
	w := newWorld(t, testenv.SQLite(t))
	hung, giveUp := context.WithCancel(ctx)
	var stored string
	late := w.whenStored(func(key string) { stored = key; giveUp() })
	if _, err := late.AddPhoto(hung, intake.Photo{CaseID: w.caseID, Data: w.data}); err == nil {
		t.Fatal("taken in although nobody waits for it")
	}
	if left := w.pending(); !slices.Equal(left, []string{stored}) {
		t.Errorf("pending %v, want %s", left, stored)
	}
	w.ok(w.object(stored)) // whether the answer or the commit got lost is not known here
	if n, err := w.intake.Sweep(ctx, w.clock.Add(time.Hour)); err != nil || n != 1 {
		t.Errorf("swept %d, %v", n, err)
	}
	w.is(w.object(stored), photos.ErrNotFound)
	w.untouched()
}

// TestASweptUploadIsNotTakenIn plays an upload that hangs for a day and then goes on.
func TestASweptUploadIsNotTakenIn(t *testing.T) {
	onBoth(t, func(w *world) {
		w.intake = w.whenStored(func(string) {
			if n, err := w.service(w.objects).Sweep(ctx, w.clock.Add(time.Second)); err != nil || n != 1 {
				t.Errorf("swept %d, %v", n, err)
			}
		})
		if _, err := w.add(w.data); !errors.Is(err, store.ErrStale) {
			t.Errorf("%v", err)
		}
		w.untouched()
	})
}
