package officer

import (
	"testing"
	"time"

	"prportal.example/pkg/photocheck/report"
)

func TestMeasuredAgainstRequired(t *testing.T) {
	n := report.Number
	for _, tc := range []struct {
		name               string
		c                  report.Check
		lang               string
		measured, required string
	}{
		{"percent", report.Check{Measure: n(.1234), Unit: "share", Limit: report.Limit{Max: n(.08)}}, "en", "12.3%", "≤\u00a08%"},
		{"percent, French", report.Check{Measure: n(.1234), Unit: "share", Limit: report.Limit{Max: n(.08)}}, "fr",
			"12,3\u00a0%", "≤\u00a08\u00a0%"},
		{"negative", report.Check{Measure: n(-3.62), Unit: "log2", Limit: report.Limit{Min: n(-3)}}, "en",
			"−3.62\u00a0stops", "≥\u00a0−3\u00a0stops"},
		{"band", report.Check{Measure: n(.47123), Unit: "ratio", Limit: report.Limit{Min: n(.443), Max: n(.514)}}, "fr",
			"0,471", "0,443–0,514"},
		{"exactly one", report.Check{Measure: n(2), Unit: "faces", Limit: report.Limit{Min: n(1), Max: n(1)}}, "en",
			"2\u00a0faces", "1\u00a0faces"},
		{"large", report.Check{Measure: n(1162.4), Unit: "px", Limit: report.Limit{Min: n(1000)}}, "en",
			"1162\u00a0px", "≥\u00a01000\u00a0px"},
		{"not measured", report.Check{Unit: "px"}, "en", "—", "—"},
		{"yes or no", report.Check{ID: report.FileIntact, Measure: n(0), Limit: report.Limit{Min: n(.5)}}, "en", "no", "yes"},
		{"tiny", report.Check{Measure: n(.0312), Unit: "IED²", Limit: report.Limit{Max: n(.01)}}, "en",
			"0.031\u00a0eye distance²", "≤\u00a00.01\u00a0eye distance²"},
	} {
		if got := measured(tc.c, tc.lang, "yes", "no"); got != tc.measured {
			t.Errorf("%s: measured %q, want %q", tc.name, got, tc.measured)
		}
		if got := required(tc.c, tc.lang, "yes"); got != tc.required {
			t.Errorf("%s: required %q, want %q", tc.name, got, tc.required)
		}
	}
}

func TestWaitingIsGradedAgainstTheTarget(t *testing.T) {
	now := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	text := func(s string) string { return s }
	for waited, want := range map[time.Duration]ageBadge{
		30 * time.Second: {"fine", "< 1\u00a0min"}, 17 * time.Hour: {"fine", "17\u00a0h"}, 18 * time.Hour: {"soon", "18\u00a0h"},
		24 * time.Hour: {"late", "24\u00a0h"}, 72 * time.Hour: {"late", "3\u00a0d"},
	} {
		if got := waits(now.Add(-waited), 24*time.Hour, now, text, "en"); *got != want {
			t.Errorf("%v: %v, want %v", waited, *got, want)
		}
	}
	if waits(time.Time{}, time.Hour, now, text, "en") != nil {
		t.Error("a time that is not known was graded")
	}
}

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{-1: "0:00", 500 * time.Millisecond: "0:01", 61 * time.Second: "1:01"} {
		if got := clock(d); got != want {
			t.Errorf("%v: %s", d, got)
		}
	}
}
