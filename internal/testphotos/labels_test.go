package testphotos_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"prportal.example/internal/testphotos"
)

func TestLabels(t *testing.T) {
	dir := t.TempDir()
	if _, err := testphotos.Labels(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder without labels: %v", err)
	}
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "labels.tsv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"", "label\tsubject\nx\ty\n"} {
		write(text)
		if got, err := testphotos.Labels(dir); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
	write("label\tpath\tgroup\tlandmarks\ndirect\ta/b.jpg\twhite;female;34\tyes\nother\tc.jpg\n")
	got, err := testphotos.Labels(dir)
	want := []testphotos.Label{{Path: "a/b.jpg", Label: "direct", Group: "white;female;34"}, {Path: "c.jpg", Label: "other"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v (%v), want %+v", got, err, want)
	}
}
