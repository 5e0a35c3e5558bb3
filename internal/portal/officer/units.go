package officer

import (
	"math"
	"strconv"
	"strings"

	"prportal.example/pkg/photocheck/report"
)

// Units of measures that have a word or a scale of their own for readers. A share is read as a percentage; the rest of the
// units is shown as the profile names it.
var unitWords = map[string]map[string]string{
	"faces":       {"en": "faces", "fr": "visages"},
	"grey levels": {"en": "grey levels", "fr": "niveaux de gris"},
	"log2":        {"en": "stops", "fr": "IL"},
	"IED":         {"en": "eye distance", "fr": "écart des yeux"},
	"IED²":        {"en": "eye distance²", "fr": "écart des yeux²"},
	"MB":          {"en": "MB", "fr": "Mo"},
	"score":       {"en": "", "fr": ""},
	"ratio":       {"en": "", "fr": ""},
	"share":       {"en": "%", "fr": "%"},
}

// isYesNo tells checks that only ask whether something holds; their measure is 0 or 1.
func isYesNo(id report.CheckID) bool { return id == report.FileType || id == report.FileIntact }

// measured writes a check's raw value with its unit, "—" if there is none.
func measured(c report.Check, lang string, yes, no string) string {
	switch {
	case c.Measure == nil:
		return "—"
	case isYesNo(c.ID) && *c.Measure >= 0.5:
		return yes
	case isYesNo(c.ID):
		return no
	}
	return withUnit(number(*c.Measure, c.Unit, lang), c.Unit, lang)
}

// required writes the weaker limits, which are those that a photo has to keep.
func required(c report.Check, lang string, yes string) string {
	lo, hi := c.Limit.Min, c.Limit.Max
	switch {
	case isYesNo(c.ID):
		return yes
	case lo != nil && hi != nil && *lo == *hi:
		return withUnit(number(*lo, c.Unit, lang), c.Unit, lang)
	case lo != nil && hi != nil:
		return withUnit(number(*lo, c.Unit, lang)+"–"+number(*hi, c.Unit, lang), c.Unit, lang)
	case lo != nil:
		return withUnit("≥\u00a0"+number(*lo, c.Unit, lang), c.Unit, lang)
	case hi != nil:
		return withUnit("≤\u00a0"+number(*hi, c.Unit, lang), c.Unit, lang)
	}
	return "—"
}

// number writes at most three digits after the point and at least two that count, in the language's notation.
func number(v float64, unit, lang string) string {
	if unit == "share" {
		v *= 100
	}
	digits := 0
	switch a := math.Abs(v); {
	case a >= 100 || a == math.Trunc(a):
	case a >= 10:
		digits = 1
	case a >= 1:
		digits = 2
	default:
		digits = 3
	}
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	s = strings.Replace(s, "-", "−", 1)
	if lang == "fr" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

func withUnit(value, unit, lang string) string {
	word, known := unitWords[unit][lang], unitWords[unit] != nil
	if !known {
		word = unit
	}
	switch {
	case word == "":
		return value
	case word == "%" && lang == "en":
		return value + "%"
	}
	return value + "\u00a0" + word
}
