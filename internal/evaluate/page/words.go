package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"prportal.example/internal/evaluate"
	"prportal.example/pkg/photocheck/report"
)

func title(id report.CheckID) string { return id.Title("en") }

// percent has one decimal, or none where there is nothing behind the point.
func percent(share float64) string {
	return strings.Replace(strings.TrimSuffix(strconv.FormatFloat(100*share, 'f', 1, 64), ".0"), "-", "−", 1) + "\u00a0%"
}

// area is an area under a curve.
func area(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }

// points is a difference of shares.
func points(d float64) string {
	text := strings.TrimSuffix(strconv.FormatFloat(100*d, 'f', 1, 64), ".0")
	return strings.Replace(text, "-", "−", 1)
}

func rateText(r evaluate.Rate) string {
	if r.Share == nil {
		return "–"
	}
	return percent(*r.Share)
}

func rangeText(r evaluate.Rate) string {
	if r.Share == nil {
		return ""
	}
	return points(r.Low) + "\u2060–\u2060" + percent(r.High) // it does not break there
}

// number has three digits that count, or all before the point.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'g', 3, 64)
	switch {
	case math.Abs(v) >= 100:
		text = strconv.FormatFloat(v, 'f', 0, 64)
	case math.Abs(v) < 1e-4:
		text = "0"
	}
	return strings.Replace(text, "-", "−", 1)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// measured is a measure with its unit, as far as that is one.
func measured(v float64, unit string) string {
	switch {
	case unit == "" || unit == "score" || unit == "ratio" || unit == "share":
		return number(v)
	case v == 1:
		unit = strings.TrimSuffix(unit, "s")
	}
	return number(v) + "\u00a0" + unit
}

// limitText says where a check fails, and from where it may return.
func limitText(c evaluate.Check) string {
	l := c.Limit
	text := ""
	at := func(v float64) string { return measured(v, c.Unit) }
	switch {
	case l.Min != nil && l.Max != nil && *l.Min == *l.Max:
		text = "Fails unless exactly " + at(*l.Min)
	case l.Min != nil && l.Max != nil:
		text = "Fails below " + number(*l.Min) + " and above " + at(*l.Max)
	case l.Min != nil:
		text = "Fails below " + at(*l.Min)
	case l.Max != nil:
		text = "Fails above " + at(*l.Max)
	}
	switch {
	case c.Policy == report.Ignore:
		return text + "; the profile ignores it."
	case c.Policy == report.ToReview:
		return text + "; an officer looks."
	case l.ReturnMin != nil && l.ReturnMax != nil:
		return text + fmt.Sprintf("; may return below %s and above %s.", number(*l.ReturnMin), number(*l.ReturnMax))
	case l.ReturnMin != nil:
		return text + "; may return below " + number(*l.ReturnMin) + "."
	case l.ReturnMax != nil:
		return text + "; may return above " + number(*l.ReturnMax) + "."
	}
	return text + "; returns the photo."
}
