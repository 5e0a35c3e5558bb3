package photocheck

import (
	"testing"

	"prportal.example/pkg/photocheck/describe"
)

// TestEveryLineOfTheTableIsDescribed holds the words about a check to what the table says of it.
func TestEveryLineOfTheTableIsDescribed(t *testing.T) {
	needs := map[precondition]describe.Need{aFile: describe.File, aPicture: describe.Picture, aFace: describe.Face}
	all := describe.All()
	if len(all) != len(table) {
		t.Fatalf("%d descriptions for %d checks", len(all), len(table))
	}
	for i, c := range table {
		if d := all[i]; d.Check != c.id || d.Needs != needs[c.needs] {
			t.Errorf("%s, which needs %q, is described as %s, which needs %q", c.id, needs[c.needs], d.Check, d.Needs)
		}
	}
}
