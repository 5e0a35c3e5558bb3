package mail

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// unset is what neither language has: the apostrophe of a typewriter, or a space before ? ! and ;. Before a colon typeset puts one.
var unset = regexp.MustCompile(`\pL'\pL|[ \x{a0}][?!;]`)

func TestBothLanguagesAreComplete(t *testing.T) {
	compare(t, reflect.ValueOf(english), reflect.ValueOf(french))
	if len(strings.Fields(english.months)) != 12 || len(strings.Fields(french.months)) != 12 {
		t.Error("a year has twelve months")
	}
}

func TestFrenchSubjectsElide(t *testing.T) {
	to := Recipient{GivenNames: "Élodie", FamilyName: "Roy"}
	if got := subject(to, french.photo.acceptedSubject, ""); got != "Photo d’Élodie Roy : acceptée" {
		t.Error(got)
	}
	if got := subject(to, english.photo.acceptedSubject, ""); got != "Photo of Élodie Roy: accepted" {
		t.Error(got)
	}
}

func compare(t *testing.T, en, fr reflect.Value) {
	t.Helper()
	for i := range en.NumField() {
		if en.Field(i).Kind() == reflect.Struct {
			compare(t, en.Field(i), fr.Field(i))
			continue
		}
		name, e, f := en.Type().Field(i).Name, en.Field(i).String(), fr.Field(i).String()
		if e == "" || f == "" {
			t.Errorf("%s is missing in a language", name)
		}
		if e == f && name != "minutes" {
			t.Errorf("%s is not translated", name)
		}
		if wrong := unset.FindString(e + "\n" + f); wrong != "" {
			t.Errorf("%s: %q in %q and %q", name, wrong, e, f)
		}
		for _, verb := range []string{"%s", "%d"} {
			if strings.Count(e, verb) != strings.Count(f, verb) {
				t.Errorf("%s: %q and %q take different values", name, e, f)
			}
		}
	}
}
