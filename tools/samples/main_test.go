package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"prportal.example/pkg/photocheck/header"
)

func TestSamplesAreWhatTheirNamesSay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "samples")
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, s := range samples {
		data, err := os.ReadFile(filepath.Join(dir, s.name))
		if err != nil {
			t.Error(err)
			continue
		}
		h, err := header.Admit(data, header.PortalLimits())
		if refused := strings.HasPrefix(s.name, "refused-"); refused != (err != nil) {
			t.Errorf("%s: admission says %v", s.name, err)
		}
		if format := map[string]string{".jpg": "jpeg", ".png": "png"}[filepath.Ext(s.name)]; err == nil && h.Format != format {
			t.Errorf("%s is %s by its content", s.name, h.Format)
		}
		if other := seen[string(data)]; other != "" {
			t.Errorf("%s is the same as %s", s.name, other)
		}
		seen[string(data)] = s.name
	}
}

func TestSamplesThatAreThereStay(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, samples[1].name)
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "mine" {
		t.Errorf("%q, %v", data, err)
	}
}
