package portal

import (
	"fmt"
	"strings"
	"time"

	"prportal.example/internal/portal/web"
)

// plural says a number with its noun; 1 has a text of its own.
func plural(say web.Say, n int, one, many string) string {
	if n == 1 {
		return say(one)
	}
	return say(many, n)
}

// date writes a day as people say it, in one piece: a line of a phone must not end in the middle of it.
func date(t time.Time, lang string, say web.Say) string {
	day := fmt.Sprint(t.Day())
	if lang == "fr" && t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s\u00a0%s\u00a0%d", day, strings.Fields(say("months"))[t.Month()-1], t.Year())
}

// moment writes a day and the time of day.
func moment(t time.Time, lang string, say web.Say) string {
	clock := t.Format("3:04") + map[bool]string{true: "\u00a0a.m.", false: "\u00a0p.m."}[t.Hour() < 12]
	if lang == "fr" {
		clock = fmt.Sprintf("%d\u00a0h\u00a0%02d", t.Hour(), t.Minute())
	}
	return say("at_time", date(t, lang, say), clock)
}

// days says a length of time in days, or in a week where it is one, rounded up: a promise must not be too short.
func days(d time.Duration, say web.Say) string {
	const day = 24 * time.Hour
	n := int((d + day - 1) / day)
	if n%7 == 0 && n > 0 {
		return plural(say, n/7, "one_week", "n_weeks")
	}
	return plural(say, max(1, n), "one_day", "n_days")
}
