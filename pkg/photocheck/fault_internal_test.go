package photocheck

import (
	"context"
	"strings"
	"testing"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/report"
)

// A fault of the engine in one check leaves that check inconclusive, is told in the report, and stops no other.
func TestAFaultOfOneCheck(t *testing.T) {
	in := OpenForTests(t, "")
	mouth := in.learned["mouth"]
	delete(in.learned, "mouth")
	t.Cleanup(func() { in.learned["mouth"] = mouth })
	data, err := testphotos.Read(testphotos.Biden)
	if err != nil {
		t.Fatal(err)
	}
	r, err := in.Inspect(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	if r.Error == nil || !strings.HasPrefix(*r.Error, "features_visible: ") || strings.Contains(*r.Error, ";") {
		t.Errorf("the report says %v", r.Error)
	}
	for _, c := range r.Checks {
		if want := c.ID == report.FeaturesVisible; (c.Outcome == report.Inconclusive) != want {
			t.Errorf("%s is %s", c.ID, c.Outcome)
		}
	}
	if r.Decision == report.DecisionPass {
		t.Error("a photo passes that was not looked at")
	}
}
