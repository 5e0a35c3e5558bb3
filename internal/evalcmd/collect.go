package evalcmd

import (
	"bytes"
	"cmp"
	"image"
	"image/jpeg"
	"math"
	"slices"

	"golang.org/x/image/draw"

	"prportal.example/internal/evaluate"
	"prportal.example/internal/evaluate/page"
	"prportal.example/internal/judging"
	"prportal.example/internal/sandbox"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

const (
	shown     = 8   // photos of each kind of mistake of a check
	thumbSide = 208 // longest side in pixels
)

// collector takes verdicts one by one. It keeps numbers of every photo, and pictures of the worst mistakes only.
type collector struct {
	rules        *profile.Profile
	evaluation   *evaluate.Evaluation
	expectations map[string]bool
	mistakes     map[mistake][]page.Shown // worst first, at most shown
}

// mistake is a check and the way in which it was wrong.
type mistake struct {
	id   report.CheckID
	miss bool
}

func newCollector(rules *profile.Profile) *collector {
	return &collector{rules: rules, evaluation: &evaluate.Evaluation{}, expectations: map[string]bool{}, mistakes: map[mistake][]page.Shown{}}
}

func (c *collector) add(s evaluate.Sample, v judging.Verdict) {
	photo := evaluate.NewPhoto(s, v.Report)
	c.evaluation.Photos = append(c.evaluation.Photos, photo)
	if !c.expectations[s.Name] {
		c.expectations[s.Name] = true
		c.evaluation.Expectations = append(c.evaluation.Expectations, s.Expectation)
	}
	if c.evaluation.Engine.Version == "" || c.evaluation.Engine.Finder == "" {
		c.evaluation.Engine = v.Engine
	}
	var picture []byte
	pictured := false
	for _, rule := range c.rules.Rules() {
		f := photo.Checks[rule.ID]
		kind := mistake{rule.ID, s.Truth(rule.ID) == evaluate.Faulty}
		if s.Truth(rule.ID) == evaluate.Unknown || f.Flagged() == kind.miss {
			continue
		}
		m := page.Shown{Photo: &photo, Margin: math.Inf(1)} // a miss without a measure stands last, and so does a good photo's
		if f.Measure != nil && f.Outcome != report.NotApplicable {
			m.Margin = evaluate.Margin(rule, *f.Measure)
		}
		if !kind.miss {
			m.Margin = -m.Margin
		}
		list := c.mistakes[kind]
		at, _ := slices.BinarySearchFunc(list, m, func(a, b page.Shown) int { return cmp.Or(cmp.Compare(a.Margin, b.Margin), -1) })
		if at == shown {
			continue
		}
		if !pictured {
			picture, pictured = thumbnail(v.Rendition), true
		}
		m.Picture = picture
		list = slices.Insert(list, at, m)
		c.mistakes[kind] = list[:min(len(list), shown)]
	}
}

func (c *collector) worst() map[report.CheckID]page.Worst {
	out := map[report.CheckID]page.Worst{}
	for _, rule := range c.rules.Rules() {
		out[rule.ID] = page.Worst{FalseFlags: c.mistakes[mistake{rule.ID, false}], Misses: c.mistakes[mistake{rule.ID, true}]}
	}
	return out
}

// thumbnail is a small JPEG of a rendition, nil if there is none.
func thumbnail(rendition *sandbox.Image) []byte {
	if rendition == nil {
		return nil
	}
	src, err := jpeg.Decode(bytes.NewReader(rendition.JPEG))
	if err != nil {
		return nil
	}
	size := src.Bounds().Size()
	k := min(1, thumbSide/float64(max(size.X, size.Y)))
	small := image.NewRGBA(image.Rect(0, 0, max(1, int(math.Round(float64(size.X)*k))), max(1, int(math.Round(float64(size.Y)*k)))))
	draw.BiLinear.Scale(small, small.Rect, src, src.Bounds(), draw.Src, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: 72}); err != nil {
		return nil
	}
	return out.Bytes()
}
