package mail

import (
	"strings"
	"unicode"
)

// maxName bounds what of a name goes into a subject or a greeting, in runes.
const maxName = 120

// fullName returns the name for a header or a greeting: one line, no control or direction-changing characters.
func fullName(to Recipient) string {
	return oneLine(to.GivenNames+" "+to.FamilyName, maxName)
}

// oneLine collapses white space and takes out what could end a header, hide text or turn its direction. The joiners that
// Persian, Hindi and other scripts need stay.
func oneLine(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			return ' '
		case isUnsafe(r):
			return -1
		}
		return r
	}, s)
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) > most {
		runes = append(runes[:most-1], '…')
	}
	return string(runes)
}

// paragraph keeps line breaks of a text that a person wrote, and nothing else that is not visible.
func paragraph(s string, most int) string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(s, "\r\n", "\n")) {
		lines = append(lines, oneLine(line, most))
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func isUnsafe(r rune) bool {
	const zwnj, zwj = '\u200c', '\u200d'
	return unicode.IsControl(r) || r == unicode.ReplacementChar || (unicode.Is(unicode.Cf, r) && r != zwnj && r != zwj)
}
