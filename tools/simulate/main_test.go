package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"prportal.example/internal/evaluate"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/report"
)

// folder holds two labelled portraits, one with landmarks and one without, and a photo that is no portrait.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{testphotos.Obama, testphotos.Astronaut, testphotos.Coffee} {
		data, err := testphotos.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		put(name, data)
	}
	put("obama.tem", []byte("2\n442 212\n549 211\n"))
	put("labels.tsv", []byte("path\tlabel\tsubject\tgroup\nobama.jpg\tdirect_portrait\tobama\tblack;male\n"+
		"astronaut.png\tdirect_portrait\t\t\ncoffee.png\tnoface_scene\t\t\n"))
	return dir
}

func with(t *testing.T, args ...string) options {
	t.Helper()
	o, err := parse(append([]string{"-models", models(), "-effects", "dark,slight_tilt"}, args...), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func models() string {
	if dir := os.Getenv("PRPORTAL_MODELS"); dir != "" {
		return dir
	}
	return "../../models"
}

// contents are the files of a folder by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLabelledPhotosAreWritten(t *testing.T) {
	from, to := folder(t), t.TempDir()
	simulateTo := func(dir, seed string) {
		t.Helper()
		o := with(t, "-photos", from, "-out", dir, "-count", "2", "-strength", "random", "-seed", seed)
		if err := run(context.Background(), o, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	simulateTo(to, "1")
	files := contents(t, to)
	table, err := evaluate.LoadTable(nil)
	if err != nil {
		t.Fatal(err)
	}
	samples, err := evaluate.ReadLabels(strings.NewReader(files["labels.tsv"]), table, "x")
	if err != nil {
		t.Fatal(err)
	}
	if len(samples) != 8 || len(files) != 9 {
		t.Fatalf("%d labels and %d files, want two portraits × two effects × two", len(samples), len(files))
	}
	for _, s := range samples {
		if !strings.HasPrefix(files[s.Path], "\xff\xd8\xff") {
			t.Errorf("%s is no JPEG", s.Path)
		}
		dark := s.Effect == "dark"
		if truth := s.Truth(report.TooDark); (truth == evaluate.Faulty) != dark {
			t.Errorf("%s: too_dark is %v", s.Path, truth)
		}
		if s.Strength == nil || dark && (*s.Strength < 2 || *s.Strength > 4) {
			t.Errorf("%s: strength %v", s.Path, s.Strength)
		}
		if strings.Contains(s.Path, "obama") && (s.Subject != "obama" || len(s.Groups) != 2) {
			t.Errorf("%s: subject %q, groups %v", s.Path, s.Subject, s.Groups)
		}
	}

	again, other := t.TempDir(), t.TempDir()
	simulateTo(again, "1")
	simulateTo(other, "2")
	same, differs := contents(t, again), contents(t, other)
	for name, data := range files {
		if same[name] != data {
			t.Errorf("%s: the same seed gives another file", name)
		}
		if differs[name] == data {
			t.Errorf("%s: another seed gives the same file", name)
		}
	}
}

func TestAFolderWithoutLabels(t *testing.T) {
	from, to := folder(t), t.TempDir()
	if err := os.Remove(filepath.Join(from, "labels.tsv")); err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	if err := run(context.Background(), with(t, "-photos", from, "-out", to), &told); err != nil {
		t.Fatal(err)
	}
	if files := contents(t, to); len(files) != 5 || !strings.Contains(told.String(), "coffee.png: no face") {
		t.Errorf("%d files, told %q", len(files), told.String())
	}
}

func TestWhatCantBeDone(t *testing.T) {
	from := folder(t)
	for args, want := range map[string]string{
		"-photos /nowhere":                                            "-out is missing",
		"-photos a -out b -effects magic":                             `no effect "magic"`,
		"-photos a -out b -strength 2":                                "-strength 2",
		"-photos a -out b -strength much":                             "-strength much",
		"-photos a -out b -count 0":                                   "-count",
		"-photos a -out b -people some":                               "-people some",
		"-photos a -out b c":                                          `"c" is no option`,
		"-photos " + from + "/none -out " + t.TempDir():               "no such file",
		"-photos " + from + " -out " + from:                           "another folder",
		"-photos " + from + " -out " + t.TempDir() + " -labels x":     "no portrait",
		"-photos " + from + "/coffee.png -out " + t.TempDir():         "is no folder",
		"-photos " + t.TempDir() + " -out " + t.TempDir():             "no portrait",
		"-photos " + broken(t) + " -out " + t.TempDir():               "1 points instead of 2",
		"-photos " + unreadable(t) + " -out " + t.TempDir():           "a.jpg",
		"-photos " + from + " -out " + t.TempDir() + " -models /none": "face finder",
	} {
		o, err := parse(append([]string{"-models", models()}, strings.Fields(args)...), io.Discard)
		if err == nil {
			o.effects = o.effects[:1]
			err = run(context.Background(), o, io.Discard)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := run(ctx, with(t, "-photos", from, "-out", t.TempDir()), io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

// broken is a folder with half a landmark file.
func broken(t *testing.T) string {
	dir := folder(t)
	if err := os.WriteFile(filepath.Join(dir, "obama.tem"), []byte("2\n442 212\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// unreadable is a folder with text for a photo.
func unreadable(t *testing.T) string {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.jpg"), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
