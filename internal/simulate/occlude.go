package simulate

import (
	"math/rand/v2"

	"prportal.example/internal/simulate/occlusion"
	"prportal.example/pkg/photocheck/report"
)

// occlusionEffects are what covers a face, and what looks like it and does not. One-sided ones cover the image-left eye.
var occlusionEffects = func() []Effect {
	checks := map[occlusion.Hides]report.CheckID{occlusion.Mouth: report.FeaturesVisible, occlusion.LeftEye: report.EyesVisible,
		occlusion.BothEyes: report.EyesVisible, occlusion.LeftLid: report.EyesVisible, occlusion.BothLids: report.EyesVisible}
	var out []Effect
	for _, e := range occlusion.Effects() {
		if e.Hides == occlusion.Partly {
			continue // neither open nor shut: nothing to expect
		}
		out = append(out, Effect{Name: e.Name, Kind: Direct, Expect: checks[e.Hides], Strengths: e.Strengths,
			Apply: func(p Portrait, strength float64, rng *rand.Rand) Portrait {
				painted := e.Apply(occlusion.Portrait{Pixels: p.Pixels, Eyes: [2]occlusion.Point{occlusion.Point(p.Eyes[0]),
					occlusion.Point(p.Eyes[1])}}, strength, rng)
				p.Pixels = painted.Pixels
				return p
			}})
	}
	return out
}()
