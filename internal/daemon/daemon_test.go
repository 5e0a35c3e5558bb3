package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestEnvNamesEveryBadVariable(t *testing.T) {
	values := map[string]string{
		"GOOD": "x", "BROKERS": "a:1, b:2 ,", "WINDOW": "60s", "WORKERS": "4", "SECURE": "true", "PAGE": "https://photos.example/",
		"BAD_WINDOW": "60", "BAD_WORKERS": "99", "BAD_SECURE": "perhaps", "BAD_PAGE": "photos.example", "BAD_LIST": " , ",
	}
	env := NewEnv(func(name string) string { return values[name] })
	got := []any{env.Required("GOOD"), env.String("ABSENT", "otherwise"), strings.Join(env.List("BROKERS"), "|"),
		env.Duration("WINDOW", 0), env.Duration("ABSENT", time.Minute), env.Int("WORKERS", 1, 1, 8), env.Int("ABSENT", 2, 1, 8),
		env.Bool("SECURE", false), env.URL("PAGE", ""), env.URL("ABSENT", "http://127.0.0.1")}
	want := []any{"x", "otherwise", "a:1|b:2", time.Minute, time.Minute, 4, 2, true, "https://photos.example", "http://127.0.0.1"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("setting %d = %v, want %v", i, got[i], want[i])
		}
	}
	if err := env.Err(); err != nil {
		t.Fatalf("good settings: %v", err)
	}
	env.Required("MISSING")
	env.Duration("BAD_WINDOW", 0)
	env.Int("BAD_WORKERS", 1, 1, 8)
	env.Bool("BAD_SECURE", false)
	env.URL("BAD_PAGE", "")
	env.List("BAD_LIST")
	env.Fail("OTHER", errors.New("is odd"))
	err := env.Err()
	if err == nil {
		t.Fatal("bad settings passed")
	}
	for _, name := range []string{"MISSING", "BAD_WINDOW", "BAD_WORKERS", "BAD_SECURE", "BAD_PAGE", "BAD_LIST", "OTHER"} {
		if !strings.Contains(err.Error(), "variable "+name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
}

func TestReportGivesTheExitStatus(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status int
		said   string
	}{
		"clean":       {nil, 0, ""},
		"help":        {fmt.Errorf("flags: %w", flag.ErrHelp), 0, ""},
		"error":       {errors.New("no broker"), 1, "portal: no broker\n"},
		"code":        {fmt.Errorf("check: %w", &ExitError{Code: 2, Err: errors.New("no such file")}), 2, "portal: no such file\n"},
		"silent code": {&ExitError{Code: 1}, 1, ""},
	} {
		var said bytes.Buffer
		if status := report(&said, "portal", c.err); status != c.status || said.String() != c.said {
			t.Errorf("%s: status %d, %q; want %d, %q", name, status, said.String(), c.status, c.said)
		}
	}
}

func TestLoggerTakesItsLevelFromTheEnvironment(t *testing.T) {
	var out bytes.Buffer
	logger, err := Logger(&out, func(string) string { return "warn" })
	if err != nil {
		t.Fatal(err)
	}
	logger.Info("quiet")
	logger.Warn("loud", "photo", "17")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || line["msg"] != "loud" || line["photo"] != "17" {
		t.Errorf("want one JSON line, have %q (%v)", out.String(), err)
	}
	if _, err := Logger(&out, func(string) string { return "chatty" }); err == nil || !strings.Contains(err.Error(), LogLevelVariable) {
		t.Errorf("a bad level gives %v", err)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestOpsShowsMetricsAndReadiness(t *testing.T) {
	registry := NewRegistry()
	photos := prometheus.NewCounter(prometheus.CounterOpts{Name: "photos_total", Help: "photos"})
	registry.MustRegister(photos)
	photos.Inc()
	broken := make(chan error, 2) // a scrape asks, and so does /readyz
	broken <- errors.New("connection refused")
	broken <- errors.New("connection refused")
	ops, err := NewOps(OpsConfig{Addr: "127.0.0.1:0", Registry: registry, Logger: slog.New(slog.DiscardHandler),
		Ready: map[string]func(context.Context) error{
			"database": func(context.Context) error { return nil },
			"store": func(ctx context.Context) error {
				select {
				case err := <-broken:
					return err
				default:
					return nil
				}
			}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- ops.Run(ctx) }()
	base := "http://" + ops.Addr()

	if status, body := get(t, base+"/livez"); status != 200 || body != "ok\n" {
		t.Errorf("livez: %d %q", status, body)
	}
	if status, body := get(t, base+"/metrics"); status != 200 || !strings.Contains(body, "photos_total 1") ||
		!strings.Contains(body, "go_goroutines") || !strings.Contains(body, `prportal_ready{dependency="database"} 1`) ||
		!strings.Contains(body, `prportal_ready{dependency="store"} 0`) ||
		!strings.Contains(body, `prportal_ready{dependency="process"} 1`) {
		t.Errorf("metrics: %d %q", status, body)
	}
	if status, body := get(t, base+"/readyz"); status != 503 || !strings.Contains(body, `"store":"connection refused"`) ||
		!strings.Contains(body, `"database":"ok"`) {
		t.Errorf("readyz while the store is away: %d %q", status, body)
	}
	if status, body := get(t, base+"/readyz"); status != 200 {
		t.Errorf("readyz when all is well: %d %q", status, body)
	}
	if status, _ := get(t, base+"/debug/pprof/cmdline"); status != 200 {
		t.Errorf("pprof: %d", status)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("clean stop: %v", err)
	}
}

func TestServeFinishesTheRequestInHand(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	arrived, goOn := make(chan bool), make(chan bool)
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(arrived)
			<-goOn
			fmt.Fprint(w, "whole")
		}), slog.New(slog.DiscardHandler))
	}()
	answer := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answer <- string(body)
	}()
	<-arrived
	stop()
	close(goOn)
	if got := <-answer; got != "whole" {
		t.Errorf("the request in hand got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestReadyFileIsPrivateAndWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ready.json")
	if err := WriteReady(path, Listening{Listen: "127.0.0.1:1", Ops: "127.0.0.1:2"}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if want := `{"listen":"127.0.0.1:1","ops":"127.0.0.1:2"}` + "\n"; err != nil || string(data) != want {
		t.Errorf("have %q (%v), want %q", data, err, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("a temporary file is left: %v, %v", left, err)
	}
	if err := WriteReady(filepath.Join(path, "under-a-file"), Listening{}); err == nil {
		t.Error("a place that cannot be written to is no error")
	}
	if err := WriteReady("", Listening{}); err != nil {
		t.Errorf("nobody asked: %v", err)
	}
}
