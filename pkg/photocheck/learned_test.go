package photocheck_test

import (
	"context"
	"math"
	"testing"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func TestLearnedInputsDoNotSeeExposure(t *testing.T) {
	in := newInspector(t, "")
	inputs := func(data []byte) map[string]photocheck.LearnedInput {
		got, err := in.LearnedInputs(context.Background(), data)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	good := photo(t, testphotos.Obama)
	bright, dim := inputs(good), inputs(edit(t, good, testphotos.Exposed(-1)))
	for _, name := range []string{"mouth", "eyes"} {
		a, b := bright[name], dim[name]
		n := 1
		for _, s := range a.Shape {
			n *= s
		}
		if n == 0 || len(a.Values) != n || len(b.Values) != n {
			t.Fatalf("%s: %d and %d values of shape %v", name, len(a.Values), len(b.Values), a.Shape)
		}
		off, spread := 0.0, 0.0
		for i, v := range a.Values {
			off += math.Abs(float64(v-b.Values[i])) / float64(n)
			spread += math.Abs(float64(v)) / float64(n)
		}
		if off > .06 || spread < .05 {
			t.Errorf("%s: a stop less changes its input by %.3f on average, of %.3f", name, off, spread)
		}
	}
	if got := inputs(photo(t, testphotos.Coffee)); len(got) != 0 {
		t.Errorf("%d inputs from a photo without a face", len(got))
	}
}

// Without its networks an inspector can be asked for their inputs; what rests on them goes to a person.
func TestAnUntrainedInspectorGuessesNothing(t *testing.T) {
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	in, err := photocheck.New(photocheck.Config{Models: "../../models", Profile: p, Untrained: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}()
	r := inspect(t, in, photo(t, testphotos.Obama))
	for _, id := range []report.CheckID{report.EyesVisible, report.FeaturesVisible} {
		if outcome(r, id) != report.Inconclusive {
			t.Errorf("%s is %s", id, outcome(r, id))
		}
	}
}
