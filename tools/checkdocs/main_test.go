package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"prportal.example/pkg/photocheck/describe"
	"prportal.example/pkg/photocheck/report"
)

const folder = "../../docs/checks"

func TestThePagesAreNotStale(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("docs/checks/%s is stale: run go generate ./pkg/photocheck/describe (%v)", name, err)
		}
	}
	extra, err := unexpected(folder, files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range extra {
		t.Errorf("docs/checks/%s is made by nobody: run go generate ./pkg/photocheck/describe", name)
	}
	if _, err := os.Stat(filepath.Join(folder, byHand)); err != nil {
		t.Error(err)
	}
}

func TestEveryCheckIsDescribed(t *testing.T) {
	for _, id := range report.CheckIDs() {
		d, ok := describe.Of(id)
		if !ok {
			t.Errorf("%s has no description", id)
			continue
		}
		for what, text := range map[string]string{"measures": d.Measures, "formula": strings.Join(d.Formula, ""), "unit": d.Unit,
			"sources": strings.Join(d.Sources, ""), "limits": strings.Join(d.Limits, ""), "needs": needs[d.Needs]} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: nothing is said of its %s", id, what)
			}
		}
		if (len(d.Evidence) == 0) == (d.NoEvidence == "") {
			t.Errorf("%s: want either evidence or why there is none", id)
		}
		if _, ok := diagrams[id]; !ok {
			t.Errorf("%s has no diagram", id)
		}
	}
	if len(describe.All()) != len(report.CheckIDs()) || len(diagrams) != len(report.CheckIDs()) {
		t.Errorf("%d descriptions and %d diagrams for %d checks", len(describe.All()), len(diagrams), len(report.CheckIDs()))
	}
}

func TestWriteRemovesWhatIsNoLongerMade(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gone.md", "pictures/gone.svg", byHand} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	for name, stays := range map[string]bool{"gone.md": false, "pictures/gone.svg": false, byHand: true, "glare.md": true, "pictures/glare.svg": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != stays {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDiagramsAreWellFormedAndWithinTheirFrame(t *testing.T) {
	for id, draw := range diagrams {
		data := draw(id.Title("en")).svg()
		dec := xml.NewDecoder(bytes.NewReader(data))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
		}
		if len(data) > 12_000 || bytes.Contains(data, []byte("NaN")) {
			t.Errorf("%s: %d bytes", id, len(data))
		}
	}
}

func TestWrap(t *testing.T) {
	var b strings.Builder
	item(&b, strings.Repeat("word ", 60))
	for line := range strings.Lines(b.String()) {
		if len(line) > width+1 || strings.HasSuffix(line, " \n") {
			t.Errorf("%q", line)
		}
	}
}
