package main

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"strings"

	"prportal.example/internal/simulate/occlusion"
	"prportal.example/internal/testphotos"
)

// eyeState is what is known of an eye.
type eyeState int

// Labels of training; a mouth is open (free) or covered.
const (
	unknown eyeState = iota - 1
	open
	closed
	covered
)

// seen is what can be seen of a face: nose and mouth, and each eye, image-left first.
type seen struct {
	mouth eyeState
	eyes  [2]eyeState
}

// row is what one row of the arrays shows.
type row struct {
	photo testphotos.Label
	seen
	effects []string
}

var columns = []string{"path", "label", "subject", "group", "mouth", "left", "right", "effects"}

func (r row) cells() []string {
	p := r.photo
	return []string{p.Path, p.Label, p.Subject, p.Group, fmt.Sprint(int(r.mouth)), fmt.Sprint(int(r.eyes[0])), fmt.Sprint(int(r.eyes[1])),
		strings.Join(r.effects, "+")}
}

// The chance that a painted portrait wears or does something. What hides nothing comes before and after what does: people in masks
// wear glasses, hats and beards as others do.
var (
	before = []chanceOf{{"other_surrounds", .4}, {"lipstick", .08}, {"beard", .22}, {"moustache", .1}, {"plaster", .05}}
	lids   = []chanceOf{{"closed_eyes", .2}, {"one_closed_eye", .05}, {"lowered_lids", .03}, {"narrow_eyes", .25}}
	mouth  = []chanceOf{{"surgical_mask", .1}, {"folded_mask", .05}, {"cup_mask", .03}, {"cloth_mask", .07}, {"mask_under_nose",
		.03},
		{"scarf_over_mouth", .03}, {"niqab", .02}, {"hand_over_mouth", .04}, {"object_over_mouth", .02}, {"tinted_visor", .01}}
	head = []chanceOf{{"head_scarf", .1}, {"hat", .08}, {"fringe", .1}, {"collar", .1}, {"glasses_on_head", .06}}
	eyes = []chanceOf{{"spectacles", .25}, {"tinted_glasses", .05}, {"sunglasses", .13}, {"mirror_glasses", .05}, {"eye_patch", .02},
		{"hair_over_eye", .03}, {"hand_over_eyes", .015}, {"object_over_eye", .015}, {"blindfold", .01}, {"hat_over_eyes", .01}}
	after = []chanceOf{{"cast_shadow", .2}}
)

type chanceOf struct {
	name string
	p    float64
}

var effects = func() map[string]occlusion.Effect {
	out := map[string]occlusion.Effect{}
	for _, e := range occlusion.Effects() {
		out[e.Name] = e
	}
	return out
}()

// paintOne returns a portrait with things painted on it, as some camera saw it, and what is to be seen on it.
func paintOne(from portrait, rng *rand.Rand) (*image.RGBA, row) {
	r := row{photo: from.photo, seen: seen{mouth: open, eyes: [2]eyeState{open, open}}}
	ied := 28 * math.Exp(rng.Float64()*math.Log(3.7)) // 28 to 104 pixels: more is shrunk to that anyway
	p := occlusion.Reframed(from.Portrait, ied, rng)
	wear := func(name string) {
		e := effects[name]
		p = e.Apply(p, e.Strengths[0]+(e.Strengths[1]-e.Strengths[0])*rng.Float64(), rng)
		r.effects = append(r.effects, name)
		r.hide(e.Hides)
	}
	each := func(list []chanceOf) {
		for _, c := range list {
			if rng.Float64() < c.p {
				wear(c.name)
			}
		}
	}
	one := func(list []chanceOf) {
		v := rng.Float64()
		for _, c := range list {
			if v -= c.p; v < 0 {
				wear(c.name)
				return
			}
		}
	}
	each(before)
	one(lids)
	if rng.Float64() < .5 { // a mask over the glasses, or glasses over the mask
		one(mouth)
		one(eyes)
	} else {
		one(eyes)
		one(mouth)
	}
	one(head)
	each(after)
	p, mirrored := occlusion.AnyCamera(p, rng)
	if mirrored {
		r.eyes[0], r.eyes[1] = r.eyes[1], r.eyes[0]
	}
	return p.Pixels, r
}

// hide notes what an effect hides. A shut eye behind dark glasses is a covered one.
func (s *seen) hide(h occlusion.Hides) {
	set := func(i int, to eyeState) { s.eyes[i] = max(s.eyes[i], to) }
	switch h {
	case occlusion.Mouth:
		s.mouth = covered
	case occlusion.LeftEye:
		set(0, covered)
	case occlusion.BothEyes:
		set(0, covered)
		set(1, covered)
	case occlusion.LeftLid:
		set(0, closed)
	case occlusion.BothLids:
		set(0, closed)
		set(1, closed)
	case occlusion.Partly:
		s.eyes = [2]eyeState{unknown, unknown}
	}
}
