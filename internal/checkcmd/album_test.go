package checkcmd_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"prportal.example/internal/checkcmd"
	"prportal.example/internal/judging/judgingtest"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/report"
)

// shown is an album that was read back.
type shown struct {
	dir   string
	names []string // of files
	page  string
	doc   *html.Node
}

func readAlbum(t *testing.T, dir string) shown {
	t.Helper()
	a := shown{dir: dir}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		a.names = append(a.names, e.Name())
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	a.page = string(page)
	if a.doc, err = html.Parse(bytes.NewReader(page)); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a shown) picture(t *testing.T, name string) image.Image {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// text is all that a reader of an element reads.
func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(text(c))
	}
	return b.String()
}

func (a shown) section(t *testing.T, id string) *html.Node {
	t.Helper()
	for n := range a.doc.Descendants() {
		for _, attr := range n.Attr {
			if attr.Key == "id" && attr.Val == id {
				return n
			}
		}
	}
	t.Fatalf("there is no %s in the page", id)
	return nil
}

// selfContained tells what in the page asks for anything but itself and its pictures, or could run.
func (a shown) selfContained(t *testing.T) {
	t.Helper()
	for n := range a.doc.Descendants() {
		if slices.Contains([]string{"script", "link", "iframe", "object", "embed", "form"}, n.Data) && n.Type == html.ElementNode {
			t.Errorf("there is a %s element", n.Data)
		}
		for _, attr := range n.Attr {
			switch {
			case strings.HasPrefix(attr.Key, "on"):
				t.Errorf("%s has %s", n.Data, attr.Key)
			case attr.Key == "src" && !strings.HasPrefix(attr.Val, "data:image/jpeg;base64,"),
				attr.Key == "href" && !strings.HasPrefix(attr.Val, "#") && !slices.Contains(a.names, attr.Val):
				t.Errorf("%s leads to %.80s", n.Data, attr.Val)
			}
		}
	}
	if regexp.MustCompile(`url\(|@import|https?://`).MatchString(a.page) {
		t.Error("the page names an address")
	}
}

func TestTheAlbum(t *testing.T) {
	s := samples(t)
	good := s.photo(testphotos.Biden)
	glare, err := testphotos.Edit(good, testphotos.Spotted(591-54, 335+78, 30))
	if err != nil {
		t.Fatal(err)
	}
	s.write("glare.jpg", glare)
	out := filepath.Join(t.TempDir(), "new", "folder")
	list, status := verdicts(t, "-workers", "2", "-out", out, s.dir, s.path("missing.jpg"))
	if status != 2 || len(list) != 6 {
		t.Fatalf("status %d, %d verdicts", status, len(list))
	}
	a := readAlbum(t, out)
	if got := strings.Join(a.names, " "); got != "0001-cut.png 0002-dark.png 0003-glare.png 0004-good.png 0005-text.png 0006-missing.png index.html" {
		t.Errorf("files %s", got)
	}
	a.selfContained(t)
	for id, want := range map[string][]string{
		"photo-1": {"cut.jpg", "goes back", "Damaged file", "Fichier endommagé"},
		"photo-2": {"dark.JPEG", "Too dark", "Trop sombre", "at least", "log2"},
		"photo-3": {"glare.jpg", "IED²", "eyes_covered"},
		"photo-5": {"text.png", "There is no picture to show", "Not a photo"},
		"photo-6": {"missing.jpg", "could not be judged", "no such file"},
	} {
		told := text(a.section(t, id))
		for _, w := range want {
			if !strings.Contains(told, w) {
				t.Errorf("%s does not tell %q: %s", id, w, strings.Join(strings.Fields(told), " "))
			}
		}
	}
	for _, v := range list[:5] {
		for _, c := range v.Checks {
			if !strings.Contains(text(a.doc), c.ID.Title("en")) {
				t.Errorf("%s is not told", c.ID)
			}
		}
	}
	drawnWhere(t, list[2], a.picture(t, "0003-glare.png"), report.Glare, "glare")
	drawnWhere(t, list[1], a.picture(t, "0002-dark.png"), report.TooDark, "face")
	if b := a.picture(t, "0006-missing.png").Bounds(); b.Dx() < 300 || b.Dy() < 40 {
		t.Errorf("a file that could not be read has a picture of %v", b)
	}
}

// drawnWhere looks at the pixels of a picture along the outline of a check's evidence: they have the colour of a failure.
func drawnWhere(t *testing.T, v checkcmd.Verdict, img image.Image, id report.CheckID, label string) {
	t.Helper()
	c, _ := v.Check(id)
	i := slices.IndexFunc(c.Evidence, func(e report.Evidence) bool { return e.Label == label })
	if c.Outcome != report.Fail || i < 0 {
		t.Fatalf("%s is %s, evidence %+v", id, c.Outcome, c.Evidence)
	}
	k := 1200 / float64(v.Height) // the photo is portrait
	left := (float64(img.Bounds().Dx()) - float64(v.Width)*k) / 2
	points := c.Evidence[i].Points
	hits, looked := 0, 0
	for j, p := range points {
		q := points[(j+1)%len(points)]
		for at := 0.0; at < 1; at += .25 {
			x, y := left+k*(p[0]+at*(q[0]-p[0])), k*(p[1]+at*(q[1]-p[1]))
			looked++
			if c := color.NRGBAModel.Convert(img.At(int(x), int(y))).(color.NRGBA); math.Abs(float64(c.R)-0xff) < 40 &&
				math.Abs(float64(c.G)-0xb0) < 40 && c.B < 60 {
				hits++
			}
		}
	}
	if looked < 12 || hits*10 < looked*8 {
		t.Errorf("%s: %d of %d pixels along the outline of %s are drawn", v.Path, hits, looked, label)
	}
}

func TestNamesOfPhotosAreHarmless(t *testing.T) {
	s := sample{t, t.TempDir()}
	small := []byte("no photo")
	names := []string{
		"a/same.jpg", "b/same.jpg", `x..\..\up.jpg`, `"><img src=x onerror=alert(1)>.jpg`, "<script>alert(1)</script>.jpg", "a\x1b[31m\n.jpg",
		"\xff\xfe.jpg", "日本 語.jpg", "index.html.jpg", "---.jpg", "con.jpg", strings.Repeat("long", 55) + ".jpg", "0001-a.png", "${HOME}`id`.jpg",
	}
	for _, n := range names {
		s.write(strings.ReplaceAll(n, "</script>", "<script>"), small)
	}
	out := filepath.Join(t.TempDir(), "album")
	list, status := verdicts(t, "-out", out, s.dir)
	if status != 1 || len(list) != len(names) {
		t.Fatalf("status %d, %d verdicts", status, len(list))
	}
	a := readAlbum(t, out)
	a.selfContained(t)
	if len(a.names) != len(names)+1 {
		t.Errorf("files %q", a.names)
	}
	for _, n := range a.names {
		if n != "index.html" && !regexp.MustCompile(`^\d{4}-[a-z0-9-]{1,40}\.png$`).MatchString(n) {
			t.Errorf("a file named %q", n)
		}
	}
	if n := len(glob(t, filepath.Dir(out))); n != 1 {
		t.Errorf("%d files beside the album", n)
	}
	if strings.ContainsRune(a.page, '\x1b') {
		t.Error("a name's control character stands in the page")
	}
}

func glob(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestTheFolderOfAnAlbum(t *testing.T) {
	s := sample{t, t.TempDir()}
	s.write("one.jpg", []byte("no photo"))
	s.write("two.jpg", []byte("no photo"))
	out := s.path("album") // within what is judged
	run := func(args ...string) (string, int) {
		t.Helper()
		_, stderr, status := check(t, append(args, "-out", out, s.dir)...)
		return stderr, status
	}
	if stderr, status := run(); status != 1 || len(glob(t, out)) != 3 {
		t.Fatalf("status %d, %s: %q", status, stderr, glob(t, out))
	}
	// An earlier run is replaced, and its pictures are not judged.
	if err := os.Remove(s.path("two.jpg")); err != nil {
		t.Fatal(err)
	}
	if stderr, status := run(); status != 1 || len(glob(t, out)) != 2 {
		t.Fatalf("status %d, %s: %q", status, stderr, glob(t, out))
	}
	// Anything else stops the run, and nothing is changed.
	before, err := os.ReadFile(filepath.Join(out, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for name, make := range map[string]func(path string) error{
		"mine.txt":      func(path string) error { return os.WriteFile(path, []byte("x"), 0o600) },
		"0009-mine.png": func(path string) error { return os.Symlink(s.path("one.jpg"), path) },
		"0008-a.png":    func(path string) error { return os.Mkdir(path, 0o700) },
	} {
		if err := make(filepath.Join(out, name)); err != nil {
			t.Fatal(err)
		}
		stderr, status := run()
		if after, err := os.ReadFile(filepath.Join(out, "index.html")); status != 2 || !strings.Contains(stderr, name) ||
			!strings.Contains(stderr, "empty folder") || err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s: status %d, %s", name, status, stderr)
		}
		if err := os.Remove(filepath.Join(out, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(out, "index.html"), []byte("<!doctype html><p>Mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if stderr, status := run(); status != 2 || !strings.Contains(stderr, "index.html that is not of an earlier run") {
		t.Errorf("another's index.html: status %d, %s", status, stderr)
	}
	if _, stderr, status := check(t, "-out", s.path("one.jpg"), s.dir); status != 2 || !strings.Contains(stderr, "-out") {
		t.Errorf("a file in the place of the folder: status %d, %s", status, stderr)
	}
}

func TestAnAlbumThatWasCutShortSaysSo(t *testing.T) {
	s := samples(t)
	out := filepath.Join(t.TempDir(), "album")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := checkcmd.Run(ctx, []string{"-models", judgingtest.Models(), "-out", out, s.dir}, os.Getenv, &bytes.Buffer{}, &bytes.Buffer{}); daemonCode(err) != 2 {
		t.Fatal(err)
	}
	if a := readAlbum(t, out); !strings.Contains(a.page, "not finished") {
		t.Errorf("%s", a.page)
	}
	if _, stderr, status := check(t, "-out", out, s.path("text.png")); status != 1 || strings.Contains(readAlbum(t, out).page, "not finished") {
		t.Errorf("status %d, %s", status, stderr)
	}
}
