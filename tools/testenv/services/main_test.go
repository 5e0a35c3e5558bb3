package main

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// TestStartEnvStop goes through a whole test run's use of the program, with one service.
func TestStartEnvStop(t *testing.T) {
	program := filepath.Join(t.TempDir(), "services")
	if said, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	dir := filepath.Join(t.TempDir(), "with space")
	call := func(args ...string) (string, error) {
		said, err := exec.Command(program, args...).CombinedOutput()
		return string(said), err
	}
	t.Cleanup(func() { _, _ = call("stop", dir) })
	if said, err := call("start", dir, "postgres"); err != nil {
		t.Fatalf("start: %v: %s", err, said)
	}
	said, err := call("env", dir)
	address, ok := strings.CutPrefix(strings.TrimSpace(said), "export TESTENV_POSTGRES='")
	if err != nil || !ok {
		t.Fatalf("env: %v: %s", err, said)
	}
	db, err := sql.Open("pgx", strings.TrimSuffix(address, "'"))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.PingContext(t.Context()); err != nil {
		t.Errorf("the server of env does not answer: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	pid, ok := running(dir)
	if !ok {
		t.Error("no process is known")
	}
	if said, err := call("start", dir, "postgres"); err == nil || !strings.Contains(said, "already run") {
		t.Errorf("a second start: %v: %s", err, said)
	}
	if said, err := call("stop", dir); err != nil {
		t.Errorf("stop: %v: %s", err, said)
	}
	if ours(pid, dir) {
		t.Errorf("process %d still runs", pid)
	}
	if said, err := call("env", dir); err == nil {
		t.Errorf("after the stop env says %s", said)
	}
	if said, err := call("stop", dir); err != nil {
		t.Errorf("a second stop: %v: %s", err, said)
	}
}

// TestStopLeavesOthersAlone shows that a number in an old file, which is someone else's by now, is not a reason to end it.
func TestStopLeavesOthersAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(pidFile(dir), []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		t.Fatal(err)
	}
	if pid, ok := running(dir); ok {
		t.Errorf("process %d is taken for a service", pid)
	}
	if err := stop(dir); err != nil {
		t.Error(err)
	}
}

func TestUnknownServiceIsNamed(t *testing.T) {
	if _, err := choose([]string{"kafka", "oracle"}); err == nil || !strings.Contains(err.Error(), `"oracle"`) {
		t.Errorf("%v", err)
	}
}
