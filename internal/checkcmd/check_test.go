package checkcmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"prportal.example/internal/checkcmd"
	"prportal.example/internal/daemon"
	"prportal.example/internal/event"
	"prportal.example/internal/judging/judgingtest"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func TestMain(m *testing.M) { judgingtest.Main(m) }

// check runs the command and returns what it says and its exit status.
func check(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	return judgingtest.Command(checkcmd.Run).Run(t.Context(), t, args...)
}

// verdicts runs the command with -json.
func verdicts(t *testing.T, args ...string) (list []checkcmd.Verdict, status int) {
	t.Helper()
	stdout, _, status := check(t, append([]string{"-json"}, args...)...)
	for line := range strings.Lines(stdout) {
		var v checkcmd.Verdict
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if err := report.Validate(v.Report); err != nil {
			t.Error(err)
		}
		list = append(list, v)
	}
	return list, status
}

// sample is a folder with photos of several kinds.
type sample struct {
	*testing.T
	dir string
}

func samples(t *testing.T) sample {
	t.Helper()
	s := sample{t, t.TempDir()}
	good := s.photo(testphotos.Biden)
	s.write("good.jpg", good)
	dark, err := testphotos.Edit(good, testphotos.Exposed(-3))
	if err != nil {
		t.Fatal(err)
	}
	s.write("dark.JPEG", dark)
	s.write("cut.jpg", testphotos.Half(good))
	s.write("text.png", []byte("this is no picture"))
	return s
}

func (s sample) photo(name string) []byte {
	s.Helper()
	data, err := testphotos.Read(name)
	if err != nil {
		s.Fatal(err)
	}
	return data
}

func (s sample) write(name string, data []byte) string {
	s.Helper()
	path := s.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		s.Fatal(err)
	}
	return path
}

func (s sample) path(name string) string { return filepath.Join(s.dir, name) }

func outcome(v checkcmd.Verdict, id report.CheckID) report.Outcome {
	c, _ := v.Check(id)
	return c.Outcome
}

func TestVerdicts(t *testing.T) {
	s := samples(t)
	s.write("empty.jpg", nil)
	list, status := verdicts(t, s.path("good.jpg"), s.path("dark.JPEG"), s.path("cut.jpg"), s.path("text.png"), s.path("empty.jpg"))
	if status != 1 || len(list) != 5 {
		t.Fatalf("status %d, %d verdicts", status, len(list))
	}
	if v := list[0]; v.Decision == report.DecisionReturn || v.Crop == nil || v.Width != 970 || v.Height != 2204 || v.ElapsedMS <= 0 ||
		!strings.HasPrefix(v.Profile, "ircc-pr@") || v.Engine.Finder != "centerface" || v.Engine.Version == "" || v.Error != nil {
		t.Errorf("the good photo: %+v", v)
	}
	for i, want := range map[int]report.CheckID{1: report.TooDark, 2: report.FileIntact, 3: report.FileType, 4: report.FileType} {
		if v := list[i]; outcome(v, want) != report.Fail || v.Decision != report.DecisionReturn || v.Error != nil ||
			!slices.Contains(v.Reasons, report.ReasonFor(report.Check{ID: want})) {
			t.Errorf("%s: %s is %s, decision %s for %v", v.Path, want, outcome(v, want), v.Decision, v.Reasons)
		}
	}
}

func TestJSONHasTheFieldsThatScriptsRead(t *testing.T) {
	s := samples(t)
	stdout, _, _ := check(t, "-json", s.path("good.jpg"), s.path("missing.jpg"))
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, line := range lines {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		keys := func(m map[string]any) []string {
			var list []string
			for k := range m {
				list = append(list, k)
			}
			slices.Sort(list)
			return list
		}
		if got, want := fmt.Sprint(keys(v)), "[checks crop decision elapsed_ms engine error height path perceptual_hash profile reasons width]"; got != want {
			t.Errorf("fields %s", got)
		}
		checks := v["checks"].([]any)
		if len(checks) != len(report.CheckIDs()) {
			t.Errorf("%d checks", len(checks))
		}
		for _, c := range checks {
			for _, key := range []string{"id", "outcome", "measure", "unit", "score", "limit", "action", "evidence"} {
				if _, ok := c.(map[string]any)[key]; !ok {
					t.Errorf("%v lacks %s", c, key)
				}
			}
		}
		if v["reasons"] == nil {
			t.Error("reasons is null")
		}
	}
	if !regexp.MustCompile(`"profile":"ircc-pr@[0-9a-f]{8,}"`).MatchString(lines[0]) || !strings.Contains(lines[0], `"error":null`) ||
		!regexp.MustCompile(`"crop":\[\d+,\d+,\d+,\d+\]`).MatchString(lines[0]) {
		t.Errorf("%.300s", lines[0])
	}
}

func TestWhatCannotBeReadWins(t *testing.T) {
	s := samples(t)
	list, status := verdicts(t, s.path("missing.jpg"), s.path("dark.JPEG"))
	if status != 2 || len(list) != 2 {
		t.Fatalf("status %d, %d verdicts", status, len(list))
	}
	v := list[0]
	if v.Error == nil || !strings.Contains(*v.Error, "no such file") || v.Decision != report.DecisionReview || len(v.Reasons) > 0 || v.Crop != nil {
		t.Errorf("%+v", v)
	}
	for _, c := range v.Checks {
		if c.Outcome != report.Inconclusive {
			t.Errorf("%s is %s", c.ID, c.Outcome)
		}
	}
	stdout, _, status := check(t, s.path("missing.jpg"))
	if status != 2 || !strings.Contains(stdout, "error   "+s.path("missing.jpg")) || !strings.Contains(stdout, "1 could not be judged") {
		t.Errorf("status %d: %s", status, stdout)
	}
}

func TestFolders(t *testing.T) {
	s := samples(t)
	s.write("b/also.PNG", []byte("x"))
	s.write(".hidden/no.jpg", []byte("x"))
	s.write(".hidden.jpg", []byte("x"))
	s.write("notes.txt", []byte("x"))
	if err := os.Symlink(s.path("good.jpg"), s.path("link.jpg")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(s.path("nowhere"), s.path("dangling.jpg")); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "folder")
	if err := os.Symlink(s.dir, link); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{s.dir, link, link + "/"} {
		list, status := verdicts(t, "-workers", "2", dir)
		var names []string
		for _, v := range list {
			name, err := filepath.Rel(dir, v.Path)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		if got, want := fmt.Sprint(names), "[b/also.PNG cut.jpg dangling.jpg dark.JPEG good.jpg link.jpg text.png]"; got != want || status != 2 {
			t.Errorf("%s: %s, status %d", dir, got, status)
		}
	}
	if err := os.Remove(s.path("dangling.jpg")); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, status := check(t, s.dir)
	if status != 1 || !strings.Contains(stdout, "6 photos: ") || !strings.Contains(stdout, "skipped, not named .jpg, .jpeg or .png: "+s.path("notes.txt")+"\n") {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
	// A file that is named is judged, whatever it is.
	list, status := verdicts(t, s.path("notes.txt"), s.path(".hidden.jpg"))
	if status != 1 || len(list) != 2 || outcome(list[0], report.FileType) != report.Fail {
		t.Errorf("status %d, %+v", status, list)
	}
	if _, stderr, status := check(t, t.TempDir()); status != 2 || !strings.Contains(stderr, "no photo is there") {
		t.Errorf("an empty folder: status %d, %s", status, stderr)
	}
}

func TestFilesAboveTheLimits(t *testing.T) {
	s := samples(t)
	path := s.write("large.jpg", s.photo(testphotos.Biden))
	if err := os.Truncate(path, 5<<30); err != nil { // sparse: it takes no room on the disk
		t.Fatal(err)
	}
	list, status := verdicts(t, path)
	if status != 1 || len(list) != 1 {
		t.Fatalf("status %d", status)
	}
	c, _ := list[0].Check(report.FileSize)
	if c.Outcome != report.Fail || c.Measure == nil || *c.Measure != 5<<10 || list[0].Decision != report.DecisionReturn ||
		!slices.Equal(list[0].Reasons, []report.Reason{report.ReasonFileSize}) || list[0].Error != nil {
		t.Errorf("%+v, %s for %v", c, list[0].Decision, list[0].Reasons)
	}
}

func TestTheTable(t *testing.T) {
	s := samples(t)
	path := s.write("a\x1b[31mred.jpg", []byte("no photo"))
	stdout, _, status := check(t, s.path("dark.JPEG"), s.path("text.png"), path)
	if status != 1 {
		t.Errorf("status %d", status)
	}
	for _, want := range []string{
		`(?m)^return  ` + regexp.QuoteMeta(s.path("dark.JPEG")) + `$`,
		`(?m)^        Dark {22}-[\d.]+ log2 +at least -[\d.]+ log2 +return$`,
		`(?m)^        Type of file {14}no {11}yes {20}return$`,
		`(?m)^3 photos: 0 pass, 0 review, 3 return$`,
	} {
		if !regexp.MustCompile(want).MatchString(stdout) {
			t.Errorf("%s is missing in\n%s", want, stdout)
		}
	}
	if strings.Contains(stdout, "\x1b") {
		t.Errorf("a file name speaks to the terminal: %q", stdout)
	}
}

func TestExitStatusZero(t *testing.T) {
	s := samples(t)
	lenient := s.write("lenient.yaml", lenientProfile(t))
	stdout, stderr, status := check(t, "-profile", lenient, s.path("good.jpg"))
	if status != 0 || !strings.Contains(stdout, "pass    "+s.path("good.jpg")) || !strings.Contains(stdout, "1 photo: 1 pass, 0 review, 0 return") {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
}

// TestOneVerdictWhoeverJudges takes the validator's report through its event, as the portal gets it, judges it there, and once more
// from what was stored: the verdict is the same to the last digit.
func TestOneVerdictWhoeverJudges(t *testing.T) {
	s := samples(t)
	for _, name := range profile.Embedded() {
		list, _ := verdicts(t, "-profile", name, s.dir)
		rules, err := profile.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != 4 {
			t.Fatalf("%d verdicts", len(list))
		}
		for _, v := range list {
			if !strings.HasPrefix(v.Profile, name+"@") {
				t.Errorf("%s was judged by %s", v.Path, v.Profile)
			}
			e, err := event.New(uuid.NewString(), "/test", time.Now(), event.PhotoChecked{PhotoID: uuid.NewString(), CaseID: uuid.NewString(),
				SHA256: strings.Repeat("0", 64), Report: v.Report})
			if err != nil {
				t.Fatal(err)
			}
			sent, err := e.Encode()
			if err != nil {
				t.Fatal(err)
			}
			var got event.PhotoChecked
			if _, err := event.Decode(sent, &got); err != nil {
				t.Fatal(err)
			}
			inPortal := profile.Judge(rules, got.Report, nil)
			stored, err := json.Marshal(inPortal)
			if err != nil {
				t.Fatal(err)
			}
			var read report.Report
			if err := json.Unmarshal(stored, &read); err != nil {
				t.Fatal(err)
			}
			if replayed := profile.Judge(rules, read, nil); !reflect.DeepEqual(inPortal, v.Report) || !reflect.DeepEqual(replayed, v.Report) {
				t.Errorf("%s: the validator says %+v, the portal %+v, a replay %+v", v.Path, v.Report, inPortal, replayed)
			}
		}
	}
}

// lenientProfile is the built-in profile with every check ignored.
func lenientProfile(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../../pkg/photocheck/profile/profiles/ircc-pr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`policy: \w+`).ReplaceAll(data, []byte("policy: ignore"))
}

func TestWrongUse(t *testing.T) {
	s := samples(t)
	good := s.path("good.jpg")
	for says, args := range map[string][]string{
		"usage: validator check":    {},
		"not defined":               {"-nonsense", good},
		"no folder of models":       {"-models", s.path("nowhere"), good},
		"haarcascade":               {"-models", s.dir, good},
		"no file: open":             {"-profile", s.path("nowhere"), good},
		"(icao, ircc-pr)":           {"-profile", "iaco", good},
		"key name is missing":       {"-profile", s.write("bad.yaml", []byte("title: x")), good},
		"string was used where map": {"-profile", s.path("text.png"), good},
	} {
		if _, stderr, status := check(t, args...); status != 2 || !strings.Contains(stderr, says) {
			t.Errorf("%v: status %d, %s", args, status, stderr)
		}
	}
	if err := checkcmd.Run(t.Context(), []string{"-h"}, os.Getenv, &bytes.Buffer{}, &bytes.Buffer{}); daemonCode(err) != 0 {
		t.Errorf("-h: %v", err)
	}
}

// daemonCode is the exit status that package daemon makes of err.
func daemonCode(err error) int {
	var exit *daemon.ExitError
	if errors.As(err, &exit) {
		return exit.Code
	}
	return 0
}

func TestAStopIsTold(t *testing.T) {
	s := samples(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := checkcmd.Run(ctx, []string{"-models", judgingtest.Models(), s.dir}, os.Getenv, &bytes.Buffer{}, &bytes.Buffer{})
	if daemonCode(err) != 2 || !strings.Contains(err.Error(), "stopped after 0 of 4 photos") {
		t.Errorf("%v", err)
	}
}
