package ingest_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"prportal.example/internal/daemon"
	"prportal.example/internal/ingest"
	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
)

// program runs ingest as the command does.
func program(settings map[string]string, stdin io.Reader, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	err = ingest.Run(ctx, args, func(name string) string { return settings[name] }, stdin, &out, &errs)
	return out.String(), errs.String(), err
}

func code(err error) int {
	var exit *daemon.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.Code
	case err != nil:
		return 1
	}
	return 0
}

func database(url string) map[string]string { return map[string]string{"PRPORTAL_DATABASE_URL": url} }

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestP7TheProgram(t *testing.T) {
	settings := database(testenv.SQLite(t))
	if _, _, err := program(settings, strings.NewReader(zoe(nil)), "applications", "-"); err == nil || !strings.Contains(err.Error(), "portal migrate") {
		t.Errorf("without a schema: %v", err)
	}
	s := storetest.Open(t, settings["PRPORTAL_DATABASE_URL"])
	folder := t.TempDir()
	file := write(t, filepath.Join(folder, "approved.jsonl"), zoe(nil))
	if out, _, err := program(settings, nil, "applications", "-dry-run", file); err != nil ||
		out != "dry run, nothing was stored: 1 added, 0 updated, 0 unchanged, 0 rejected\n" {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := s.PersonByClientID(ctx, "C-1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a dry run stored something: %v", err)
	}
	if out, _, err := program(settings, nil, "applications", file); err != nil || out != "1 added, 0 updated, 0 unchanged, 0 rejected\n" {
		t.Errorf("%q, %v", out, err)
	}
	out, errs, err := program(settings, strings.NewReader(zoe(nil)+"\noops\n"), "applications", "-")
	if code(err) != 1 || out != "0 added, 0 updated, 1 unchanged, 1 rejected\n" || errs != "line 2: not a JSON object\n" {
		t.Errorf("%q, %q, %v", out, errs, err)
	}
	changed := zoe(fields{"family_name": "Nowak", "status": "withdrawn"}) + "\n"
	out, errs, err = program(settings, strings.NewReader(changed), "applications", "-verbose", "-")
	if err != nil || out != "line 1 changed family_name, status\n0 added, 1 updated, 0 unchanged, 0 rejected\nupdates: family_name 1, withdrawn 1\n" || errs != "" {
		t.Errorf("%q, %q, %v", out, errs, err)
	}
	if out, _, err = program(settings, strings.NewReader(changed), "applications", "-quiet", "-"); err != nil || out != "" {
		t.Errorf("%q, %v", out, err)
	}
	for _, args := range [][]string{nil, {"applications"}, {"something", "x"}, {"applications", "a", "b"}, {"applications", "-format", "xml", file},
		{"applications", "-colour", file}, {"photos"}, {"serve", "x"}, {"applications", "-rejects", file, file}} {
		if _, _, err := program(settings, nil, args...); code(err) != 2 {
			t.Errorf("%v: %v", args, err)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != zoe(nil) {
		t.Errorf("the file is now %q, %v", text, err)
	}
	if _, _, err := program(settings, nil, "applications", file+".not"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, _, err := program(nil, nil, "applications", file); err == nil || !strings.Contains(err.Error(), "PRPORTAL_DATABASE_URL") {
		t.Errorf("no database: %v", err)
	}
	if out, _, err := program(nil, nil, "-h"); err != nil || !strings.Contains(out, "usage: ingest applications") {
		t.Errorf("help: %q, %v", out, err)
	}
}

func TestP7AFileThatCannotBeReadAtAllIsMisuse(t *testing.T) {
	settings := database(testenv.SQLite(t))
	storetest.Open(t, settings["PRPORTAL_DATABASE_URL"])
	for text, why := range map[string]string{
		"application,client_id\nA,C\n":                "column given_names is missing",
		strings.ToUpper(header) + ",client_id\n":      "column client_id comes twice",
		header + ",Schrödinger\n":                     "column 9 is none of",
		"\"application\n":                             "a quote begins here",
		"\xff\xfea\x00p\x00":                          "UTF-16",
		strings.Repeat("x", 70_000) + "\n" + zoe(nil): "longer than",
	} {
		if _, _, err := program(settings, strings.NewReader(text), "applications", "-"); code(err) != 2 || !strings.Contains(err.Error(), why) ||
			strings.Contains(err.Error(), "Schrödinger") {
			t.Errorf("%.40q: %v, want %s", text, err, why)
		}
	}
	if out, _, err := program(settings, strings.NewReader("\n \n"), "applications", "-"); err != nil || !strings.HasPrefix(out, "0 added") {
		t.Errorf("an empty file: %q, %v", out, err)
	}
}

func TestP7AStreamThatBreaksOffKeepsWhatWasRead(t *testing.T) {
	settings := database(testenv.SQLite(t))
	s := storetest.Open(t, settings["PRPORTAL_DATABASE_URL"])
	broken := errors.New("disk on fire")
	out, _, err := program(settings, io.MultiReader(strings.NewReader(zoe(nil)+"\n"), iotest.ErrReader(broken)), "applications", "-")
	if !errors.Is(err, broken) || !strings.HasPrefix(out, "1 added") {
		t.Errorf("%q, %v", out, err)
	}
	person(t, s, "C-1")
}

func TestP7RejectsCanBeCorrectedAndTakenInAgain(t *testing.T) {
	settings := database(testenv.SQLite(t))
	s := storetest.Open(t, settings["PRPORTAL_DATABASE_URL"])
	folder := t.TempDir()
	rejects := filepath.Join(folder, "rejects.csv")
	if err := os.WriteFile(rejects, []byte("from before"), 0o644); err != nil {
		t.Fatal(err)
	}
	lines := []string{header, row("C-1", "Łęcka"), row("C-2", `"Smith, ""Bob"""`) + ",too,many", row("", "X"), row("C-4", "Ünal")}
	_, errs, err := program(settings, strings.NewReader(strings.Join(lines, "\r\n")), "applications", "-rejects", rejects, "-")
	if code(err) != 1 || strings.Contains(errs, "Smith") {
		t.Errorf("%q, %v", errs, err)
	}
	if about, err := os.Stat(rejects); err != nil || about.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", about.Mode(), err)
	}
	text, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || fmt.Sprint(all[0]) != "[line reason row]" || len(all) != 3 || all[1][0] != "3" || all[1][2] != lines[2] ||
		all[2][0] != "4" || all[2][1] != "client_id is empty" || all[2][2] != lines[3] {
		t.Fatalf("%q, %v", all, err)
	}
	corrected := strings.Join([]string{header, strings.TrimSuffix(all[1][2], ",too,many"), strings.Replace(all[2][2], ",,", ",C-3,", 1)}, "\n")
	if out, _, err := program(settings, strings.NewReader(corrected), "applications", "-"); err != nil || !strings.HasPrefix(out, "2 added") {
		t.Errorf("%q, %v", out, err)
	}
	if p := person(t, s, "C-2"); p.FamilyName != `Smith, "Bob"` {
		t.Errorf("%+v", p)
	}
}

func TestP7OnlyTheFirstOfManyRejectsAreTold(t *testing.T) {
	settings := database(testenv.SQLite(t))
	storetest.Open(t, settings["PRPORTAL_DATABASE_URL"])
	_, errs, err := program(settings, strings.NewReader(header+"\n"+strings.Repeat("x\n", 80)), "applications", "-")
	if code(err) != 1 || !strings.HasSuffix(errs, "and 30 more\n") || strings.Count(errs, "\n") != 51 {
		t.Errorf("%q, %v", errs, err)
	}
}
