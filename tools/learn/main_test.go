package main

import (
	"bytes"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"prportal.example/internal/simulate/occlusion"
	"prportal.example/internal/testphotos"
)

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
