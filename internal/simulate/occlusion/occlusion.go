// Package occlusion paints on portraits what covers a face, what closes its eyes, and what only looks like it: masks, scarves,
// hands, glasses, hair, lids, beards, head scarves. The same portrait, strength and seed always give the same picture.
//
// Everything is painted in IED, inter-eye distances from the middle of the eyes, where faces differ little: lids lie within .01 to
// .02, mouth and nose within .06 of the mean of the portraits that the shapes were read from.
package occlusion

import (
	"image"
	"math/rand/v2"
)

// Point is a position: pixels in a Portrait, IED on a face.
type Point struct{ X, Y float64 }

// Portrait is an opaque sRGB picture of one face.
type Portrait struct {
	Pixels *image.RGBA
	// Eyes are the pupils, image-left first.
	Eyes [2]Point
}

// Hides says what of a face an effect hides.
type Hides int

// What is hidden.
const (
	Nothing  Hides = iota
	Mouth          // nose or mouth
	LeftEye        // the image-left eye
	BothEyes       // both eyes
	LeftLid        // the image-left eye is shut
	BothLids       // both eyes are shut
	Partly         // the eyes, in part: neither open nor shut
)

// Effect is one thing that a face can wear or do.
type Effect struct {
	Name  string
	Hides Hides
	// Strengths runs from the least for which Hides holds to the most; for what hides nothing, from none to the most.
	Strengths [2]float64
	// Apply paints on a copy.
	Apply func(p Portrait, strength float64, rng *rand.Rand) Portrait
}

// Effects lists them: first what hides the nose or the mouth, then what hides or closes the eyes, then what does neither.
func Effects() []Effect {
	return []Effect{
		{"surgical_mask", Mouth, [2]float64{.8, 1}, surgicalMask},
		{"folded_mask", Mouth, [2]float64{.8, 1}, foldedMask},
		{"cup_mask", Mouth, [2]float64{.8, 1}, cupMask},
		{"cloth_mask", Mouth, [2]float64{.8, 1}, clothMask},
		{"mask_under_nose", Mouth, [2]float64{.8, 1}, maskUnderNose},
		{"scarf_over_mouth", Mouth, [2]float64{.8, 1}, scarfOverMouth},
		{"niqab", Mouth, [2]float64{.8, 1}, niqab},
		{"hand_over_mouth", Mouth, [2]float64{.8, 1}, handOverMouth},
		{"object_over_mouth", Mouth, [2]float64{.8, 1}, objectOverMouth},
		{"tinted_visor", Mouth, [2]float64{.6, .9}, tintedVisor},
		{"sunglasses", BothEyes, [2]float64{.72, 1}, sunglasses},
		{"mirror_glasses", BothEyes, [2]float64{.75, 1}, mirrorGlasses},
		{"eye_patch", LeftEye, [2]float64{.9, 1}, eyePatch},
		{"hair_over_eye", LeftEye, [2]float64{.85, 1}, hairOverEye},
		{"hand_over_eyes", BothEyes, [2]float64{.9, 1}, handOverEyes},
		{"object_over_eye", LeftEye, [2]float64{.9, 1}, objectOverEye},
		{"blindfold", BothEyes, [2]float64{.9, 1}, blindfold},
		{"hat_over_eyes", BothEyes, [2]float64{.9, 1}, hatOverEyes},
		{"closed_eyes", BothLids, [2]float64{1, 1.15}, closedEyes},
		{"one_closed_eye", LeftLid, [2]float64{1, 1.15}, oneClosedEye},
		{"lowered_lids", Partly, [2]float64{.45, .75}, loweredLids},
		{"narrow_eyes", Nothing, [2]float64{0, .35}, loweredLids},
		{"spectacles", Nothing, [2]float64{0, 1}, spectacles},
		{"tinted_glasses", Nothing, [2]float64{.08, .35}, tintedGlasses},
		{"glasses_on_head", Nothing, [2]float64{.7, 1}, glassesOnHead},
		{"beard", Nothing, [2]float64{.15, 1}, beard},
		{"moustache", Nothing, [2]float64{.2, 1}, moustache},
		{"lipstick", Nothing, [2]float64{.1, .8}, lipstick},
		{"head_scarf", Nothing, [2]float64{.9, 1}, headScarf},
		{"hat", Nothing, [2]float64{.9, 1}, hat},
		{"fringe", Nothing, [2]float64{.5, 1}, fringe},
		{"collar", Nothing, [2]float64{.9, 1}, collar},
		{"plaster", Nothing, [2]float64{.7, 1}, plaster},
		{"cast_shadow", Nothing, [2]float64{.1, .6}, castShadow},
		{"other_surrounds", Nothing, [2]float64{.8, 1}, otherSurrounds},
	}
}

func between(rng *rand.Rand, low, high float64) float64 { return low + (high-low)*rng.Float64() }

func oneOf[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

func chance(rng *rand.Rand, p float64) bool { return rng.Float64() < p }
