package overlay

import (
	"testing"

	"prportal.example/pkg/photocheck/describe"
)

// The names of evidence are those that checks give, no more and no fewer.
func TestEveryLabelHasAName(t *testing.T) {
	used := map[string]bool{}
	for _, d := range describe.All() {
		for _, e := range d.Evidence {
			name, style := styleOf(e.Label)
			if style.en == "" || style.fr == "" {
				t.Errorf("%s gives %q, which has no name in both languages", d.Check, e.Label)
			}
			used[name] = true
		}
	}
	for name := range labelStyles {
		if !used[name] {
			t.Errorf("no check gives %q", name)
		}
	}
}
