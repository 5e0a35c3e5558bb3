package sandbox_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"gocv.io/x/gocv"

	"prportal.example/internal/sandbox"
	"prportal.example/internal/sandbox/wire"
	"prportal.example/internal/sandbox/worker"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/report"
)

// This test binary, started once more with one of these arguments, is a child: the real one; the real one with a fuse, which
// also takes photos that are orders; one that answers with noise; a parent that starts a child and waits to be killed.
const (
	fused  = "fused-child"
	noisy  = "noisy-child"
	parent = "parent"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case sandbox.Argument:
			os.Exit(worker.Main())
		case fused:
			os.Exit(serveFused())
		case noisy:
			os.Exit(serveNoise(os.Args[2]))
		case parent:
			os.Exit(serveParent(os.Args[2]))
		}
	}
	os.Exit(m.Run())
}

// serveFused hands photos to the real worker, and does what the others say. Told to, it forgets the crop that was asked for.
func serveFused() int {
	requests, answers := os.NewFile(wire.RequestsFD, ""), os.NewFile(wire.AnswersFD, "")
	through, in := io.Pipe()
	go func() {
		defer in.Close()
		for {
			m, err := wire.Read(requests, wire.Setup, wire.Photo)
			if err != nil {
				return
			}
			switch order := string(m.Parts[0]); order {
			case "abort": // OpenCV throws, gocv does not catch
				nothing, out := gocv.NewMat(), gocv.NewMat()
				gocv.CvtColor(nothing, &out, gocv.ColorBGRToGray)
			case "hang":
				select {}
			case "hog": // as a forged header would make the decoder do
				huge := gocv.NewMatWithSize(32000, 32000, gocv.MatTypeCV8UC3)
				huge.SetTo(gocv.NewScalar(1, 1, 1, 1))
			case "hog in Go":
				huge := make([]byte, 3<<30)
				for i := 0; i < len(huge); i += 4096 {
					huge[i] = 1
				}
			case "fault":
				m := wire.Message{Kind: wire.Fault, Number: m.Number, Parts: [][]byte{[]byte("it does\nnot \x1b[31mcompute")}}
				if wire.Write(answers, m) != nil {
					return
				}
				continue
			}
			if m.Kind == wire.Photo && slices.Contains(os.Args, "other crop") {
				m.Parts[1] = nil
			}
			if wire.Write(in, m) != nil {
				return
			}
		}
	}()
	if worker.Serve(through, answers) != nil {
		return 1
	}
	return 0
}

// serveNoise is ready, and then answers with what noises holds.
func serveNoise(name string) int {
	requests, answers := os.NewFile(wire.RequestsFD, ""), os.NewFile(wire.AnswersFD, "")
	if _, err := wire.Read(requests, wire.Setup); err != nil {
		return 1
	}
	if err := wire.Write(answers, wire.Message{Kind: wire.Ready, Parts: [][]byte{[]byte("{}")}}); err != nil {
		return 1
	}
	for {
		if _, err := wire.Read(requests, wire.Photo); err != nil {
			return 0
		}
		if _, err := answers.Write(noises[name]); err != nil {
			return 0
		}
	}
}

// serveParent starts a child with a spare, writes their process ids to the file, and stays.
func serveParent(file string) int {
	c, err := sandbox.New(config(prometheus.NewRegistry()))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	pids := fmt.Sprint(c.PIDs())
	if err := os.WriteFile(file+".part", []byte(strings.Trim(pids, "[]")), 0o600); err != nil {
		return 1
	}
	if err := os.Rename(file+".part", file); err != nil {
		return 1
	}
	select {}
}

func models() string {
	dir := os.Getenv("PRPORTAL_MODELS")
	if dir == "" {
		dir, _ = filepath.Abs("../../models")
	}
	return dir
}

func config(registry prometheus.Registerer) sandbox.Config {
	return sandbox.Config{Models: models(), Spare: true, Name: "test", Registry: registry, Logger: slog.New(slog.DiscardHandler)}
}

func open(t testing.TB, change func(*sandbox.Config)) (*sandbox.Child, *prometheus.Registry) {
	t.Helper()
	registry := prometheus.NewRegistry()
	c := config(registry)
	if change != nil {
		change(&c)
	}
	child, err := sandbox.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := child.Close(); err != nil {
			t.Error(err)
		}
	})
	return child, registry
}

func withArgs(args ...string) func(*sandbox.Config) {
	return func(c *sandbox.Config) { c.Args = args }
}

func photo(t testing.TB, name string) []byte {
	t.Helper()
	data, err := testphotos.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func good(t *testing.T, c *sandbox.Child) sandbox.Result {
	t.Helper()
	result, err := c.Inspect(t.Context(), photo(t, testphotos.Biden))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// value is that of the one metric of this name with this label, "" for any; 0 when there is none.
func value(t *testing.T, registry *prometheus.Registry, name, label string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == name && (label == "" || strings.Contains(m.String(), fmt.Sprintf("%q", label))) {
				return m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return 0
}

func restarts(t *testing.T, registry *prometheus.Registry, cause string) {
	t.Helper()
	if n := value(t, registry, "prportal_sandbox_restarts_total", cause); n != 1 {
		t.Errorf("%v restarts with cause %s", n, cause)
	}
}

// await polls, since what it waits for happens in other processes.
func await(t *testing.T, what string, there func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); !there(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("%s does not happen", what)
		}
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

func TestManyPhotos(t *testing.T) {
	t.Parallel()
	c, registry := open(t, nil)
	before := c.PIDs()
	for range 3 {
		result := good(t, c)
		r := result.Report
		if r.Crop == nil || r.Width != 970 || r.Height != 2204 || r.Decision == report.DecisionReturn {
			t.Fatalf("%d×%d, crop %v, %s %v", r.Width, r.Height, r.Crop, r.Decision, r.Reasons)
		}
		if img := result.Rendition; img == nil || img.Height != 1600 {
			t.Errorf("rendition %+v", img)
		}
		if img := result.Print; img == nil || img.Height < 1000 || img.Width*7 != img.Height*5 {
			t.Errorf("print %+v", img)
		}
		for name, want := range map[string]report.CheckID{"": report.FileType, "no photo": report.FileType,
			string(testphotos.Half(photo(t, testphotos.Obama))): report.FileIntact, string(photo(t, testphotos.Coffee)): report.FaceCount} {
			result, err := c.Inspect(t.Context(), []byte(name))
			if err != nil {
				t.Fatal(err)
			}
			if check, _ := result.Report.Check(want); check.Outcome != report.Fail || result.Report.Decision != report.DecisionReturn {
				t.Errorf("%.8q: %s is %s, decision %s", name, want, check.Outcome, result.Report.Decision)
			}
		}
	}
	if after := c.PIDs(); !slices.Equal(before, after) {
		t.Errorf("children %v, then %v", before, after)
	}
	if n := value(t, registry, "prportal_sandbox_resident_bytes", ""); n < 10<<20 || n > 1<<30 {
		t.Errorf("the child has %v bytes", n)
	}
}

// One large photo fits by itself; what malloc keeps of it must not end the child at the next.
func TestLargePhotosOneAfterTheOther(t *testing.T) {
	t.Parallel()
	var photos [][]byte
	for _, k := range []float64{3.3, 2.4, 3.1} { // 23, 12 and 20 megapixels
		data, err := testphotos.Edit(photo(t, testphotos.Biden), testphotos.Resized(k))
		if err != nil {
			t.Fatal(err)
		}
		photos = append(photos, data)
	}
	c, _ := open(t, nil)
	before := c.PIDs()
	for i := range 3 * len(photos) {
		result, err := c.Inspect(t.Context(), photos[i%len(photos)])
		if err != nil {
			t.Fatalf("photo %d: %v", i, err)
		}
		if result.Print == nil {
			t.Errorf("photo %d has no print: %v", i, result.Report.Reasons)
		}
	}
	if after := c.PIDs(); !slices.Equal(before, after) {
		t.Errorf("children %v, then %v", before, after)
	}
}

func TestPhotosAboveTheLimits(t *testing.T) {
	t.Parallel()
	c, _ := open(t, nil)
	const ihdr = "IHDR\x00\x00\x7d\x00\x00\x00\x7d\x00\x08\x02\x00\x00\x00" // 32000×32000
	forged := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\r"+ihdr), crc32.ChecksumIEEE([]byte(ihdr)))
	for name, data := range map[string][]byte{"bytes": make([]byte, sandbox.MaxPhoto), "pixels": forged} {
		result, err := c.Inspect(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		if check, _ := result.Report.Check(report.FileSize); check.Outcome != report.Fail || result.Rendition != nil || result.Print != nil {
			t.Errorf("too many %s: file_size is %s", name, check.Outcome)
		}
	}
	if _, err := c.Inspect(t.Context(), make([]byte, sandbox.MaxPhoto+1)); err == nil {
		t.Error("a photo beyond the bound was sent")
	}
	good(t, c)
}

func TestBadPhotosAndTheNextOne(t *testing.T) {
	for _, tc := range []struct {
		order, cause string
		want         error
		says         string
	}{
		{"abort", "crash", sandbox.ErrCrashed, "OpenCV"},
		{"hog", "crash", sandbox.ErrCrashed, "memory"},
		{"hog in Go", "crash", sandbox.ErrCrashed, "exit status"},
		{"hang", "deadline", sandbox.ErrDeadline, "1s"},
		{"fault", "fault", sandbox.ErrFault, "it does not [31mcompute"},
	} {
		for _, spare := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, spare %t", tc.order, spare), func(t *testing.T) {
				t.Parallel()
				c, registry := open(t, func(c *sandbox.Config) {
					c.Args, c.Spare = []string{fused}, spare
					if tc.order == "hang" {
						c.Deadline = time.Second
					}
				})
				before := c.PIDs()
				_, err := c.Inspect(t.Context(), []byte(tc.order))
				if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.says) {
					t.Errorf("%v", err)
				}
				await(t, "the end of the child", func() bool { return !alive(before[0]) })
				if spare && c.PIDs()[0] != before[1] {
					t.Errorf("children %v, then %v: the spare was not used", before, c.PIDs())
				}
				restarts(t, registry, tc.cause)
				if tc.order != "hang" { // a deadline this short is not for a real photo
					good(t, c)
				}
				if _, err := c.Inspect(t.Context(), []byte("no photo")); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// noises are what a child that was taken over might say.
var noises = func() map[string][]byte {
	frame := func(m wire.Message) []byte {
		var b strings.Builder
		if err := wire.Write(&b, m); err != nil {
			panic(err)
		}
		return []byte(b.String())
	}
	result := func(number uint32, parts ...string) []byte {
		m := wire.Message{Kind: wire.Result, Number: number, Parts: make([][]byte, 3)}
		for i, p := range parts {
			m.Parts[i] = []byte(p)
		}
		return frame(m)
	}
	const plain = `{"decision":"pass","reasons":[],"checks":[],"width":0,"height":0}`
	return map[string][]byte{
		"garbage":           []byte(strings.Repeat("garbage", 100)),
		"huge length":       []byte("\x04\x00\x00\x00\x01\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"),
		"large picture":     []byte("\x04\x00\x00\x00\x01\x00\x00\x00\x02\x01\x00\x00\x00\x00\x00\x00\x00{}"),
		"ready again":       frame(wire.Message{Kind: wire.Ready, Parts: [][]byte{[]byte("{}")}}),
		"other photo":       result(7, plain),
		"no JSON":           result(1, "{"),
		"no report":         result(1, "{}"),
		"crop outside":      result(1, `{"decision":"pass","reasons":[],"checks":[],"width":9,"height":9,"crop":[5,5,5,5]}`),
		"no picture":        result(1, plain, "GIF89a"),
		"print but no crop": result(1, plain, "", "\xff\xd8\xff"),
	}
}()

func TestForbiddenAnswers(t *testing.T) {
	for name := range noises {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, registry := open(t, withArgs(noisy, name))
			before := c.PIDs()
			if _, err := c.Inspect(t.Context(), []byte("x")); !errors.Is(err, sandbox.ErrAnswer) {
				t.Errorf("%v", err)
			}
			await(t, "the end of the child", func() bool { return !alive(before[0]) })
			restarts(t, registry, "answer")
		})
	}
}

func TestAnEndedContext(t *testing.T) {
	t.Parallel()
	c, registry := open(t, withArgs(fused))
	why := errors.New("the program stops")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(50*time.Millisecond, func() { cancel(why) })
	if _, err := c.Inspect(ctx, []byte("hang")); !errors.Is(err, why) || errors.Is(err, sandbox.ErrCrashed) {
		t.Errorf("%v", err)
	}
	restarts(t, registry, "stopped")
	good(t, c)
}

func TestAChildThatDiesIdleIsNotThePhotosFault(t *testing.T) {
	t.Parallel()
	c, registry := open(t, nil)
	pid := c.PIDs()[0]
	victim, err := os.FindProcess(pid)
	if err == nil {
		err = victim.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the end of the child", func() bool { return c.Alive() != nil })
	good(t, c)
	restarts(t, registry, "idle")
	if err := c.Alive(); err != nil {
		t.Error(err)
	}
}

func TestChildrenThatCannotStart(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(*sandbox.Config){
		"haarcascade":      func(c *sandbox.Config) { c.Models = t.TempDir() },
		"no such file":     func(c *sandbox.Config) { c.Command = "/no/such/program" },
		"not ready within": func(c *sandbox.Config) { c.StartDeadline = time.Nanosecond },
		"exit status":      func(c *sandbox.Config) { c.Command, c.Args = "/bin/false", []string{} },
		"profile":          func(c *sandbox.Config) { c.Profile = []byte("name: x") },
		"unknown face":     func(c *sandbox.Config) { c.Finder = "magic" },
	} {
		c := config(prometheus.NewRegistry())
		change(&c)
		if _, err := sandbox.New(c); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q: %v", says, err)
		}
	}
}

func TestTheChildHasNothing(t *testing.T) {
	t.Setenv("PRPORTAL_S3_SECRET_KEY", "secret")
	c, _ := open(t, nil)
	good(t, c)
	for _, pid := range c.PIDs()[:1] {
		env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if err != nil {
			t.Fatal(err)
		}
		for entry := range strings.SplitSeq(strings.TrimSuffix(string(env), "\x00"), "\x00") {
			name, _, _ := strings.Cut(entry, "=")
			if !slices.Contains([]string{"GOMAXPROCS", "GOTRACEBACK", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "LD_LIBRARY_PATH"}, name) {
				t.Errorf("the child knows %s", entry)
			}
		}
		limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
		if err != nil || !regexp.MustCompile(`Max data size +\d+ +\d+ +bytes`).Match(limits) {
			t.Errorf("limits (%v):\n%s", err, limits)
		}
	}
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", c.PIDs()[0]))
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		target, err := os.Readlink(link)
		if err == nil && target != "/dev/null" && !strings.HasPrefix(target, "pipe:") && !strings.HasPrefix(target, "anon_inode:") &&
			!strings.HasPrefix(target, "/sys/fs/cgroup/") { // Go's runtime asks there how many cores it may use
			t.Errorf("the child holds %s", target)
		}
	}
}

func TestCloseEndsTheProcesses(t *testing.T) {
	t.Parallel()
	c, _ := open(t, nil)
	pids := c.PIDs()
	if len(pids) != 2 {
		t.Fatalf("processes %v", pids)
	}
	for range 2 {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, pid := range pids {
		if alive(pid) {
			t.Errorf("process %d still runs", pid)
		}
	}
	if _, err := c.Inspect(t.Context(), nil); !errors.Is(err, sandbox.ErrStart) {
		t.Errorf("after Close: %v", err)
	}
	if c.Alive() == nil {
		t.Error("it is alive after Close")
	}
}

func TestChildrenEndWithTheirParent(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "pids")
	cmd := exec.Command(os.Args[0], parent, file)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "the start of the children", func() bool { _, err := os.Stat(file); return err == nil })
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for field := range strings.FieldsSeq(string(text)) {
		pid, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		await(t, "the end of "+field, func() bool { return !alive(pid) })
	}
}

func BenchmarkPhoto(b *testing.B) {
	c, _ := open(b, nil)
	data := photo(b, testphotos.Biden) // 2 megapixels
	for b.Loop() {
		if _, err := c.Inspect(b.Context(), data); err != nil {
			b.Fatal(err)
		}
	}
}

func TestA6ACropThatWasAskedFor(t *testing.T) {
	t.Parallel()
	c, registry := open(t, nil)
	crop := report.Rect{X: 120, Y: 33, Width: 750, Height: 1050}
	result, err := c.InspectCrop(t.Context(), photo(t, testphotos.Biden), &crop)
	if err != nil {
		t.Fatal(err)
	}
	if r := result.Report; r.Crop == nil || *r.Crop != crop || result.Print == nil || result.Print.Width != 750 || result.Print.Height != 1050 {
		t.Errorf("crop %v, print %+v", r.Crop, result.Print)
	}
	for name, crop := range map[string]report.Rect{
		"outside": {X: 900, Width: 715, Height: 1001}, "another shape": {Width: 800, Height: 1000}, "too small": {Width: 5, Height: 7}, "nothing": {},
	} {
		if _, err := c.InspectCrop(t.Context(), photo(t, testphotos.Biden), &crop); !errors.Is(err, sandbox.ErrCrop) {
			t.Errorf("%s: %v", name, err)
		}
	}
	result, err = c.InspectCrop(t.Context(), []byte("no photo"), &crop)
	if err != nil || result.Report.Crop != nil || result.Report.Decision != report.DecisionReturn {
		t.Errorf("text: %v, crop %v, %s", err, result.Report.Crop, result.Report.Decision)
	}
	if n := value(t, registry, "prportal_sandbox_restarts_total", ""); n != 0 {
		t.Errorf("a bad crop has cost %v children", n)
	}
}

// A child that answers with another crop than the one asked for is not believed.
func TestA6AnotherCropThanAskedForIsNoAnswer(t *testing.T) {
	t.Parallel()
	c, registry := open(t, withArgs(fused, "other crop"))
	crop := report.Rect{X: 120, Y: 33, Width: 750, Height: 1050}
	if _, err := c.InspectCrop(t.Context(), photo(t, testphotos.Biden), &crop); !errors.Is(err, sandbox.ErrAnswer) {
		t.Errorf("error %v", err)
	}
	restarts(t, registry, "answer")
}
