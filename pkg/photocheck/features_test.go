package photocheck_test

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"prportal.example/internal/simulate/occlusion"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/report"
)

// painted is a portrait of somebody whom no network of ours was trained on.
type painted struct {
	name string
	occlusion.Portrait
}

// portraits to paint on: the fetched ones, and the people of the labelled sets that are held out.
func portraits(t *testing.T, in *photocheck.Inspector) []painted {
	t.Helper()
	var out []painted
	for _, name := range []string{testphotos.Biden, testphotos.Obama} {
		out = append(out, toPaint(t, in, name, photo(t, name)))
	}
	root, ok := testphotos.Labelled()
	if !ok {
		return out
	}
	rows, err := testphotos.Labels(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Subject != "" && testphotos.HeldOut(row.Subject) && (row.Label == "direct_studio_neutral" || row.Label == "direct_passportlike") {
			out = append(out, toPaint(t, in, row.Path, read(t, filepath.Join(root, row.Path))))
		}
	}
	return out
}

func toPaint(t *testing.T, in *photocheck.Inspector, name string, data []byte) painted {
	t.Helper()
	src, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewRGBA(image.Rectangle{Max: src.Bounds().Size()})
	draw.Draw(img, img.Rect, src, src.Bounds().Min, draw.Src)
	x, y, ied := headOf(t, inspect(t, in, data))
	return painted{name, occlusion.Portrait{Pixels: img, Eyes: [2]occlusion.Point{{X: x - ied/2, Y: y}, {X: x + ied/2, Y: y}}}}
}

func file(t *testing.T, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// told counts pictures by whether a check failed.
type told struct{ n, of int }

func (c *told) count(fails bool) {
	c.of++
	if fails {
		c.n++
	}
}

func (c told) String() string { return fmt.Sprintf("%d of %d", c.n, c.of) }

func (c told) share() float64 { return float64(c.n) / float64(max(1, c.of)) }

// What hides nose or mouth is told by features_visible, what hides the eyes by eyes_visible, and nothing else by either.
func TestWhatHidesAFaceIsTold(t *testing.T) {
	in := newInspector(t, "")
	people := portraits(t, in)
	var found, mouths, eyes, lids, freeMouths, freeEyes told
	for i, e := range occlusion.Effects() {
		if e.Hides == occlusion.Partly {
			continue // neither open nor shut
		}
		for j := range 2 {
			p := people[(2*i+j)%len(people)]
			rng := rand.New(rand.NewPCG(uint64(i), uint64(j)))
			face := occlusion.Reframed(p.Portrait, 85, rng)
			r := inspect(t, in, file(t, e.Apply(face, e.Strengths[1], rng).Pixels))
			found.count(outcome(r, report.FaceCount) == report.Pass)
			if outcome(r, report.FaceCount) != report.Pass { // hardly anything of the face is left
				t.Logf("%s on %s: face count is %s", e.Name, p.name, outcome(r, report.FaceCount))
				continue
			}
			features, lidsOrGlasses := outcome(r, report.FeaturesVisible) == report.Fail, outcome(r, report.EyesVisible) == report.Fail
			missed := false
			switch e.Hides {
			case occlusion.Mouth:
				mouths.count(features)
				missed = !features
			case occlusion.BothLids:
				freeMouths.count(features)
				lids.count(lidsOrGlasses)
				missed = !lidsOrGlasses
			case occlusion.LeftEye, occlusion.BothEyes:
				eyes.count(lidsOrGlasses)
				missed = !lidsOrGlasses
			case occlusion.Nothing:
				freeMouths.count(features)
				freeEyes.count(lidsOrGlasses)
				missed = features || lidsOrGlasses
			}
			if missed {
				f, _ := r.Check(report.FeaturesVisible)
				v, _ := r.Check(report.EyesVisible)
				t.Logf("%s on %s: %v %v", e.Name, p.name, f.Values, v.Values)
			}
		}
	}
	t.Logf("faces found %s; mouths told %s, covered eyes %s, closed eyes %s; free mouths flagged %s, open eyes %s", found,
		mouths, eyes, lids, freeMouths, freeEyes)
	// Of a face behind a niqab or a hat over the eyes too little is left for the finder, now and then: see docs/checks/limits.md.
	if found.share() < .94 || mouths.share() < .95 || eyes.share() < .9 || lids.share() < .6 || freeMouths.share() > .02 ||
		freeEyes.share() > .03 {
		t.Error("want 94 % of faces found, 95 % of covered mouths, 90 % of covered eyes, 60 % of closed ones; " +
			"at most 2 % of free mouths and 3 % of open eyes")
	}
}

// A mask is a reason to return, by its own check; what may be religious or medical is lowered by the portal.
func TestAMaskMayReturnAPhotoAndSunglassesMayNot(t *testing.T) {
	in := newInspector(t, "")
	face := toPaint(t, in, testphotos.Obama, photo(t, testphotos.Obama))
	apply := func(name string) report.Report {
		i := slices.IndexFunc(occlusion.Effects(), func(e occlusion.Effect) bool { return e.Name == name })
		e := occlusion.Effects()[i]
		return inspect(t, in, file(t, e.Apply(face.Portrait, e.Strengths[1], rand.New(rand.NewPCG(1,
			1))).Pixels))
	}
	masked := apply("surgical_mask")
	c, _ := masked.Check(report.FeaturesVisible)
	if c.Action != report.ToReturn || !slices.Contains(masked.Reasons, report.ReasonFeaturesNotVisible) || outcome(masked,
		report.FaceCount) != report.Pass {
		t.Errorf("mask: %s for %v, face count %s", masked.Decision, masked.Reasons, outcome(masked, report.FaceCount))
	}
	if !hasLabel(c, "covered") {
		t.Errorf("mask: evidence %+v", c.Evidence)
	}
	shaded := apply("sunglasses")
	c, _ = shaded.Check(report.EyesVisible)
	if c.Outcome != report.Fail || c.Action != report.ToReview || c.Reason != report.ReasonFeaturesNotVisible || !hasLabel(c,
		"covered_eye") {
		t.Errorf("sunglasses: %s for %v, %s for %s, %+v", shaded.Decision, shaded.Reasons, c.Action, c.Reason, c.Evidence)
	}
	shut := apply("closed_eyes")
	c, _ = shut.Check(report.EyesVisible)
	if c.Outcome != report.Fail || c.Action != report.ToReview || c.Reason != report.ReasonEyesClosed {
		t.Errorf("closed eyes: %s, %s for %s, %v", c.Outcome, c.Action, c.Reason, c.Values)
	}
}

func hasLabel(c report.Check, label string) bool {
	return slices.ContainsFunc(c.Evidence, func(e report.Evidence) bool { return e.Label == label })
}

// A face that the frame cuts is told on every side, by how deep; one that just fits is not.
func TestFacesCutByTheFrame(t *testing.T) {
	in := newInspector(t, "")
	var cut, whole told
	for _, p := range portraits(t, in) {
		x, y, ied := (p.Eyes[0].X+p.Eyes[1].X)/2, (p.Eyes[0].Y+p.Eyes[1].Y)/2, p.Eyes[1].X-p.Eyes[0].X
		b := p.Pixels.Rect
		for side, at := range map[string]image.Rectangle{
			"left":   image.Rect(int(x-.85*ied), b.Min.Y, b.Max.X, b.Max.Y),
			"right":  image.Rect(b.Min.X, b.Min.Y, int(x+.85*ied), b.Max.Y),
			"top":    image.Rect(b.Min.X, int(y-1.1*ied), b.Max.X, b.Max.Y),
			"bottom": image.Rect(b.Min.X, b.Min.Y, b.Max.X, int(y+1.45*ied)),
			"none":   image.Rect(int(x-1.3*ied), int(y-1.6*ied), int(x+1.3*ied), int(y+2.1*ied)),
		} {
			r := inspect(t, in, file(t, p.Pixels.SubImage(at.Intersect(b))))
			c, _ := r.Check(report.FeaturesVisible)
			switch {
			case side == "none":
				whole.count(c.Outcome == report.Fail)
			case c.Outcome == report.Fail && !hasLabel(c, "cut"):
				t.Errorf("%s cut at the %s: evidence %+v", p.name, side, c.Evidence)
				fallthrough
			default:
				cut.count(c.Outcome == report.Fail)
			}
			if (side != "none") != (c.Outcome == report.Fail) {
				t.Logf("%s cut at: %s: %s, %v", p.name, side, c.Outcome, c.Values)
			}
		}
	}
	t.Logf("cut told %s, whole flagged %s", cut, whole)
	if cut.share() < .95 || whole.n > 0 {
		t.Error("want 95 % of cut faces and no whole one")
	}
}
