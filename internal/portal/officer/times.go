package officer

import (
	"fmt"
	"time"
)

// span says a length of time with one unit, rounded down: minutes, hours or days.
func span(d time.Duration, lang string) string {
	day := "d"
	if lang == "fr" {
		day = "j"
	}
	switch {
	case d < time.Minute:
		return "< 1\u00a0min"
	case d < time.Hour:
		return fmt.Sprintf("%d\u00a0min", int(d/time.Minute))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d\u00a0h", int(d/time.Hour))
	default:
		return fmt.Sprintf("%d\u00a0%s", int(d/(24*time.Hour)), day)
	}
}

// clock says a short time to the second, as minutes and seconds.
func clock(d time.Duration) string {
	s := max(0, int((d+time.Second-1)/time.Second))
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// waits grades a time of waiting against the target of its lane: soon from three quarters of it on, late beyond it.
func waits(since time.Time, target time.Duration, now time.Time, text func(string) string, lang string) *ageBadge {
	if since.IsZero() {
		return nil
	}
	b := &ageBadge{Level: "fine", Text: text(span(now.Sub(since), lang))}
	switch passed := now.Sub(since); {
	case target > 0 && passed >= target:
		b.Level = "late"
	case target > 0 && passed >= target*3/4:
		b.Level = "soon"
	}
	return b
}

// moment writes a time to the minute in the office's location.
func moment(t time.Time) string { return t.Format("2006-01-02 15:04") }

// seconds says how long one can undo: in seconds up to two minutes, where a minute more or less matters.
func seconds(d time.Duration, lang string) string {
	if d <= 2*time.Minute {
		return fmt.Sprintf("%d\u00a0s", int(d/time.Second))
	}
	return span(d, lang)
}

// waitFor says how long to wait, rounded up, so that nobody comes back too soon.
func waitFor(d time.Duration, lang string) string {
	if d < 2*time.Minute {
		return seconds(d+time.Second-1, lang)
	}
	return span(d+time.Minute-1, lang)
}
