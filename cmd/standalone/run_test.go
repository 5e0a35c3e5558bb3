package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/smtp"
	"os"
	"os/signal"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"prportal.example/internal/bus"
	"prportal.example/internal/daemon"
	"prportal.example/internal/photos"
)

// The programs that TestRun starts are this test binary behind scripts. They use the broker, the store and the mail inbox for
// real, and write down what they were asked.
const programVariable = "STANDALONE_TEST_PROGRAM"

// TestProgram does something only in the processes that standalone starts from TestRun.
func TestProgram(t *testing.T) {
	program, notes := os.Getenv(programVariable), os.Getenv(fileVariable)
	if program == "" {
		return
	}
	if err := actAs(program, notes, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func actAs(program, notes string, args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	config := bus.Config{Brokers: strings.Split(os.Getenv("PRPORTAL_KAFKA_BROKERS"), ","), ClientID: program}
	spec := []bus.TopicSpec{{Name: "photo.uploaded", Partitions: 2, Retention: bus.Forever}}
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	if os.Getenv("PRPORTAL_ROLES") == "proofs" {
		program = "proofs"
	}
	note(notes, strings.Join(append([]string{program}, args...), " "))
	switch {
	case len(args) > 0 && args[0] == "topics":
		return bus.EnsureTopics(ctx, config, spec)
	case len(args) > 0 && args[0] == "migrate":
		path, ok := strings.CutPrefix(os.Getenv("PRPORTAL_DATABASE_URL"), "sqlite:")
		if !ok {
			return errors.New("no database")
		}
		return os.WriteFile(path, nil, 0o600)
	case len(args) > 1 && args[1] == "add":
		if len(strings.TrimSpace(string(input))) < 15 {
			return fmt.Errorf("password %q", input)
		}
		return nil
	case len(args) > 0 && args[0] == "applications":
		want := len(newcomers)
		if slices.Contains(args, "-invite=false") {
			want = len(families)
		}
		data, err := os.ReadFile(args[len(args)-1])
		if err == nil && len(bytes.Split(bytes.TrimSpace(data), []byte("\n"))) != want {
			err = fmt.Errorf("families: %s", data)
		}
		return err
	case program == "ingest" && slices.Equal(args, []string{"serve"}):
		if err := bus.VerifyTopics(ctx, config, spec); err != nil || os.Getenv("PRPORTAL_S3_ACCESS_KEY") != "" {
			return fmt.Errorf("topics: %w, or keys that are not for it", err)
		}
		return actAsService(ctx, program, notes)
	case len(args) > 0:
		return fmt.Errorf("unknown command %v", args)
	}
	store, err := photos.Open(photos.Config{Endpoint: os.Getenv("PRPORTAL_S3_ENDPOINT"),
		AccessKey: os.Getenv("PRPORTAL_S3_ACCESS_KEY"), SecretKey: os.Getenv("PRPORTAL_S3_SECRET_KEY")})
	if err != nil {
		return err
	}
	if program == "proofs" {
		if err := mayDoLittle(ctx, store); err != nil {
			return err
		}
	} else if err := errors.Join(store.Ready(ctx, photos.Uploads), bus.VerifyTopics(ctx, config, spec)); err != nil {
		return err
	}
	for _, variable := range os.Environ() {
		if program == "proofs" && (strings.Contains(variable, "KAFKA") || strings.Contains(variable, "SMTP")) {
			return fmt.Errorf("what runs a browser knows %s", variable)
		}
		if program == "validator" && (strings.Contains(variable, "DATABASE") || strings.Contains(variable, "SMTP")) {
			return fmt.Errorf("the validator knows %s", variable)
		}
	}
	if program == "portal" {
		if err := smtp.SendMail(os.Getenv("PRPORTAL_SMTP_ADDR"), nil, "photos@portal.example", []string{"a@people.example"},
			[]byte("Subject: started\r\n\r\nhello")); err != nil {
			return err
		}
	}
	return actAsService(ctx, program, notes)
}

func actAsService(ctx context.Context, program, notes string) error {
	ops, err := daemon.NewOps(daemon.OpsConfig{Addr: os.Getenv("PRPORTAL_OPS_LISTEN"), Registry: daemon.NewRegistry(),
		Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if err := daemon.WriteReady(os.Getenv(daemon.ReadyFileVariable), daemon.Listening{Listen: os.Getenv("PRPORTAL_LISTEN"),
		Ops: ops.Addr()}); err != nil {
		return err
	}
	err = ops.Run(ctx)
	note(notes, program+" stopped")
	return err
}

// mayDoLittle is an error unless these keys may write documents and nothing else.
func mayDoLittle(ctx context.Context, store *photos.Store) error {
	if _, err := store.Put(ctx, photos.Documents, "x", []byte("%PDF-"), "application/pdf"); err != nil {
		return err
	}
	for _, bucket := range photos.Buckets() {
		if _, err := store.Get(ctx, bucket, "x", 9); !errors.Is(err, photos.ErrRefused) {
			return fmt.Errorf("read %s: %w", bucket, err)
		}
	}
	return nil
}

// programs makes a folder with scripts in place of portal, validator and ingest.
func programs(t *testing.T, notes string) string {
	t.Helper()
	bin := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"portal", "validator", "ingest"} {
		script := fmt.Sprintf("#!/bin/sh\n%s=%s %s='%s' exec '%s' -test.run='^TestProgram$' -- \"$@\"\n",
			programVariable, name, fileVariable, notes, self)
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

// standalone is one run in this process. wait gives what ready.json says.
type standalone struct {
	*testing.T
	data   string
	stdout *said
	cancel context.CancelFunc
	ended  chan error
}

// said is what was printed so far.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func begin(t *testing.T, data string, args ...string) *standalone {
	t.Helper()
	s := &standalone{T: t, data: data, stdout: &said{}, ended: make(chan error, 1)}
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(t.Context())
	args = append([]string{"-data", data, "-listen", "127.0.0.1:0", "-officer", "127.0.0.1:0", "-inbox", "127.0.0.1:0"}, args...)
	go func() { s.ended <- run(ctx, args, os.Getenv, s.stdout, io.Discard) }()
	return s
}

func (s *standalone) ready() ready {
	s.Helper()
	var r ready
	awaitThat(s.T, "ready.json", func() bool {
		select {
		case err := <-s.ended:
			s.Fatalf("it ended: %v", err)
		default:
		}
		data, err := os.ReadFile(folder(s.data).readyFile())
		return err == nil && json.Unmarshal(data, &r) == nil
	})
	return r
}

func (s *standalone) stop() {
	s.Helper()
	s.cancel()
	if err := <-s.ended; err != nil {
		s.Errorf("stop: %v", err)
	}
	if _, err := os.Stat(folder(s.data).readyFile()); !errors.Is(err, os.ErrNotExist) {
		s.Errorf("ready.json after a clean stop: %v", err)
	}
}

// TestRun starts twice on one folder. It is one test since the embedded store changes the working directory.
func TestRun(t *testing.T) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chdir(before) }) // so that the folder can be removed
	notes := filepath.Join(t.TempDir(), "notes")
	args := []string{"-demo", "-bin", programs(t, notes), "-samples", t.TempDir()}
	data := filepath.Join(t.TempDir(), "var")
	stale := folder(data).readyFile()
	if err := errors.Join(os.MkdirAll(data, 0o700), os.WriteFile(stale, []byte("{}"), 0o600)); err != nil {
		t.Fatal(err)
	}

	first := begin(t, data, args...)
	awaitThat(t, "the end of the old ready.json", func() bool {
		old, err := os.ReadFile(stale)
		return err != nil || string(old) != "{}"
	})
	r := first.ready()
	awaitThat(t, "the printed text", func() bool { return strings.Contains(first.stdout.String(), "Ctrl-C") })
	var applicants, people int
	for _, s := range r.SignIns {
		if s.Role == "applicant" {
			applicants++
		}
		if len(s.Password) < 15 || !strings.Contains(first.stdout.String(), s.Password) {
			t.Errorf("password %q of %s is short or not printed", s.Password, s.Username)
		}
		people++
	}
	if applicants < 3 || people == applicants || r.Samples != args[len(args)-1] || r.Kafka == "" || !strings.HasPrefix(r.Database, "sqlite:/") {
		t.Errorf("ready.json: %+v", r)
	}
	if len(r.Invited) != len(newcomers) || !strings.Contains(first.stdout.String(), newcomers[2].BirthDate) {
		t.Errorf("invited: %+v", r.Invited)
	}
	for _, address := range []string{r.Metrics["portal"], r.Metrics["validator"], r.Metrics["proofs"], r.Metrics["ingest"],
		r.Inbox + "/api/messages"} {
		if !strings.HasPrefix(address, "http://127.0.0.1:") {
			t.Errorf("address %q", address)
		}
	}
	first.stop()

	asked := lines(notes)
	for _, want := range []string{"portal_migrate", "portal_topics", "portal_officer_add_-username_officer", "portal", "validator", "proofs", "proofs_stopped",
		"portal_applicant_add_-client-id_9900-0001_-username_aurelie", "portal_stopped", "validator_stopped", "ingest_stopped",
		"ingest_serve"} {
		if n := strings.Count("\n"+strings.Join(asked, "\n")+"\n", "\n"+want+"\n"); n != 1 {
			t.Errorf("%s was seen %d times in %v", want, n, asked)
		}
	}
	if slices.Index(asked, "portal") < slices.Index(asked, "portal_migrate") ||
		slices.Index(asked, "validator") < slices.Index(asked, "portal_topics") {
		t.Errorf("order: %v", asked)
	}

	second := begin(t, data, args...)
	if again := second.ready(); !reflect.DeepEqual(again.SignIns, r.SignIns) {
		t.Errorf("other sign-ins after a restart: %+v", again.SignIns)
	}
	second.stop()
	if seeded := strings.Count(strings.Join(lines(notes), "\n"), "_add_"); seeded != people {
		t.Errorf("%d accounts were made for %d people", seeded, people)
	}
	mails, err := filepath.Glob(filepath.Join(data, "inbox", "*.eml"))
	if err != nil || len(mails) != 2 {
		t.Errorf("of two starts' mails there are %v, %v", mails, err)
	}
}

// TestRunSaysWhatDoesNotStart ends with the program's name and its log instead of waiting for ever.
func TestRunSaysWhatDoesNotStart(t *testing.T) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chdir(before) })
	bin := programs(t, filepath.Join(t.TempDir(), "notes"))
	if err := os.WriteFile(filepath.Join(bin, "validator"), []byte("#!/bin/sh\necho no models here >&2\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "var")
	s := begin(t, data, "-bin", bin)
	failed := <-s.ended
	log := folder(data).log("validator")
	if failed == nil || !strings.Contains(failed.Error(), "validator") || !strings.Contains(failed.Error(), log) {
		t.Errorf("it ended with %v", failed)
	}
	if said, err := os.ReadFile(log); err != nil || !strings.Contains(string(said), "no models here") {
		t.Errorf("log %q, %v", said, err)
	}
	if strings.Contains(s.stdout.String(), "Ready") {
		t.Error("it says that it is ready")
	}
}
