package main

import (
	"bytes"
	"errors"
	"image"
	"os"
	"path/filepath"
	"testing"

	"prportal.example/pkg/photocheck/header"
)

// TestFilesAreWhatTheyClaim holds every file against the front door's own judgement, and the readable ones against a decoder.
func TestFilesAreWhatTheyClaim(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	if err := run([]string{dir}); err != nil {
		t.Fatal(err)
	}
	for _, f := range table {
		data, err := os.ReadFile(filepath.Join(dir, f.name))
		if err != nil {
			t.Fatal(err)
		}
		h, err := header.Admit(data, header.PortalLimits())
		var refusal *header.Refusal
		if f.refused != "" {
			if !errors.As(err, &refusal) || refusal.Code != f.refused {
				t.Errorf("%s: %v, want it refused as %s", f.name, err, f.refused)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		if cut := f.name == "half.jpg"; h.Intact == cut {
			t.Errorf("%s: intact %v: %s", f.name, h.Intact, h.Fault)
		} else if !cut {
			if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
				t.Errorf("%s: %v", f.name, err)
			}
		}
		switch f.name {
		case "cmyk.jpg":
			if h.Components != 4 {
				t.Errorf("%s has %d colours", f.name, h.Components)
			}
		case "deep.png":
			if h.BitDepth != 16 {
				t.Errorf("%s has %d bits", f.name, h.BitDepth)
			}
		case "sideways.jpg":
			if h.Orientation != 6 || h.Width > h.Height {
				t.Errorf("%s: orientation %d, %d×%d", f.name, h.Orientation, h.Width, h.Height)
			}
		case "motion.jpg":
			if h.Trailing == 0 {
				t.Errorf("%s has nothing behind the picture", f.name)
			}
		}
	}
}
