package casefile

import (
	"fmt"
	"regexp"
	"testing"
)

func TestA4References(t *testing.T) {
	form := regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$`)
	seen := map[string]string{}
	for i := range 200_000 {
		id := fmt.Sprintf("0197a1b2-%04x-7000-8000-%012x", i>>4, i)
		r := Reference(id)
		if !form.MatchString(r) {
			t.Fatalf("%q", r)
		}
		if other, there := seen[r]; there {
			t.Fatalf("%s and %s are both %s", id, other, r)
		}
		seen[r] = id
	}
	if got := Reference("0197a1b2-0000-7000-8000-000000000000"); got != "WKM8W-9FB76" {
		t.Errorf("a reference that is out there has become %s", got)
	}
}
