package main

import (
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"prportal.example/internal/testenv"
)

// TestTheComposeFile holds the real file against what these journeys need of it: portal, the process that makes proofs and two
// validators, each with addresses of here only, and a database that is there.
func TestTheComposeFile(t *testing.T) {
	store := testenv.MinIO(t)
	env := map[string]string{
		"TESTENV_KAFKA": "127.0.0.1:7001", "TESTENV_MINIO": "http://" + store.AccessKey + ":" + store.SecretKey + "@" + store.Endpoint,
		"TESTENV_POSTGRES": testenv.Postgres(t), "PATH": "/usr/bin:/bin",
	}
	file, err := filepath.Abs("../../deploy/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := &system{options: options{data: t.TempDir(), compose: file, bin: "/b", models: "/m",
		set: map[string]string{"PRPORTAL_UNDO_WINDOW": "3s"}},
		getenv: func(name string) string { return env[name] }, log: slog.New(slog.DiscardHandler), mail: "127.0.0.1:7003"}
	programs, database, err := s.plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, p := range programs {
		count[filepath.Base(p.path)+" "+strings.Join(p.args, " ")]++
		for variable, value := range p.env {
			for _, name := range []string{"kafka:", "minio:", "@postgres", "mail:", "localhost", "${"} {
				if strings.Contains(value, name) {
					t.Errorf("%s: %s still has %q in it", p.name, variable, name)
				}
			}
		}
		if p.name == "portal" && (p.env["PRPORTAL_UNDO_WINDOW"] != "3s" ||
			p.env["PRPORTAL_PUBLIC_URL"] != "http://"+p.env["PRPORTAL_LISTEN"]) {
			t.Errorf("portal: %v", p.env)
		}
		if filepath.Base(p.path) == "sh" {
			if err := s.once(t.Context(), p, ""); err != nil { // twice, since it may be run again at any time
				t.Error(err)
			}
			if err := s.once(t.Context(), p, ""); err != nil {
				t.Error(err)
			}
		}
	}
	want := map[string]int{"portal ": 2, "portal migrate": 1, "portal topics": 1, "validator ": 2, "ingest serve": 1,
		"sh " + filepath.Dir(file) + "/minio/setup.sh": 1}
	if !maps.Equal(count, want) {
		t.Errorf("programs %v, want %v", slices.Sorted(maps.Keys(count)), want)
	}
	if !strings.Contains(database, "/prportal?") {
		t.Errorf("database %q", database)
	}
}

func TestServersAreNamed(t *testing.T) {
	s := &system{getenv: func(string) string { return "" }}
	if _, _, err := s.plan(t.Context()); err == nil || !strings.Contains(err.Error(), "TESTENV_KAFKA") {
		t.Errorf("%v", err)
	}
}
