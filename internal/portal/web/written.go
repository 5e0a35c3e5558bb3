package web

import (
	"strings"
	"unicode"
)

// Written reads what somebody wrote in a form: lines as they were meant, without what can't be read and without white space
// around it.
func Written(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && c != '\n' && c != '\t' {
			return -1
		}
		return c
	}, s))
}
