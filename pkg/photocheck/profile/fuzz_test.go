package profile_test

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// FuzzLoad: whatever the text, loading ends with a profile or an error; and what loads judges any measure to a valid report.
func FuzzLoad(f *testing.F) {
	for _, name := range profile.Embedded() {
		p, err := profile.ByName(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(p.Text(), 0.5)
	}
	f.Add([]byte("name: x"), 0.0)
	f.Add([]byte("a: &a [*a, *a]\n"), math.MaxFloat64)
	f.Add([]byte("checks: [{}]\nname: a\ntitle: b\nframe: {}"), -1.0)
	f.Fuzz(func(t *testing.T, text []byte, v float64) {
		p, err := profile.Load(text)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return
		}
		r := report.Report{Width: 100, Height: 100}
		for _, rule := range p.Rules() {
			r.Checks = append(r.Checks, report.Check{ID: rule.ID, Measure: report.Number(v), Values: map[string]float64{"eyes_covered": v}})
		}
		judged := profile.Judge(p, r, nil)
		if err := report.Validate(judged); err != nil {
			t.Fatalf("%v", err)
		}
		for _, c := range judged.Checks {
			if c.Score == nil || *c.Score < 0 || *c.Score > 100 || (c.Outcome == report.Fail) != (*c.Score < 50) {
				t.Fatalf("%s at %v: %s, score %v", c.ID, v, c.Outcome, c.Score)
			}
		}
		b, err := json.Marshal(judged)
		if err != nil {
			t.Fatal(err)
		}
		var stored report.Report
		if err := json.Unmarshal(b, &stored); err != nil {
			t.Fatal(err)
		}
		if again := profile.Judge(p, stored, nil); !reflect.DeepEqual(again, judged) {
			t.Fatalf("judged again after it was stored it reads %+v, before %+v", again, judged)
		}
	})
}
