package evalcmd_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"prportal.example/internal/evalcmd"
	"prportal.example/internal/evaluate"
	"prportal.example/internal/judging/judgingtest"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/report"
)

func TestMain(m *testing.M) { judgingtest.Main(m) }

// eval runs the command and returns what it says and its exit status.
func eval(ctx context.Context, t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	return judgingtest.Command(evalcmd.Run).Run(ctx, t, args...)
}

// folder is a place for labelled photos.
type folder struct {
	*testing.T
	dir string
}

func (f folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

func (f folder) write(name string, data []byte) {
	f.Helper()
	if err := os.MkdirAll(filepath.Dir(f.path(name)), 0o700); err != nil {
		f.Fatal(err)
	}
	if err := os.WriteFile(f.path(name), data, 0o600); err != nil {
		f.Fatal(err)
	}
}

func (f folder) photo(name string) []byte {
	f.Helper()
	data, err := testphotos.Read(name)
	if err != nil {
		f.Fatal(err)
	}
	return data
}

func (f folder) edit(photo []byte, stops float64) []byte {
	f.Helper()
	data, err := testphotos.Edit(photo, testphotos.Exposed(stops))
	if err != nil {
		f.Fatal(err)
	}
	return data
}

// labelled is a small set: good and faulty photos in folders named by their labels.
func labelled(t *testing.T) folder {
	t.Helper()
	f := folder{t, filepath.Join(t.TempDir(), "photos")}
	good, err := testphotos.Edit(f.photo(testphotos.Obama), testphotos.Resized(.5))
	if err != nil {
		t.Fatal(err)
	}
	f.write("press/direct_portrait/obama.jpg", good)
	f.write("press/file_intact/obama.jpg", testphotos.Half(good))
	for i, stops := range []float64{-4, -4.25, -4.5, -4.75, -5} {
		f.write("made/too_dark/"+string(rune('a'+i))+".jpg", f.edit(good, stops))
	}
	f.write("none/no_face/coffee.png", f.photo(testphotos.Coffee))
	return f
}

func read(t *testing.T, path string) *evaluate.Evaluation {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	e, err := evaluate.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func checkOf(t *testing.T, e *evaluate.Evaluation, id report.CheckID) evaluate.Check {
	t.Helper()
	for _, c := range e.Checks {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no %s", id)
	return evaluate.Check{}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

func TestEvalOfFolders(t *testing.T) {
	f := labelled(t)
	out := filepath.Join(t.TempDir(), "new", "report")
	stdout, stderr, status := eval(t.Context(), t, "-workers", "2", f.dir, "-out", out)
	if status != 0 || names(t, out) != "eval.json report.html" {
		t.Fatalf("status %d: %s%s", status, stdout, stderr)
	}
	for _, want := range []string{
		`(?m)^Dark +0/1 0 % \(0–79\.3\) +0 % +5/5 `, `(?m)^File complete +0/7 0 % .* 1/1 100 % `, `(?m)^8 photos in [\d.]+ s, rules ircc-pr@`,
		`(?m)^faulty photos stopped for any reason +7/7 100 % `, `(?m)^report: .*report\.html$`,
	} {
		if !regexp.MustCompile(want).MatchString(stdout) {
			t.Errorf("%s is missing in\n%s", want, stdout)
		}
	}
	e := read(t, filepath.Join(out, "eval.json"))
	if e.Folder != "photos" || len(e.Photos) != 8 || e.Photos[0].Path != "made/too_dark/a.jpg" || e.Photos[7].Path != "press/file_intact/obama.jpg" ||
		len(e.Sets) != 3 || e.Engine.Version == "" || e.Engine.Finder == "" || e.Overall.Failed != 0 {
		t.Errorf("%+v", e)
	}
	if c := checkOf(t, e, report.TooDark); c.Curve == nil || c.Curve.AUC != 1 || c.Faulty.Photos != 5 {
		t.Errorf("%+v", c)
	}
	page, err := os.ReadFile(filepath.Join(out, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for parser := xml.NewDecoder(bytes.NewReader(page)); ; {
		if _, err := parser.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestMistakesAreShown asks for what is not so: the pictures of both kinds of mistakes have to be in the page.
func TestMistakesAreShown(t *testing.T) {
	f := folder{t, t.TempDir()}
	good := f.photo(testphotos.Obama)
	f.write("a.jpg", good)
	f.write("b.jpg", f.edit(good, -5))
	f.write("c.jpg", good[:2000])
	f.write("labels.tsv", []byte("path\tlabel\tsubject\nb.jpg\tgood\tx\na.jpg\ttoo_dark\tx\nc.jpg\tglare\ty\n"))
	out := t.TempDir()
	if stdout, stderr, status := eval(t.Context(), t, "-out", out, f.dir); status != 0 || !strings.Contains(stdout, "3 photos of 2 people") {
		t.Fatalf("status %d: %s%s", status, stdout, stderr)
	}
	page, err := os.ReadFile(filepath.Join(out, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	section := func(id report.CheckID) string {
		_, rest, _ := strings.Cut(string(page), `<section class="check" id="check-`+string(id)+`"`)
		text, _, _ := strings.Cut(rest, "</section>")
		return text
	}
	dark := section(report.TooDark)
	if n := strings.Count(dark, `<img src="data:image/jpeg;base64,`); n != 2 || !strings.Contains(dark, ">a.jpg<") || !strings.Contains(dark, ">b.jpg<") {
		t.Errorf("%d pictures", n)
	}
	if glare := section(report.Glare); !strings.Contains(glare, "no picture") || !strings.Contains(glare, ">c.jpg<") || !strings.Contains(glare, "not applicable") {
		t.Errorf("what can't be shown is not told: %s", glare)
	}
}

func TestComparison(t *testing.T) {
	f := labelled(t)
	before, now := t.TempDir(), t.TempDir()
	if _, stderr, status := eval(t.Context(), t, "-out", before, f.dir); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	old := filepath.Join(before, "eval.json")
	stdout, _, status := eval(t.Context(), t, "-compare", old, f.dir)
	if status != 0 || !strings.Contains(stdout, "8 photos in both, 0 new, 0 gone; same rules, same engine\nno photo changed\n") {
		t.Errorf("status %d: %s", status, stdout)
	}
	// Rules that call nothing dark miss every dark photo.
	rules, err := os.ReadFile("../../pkg/photocheck/profile/profiles/ircc-pr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	blind := regexp.MustCompile(`(?s)(id: too_dark.*?limit: \{).*?\}(.*?worst_low: )[-\d.]+`).
		ReplaceAll(rules, []byte("${1}min: -90, max: null, return_min: -95, return_max: null}${2}-99"))
	f.write("blind.yaml", blind)
	stdout, stderr, status := eval(t.Context(), t, "-profile", f.path("blind.yaml"), "-compare", old, "-out", now, f.dir)
	if status != 1 || !regexp.MustCompile(`(?m)^Dark +faults told .* → 0 %  5 broken, 0 fixed, p = 0\.062  WORSE\n    broken  made/too_dark/a\.jpg$`).MatchString(stdout) ||
		!strings.Contains(stdout, "rules were ircc-pr@") {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
	if e := read(t, filepath.Join(now, "eval.json")); e.Comparison == nil || !e.Comparison.Worse || e.Comparison.SameRules {
		t.Errorf("%+v", e.Comparison)
	}
}

func TestJSON(t *testing.T) {
	f := folder{t, t.TempDir()}
	f.write("file_type/a.jpg", []byte("no picture"))
	stdout, _, status := eval(t.Context(), t, "-json", f.dir)
	e, err := evaluate.Read([]byte(stdout))
	if err != nil || status != 0 || len(e.Photos) != 1 || checkOf(t, e, report.FileType).Faulty.Flagged.Count != 1 {
		t.Errorf("status %d, %v: %s", status, err, stdout)
	}
}

func TestWhatCannotBeJudgedIsTold(t *testing.T) {
	f := folder{t, t.TempDir()}
	f.write("labels.tsv", []byte("path\tlabel\na.jpg\tfile_type\nb\tgood\n"))
	f.write("a.jpg", []byte("no picture"))
	f.write("c.jpg", []byte("nobody's"))
	f.write("b/x", nil) // a folder is no photo
	out := t.TempDir()
	stdout, _, status := eval(t.Context(), t, "-out", out, f.dir)
	if status != 2 || !strings.Contains(stdout, "\n  b: read ") || !regexp.MustCompile(`without a label, left out +1\n`).MatchString(stdout) ||
		names(t, out) != "eval.json report.html" {
		t.Errorf("status %d: %s", status, stdout)
	}
}

func TestWrongUse(t *testing.T) {
	f := folder{t, t.TempDir()}
	f.write("good/a.jpg", []byte("x"))
	f.write("odd/a.jpg", []byte("x"))
	f.write("unknown.tsv", []byte("path\tlabel\ngood/a.jpg\tgood\nodd/a.jpg\todd\n"))
	f.write("gone.tsv", []byte("path\tlabel\n\ngone.jpg\tgood\n"))
	f.write("expect.yaml", []byte("labels: [{match: odd, good: [none]}]"))
	f.write("old.json", []byte("{}"))
	for says, args := range map[string][]string{
		"usage: validator eval":               {},
		"one folder has to be named":          {f.dir, f.dir},
		"not defined":                         {"-nonsense", f.dir},
		"no such file":                        {f.path("nowhere")},
		"a.jpg is no folder":                  {f.path("good/a.jpg")},
		"no labels.tsv and no photo is there": {t.TempDir()},
		`"odd/a.jpg": no folder above it`:     {f.dir},
		`line 3: unknown label "odd"`:         {"-labels", f.path("unknown.tsv"), f.dir},
		"line 3: stat ":                       {"-labels", f.path("gone.tsv"), f.dir},
		"labels: open":                        {"-labels", f.path("labels"), f.dir},
		`there is no check "none"`:            {"-expect", f.path("expect.yaml"), f.dir},
		"expectations: open":                  {"-expect", f.path("nowhere"), f.dir},
		"compare: open":                       {"-compare", f.path("nowhere"), f.dir},
		"compare: evaluation: version 0":      {"-compare", f.path("old.json"), f.dir},
		"no file: open":                       {"-profile", f.path("nowhere"), f.dir},
		"no folder of models":                 {"-models", f.path("nowhere"), f.dir},
	} {
		if stdout, stderr, status := eval(t.Context(), t, args...); status != 2 || !strings.Contains(stderr, says) || stdout != "" {
			t.Errorf("%v: status %d, %s, want %s", args, status, stderr, says)
		}
	}
	if err := evalcmd.Run(t.Context(), []string{"-h"}, os.Getenv, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "help requested") {
		t.Errorf("-h: %v", err)
	}
}

func TestAStopLeavesNothingHalfWritten(t *testing.T) {
	f := labelled(t)
	out := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, stderr, status := eval(ctx, t, "-out", out, f.dir); status != 2 || !strings.Contains(stderr, "stopped after 0 of 8 photos") || names(t, out) != "" {
		t.Errorf("status %d: %s; %s", status, stderr, names(t, out))
	}
	// Where a file can't be put in place, its beginnings go too, and what was there stays.
	f = folder{t, t.TempDir()}
	f.write("file_type/a.jpg", []byte("no picture"))
	if err := os.Mkdir(filepath.Join(out, "report.html"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, stderr, status := eval(t.Context(), t, "-out", out, f.dir); status != 2 || !strings.Contains(stderr, "report.html: rename") ||
		names(t, out) != "eval.json report.html" {
		t.Errorf("status %d: %s; %s", status, stderr, names(t, out))
	}
}
