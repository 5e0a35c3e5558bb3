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
		moment(day, "en", en):                   "1 August 2026 at 12:07 a.m.",
		moment(day.Add(13*time.Hour), "en", en): "1 August 2026 at 1:07 p.m.",
		moment(day, "fr", fr):                   "1er août 2026 à 0 h 07",
		moment(day.AddDate(0, 0, 1), "fr", fr):  "2 août 2026 à 0 h 07",
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
