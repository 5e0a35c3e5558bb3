// Package simulate makes photos with a known fault out of good portraits: the labelled cases that real sets lack. The same
// portrait, effect, strength and seed always give the same picture. What the checks are finally judged by are real photos,
// not these.
package simulate

import (
	"image"
	"math/rand/v2"

	"prportal.example/pkg/photocheck/report"
)

// Point is a position in pixels.
type Point struct{ X, Y float64 }

// Portrait is an opaque sRGB picture of one face.
type Portrait struct {
	Pixels *image.RGBA
	// Eyes are the pupils, image-left first.
	Eyes [2]Point
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

// Effects lists all effects.
func Effects() []Effect {
	var out []Effect
	for _, group := range [][]Effect{occlusionEffects} {
		out = append(out, group...)
	}
	return out
}
