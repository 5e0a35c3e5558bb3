// Package simulate makes photos with a known fault out of good portraits: the labelled cases that real sets lack. The same
// portrait, effect, strength and seed always give the same picture. What the checks are finally judged by are real photos,
// not these.
package simulate

import (
	"fmt"
	"image"
	"math/rand/v2"
	"slices"
	"strings"

	"prportal.example/pkg/photocheck/report"
)

// Point is a position in pixels.
type Point struct{ X, Y float64 }

// Portrait is an opaque sRGB picture of one face, its top-left pixel at (0,0).
type Portrait struct {
	Pixels *image.RGBA
	// Eyes are the pupils, image-left first as long as the face is less than a quarter turn from upright: a turned picture takes
	// its eyes along.
	Eyes [2]Point
	// Quality is that of the JPEG to be written, 1 to 100; 0 stands for DefaultQuality.
	Quality int
}

// Kind is what a camera was pointed at.
type Kind string

// Kinds of pictures.
const (
	Direct Kind = "direct" // a face
	Scan   Kind = "scan"   // a paper photo on a flat-bed scanner
	Print  Kind = "print"  // a paper photo
	Screen Kind = "screen" // a display
)

// Effect is one way in which a photo goes wrong, or one that looks wrong and is not.
type Effect struct {
	Name string
	Kind Kind
	// Expect is the check that should fail at full strength; "" for a picture that should pass.
	Expect report.CheckID
	// Strengths runs from one that a person would hardly see to one that nobody would miss.
	Strengths [2]float64
	// Apply returns a changed copy. Eyes of the result lie where the pupils are then.
	Apply func(p Portrait, strength float64, rng *rand.Rand) Portrait
}

// At is the strength at a share of the way from the weakest (0) to the full one (1).
func (e Effect) At(share float64) float64 {
	return e.Strengths[0] + (e.Strengths[1]-e.Strengths[0])*share
}

// Label is what the photos of an effect are called in labels.tsv: their kind and what was done. Those that only look like a print
// are called decoys: nothing is promised about their light and sharpness.
func (e Effect) Label() string {
	same := func(other Effect) bool { return other.Name == e.Name }
	if e.Expect == "" && (slices.ContainsFunc(decoyEffects, same) || slices.ContainsFunc(directEffects(), same)) {
		return string(e.Kind) + "_decoy_" + e.Name
	}
	return string(e.Kind) + "_" + e.Name
}

// Effects lists all effects.
func Effects() []Effect {
	var out []Effect
	for _, group := range [][]Effect{
		exposureEffects, glareEffects, blurEffects, sensorEffects, placingEffects, toneEffects, wallEffects, peopleEffects,
		occlusionEffects,
		recaptureEffects,
		scanEffects,
		screenEffects,
	} {
		out = append(out, group...)
	}
	return out
}

// Select returns the effects with these names, in the order of Effects. "all" stands for all of them, and a name may end in a
// star: "cut_*".
func Select(names []string) ([]Effect, error) {
	all := Effects()
	wanted := make([]bool, len(all))
	for _, name := range names {
		prefix, open := strings.CutSuffix(name, "*")
		open = open || name == "all"
		if name == "all" {
			prefix = ""
		}
		found := false
		for i, e := range all {
			if e.Name == name || open && strings.HasPrefix(e.Name, prefix) {
				wanted[i], found = true, true
			}
		}
		if !found {
			known := make([]string, len(all))
			for i, e := range all {
				known[i] = e.Name
			}
			slices.Sort(known)
			return nil, fmt.Errorf("there is no effect %q; there are: %s", name, strings.Join(known, " "))
		}
	}
	var out []Effect
	for i, e := range all {
		if wanted[i] {
			out = append(out, e)
		}
	}
	return out, nil
}
