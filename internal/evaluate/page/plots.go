package page

import (
	"fmt"
	"math"
	"strings"

	"prportal.example/internal/evaluate"
	"prportal.example/internal/evaluate/stats"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// Places in the drawings, in their own units; their whole sizes stand in the template.
const (
	histLeft, histRight   = 12.0, 408.0
	histTop, histBottom   = 30.0, 196.0
	curveLeft, curveRight = 46.0, 286.0
	curveTop, curveBottom = 12.0, 256.0
	histBins              = 44
	curvePoints           = 250
	detLowest, detHighest = .001, .95
	trackWidth            = 110.0
)

// tick is a mark on an axis.
type tick struct {
	At    float64
	Label string
}

// hist shows how the measures of good and of faulty photos lie, good ones up and faulty ones down.
type hist struct {
	Title, Describe string
	Good, Faulty    string // path data
	HasGood         bool
	HasFaulty       bool
	Axis            float64 // y of the line between them
	Limits          []limitLine
	Beyond          []band // where the check fails
	Ticks           []tick
	Unit            string
	Cut             bool // some values lie beyond the ends
}

type limitLine struct {
	X      float64
	LabelX float64
	Anchor string
	Label  string
	Class  string
	Y      float64
}

type band struct{ X, Width float64 }

func newHist(rule profile.Rule, good, faulty []float64) *hist {
	all := stats.Sorted(append(append([]float64{}, good...), faulty...))
	if len(all) == 0 || all[0] == all[len(all)-1] {
		return nil // there is nothing to see
	}
	// A few far values must not press the rest together.
	low, high := stats.Quantile(all, .005), stats.Quantile(all, .995)
	for _, l := range []*float64{rule.Limit.Min, rule.Limit.Max, rule.Limit.ReturnMin, rule.Limit.ReturnMax} {
		if l != nil {
			low, high = min(low, *l), max(high, *l)
		}
	}
	room := (high - low) * .05
	low, high = low-room, high+room
	h := &hist{Title: title(rule.ID) + ": measures of good and faulty photos", HasGood: len(good) > 0, HasFaulty: len(faulty) > 0,
		Unit: rule.Unit, Cut: all[0] < low || all[len(all)-1] > high}
	h.Axis = (histTop + histBottom) / 2
	up, down := h.Axis-histTop, histBottom-h.Axis
	switch {
	case !h.HasFaulty:
		h.Axis, up = histBottom, histBottom-histTop
	case !h.HasGood:
		h.Axis, down = histTop, histBottom-histTop
	}
	x := func(v float64) float64 { return histLeft + (v-low)/(high-low)*(histRight-histLeft) }
	h.Good = bars(stats.Bins(good, low, high, histBins), h.Axis, -up)
	h.Faulty = bars(stats.Bins(faulty, low, high, histBins), h.Axis, down)
	h.limits(rule, x)
	for _, v := range ticks(low, high, 6) {
		h.Ticks = append(h.Ticks, tick{x(v), number(v)})
	}
	h.Describe = describe(rule, good, faulty)
	return h
}

// limits draws the limits, and shades the side on which the check fails.
func (h *hist) limits(rule profile.Rule, x func(float64) float64) {
	add := func(v *float64, label, class string, beyondIsLeft bool, y float64) {
		if v == nil {
			return
		}
		at := x(*v)
		l := limitLine{X: at, LabelX: at - 4, Anchor: "end", Label: label + " " + number(*v), Class: class, Y: y}
		if !beyondIsLeft {
			l.LabelX, l.Anchor = at+4, "start"
		}
		// A label has to stay inside.
		if l.Anchor == "end" && at < 90 {
			l.LabelX, l.Anchor = at+4, "start"
		} else if l.Anchor == "start" && at > histRight-90 {
			l.LabelX, l.Anchor = at-4, "end"
		}
		h.Limits = append(h.Limits, l)
	}
	first := "fails"
	if rule.Policy == report.ToReturn && rule.Limit.ReturnMin == nil && rule.Limit.ReturnMax == nil {
		first = "returns"
	}
	l := rule.Limit
	if l.Min != nil {
		h.Beyond = append(h.Beyond, band{histLeft, max(0, x(*l.Min)-histLeft)})
	}
	if l.Max != nil {
		h.Beyond = append(h.Beyond, band{x(*l.Max), max(0, histRight-x(*l.Max))})
	}
	add(l.Min, first, "limit", true, 10)
	if l.Min == nil || l.Max == nil || *l.Min != *l.Max {
		add(l.Max, first, "limit", false, 10)
	}
	add(l.ReturnMin, "may return", "limit-return", true, 22)
	add(l.ReturnMax, "may return", "limit-return", false, 22)
}

// bars is the path of bars from the axis, the tallest as tall as height; a bin with anything in it shows.
func bars(counts []int, axis, height float64) string {
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	var b strings.Builder
	width := (histRight - histLeft) / float64(len(counts))
	for i, n := range counts {
		if n == 0 {
			continue
		}
		tall := height * float64(n) / float64(most)
		if math.Abs(tall) < 2 {
			tall = math.Copysign(2, height)
		}
		fmt.Fprintf(&b, "M%.1f %.1fv%.1fh%.1fv%.1fz", histLeft+float64(i)*width+.5, axis, tall, width-1, -tall)
	}
	return b.String()
}

// describe says in words what the drawing shows.
func describe(rule profile.Rule, good, faulty []float64) string {
	var parts []string
	for _, s := range []struct {
		what   string
		values []float64
	}{{"good", good}, {"faulty", faulty}} {
		if len(s.values) == 0 {
			continue
		}
		v := stats.Sorted(s.values)
		parts = append(parts, fmt.Sprintf("%d %s: median %s, 90 %% from %s to %s", len(v), s.what, number(stats.Quantile(v, .5)),
			number(stats.Quantile(v, .05)), number(stats.Quantile(v, .95))))
	}
	return strings.Join(parts, "; ") + "."
}

// ticks are round values between low and high, at most n or so.
func ticks(low, high float64, n int) []float64 {
	raw := (high - low) / float64(n)
	step := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, k := range []float64{1, 2, 5, 10} {
		if k*step >= raw {
			step *= k
			break
		}
	}
	var out []float64
	for i := math.Ceil(low / step); i*step <= high; i++ {
		out = append(out, i*step)
	}
	return out
}

// curve is a ROC or a DET drawing.
type curve struct {
	Title, Describe string
	Line            string // path data
	Diagonal        string
	X, Y            []tick
	XLabel, YLabel  string
	Marks           []mark
}

// mark is what a limit of the profile does.
type mark struct {
	X, Y  float64
	Class string
	Label string
}

// limitAt is a limit as a margin: beyond it a photo is flagged or returned.
type limitAt struct {
	margin float64
	class  string
	label  string
}

func limitsOf(rule profile.Rule) []limitAt {
	out := []limitAt{{0, "limit", "limit"}}
	l := rule.Limit
	at := math.Inf(1)
	for _, v := range []*float64{l.ReturnMin, l.ReturnMax} {
		if v != nil {
			at = min(at, evaluate.Margin(rule, *v))
		}
	}
	if rule.Policy == report.ToReturn && !math.IsInf(at, 0) && at > 0 {
		out = append(out, limitAt{at, "limit-return", "return limit"})
	}
	return out
}

// beyond is the share of margins above a limit.
func beyond(margins []float64, limit float64) float64 {
	n := 0
	for _, m := range margins {
		if m > limit {
			n++
		}
	}
	return float64(n) / float64(len(margins))
}

func newCurves(rule profile.Rule, good, faulty []float64) (roc, det *curve) {
	if len(good) == 0 || len(faulty) == 0 {
		return nil, nil
	}
	c := stats.NewCurve(good, faulty)
	thin := c.Thinned(curvePoints)
	describe := fmt.Sprintf("Area under the curve %.3f, equal error rate %s.", c.AUC, percent(c.EER))

	linear := func(v float64) float64 { return v }
	roc = &curve{Title: title(rule.ID) + ": ROC curve", Describe: describe, XLabel: "good photos flagged, %", YLabel: "faults told, %"}
	x, y := scale(linear, 0, 1, curveLeft, curveRight), scale(linear, 0, 1, curveBottom, curveTop)
	for _, p := range thin {
		roc.to(x(p.False), y(p.Hit))
	}
	roc.Diagonal = fmt.Sprintf("M%.1f %.1fL%.1f %.1f", x(0), y(0), x(1), y(1))
	for _, v := range []float64{0, .25, .5, .75, 1} {
		roc.X, roc.Y = append(roc.X, tick{x(v), short(v)}), append(roc.Y, tick{y(v), short(v)})
	}

	det = &curve{Title: title(rule.ID) + ": DET curve", Describe: describe, XLabel: "good photos flagged, %", YLabel: "faults missed, %"}
	clamp := func(v float64) float64 { return stats.Probit(min(max(v, detLowest), detHighest)) }
	dx, dy := scale(clamp, detLowest, detHighest, curveLeft, curveRight), scale(clamp, detLowest, detHighest, curveBottom, curveTop)
	for _, p := range thin {
		det.to(dx(p.False), dy(1-p.Hit))
	}
	det.Diagonal = fmt.Sprintf("M%.1f %.1fL%.1f %.1f", dx(detLowest), dy(detLowest), dx(detHighest), dy(detHighest))
	for _, v := range []float64{.001, .005, .02, .05, .1, .2, .4, .6, .8, .95} {
		det.X, det.Y = append(det.X, tick{dx(v), short(v)}), append(det.Y, tick{dy(v), short(v)})
	}
	for _, l := range limitsOf(rule) {
		wrong, hit := beyond(good, l.margin), beyond(faulty, l.margin)
		label := fmt.Sprintf("%s: %s of good photos, %s of faulty ones", l.label, percent(wrong), percent(hit))
		roc.Marks = append(roc.Marks, mark{x(wrong), y(hit), l.class, label})
		det.Marks = append(det.Marks, mark{dx(wrong), dy(1 - hit), l.class, label})
	}
	return roc, det
}

func (c *curve) to(x, y float64) {
	command := "L"
	if c.Line == "" {
		command = "M"
	}
	c.Line += fmt.Sprintf("%s%.1f %.1f", command, x, y)
}

// short is a percentage without its sign: the axis has it.
func short(v float64) string { return strings.TrimSuffix(percent(v), "\u00a0%") }

// scale maps from…to, bent by f, to pixels.
func scale(f func(float64) float64, from, to, first, last float64) func(float64) float64 {
	a, b := f(from), f(to)
	return func(v float64) float64 { return first + (f(v)-a)/(b-a)*(last-first) }
}

// cell is a share with its interval, drawn on a track.
type cell struct {
	evaluate.Rate
	Low, Point, High float64 // on the track
	Class            string
}

// newCell draws a rate on a track that ends at most.
func newCell(r evaluate.Rate, most float64, class string) cell {
	c := cell{Rate: r, Class: class}
	if r.Share == nil {
		return c
	}
	x := func(v float64) float64 { return 3 + min(v/most, 1)*(trackWidth-6) }
	c.Low, c.Point, c.High = x(r.Low), x(*r.Share), x(r.High)
	return c
}

// Width is that of the interval on the track.
func (c cell) Width() float64 { return math.Max(1, c.High-c.Low) }
