package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// This test binary, started once more with these variables, is a child: it adds its process id to the file and then does
// what the mode says.
const (
	modeVariable = "STANDALONE_TEST_MODE"
	fileVariable = "STANDALONE_TEST_FILE"
)

// TestChild does something only in the processes that other tests start.
func TestChild(t *testing.T) {
	mode, file := os.Getenv(modeVariable), os.Getenv(fileVariable)
	if mode == "" {
		return
	}
	asked := make(chan os.Signal, 1)
	if mode != "middle" {
		signal.Notify(asked, syscall.SIGTERM)
	}
	note(file, strconv.Itoa(os.Getpid()))
	switch mode {
	case "crash":
		fmt.Println("out of cheese")
		os.Exit(3)
	case "polite":
		<-asked
		note(file, "stopped in order")
		os.Exit(0)
	case "stubborn":
		select {}
	case "middle":
		testChild(file+".grandchild", "polite").keep(t.Context())
	}
}

func note(file, text string) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	fmt.Fprintln(f, text)
}

func lines(file string) []string {
	data, _ := os.ReadFile(file)
	return strings.Fields(strings.ReplaceAll(string(data), " ", "_")) // a line is one word
}

func testChild(file, mode string) *child {
	return &child{name: mode, path: os.Args[0], args: []string{"-test.run=^TestChild$"}, dir: filepath.Dir(file), log: file + ".log",
		env:      []string{modeVariable + "=" + mode, fileVariable + "=" + file},
		minPause: time.Millisecond, maxPause: 4 * time.Millisecond, grace: 200 * time.Millisecond,
		logger: slog.New(slog.DiscardHandler)}
}

func awaitThat(t *testing.T, what string, there func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := poll(ctx, func() (bool, error) { return there(), nil }); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// alive tells whether the process runs; one that has ended and was not collected by its parent does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}

func TestChildThatEndsIsStartedAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pids")
	c := testChild(file, "crash")
	ends := make(chan error, 1000)
	c.ended = func(err error) { ends <- err }
	ctx, stop := context.WithCancel(t.Context())
	kept := make(chan bool)
	go func() { c.keep(ctx); close(kept) }()
	for range 3 {
		if err := <-ends; err == nil || err.Error() != "exit status 3" {
			t.Errorf("the end is reported as %v", err)
		}
	}
	stop()
	<-kept
	started := lines(file)
	if len(started) < 3 || started[0] == started[1] {
		t.Errorf("processes %v, want three different ones", started)
	}
	if log, err := os.ReadFile(c.log); err != nil || strings.Count(string(log), "out of cheese") < 3 {
		t.Errorf("log %q, %v", log, err)
	}
}

func TestStopIsAskedForFirst(t *testing.T) {
	for mode, want := range map[string]string{"polite": "stopped_in_order", "stubborn": ""} {
		file := filepath.Join(t.TempDir(), "pids")
		ctx, stop := context.WithCancel(t.Context())
		kept := make(chan bool)
		go func() { testChild(file, mode).keep(ctx); close(kept) }()
		awaitThat(t, mode, func() bool { return len(lines(file)) == 1 })
		stop()
		<-kept
		said := lines(file)
		if pid, err := strconv.Atoi(said[0]); err != nil || alive(pid) {
			t.Errorf("%s: process %v still runs (%v)", mode, said, err)
		}
		if last := said[len(said)-1]; want != "" && last != want {
			t.Errorf("%s: said %v, want %s", mode, said, want)
		}
	}
}

func TestChildrenEndWithThisProcess(t *testing.T) {
	file := filepath.Join(t.TempDir(), "middle")
	middle := testChild(file, "middle").command(t.Context())
	middle.SysProcAttr = nil
	if err := middle.Start(); err != nil {
		t.Fatal(err)
	}
	awaitThat(t, "grandchild", func() bool { return len(lines(file+".grandchild")) == 1 })
	if err := middle.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = middle.Wait() // it was killed
	pid, err := strconv.Atoi(lines(file + ".grandchild")[0])
	if err != nil {
		t.Fatal(err)
	}
	awaitThat(t, "the end of the grandchild", func() bool { return !alive(pid) })
}

func TestOnceReturnsWhatIsSaid(t *testing.T) {
	c := &child{name: "cat", path: mustFind(t, "cat"), grace: time.Second}
	if said, err := c.once(t.Context(), "a password\n"); err != nil || said != "a password\n" {
		t.Errorf("%q, %v", said, err)
	}
	c = &child{name: "sh", path: mustFind(t, "sh"), args: []string{"-c", "echo no such client >&2; exit 4"}, grace: time.Second}
	if _, err := c.once(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "no such client") ||
		!strings.Contains(err.Error(), "exit status 4") {
		t.Errorf("%v", err)
	}
}

func mustFind(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
