package validation_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
	"prportal.example/internal/event"
	"prportal.example/internal/photos"
	"prportal.example/internal/sandbox"
	"prportal.example/internal/testenv"
	"prportal.example/internal/testphotos"
	"prportal.example/internal/validation"
	"prportal.example/pkg/photocheck/report"
)

// rig is a running validator on an embedded broker and a store behind a switch.
type rig struct {
	*testing.T
	config   validation.Config
	service  *validation.Service
	direct   photos.Config // of the store, not behind the switch
	store    *photos.Store // the same
	door     *door
	registry *prometheus.Registry
	producer *bus.Producer
	reports  chan bus.Message
	dead     chan bus.Message
	file     string // see fused
	stop     func() // stops the validator and waits
}

const traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// start starts the validator, with other settings if change is given.
func start(t *testing.T, change func(*rig)) *rig {
	t.Helper()
	r := prepare(t)
	if change != nil {
		change(r)
	}
	service, err := validation.New(r.config)
	if err != nil {
		t.Fatal(err)
	}
	r.service = service
	r.stop = r.run(func(ctx context.Context) error { return errors.Join(service.Run(ctx), service.Close()) })
	r.collect(r.config.Checked, r.reports)
	r.collect(bus.DeadLetterTopic(r.config.Uploaded), r.dead)
	return r
}

// prepare makes everything but the validator.
func prepare(t *testing.T) *rig {
	t.Helper()
	brokers := testenv.Kfake(t)
	r := &rig{T: t, registry: prometheus.NewRegistry(), reports: make(chan bus.Message, 100), dead: make(chan bus.Message, 100),
		file: filepath.Join(t.TempDir(), "slow")}
	r.direct = testenv.Versity(t)
	r.store = r.open(r.direct)
	if err := r.store.EnsureBuckets(t.Context(), photos.Uploads, photos.Renditions); err != nil {
		t.Fatal(err)
	}
	r.door = openDoor(t, r.direct.Endpoint)
	behind := r.direct
	behind.Endpoint = r.door.listener.Addr().String()
	r.config = validation.Config{Bus: bus.Config{Brokers: brokers, ClientID: "test"}, Photos: r.open(behind), Workers: 1,
		Sandbox:  sandbox.Config{Args: []string{fused, r.file}, Models: models()},
		Uploaded: testenv.Topic(t, brokers, 4), Bulk: testenv.Topic(t, brokers, 4), Checked: testenv.Topic(t, brokers, 4),
		HoldMin: 10 * time.Millisecond, Now: time.Now, Registry: r.registry, Logger: slog.New(slog.DiscardHandler)}
	var err error
	if r.producer, err = bus.NewProducer(r.config.Bus); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.producer.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func models() string {
	dir := os.Getenv("PRPORTAL_MODELS")
	if dir == "" {
		dir, _ = filepath.Abs("../../models")
	}
	return dir
}

func (r *rig) open(c photos.Config) *photos.Store {
	r.Helper()
	store, err := photos.Open(c)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(store.Close)
	return store
}

// run runs something until the test ends or stop is called.
func (r *rig) run(work func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	ended := make(chan error, 1)
	go func() { ended <- work(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			r.Error(err)
		}
	})
	r.Cleanup(stop)
	return stop
}

func (r *rig) collect(topic string, into chan bus.Message) {
	r.Helper()
	consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: r.config.Bus, Group: "test", Topic: topic, LagInterval: -1,
		Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler),
		Handle: func(_ context.Context, m bus.Message) error { into <- m; return nil }})
	if err != nil {
		r.Fatal(err)
	}
	r.run(consumer.Run)
}

// asked is the event that asks for a photo with this content, which is stored unless it is nil.
func (r *rig) asked(content []byte) (event.Envelope, event.PhotoUploaded) {
	r.Helper()
	sum := sha256.Sum256(content)
	p := event.PhotoUploaded{PhotoID: uuid.NewString(), CaseID: uuid.NewString(), CaseVersion: 3, SHA256: hex.EncodeToString(sum[:]),
		Size: max(1, int64(len(content))), ContentType: "image/jpeg"}
	if content != nil {
		if _, err := r.store.Put(r.Context(), photos.Uploads, p.PhotoID, content, p.ContentType); err != nil {
			r.Fatal(err)
		}
	}
	e, err := event.New(uuid.NewString(), "/test", time.Now(), p)
	if err != nil {
		r.Fatal(err)
	}
	e.TraceParent = traceParent
	return e, p
}

func (r *rig) publish(topic string, e event.Envelope) {
	r.Helper()
	value, err := e.Encode()
	if err != nil {
		r.Fatal(err)
	}
	r.publishRaw(topic, e.Subject, value)
}

func (r *rig) publishRaw(topic, key string, value []byte) {
	r.Helper()
	if err := r.producer.Publish(r.Context(), bus.Message{Topic: topic, Key: []byte(key), Value: value}); err != nil {
		r.Fatal(err)
	}
}

// upload asks for a photo on the topic of uploads.
func (r *rig) upload(content []byte) event.PhotoUploaded {
	r.Helper()
	e, p := r.asked(content)
	r.publish(r.config.Uploaded, e)
	return p
}

func next(t *testing.T, from chan bus.Message, what string) bus.Message {
	t.Helper()
	select {
	case m := <-from:
		return m
	case <-time.After(60 * time.Second):
		t.Fatalf("%s does not come", what)
		return bus.Message{}
	}
}

// report is the next report, which must be about p.
func (r *rig) report(p event.PhotoUploaded) (event.Envelope, event.PhotoChecked) {
	r.Helper()
	m := next(r.T, r.reports, "the report")
	var checked event.PhotoChecked
	e, err := event.Decode(m.Value, &checked)
	if err != nil {
		r.Fatal(err)
	}
	if checked.PhotoID != p.PhotoID || checked.CaseID != p.CaseID || checked.CaseVersion != p.CaseVersion || checked.SHA256 != p.SHA256 ||
		string(m.Key) != p.CaseID || e.Subject != p.CaseID || e.Source != validation.Source || e.TraceParent != traceParent ||
		m.Headers["content-type"] != event.ContentType {
		r.Fatalf("a report on %+v in %+v (key %s, headers %v), want one on %+v", checked, e, m.Key, m.Headers, p)
	}
	if err := report.Validate(checked.Report); err != nil {
		r.Error(err)
	}
	return e, checked
}

// inconclusive is the next report, which must decide nothing.
func (r *rig) inconclusive(p event.PhotoUploaded, fault string) {
	r.Helper()
	_, checked := r.report(p)
	rep := checked.Report
	if rep.Error == nil || *rep.Error != fault || rep.Decision != report.DecisionReview || len(rep.Reasons) > 0 || checked.Rendition != nil ||
		checked.Print != nil || len(rep.Checks) != len(report.CheckIDs()) {
		text := "none"
		if rep.Error != nil {
			text = *rep.Error
		}
		r.Errorf("decision %s for %v, %d checks, error %s; want %s", rep.Decision, rep.Reasons, len(rep.Checks), text, fault)
	}
	for _, c := range rep.Checks {
		if c.Outcome != report.Inconclusive {
			r.Errorf("%s is %s", c.ID, c.Outcome)
		}
	}
}

// value adds up the metrics of this name whose labels have all of these values.
func (r *rig) value(name string, labels ...string) float64 {
	r.Helper()
	families, err := r.registry.Gather()
	if err != nil {
		r.Fatal(err)
	}
	sum := 0.0
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
	metrics:
		for _, m := range family.GetMetric() {
			text := m.String()
			for _, l := range labels {
				if !strings.Contains(text, fmt.Sprintf("%q", l)) {
					continue metrics
				}
			}
			sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return sum
}

// await polls, since what it waits for happens beside the test.
func await(t *testing.T, what string, there func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(60 * time.Second); !there(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("%s does not happen", what)
		}
	}
}

func photo(t *testing.T, name string) []byte {
	t.Helper()
	data, err := testphotos.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// door leads to a server while it is open; when it is shut nobody gets in and those inside are thrown out.
type door struct {
	listener net.Listener
	to       string

	mu     sync.Mutex
	shut   bool
	inside []net.Conn
}

func openDoor(t *testing.T, to string) *door {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{listener: listener, to: to}
	t.Cleanup(func() { d.set(true); listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go d.lead(c)
		}
	}()
	return d
}

func (d *door) lead(c net.Conn) {
	defer c.Close()
	s, err := net.Dial("tcp", d.to)
	if err != nil {
		return
	}
	defer s.Close()
	d.mu.Lock()
	shut := d.shut
	d.inside = append(d.inside, c, s)
	d.mu.Unlock()
	if shut {
		return
	}
	go func() { _, _ = io.Copy(s, c); s.Close() }()
	_, _ = io.Copy(c, s)
}

func (d *door) set(shut bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = shut
	if shut {
		for _, c := range d.inside {
			c.Close()
		}
		d.inside = nil
	}
}
