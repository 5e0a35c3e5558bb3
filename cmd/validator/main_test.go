package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
	"prportal.example/internal/daemon"
	"prportal.example/internal/event"
	"prportal.example/internal/photos"
	"prportal.example/internal/sandbox"
	"prportal.example/internal/testenv"
	"prportal.example/internal/testphotos"
)

// programVariable makes this test binary the program itself. Children of that program have no environment: they are told by
// their argument.
const programVariable = "VALIDATOR_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(programVariable) != "" || (len(os.Args) == 2 && os.Args[1] == sandbox.Argument) {
		main()
	}
	os.Exit(m.Run())
}

// system is what validators need around them.
type system struct {
	*testing.T
	bus      bus.Config
	objects  photos.Config
	store    *photos.Store
	producer *bus.Producer

	mu      sync.Mutex
	reports map[string]int // by photo
}

func newSystem(t *testing.T) *system {
	t.Helper()
	s := &system{T: t, bus: bus.Config{Brokers: testenv.Kfake(t), ClientID: "test"}, objects: testenv.Versity(t), reports: map[string]int{}}
	var err error
	if s.store, err = photos.Open(s.objects); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.store.Close)
	if err := s.store.EnsureBuckets(t.Context(), photos.Uploads, photos.Renditions); err != nil {
		t.Fatal(err)
	}
	if s.producer, err = bus.NewProducer(s.bus); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.producer.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *system) makeTopics() {
	s.Helper()
	var specs []bus.TopicSpec
	for _, topic := range event.Topics() {
		specs = append(specs, bus.TopicSpec{Name: topic.Name, Partitions: 4, Retention: time.Hour},
			bus.TopicSpec{Name: bus.DeadLetterTopic(topic.Name), Partitions: 1, Retention: time.Hour})
	}
	if err := bus.EnsureTopics(s.Context(), s.bus, specs); err != nil {
		s.Fatal(err)
	}
	consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: s.bus, Group: "test", Topic: event.TopicPhotoChecked, LagInterval: -1,
		Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler),
		Handle: func(_ context.Context, m bus.Message) error {
			var checked event.PhotoChecked
			if _, err := event.Decode(m.Value, &checked); err != nil {
				return err
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.reports[checked.PhotoID]++
			return nil
		}})
	if err != nil {
		s.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.Context()))
	ended := make(chan error, 1)
	go func() { ended <- consumer.Run(ctx) }()
	s.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			s.Error(err)
		}
	})
}

// upload puts a photo into the store and asks for it.
func (s *system) upload(data []byte) (photoID string) {
	s.Helper()
	sum := sha256.Sum256(data)
	p := event.PhotoUploaded{PhotoID: uuid.NewString(), CaseID: uuid.NewString(), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data)),
		ContentType: "image/jpeg"}
	if _, err := s.store.Put(s.Context(), photos.Uploads, p.PhotoID, data, p.ContentType); err != nil {
		s.Fatal(err)
	}
	e, err := event.New(uuid.NewString(), "/test", time.Now(), p)
	if err != nil {
		s.Fatal(err)
	}
	value, err := e.Encode()
	if err != nil {
		s.Fatal(err)
	}
	if err := s.producer.Publish(s.Context(), bus.Message{Topic: event.TopicPhotoUploaded, Key: []byte(p.CaseID), Value: value}); err != nil {
		s.Fatal(err)
	}
	return p.PhotoID
}

func (s *system) reported() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.reports)
}

// program is one validator process.
type program struct {
	*exec.Cmd
	said *bytes.Buffer
	ops  string
}

func (s *system) command(settings map[string]string, args ...string) program {
	s.Helper()
	models := os.Getenv(sandbox.ModelsVariable)
	if models == "" {
		models = "../../models"
	}
	models, err := filepath.Abs(models)
	if err != nil {
		s.Fatal(err)
	}
	p := program{Cmd: exec.Command(os.Args[0], args...), said: &bytes.Buffer{}}
	p.Stderr = p.said
	p.Env = []string{programVariable + "=1"}
	for name, value := range map[string]string{"PRPORTAL_KAFKA_BROKERS": strings.Join(s.bus.Brokers, ","), "PRPORTAL_S3_ENDPOINT": s.objects.Endpoint,
		"PRPORTAL_S3_ACCESS_KEY": s.objects.AccessKey, "PRPORTAL_S3_SECRET_KEY": s.objects.SecretKey, "PRPORTAL_S3_REGION": s.objects.Region,
		"PRPORTAL_MODELS": models, "PRPORTAL_WORKERS": "1"} {
		if other, ok := settings[name]; ok {
			value = other
		}
		p.Env = append(p.Env, name+"="+value)
	}
	return p
}

// serve starts a validator and waits until it is ready.
func (s *system) serve() program {
	s.Helper()
	file := filepath.Join(s.TempDir(), "ready.json")
	p := s.command(nil)
	p.Env = append(p.Env, daemon.ReadyFileVariable+"="+file)
	if err := p.Start(); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		_ = p.Process.Kill() // most have ended by now
		_ = p.Wait()
		if s.Failed() {
			s.Logf("validator said:\n%s", p.said)
		}
	})
	await(s.T, "the ready file", func() bool {
		var l daemon.Listening
		data, err := os.ReadFile(file)
		p.ops = ""
		if err == nil && json.Unmarshal(data, &l) == nil {
			p.ops = l.Ops
		}
		return p.ops != ""
	})
	await(s.T, "readiness", func() bool { status, _ := get(s.T, p.ops, "/readyz"); return status == http.StatusOK })
	return p
}

func get(t *testing.T, addr, path string) (status int, body string) {
	t.Helper()
	response, err := http.Get("http://" + addr + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data)
}

func await(t *testing.T, what string, there func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); !there(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("%s does not come", what)
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

func TestServeAndStop(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.makeTopics()
	p := s.serve()
	begin := time.Now()
	s.upload(photo(t, testphotos.Biden))
	await(t, "the report", func() bool { return s.reported() == 1 })
	t.Logf("the first report took %v", time.Since(begin))
	var metrics string
	await(t, "the count, a moment after the report", func() bool {
		_, metrics = get(t, p.ops, "/metrics")
		return strings.Contains(metrics, "prportal_photo_age_seconds_count{lane=\"upload\"} 1\n")
	})
	for _, want := range []string{"prportal_photos_checked_total{decision=\"review\",lane=\"upload\"} 1\n",
		"prportal_validation_stage_seconds_count{stage=\"inspect\"} 1\n", "prportal_sandbox_resident_bytes{child=\"upload-0\"}",
		"prportal_bus_messages_total", "go_goroutines"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("a clean stop: %v: %s", err, p.said)
	}
}

// TestKilledValidator shows that the work of a validator that is killed goes to the other one.
func TestKilledValidator(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.makeTopics()
	s.serve()
	victim := s.serve()
	small := photo(t, testphotos.Obama)
	count := 0
	works := func() bool {
		_, metrics := get(t, victim.ops, "/metrics")
		return strings.Contains(metrics, "prportal_bus_messages_total{group=\"validator\"")
	}
	// The embedded broker does not miss a member that ends before its first heartbeat, a second after it joined.
	for begin := time.Now(); time.Since(begin) < 3*time.Second || !works(); count++ {
		s.upload(small)
		await(t, "a report while both work", func() bool { return s.reported() > count })
	}
	const more = 12
	for range more {
		s.upload(small)
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	await(t, "the last report", func() bool { return s.reported() == count+more })
}

func TestSettingsThatAreWrong(t *testing.T) {
	t.Parallel()
	s := newSystem(t) // without topics
	for says, p := range map[string]program{
		"kafka topic photo.uploaded does not exist":   s.command(nil),
		"PRPORTAL_S3_ACCESS_KEY is not set":           s.command(map[string]string{"PRPORTAL_S3_ACCESS_KEY": ""}),
		"PRPORTAL_WORKERS: want a whole number":       s.command(map[string]string{"PRPORTAL_WORKERS": "many"}),
		"there is no folder of models at /no/models:": s.command(map[string]string{"PRPORTAL_MODELS": "/no/models"}),
		"usage: validator":                            s.command(nil, "nonsense"),
	} {
		if err := p.Run(); err == nil || !strings.Contains(p.said.String(), says) {
			t.Errorf("want %q: %v: %s", says, err, p.said)
		}
	}
}

func TestCheckNeedsNoServer(t *testing.T) {
	t.Parallel()
	s := &system{T: t}
	dir := t.TempDir()
	good, text := filepath.Join(dir, "good.jpg"), filepath.Join(dir, "text.jpg")
	for path, data := range map[string][]byte{good: photo(t, testphotos.Biden), text: []byte("no photo")} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		paths  []string
		status int
		lines  int
	}{
		{[]string{good, text}, 1, 2}, {[]string{good, text, filepath.Join(dir, "missing.jpg")}, 2, 3}, {[]string{dir}, 1, 2},
	} {
		p := s.command(nil, append([]string{"check", "-json"}, tc.paths...)...)
		out, err := p.Output()
		if p.ProcessState.ExitCode() != tc.status || strings.Count(string(out), "\n") != tc.lines {
			t.Errorf("%v: status %d (%v), %s%s", tc.paths, p.ProcessState.ExitCode(), err, out, p.said)
		}
	}
	p := s.command(nil, "help")
	if out, err := p.Output(); err != nil || !strings.Contains(string(out), "PRPORTAL_KAFKA_BROKERS") {
		t.Errorf("help: %v: %s", err, fmt.Sprint(string(out), p.said))
	}
}

func TestEvalNeedsNoServer(t *testing.T) {
	t.Parallel()
	s := &system{T: t}
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "report")
	if err := os.Mkdir(filepath.Join(dir, "file_type"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file_type", "text.jpg"), []byte("no photo"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := s.command(nil, "eval", "-out", out, dir)
	said, err := p.Output()
	if _, missing := os.Stat(filepath.Join(out, "report.html")); err != nil || missing != nil || !strings.Contains(string(said), "1 photo in ") {
		t.Errorf("%v, %v: %s%s", err, missing, said, p.said)
	}
}
