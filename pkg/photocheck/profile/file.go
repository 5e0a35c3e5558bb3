package profile

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"prportal.example/pkg/photocheck/report"
)

// file is the YAML form of a profile.
type file struct {
	Name   string     `yaml:"name"`
	Title  string     `yaml:"title"`
	Frame  Frame      `yaml:"frame"`
	Checks []fileRule `yaml:"checks"`
}

type fileRule struct {
	ID    report.CheckID `yaml:"id"`
	Unit  string         `yaml:"unit"`
	Limit struct {
		Min       *float64 `yaml:"min"`
		Max       *float64 `yaml:"max"`
		ReturnMin *float64 `yaml:"return_min"`
		ReturnMax *float64 `yaml:"return_max"`
	} `yaml:"limit"`
	Score struct {
		Best      float64  `yaml:"best"`
		WorstLow  *float64 `yaml:"worst_low"`
		WorstHigh *float64 `yaml:"worst_high"`
	} `yaml:"score"`
	Policy      report.Action `yaml:"policy"`
	ReturnNeeds *Condition    `yaml:"return_needs"`
	Source      string        `yaml:"source"`
}

func (r fileRule) rule() Rule {
	return Rule{
		ID: r.ID, Unit: r.Unit, Limit: report.Limit(r.Limit), Score: Scale(r.Score),
		Policy: r.Policy, ReturnNeeds: r.ReturnNeeds, Source: r.Source,
	}
}

// requireKeys says which key a profile lacks, or has of another type: the decoder alone would take a forgotten limit for "no
// limit", and cut 531.5 to 531.
func requireKeys(raw map[string]any) error {
	if err := require("", raw, text, "name", "title"); err != nil {
		return err
	}
	frame, ok := raw["frame"].(map[string]any)
	if !ok {
		return fmt.Errorf("key frame is missing, or holds no keys and values")
	}
	if err := require("frame.", frame, text, "source"); err != nil {
		return err
	}
	if err := require("frame.", frame, whole, "aspect_width", "aspect_height", "min_width", "min_height", "max_width", "max_height",
		"max_bytes"); err != nil {
		return err
	}
	if err := require("frame.", frame, number, "head_min", "head_max", "eyes_x_min", "eyes_x_max", "eyes_y_min", "eyes_y_max"); err != nil {
		return err
	}
	checks, ok := raw["checks"].([]any)
	if !ok {
		return fmt.Errorf("key checks is missing, or holds no list")
	}
	for i, c := range checks {
		rule, ok := c.(map[string]any)
		if !ok {
			return fmt.Errorf("checks[%d]: want keys and values", i)
		}
		if err := requireRule(fmt.Sprintf("checks[%d].", i), rule); err != nil {
			return err
		}
	}
	return nil
}

func requireRule(at string, rule map[string]any) error {
	if err := require(at, rule, text, "id", "unit", "policy", "source"); err != nil {
		return err
	}
	limit, _ := rule["limit"].(map[string]any)
	if err := require(at+"limit.", limit, numberOrNull, "min", "max", "return_min", "return_max"); err != nil {
		return err
	}
	score, _ := rule["score"].(map[string]any)
	if err := require(at+"score.", score, number, "best"); err != nil {
		return err
	}
	if err := require(at+"score.", score, numberOrNull, "worst_low", "worst_high"); err != nil {
		return err
	}
	needs, there := rule["return_needs"]
	if !there {
		return fmt.Errorf("key %sreturn_needs is missing", at)
	}
	if needs == nil {
		return nil
	}
	condition, ok := needs.(map[string]any)
	if !ok {
		return fmt.Errorf("key %sreturn_needs: want null, or keys and values", at)
	}
	if err := require(at+"return_needs.", condition, text, "value"); err != nil {
		return err
	}
	return require(at+"return_needs.", condition, number, "min")
}

// kind is what a key has to hold.
type kind string

const (
	text         kind = "text"
	whole        kind = "a whole number"
	number       kind = "a number"
	numberOrNull kind = "a number or null"
)

func (k kind) holds(v any) bool {
	switch v.(type) {
	case string:
		return k == text
	case int, int64, uint64:
		return k != text
	case float64:
		return k == number || k == numberOrNull
	case nil:
		return k == numberOrNull
	default:
		return false
	}
}

func require(at string, m map[string]any, k kind, keys ...string) error {
	for _, key := range keys {
		v, ok := m[key]
		if !ok {
			return fmt.Errorf("key %s%s is missing", at, key)
		}
		if !k.holds(v) {
			return fmt.Errorf("key %s%s: want %s", at, key, k)
		}
	}
	return nil
}

// validName is what a profile may be called: its name stands in reports, in file names and on command lines.
var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

const (
	maxSide  = 65535   // pixels, what a JPEG can have
	maxPrint = 8 << 20 // bytes, what the sandbox hands over
)

func (p *Profile) validate() error {
	if !validName.MatchString(p.name) {
		return fmt.Errorf("name: want small letters, digits and hyphens")
	}
	if p.title == "" || p.frame.Source == "" {
		return fmt.Errorf("title and frame.source must not be empty")
	}
	f := p.frame
	for name, v := range map[string]int{"aspect_width": f.AspectWidth, "aspect_height": f.AspectHeight, "min_width": f.MinWidth,
		"min_height": f.MinHeight, "max_width": f.MaxWidth, "max_height": f.MaxHeight} {
		if v < 1 || v > maxSide {
			return fmt.Errorf("frame.%s: want 1 to %d", name, maxSide)
		}
	}
	if f.MaxBytes < 1 || f.MaxBytes > maxPrint {
		return fmt.Errorf("frame.max_bytes: want 1 to %d", maxPrint)
	}
	for name, v := range map[string]float64{"head_min": f.HeadMin, "head_max": f.HeadMax, "eyes_x_min": f.EyesXMin, "eyes_x_max": f.EyesXMax,
		"eyes_y_min": f.EyesYMin, "eyes_y_max": f.EyesYMax} {
		if !(v > 0 && v <= 1) {
			return fmt.Errorf("frame.%s: want a share over 0, at most 1", name)
		}
	}
	if f.MaxHeight < f.MinHeight || f.MaxWidth < f.MinWidth || f.HeadMax <= f.HeadMin || f.EyesXMin >= f.EyesXMax || f.EyesYMin >= f.EyesYMax {
		return fmt.Errorf("frame: the numbers contradict each other")
	}
	ids := make([]report.CheckID, 0, len(p.rules))
	for _, r := range p.rules {
		if err := r.validate(); err != nil {
			return fmt.Errorf("check %q: %w", r.ID, err)
		}
		ids = append(ids, r.ID)
	}
	if !slices.Equal(ids, report.CheckIDs()) {
		return fmt.Errorf("checks: want every check once, in table order, got %v", ids)
	}
	return nil
}

func (r Rule) validate() error {
	if !slices.Contains([]report.Action{report.Ignore, report.ToReview, report.ToReturn}, r.Policy) {
		return fmt.Errorf("unknown policy %q", r.Policy)
	}
	if r.Source == "" {
		return fmt.Errorf("source must not be empty")
	}
	l := r.Limit
	for _, v := range []*float64{l.Min, l.Max, l.ReturnMin, l.ReturnMax, &r.Score.Best, r.Score.WorstLow, r.Score.WorstHigh} {
		if v != nil && !finite(*v) {
			return fmt.Errorf("limit and score must be finite numbers")
		}
	}
	if n := r.ReturnNeeds; n != nil && (n.Value == "" || !finite(n.Min)) {
		return fmt.Errorf("return_needs: want the name of a value and a number")
	}
	if l.Min == nil && l.Max == nil {
		return fmt.Errorf("limit: min or max is needed")
	}
	if (l.ReturnMin != nil && (l.Min == nil || *l.ReturnMin > *l.Min)) ||
		(l.ReturnMax != nil && (l.Max == nil || *l.ReturnMax < *l.Max)) {
		return fmt.Errorf("limit: a return limit must lie beyond the limit")
	}
	if l.Min != nil && (r.Score.WorstLow == nil || *r.Score.WorstLow >= *l.Min || r.Score.Best < *l.Min) {
		return fmt.Errorf("score: want worst_low < min <= best")
	}
	if l.Max != nil && (r.Score.WorstHigh == nil || *r.Score.WorstHigh <= *l.Max || r.Score.Best > *l.Max) {
		return fmt.Errorf("score: want best <= max < worst_high")
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
