package portal

import (
	"testing"
	"time"

	"prportal.example/internal/portal/web"
)

func TestTimesAreSaidAsPeopleDo(t *testing.T) {
	texts, err := web.LoadTexts(files, "catalogue")
	if err != nil {
		t.Fatal(err)
	}
	en, fr := texts.Say("en"), texts.Say("fr")
	day := time.Date(2026, 8, 1, 0, 7, 0, 0, time.UTC)
	for got, want := range map[string]string{
		moment(day, "en", en):                   "1\u00a0August\u00a02026 at 12:07\u00a0a.m.",
		moment(day.Add(13*time.Hour), "en", en): "1\u00a0August\u00a02026 at 1:07\u00a0p.m.",
		moment(day, "fr", fr):                   "1er\u00a0août\u00a02026 à 0\u00a0h\u00a007",
		moment(day.AddDate(0, 0, 1), "fr", fr):  "2\u00a0août\u00a02026 à 0\u00a0h\u00a007",
		days(24*time.Hour, en):                  "1 day",
		days(25*time.Hour, en):                  "2 days",
		days(72*time.Hour, fr):                  "3 jours",
		days(7*24*time.Hour, fr):                "1 semaine",
		days(14*24*time.Hour, en):               "2 weeks",
		days(0, en):                             "1 day",
		plural(fr, 1, "second", "seconds"):      "1 seconde",
		plural(fr, 30, "second", "seconds"):     "30 secondes",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
