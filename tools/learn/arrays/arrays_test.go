package arrays

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"prportal.example/pkg/photocheck"
)

func TestArraysAreWhatNumPyReads(t *testing.T) {
	w, err := New(t.TempDir(), "subject", "effects")
	if err != nil {
		t.Fatal(err)
	}
	in := func(v ...float32) map[string]photocheck.LearnedInput {
		return map[string]photocheck.LearnedInput{"mouth": {Shape: []int{1, 3}, Values: v}}
	}
	for i, inputs := range []map[string]photocheck.LearnedInput{in(1, 2, 3), nil, in(4, 5, 6)} {
		if err := w.Add(inputs, string(rune('a'+i)), "beard+hat"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(w.dir, "mouth.npy"))
	if err != nil {
		t.Fatal(err)
	}
	head := string(data[:header])
	if !strings.HasPrefix(head, "\x93NUMPY\x01\x00\x76\x00{") || !strings.HasSuffix(head, "\n") || !strings.Contains(head,
		"'shape': (3, 1, 3)") {
		t.Errorf("header %q", head)
	}
	got := make([]float32, 9)
	if err := binary.Read(bytes.NewReader(data[header:]), binary.LittleEndian, got); err != nil {
		t.Fatal(err)
	}
	if want := [9]float32{1, 2, 3, 0, 0, 0, 4, 5, 6}; [9]float32(got) != want {
		t.Errorf("values %v, want %v", got, want)
	}
	table, err := os.ReadFile(filepath.Join(w.dir, "rows.tsv"))
	if want := "subject\teffects\na\tbeard+hat\nb\tbeard+hat\nc\tbeard+hat\n"; err != nil || string(table) != want {
		t.Errorf("rows %q (%v)", table, err)
	}
}
