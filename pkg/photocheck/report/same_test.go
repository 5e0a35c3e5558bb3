package report_test

import (
	"testing"

	"prportal.example/pkg/photocheck/report"
)

func TestA7SamePicture(t *testing.T) {
	for _, tc := range []struct {
		a, b     string
		distance int
		ok, same bool
	}{
		{"00000000000000ff", "00000000000000ff", 0, true, true},
		{"00000000000000ff", "00000000000000f0", 4, true, true},
		{"00000000000000ff", "0000000000000fc0", 10, true, false},
		{"0000000000000000", "ffffffffffffffff", 64, true, false},
		{"", "", 0, false, false},
		{"00000000000000FF", "00000000000000FF", 0, false, false},
		{"ff", "ff", 0, false, false},
		{"00000000000000ff", "", 0, false, false},
	} {
		d, ok := report.Distance(tc.a, tc.b)
		if d != tc.distance || ok != tc.ok || report.SamePicture(tc.a, tc.b) != tc.same {
			t.Errorf("%q and %q: %d, %t, same %t", tc.a, tc.b, d, ok, report.SamePicture(tc.a, tc.b))
		}
	}
	good := report.Report{Decision: report.DecisionPass, Reasons: []report.Reason{}, Checks: []report.Check{}}
	for hash, want := range map[string]bool{"": true, "0123456789abcdef": true, "0123456789ABCDEF": false, "0123": false, "0123456789abcdeg": false} {
		good.PerceptualHash = hash
		if err := report.Validate(good); (err == nil) != want {
			t.Errorf("hash %q: %v", hash, err)
		}
	}
}
