package proof

import (
	"strings"
	"testing"
)

func TestA5NumbersAreReadableUniqueAndChecked(t *testing.T) {
	seen := map[string]bool{}
	for range 5000 {
		n := newNumber()
		if seen[n] {
			t.Fatalf("%s was given out twice", n)
		}
		seen[n] = true
		if len(n) != len("PS-0000-0000-0000") || strings.ContainsAny(n[3:], "ILOU") {
			t.Fatalf("%s is not easy to read", n)
		}
		if got, err := ParseNumber(n); err != nil || got != n {
			t.Fatalf("%s is read as %q, %v", n, got, err)
		}
	}
}

func TestA5MistakesInANumberAreNoticed(t *testing.T) {
	for range 20 {
		n := []byte(newNumber())
		for i := 3; i < len(n); i++ {
			if n[i] == '-' {
				continue
			}
			for _, c := range []byte(alphabet) {
				wrong := append([]byte{}, n...)
				if wrong[i] = c; c != n[i] {
					noticed(t, string(n), string(wrong))
				}
			}
			for j := i + 1; j < len(n); j++ {
				if n[j] != '-' && n[i] != n[j] {
					wrong := append([]byte{}, n...)
					wrong[i], wrong[j] = n[j], n[i]
					noticed(t, string(n), string(wrong))
				}
			}
		}
	}
}

func noticed(t *testing.T, right, wrong string) {
	t.Helper()
	if got, err := ParseNumber(wrong); err == nil {
		t.Errorf("%s for %s is read as %s", wrong, right, got)
	}
}

func TestA5NumbersAreReadAsPeopleWriteThem(t *testing.T) {
	digits := []byte{0, 1, 0, 1, 10, 31, 5, 6, 7, 8, 9}
	want := written(append(digits, check(digits)))
	for _, s := range []string{want, strings.ToLower(want), strings.ReplaceAll(want, "-", ""), strings.ReplaceAll(want, "-", " "),
		" " + want + "\n", "PS" + strings.ReplaceAll(want[2:], "0", "O"), "PS" + strings.ReplaceAll(want[2:], "1", "I"),
		"ps" + strings.ReplaceAll(want[2:], "1", "l")} {
		if got, err := ParseNumber(s); err != nil || got != want {
			t.Errorf("%q is read as %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "PS", "PS-", want[:len(want)-1], want + "0", "XX" + want[2:], "PS-ŁŁŁŁ-ŁŁ", strings.Replace(want, "A", "U", 1)} {
		if got, err := ParseNumber(s); err == nil {
			t.Errorf("%q is read as %q", s, got)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add(newNumber())
	f.Add("PS-OIL0-1234-5678")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseNumber(s)
		if err != nil {
			return
		}
		if again, err := ParseNumber(n); err != nil || again != n || len(n) != 17 {
			t.Errorf("%q is read as %q and that as %q, %v", s, n, again, err)
		}
	})
}
