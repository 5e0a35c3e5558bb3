package profile_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func load(t *testing.T) *profile.Profile {
	t.Helper()
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// good returns measures that pass every check of p.
func good(p *profile.Profile) report.Report {
	r := report.Report{Width: 1000, Height: 1400}
	for _, rule := range p.Rules() {
		r.Checks = append(r.Checks, report.Check{ID: rule.ID, Measure: report.Number(rule.Score.Best)})
	}
	return r
}

func set(r *report.Report, id report.CheckID, change func(*report.Check)) {
	i := slices.IndexFunc(r.Checks, func(c report.Check) bool { return c.ID == id })
	change(&r.Checks[i])
}

func measure(v float64) func(*report.Check) {
	return func(c *report.Check) { c.Measure = report.Number(v) }
}

func TestLoadIsStrict(t *testing.T) {
	data, err := os.ReadFile("profiles/ircc-pr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, old, replacement, want string }{
		{"unknown key", "title: Perm", "tittle: x\ntitle: Perm", "tittle"},
		{"missing top key", "name: ircc-pr\n", "", "name"},
		{"missing limit", "limit: {min: -1.5, max: null, return_min: -2.4, return_max: null}",
			"limit: {min: -1.5, max: null, return_max: null}", "return_min"},
		{"missing frame key", "  head_max: 0.514\n", "", "head_max"},
		{"limits the wrong way round", "return_min: -2.4", "return_min: -1", "too_dark"},
		{"unknown policy", "policy: ignore", "policy: shrug", "colour"},
		{"a check less", "  - id: colour\n", "  - id: aspect\n", "table order"},
		{"no source", "source: Office's photo specification, JPEG or PNG", `source: ""`, "file_type"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			broken := bytes.Replace(data, []byte(tc.old), []byte(tc.replacement), 1)
			if bytes.Equal(broken, data) {
				t.Fatalf("%q does not stand in the profile", tc.old)
			}
			_, err := profile.Load(broken)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v does not name %q", err, tc.want)
			}
		})
	}
}

func TestIDChangesWithTheText(t *testing.T) {
	data, err := os.ReadFile("profiles/ircc-pr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	other, err := profile.Load(bytes.Replace(data, []byte("min: -1.5,"), []byte("min: -1.7,"), 1))
	if err != nil {
		t.Fatal(err)
	}
	if p := load(t); p.ID() == other.ID() || !strings.HasPrefix(p.ID(), "ircc-pr@") {
		t.Errorf("%s and %s", p.ID(), other.ID())
	}
}

func TestJudge(t *testing.T) {
	p := load(t)
	for _, tc := range []struct {
		name     string
		change   func(*report.Report)
		decision report.Decision
		reasons  []report.Reason
	}{
		{"good", func(*report.Report) {}, report.DecisionPass, nil},
		{"dim goes to a person", func(r *report.Report) { set(r, report.TooDark, measure(-2)) },
			report.DecisionReview, []report.Reason{report.ReasonTooDark}},
		{"dark returns", func(r *report.Report) { set(r, report.TooDark, measure(-2.6)) },
			report.DecisionReturn, []report.Reason{report.ReasonTooDark}},
		{"a failure that leads to review is no reason of a return", func(r *report.Report) {
			set(r, report.TooDark, measure(-2.6))
			set(r, report.Background, measure(3))
		}, report.DecisionReturn, []report.Reason{report.ReasonTooDark}},
		{"worst first, once each", func(r *report.Report) {
			set(r, report.PixelSize, measure(900))
			set(r, report.TooDark, measure(-6))
			set(r, report.FileType, measure(0))
		}, report.DecisionReturn, []report.Reason{report.ReasonNotAPhoto, report.ReasonTooDark, report.ReasonPixelSize}},
		{"glare beside the eyes", func(r *report.Report) { set(r, report.Glare, measure(.5)) },
			report.DecisionReview, []report.Reason{report.ReasonGlare}},
		{"glare over an eye", func(r *report.Report) {
			set(r, report.Glare, func(c *report.Check) {
				c.Measure, c.Values = report.Number(.5), map[string]float64{"eyes_covered": .2}
			})
		}, report.DecisionReturn, []report.Reason{report.ReasonGlare}},
		{"greyscale never counts", func(r *report.Report) { set(r, report.Colour, measure(0)) }, report.DecisionPass, nil},
		{"could not look", func(r *report.Report) {
			set(r, report.Glare, func(c *report.Check) { c.Outcome = report.Inconclusive })
		}, report.DecisionReview, nil},
		{"could not look at what never counts", func(r *report.Report) {
			set(r, report.Colour, func(c *report.Check) { c.Outcome = report.Inconclusive })
		}, report.DecisionPass, nil},
		{"not applicable", func(r *report.Report) {
			set(r, report.Glare, func(c *report.Check) { c.Outcome, c.Measure = report.NotApplicable, nil })
		}, report.DecisionPass, nil},
		{"no measure is no verdict", func(r *report.Report) {
			set(r, report.Glare, func(c *report.Check) { c.Measure = nil })
		}, report.DecisionReview, nil},
		{"a check that is missing", func(r *report.Report) { r.Checks = r.Checks[:len(r.Checks)-1] }, report.DecisionReview, nil},
		{"no face for darkness", func(r *report.Report) {
			set(r, report.FaceCount, measure(0))
			set(r, report.TooDark, measure(-5))
		}, report.DecisionReturn, []report.Reason{report.ReasonTooDark}},
		{"two people", func(r *report.Report) {
			set(r, report.FaceCount, func(c *report.Check) {
				c.Measure, c.Values = report.Number(2), map[string]float64{"not_one": .8}
			})
		}, report.DecisionReturn, []report.Reason{report.ReasonNotOneFace}},
		{"a picture on the wall", func(r *report.Report) {
			set(r, report.FaceCount, func(c *report.Check) {
				c.Measure, c.Values = report.Number(2), map[string]float64{"not_one": .4}
			})
		}, report.DecisionReview, []report.Reason{report.ReasonNotOneFace}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := good(p)
			tc.change(&m)
			got := profile.Judge(p, m, nil)
			if got.Decision != tc.decision || !slices.Equal(got.Reasons, tc.reasons) {
				t.Errorf("%s %v, want %s %v", got.Decision, got.Reasons, tc.decision, tc.reasons)
			}
			if err := report.Validate(got); err != nil {
				t.Error(err)
			}
			if again := profile.Judge(p, got, nil); !reflect.DeepEqual(again, got) {
				t.Errorf("judged again it reads %+v, before %+v", again, got)
			}
		})
	}
}

func TestOverridesOnlyLower(t *testing.T) {
	p := load(t)
	m := good(p)
	set(&m, report.TooDark, measure(-5))
	set(&m, report.Background, measure(5))
	lowered := profile.Judge(p, m, map[report.CheckID]report.Action{report.TooDark: report.ToReview})
	if lowered.Decision != report.DecisionReview {
		t.Errorf("demoted check still leads to %s", lowered.Decision)
	}
	set(&m, report.TooDark, measure(-1))
	raised := profile.Judge(p, m, map[report.CheckID]report.Action{report.Background: report.ToReturn})
	if raised.Decision != report.DecisionReview {
		t.Errorf("an override raised background to %s", raised.Decision)
	}
}

func TestScoreIsFiftyAtTheLimitAndFallsBeyond(t *testing.T) {
	p := load(t)
	for _, rule := range p.Rules() {
		for _, limit := range []*float64{rule.Limit.Min, rule.Limit.Max} {
			if limit == nil || *limit == rule.Score.Best {
				continue
			}
			m := good(p)
			set(&m, rule.ID, measure(*limit))
			at := check(profile.Judge(p, m, nil), rule.ID)
			if at.Outcome != report.Pass || *at.Score != 50 {
				t.Errorf("%s at its limit: %s, score %v", rule.ID, at.Outcome, *at.Score)
			}
		}
	}
	// Whatever the measure, the score stays within 0 and 100 and is under 50 exactly when the check fails.
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		rule := p.Rules()[rng.IntN(len(p.Rules()))]
		m := good(p)
		set(&m, rule.ID, measure(rng.NormFloat64()*10*(1+rule.Score.Best)))
		c := check(profile.Judge(p, m, nil), rule.ID)
		if *c.Score < 0 || *c.Score > 100 || (c.Outcome == report.Fail) != (*c.Score < 50) {
			t.Fatalf("%s at %v: %s with score %v", rule.ID, *c.Measure, c.Outcome, *c.Score)
		}
	}
}

func check(r report.Report, id report.CheckID) report.Check {
	c, _ := r.Check(id)
	return c
}
