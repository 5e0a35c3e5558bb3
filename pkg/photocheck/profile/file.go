package profile

import (
	"fmt"
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

// requireKeys says which key a profile lacks: the decoder alone would take a forgotten limit for "no limit".
func requireKeys(raw map[string]any) error {
	if err := require("", raw, "name", "title", "frame", "checks"); err != nil {
		return err
	}
	frame, ok := raw["frame"].(map[string]any)
	if !ok {
		return fmt.Errorf("frame: want keys and values")
	}
	if err := require("frame.", frame, "source", "aspect_width", "aspect_height", "min_width", "min_height", "max_width",
		"max_height", "max_bytes", "head_min", "head_max", "eyes_x_min", "eyes_x_max", "eyes_y_min", "eyes_y_max"); err != nil {
		return err
	}
	checks, ok := raw["checks"].([]any)
	if !ok {
		return fmt.Errorf("checks: want a list")
	}
	for i, c := range checks {
		at := fmt.Sprintf("checks[%d].", i)
		rule, ok := c.(map[string]any)
		if !ok {
			return fmt.Errorf("%s: want keys and values", at)
		}
		if err := require(at, rule, "id", "unit", "limit", "score", "policy", "return_needs", "source"); err != nil {
			return err
		}
		limit, _ := rule["limit"].(map[string]any)
		if err := require(at+"limit.", limit, "min", "max", "return_min", "return_max"); err != nil {
			return err
		}
		score, _ := rule["score"].(map[string]any)
		if err := require(at+"score.", score, "best", "worst_low", "worst_high"); err != nil {
			return err
		}
		if needs, ok := rule["return_needs"].(map[string]any); ok {
			if err := require(at+"return_needs.", needs, "value", "min"); err != nil {
				return err
			}
		}
	}
	return nil
}

func require(at string, m map[string]any, keys ...string) error {
	for _, k := range keys {
		if _, ok := m[k]; !ok {
			return fmt.Errorf("key %s%s is missing", at, k)
		}
	}
	return nil
}

func (p *Profile) validate() error {
	if p.name == "" || p.title == "" {
		return fmt.Errorf("name and title must not be empty")
	}
	f := p.frame
	if f.AspectWidth <= 0 || f.AspectHeight <= 0 || f.MinHeight <= 0 || f.MaxHeight < f.MinHeight || f.MaxWidth < f.MinWidth ||
		f.HeadMin <= 0 || f.HeadMax <= f.HeadMin || f.MaxBytes <= 0 || f.EyesXMin >= f.EyesXMax || f.EyesYMin >= f.EyesYMax {
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
