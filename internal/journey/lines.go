package journey

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"prportal.example/internal/store"
)

// Lines writes an address as Canada Post wants it on an envelope, without the name, which comes before: upper case, accents kept,
// at most 40 characters a line; unit and number joined ("12-345 RUE X"); two spaces before the postal code.
func Lines(a store.Address) []string {
	var lines []string
	if a.CareOf != "" {
		prefix := "C/O "
		if a.Province == "QC" {
			prefix = "A/S "
		}
		lines = append(lines, prefix+upper(a.CareOf))
	}
	lines = append(lines, streetLines(a)...)
	city := upper(a.City) + " " + a.Province
	if whole := city + "  " + a.PostalCode; utf8.RuneCountInString(whole) <= lineLength {
		return append(lines, whole)
	}
	return append(lines, city, a.PostalCode)
}

var (
	// designator is the word before a unit, which is not written where unit and number are joined.
	designator = regexp.MustCompile(`^(APARTMENT|APPARTEMENT|APT|APP|UNIT|UNITÉ|SUITE|BUREAU|STE)?\.?\s?#?\s?([0-9]+[A-Z]?|[A-Z][0-9]*|PH\s?[0-9]+)$`)
	poBox      = regexp.MustCompile(`^P\.?\s?O\.?\s?BOX\b`)
	cp         = regexp.MustCompile(`^C\.?\s?P\.?\s`)
)

func streetLines(a store.Address) []string {
	street := cp.ReplaceAllString(poBox.ReplaceAllString(upper(a.Street), "PO BOX"), "CP ")
	street = plain(street)
	if a.Unit == "" {
		return []string{street}
	}
	unit := plain(upper(a.Unit))
	if m := designator.FindStringSubmatch(upper(a.Unit)); m != nil && street != "" && street[0] >= '0' && street[0] <= '9' {
		if joined := strings.ReplaceAll(m[2], " ", "") + "-" + street; utf8.RuneCountInString(joined) <= lineLength {
			return []string{joined}
		}
	}
	return []string{unit, street}
}

// plain drops punctuation that is no part of a name, but keeps a point within a number.
func plain(s string) string {
	s = strings.NewReplacer(",", " ", "#", " ", ". ", " ").Replace(s + " ")
	return strings.Join(strings.Fields(s), " ")
}

func upper(s string) string { return cases.Upper(language.Und).String(s) }
