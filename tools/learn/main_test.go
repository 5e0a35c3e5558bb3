package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"prportal.example/internal/simulate/occlusion"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
)

func TestArraysAreWhatNumPyReads(t *testing.T) {
	w := &writer{dir: t.TempDir(), arrays: map[string]*array{}}
	in := func(v ...float32) map[string]photocheck.LearnedInput {
		return map[string]photocheck.LearnedInput{"mouth": {Shape: []int{1, 3}, Values: v}}
	}
	for i, inputs := range []map[string]photocheck.LearnedInput{in(1, 2, 3), nil, in(4, 5, 6)} {
		if err := w.add(inputs, row{photo: testphotos.Label{Path: "p", Subject: string(rune('a' + i))}, effects: []string{"beard",
			"hat"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(w.dir, "mouth.npy"))
	if err != nil {
		t.Fatal(err)
	}
	head := string(data[:npyHeader])
	if !strings.HasPrefix(head, "\x93NUMPY\x01\x00\x76\x00{") || !strings.HasSuffix(head, "\n") || !strings.Contains(head,
		"'shape': (3, 1, 3)") {
		t.Errorf("header %q", head)
	}
	got := make([]float32, 9)
	if err := binary.Read(bytes.NewReader(data[npyHeader:]), binary.LittleEndian, got); err != nil {
		t.Fatal(err)
	}
	if want := [9]float32{1, 2, 3, 0, 0, 0, 4, 5, 6}; [9]float32(got) != want {
		t.Errorf("values %v, want %v", got, want)
	}
	table, err := os.ReadFile(filepath.Join(w.dir, "rows.tsv"))
	if err != nil || strings.Count(string(table), "\n") != 4 || !strings.Contains(string(table), "beard+hat") {
		t.Errorf("rows %q (%v)", table, err)
	}
}

func TestPaintedPortraitsAreTheSameAgain(t *testing.T) {
	p := portrait{testphotos.Label{Subject: "x"}, occlusion.Portrait{Pixels: image.NewRGBA(image.Rect(0, 0, 300, 360)),
		Eyes: [2]occlusion.Point{{X: 120, Y: 150}, {X: 180, Y: 150}}}}
	states := map[eyeState]int{}
	for seed := range uint64(16) {
		a, ra := paintOne(p, rand.New(rand.NewPCG(seed, 1)))
		b, rb := paintOne(p, rand.New(rand.NewPCG(seed, 1)))
		if !bytes.Equal(a.Pix, b.Pix) || ra.seen != rb.seen {
			t.Fatalf("seed %d painted two pictures", seed)
		}
		states[ra.eyes[0]]++
		states[10+ra.mouth]++
	}
	for _, s := range []eyeState{open, closed, covered, 10 + open, 10 + covered} {
		if states[s] == 0 {
			t.Errorf("state %d was never painted", s)
		}
	}
}

func TestNoPersonIsOnBothSides(t *testing.T) {
	dir := t.TempDir()
	lines := "path\tlabel\tsubject\tgroup\n"
	for _, s := range []string{"a", "b", "c", "d", "e", "f", "g", "h", ""} {
		lines += "1.jpg\tdirect_studio\t" + s + "\t\n2.jpg\tdirect_studio\t" + s + "\t\n3.jpg\tother\t" + s + "\t\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "labels.tsv"), []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	take := func(people string) map[string]int {
		photos, err := readLabels(options{photos: dir, labels: "direct_studio", people: people})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]int{}
		for _, p := range photos {
			out[p.Subject]++
		}
		return out
	}
	train, held := take("train"), take("held")
	if len(train) == 0 || len(held) < 2 || len(train)+len(held) != 9 {
		t.Errorf("%d people to train on, %d held out", len(train), len(held))
	}
	for s, n := range train {
		if s == "" || testphotos.HeldOut(s) || held[s] > 0 || n != 2 {
			t.Errorf("%q is trained on (%d photos)", s, n)
		}
	}
}
