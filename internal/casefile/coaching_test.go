package casefile_test

import (
	"slices"
	"testing"

	"prportal.example/internal/casefile"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// seen makes a verdict: everything at its best, unless a measure says otherwise; unseen checks could not look.
func seen(t *testing.T, measures map[report.CheckID]float64, unseen ...report.CheckID) report.Report {
	t.Helper()
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	m := report.Report{}
	for _, rule := range p.Rules() {
		c := report.Check{ID: rule.ID, Measure: report.Number(rule.Score.Best), Values: map[string]float64{}}
		if v, ok := measures[rule.ID]; ok {
			c.Measure = report.Number(v)
			if n := rule.ReturnNeeds; n != nil {
				c.Values[n.Value] = n.Min
			}
		}
		if slices.Contains(unseen, rule.ID) {
			c.Outcome, c.Measure = report.Inconclusive, nil
		}
		m.Checks = append(m.Checks, c)
	}
	return profile.Judge(p, m, nil)
}

func TestA7Coaching(t *testing.T) {
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	// at is a measure that lies a share of the way from the limit to the worst, beyond 1 even worse.
	at := func(id report.CheckID, share float64) float64 {
		rule := p.Rule(id)
		if rule.Limit.Max != nil && id != report.FaceCount {
			return *rule.Limit.Max + share*(*rule.Score.WorstHigh-*rule.Limit.Max)
		}
		return *rule.Limit.Min + share*(*rule.Score.WorstLow-*rule.Limit.Min)
	}
	type m = map[report.CheckID]float64
	for _, tc := range []struct {
		name        string
		before, now report.Report
		want        []casefile.Advance
	}{
		{"nothing was wrong, nothing is", seen(t, nil), seen(t, nil), nil},
		{"glare is gone, the head is still too far away", seen(t, m{report.Glare: at(report.Glare, .9), report.PixelSize: 700}),
			seen(t, m{report.PixelSize: 702}), []casefile.Advance{{report.ReasonGlare, "", casefile.Gone}, {report.ReasonPixelSize, casefile.TooFar, casefile.Same}}},
		{"nearer", seen(t, m{report.PixelSize: 300}), seen(t, m{report.PixelSize: 800}),
			[]casefile.Advance{{report.ReasonPixelSize, casefile.TooFar, casefile.Better}}},
		{"further away", seen(t, m{report.PixelSize: 800}), seen(t, m{report.PixelSize: 300}),
			[]casefile.Advance{{report.ReasonPixelSize, casefile.TooFar, casefile.Worse}}},
		{"a small file of nobody", seen(t, m{report.PixelSize: 800, report.FaceCount: 0}), seen(t, m{report.PixelSize: 800, report.FaceCount: 0}),
			[]casefile.Advance{{report.ReasonNotOneFace, "", casefile.Same}, {report.ReasonPixelSize, casefile.TooSmall, casefile.Same}}},
		{"a little is nothing", seen(t, m{report.TooDark: at(report.TooDark, .50)}), seen(t, m{report.TooDark: at(report.TooDark, .47)}),
			[]casefile.Advance{{report.ReasonTooDark, "", casefile.Same}}},
		{"extreme, but less so", seen(t, m{report.TooDark: at(report.TooDark, 4)}), seen(t, m{report.TooDark: at(report.TooDark, 1.5)}),
			[]casefile.Advance{{report.ReasonTooDark, "", casefile.Better}}},
		{"extreme, and more so", seen(t, m{report.TooDark: at(report.TooDark, 1.5)}), seen(t, m{report.TooDark: at(report.TooDark, 4)}),
			[]casefile.Advance{{report.ReasonTooDark, "", casefile.Worse}}},
		{"too large, now too small", seen(t, m{report.HeadSize: .65}), seen(t, m{report.HeadSize: .3}), nil}, // an officer looks at a small one
		{"too large to return, now nearly right", seen(t, m{report.HeadSize: .6}), seen(t, m{report.HeadSize: .53}),
			[]casefile.Advance{{report.ReasonHeadSize, casefile.TooLarge, casefile.Better}}},
		{"something new", seen(t, m{report.Sharpness: at(report.Sharpness, .9)}), seen(t, m{report.TooBright: at(report.TooBright, .9)}),
			[]casefile.Advance{{report.ReasonBlurred, "", casefile.Gone}, {report.ReasonTooBright, "", casefile.New}}},
		{"a hint that is new is no news", seen(t, nil), seen(t, m{report.Background: at(report.Background, .9)}), nil},
		{"a hint that is gone is", seen(t, m{report.Background: at(report.Background, .9)}), seen(t, nil),
			[]casefile.Advance{{report.ReasonBackground, "", casefile.Gone}}},
		{"what could not be looked at is not gone", seen(t, m{report.Glare: at(report.Glare, .9)}), seen(t, nil, report.Glare), nil},
		{"darkness hides the face", seen(t, m{report.TooDark: at(report.TooDark, .9)}), seen(t, m{report.TooDark: at(report.TooDark, .9), report.FaceCount: 0}),
			[]casefile.Advance{{report.ReasonTooDark, "", casefile.Same}}},
		{"the worst first", seen(t, m{report.TooDark: at(report.TooDark, .5), report.Sharpness: at(report.Sharpness, .9)}),
			seen(t, m{report.TooDark: at(report.TooDark, .5), report.Sharpness: at(report.Sharpness, .9)}),
			[]casefile.Advance{{report.ReasonBlurred, "", casefile.Same}, {report.ReasonTooDark, "", casefile.Same}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := casefile.Coach(tc.before, tc.now); !slices.Equal(got, tc.want) {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}
