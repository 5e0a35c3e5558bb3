package mail

import (
	"reflect"
	"strings"
	"testing"
)

func TestBothLanguagesAreComplete(t *testing.T) {
	en, fr := reflect.ValueOf(english), reflect.ValueOf(french)
	for i := range en.NumField() {
		name, e, f := en.Type().Field(i).Name, en.Field(i).String(), fr.Field(i).String()
		if e == "" || f == "" {
			t.Errorf("%s is missing in a language", name)
		}
		if e == f {
			t.Errorf("%s is not translated", name)
		}
		for _, verb := range []string{"%s", "%d"} {
			if strings.Count(e, verb) != strings.Count(f, verb) {
				t.Errorf("%s: %q and %q take different values", name, e, f)
			}
		}
	}
	if len(strings.Fields(english.months)) != 12 || len(strings.Fields(french.months)) != 12 {
		t.Error("a year has twelve months")
	}
}
