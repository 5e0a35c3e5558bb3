package store

import (
	"testing"
	"time"
)

func TestA1AgesOnTheDay(t *testing.T) {
	for _, c := range []struct {
		birth, day   string
		years        int
		child, minor bool
	}{
		{"2012-05-04", "2026-05-04", 14, false, true}, {"2012-05-05", "2026-05-04", 13, true, true}, {"2012-06-01", "2026-05-31", 13, true, true},
		{"2008-02-29", "2022-02-28", 13, true, true}, {"2008-02-29", "2022-03-01", 14, false, true}, {"2026-05-04", "2026-05-04", 0, true, true},
		{"2008-02-29", "2026-02-28", 17, false, true}, {"2008-02-29", "2026-03-01", 18, false, false}, {"2008-02-29", "2028-02-29", 20, false, false},
		{"1926-12-31", "2026-05-04", 99, false, false}, {"", "2026-05-04", 0, false, false}, {"2012-13-01", "2026-05-04", 0, false, false},
	} {
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		day = day.Add(23 * time.Hour)
		p := Person{BirthDate: c.birth}
		if born, err := time.Parse(time.DateOnly, c.birth); err == nil && YearsOn(born, day) != c.years {
			t.Errorf("%s on %s: %d years", c.birth, c.day, YearsOn(born, day))
		}
		if p.IsChild(day) != c.child || p.IsMinor(day) != c.minor {
			t.Errorf("%s on %s: child %v, minor %v", c.birth, c.day, p.IsChild(day), p.IsMinor(day))
		}
	}
}
