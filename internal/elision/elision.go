// Package elision fills values into a text as French has it: d’Aurélie and qu’Omar, but de Zoë.
package elision

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// value is a placeholder of fmt, with the word before it where that can lose its last letter.
var value = regexp.MustCompile(`(\b(?:[dD]|[qQ]u|[jJ]usqu|[lL]orsqu)e )?%[a-z%]`)

// Fill is fmt.Sprintf that shortens de and que before a name with a vowel. An h stays: whether it is silent, nobody can tell from
// a name. A text of another language passes unchanged, and so does one with numbered placeholders.
func Fill(text string, values ...any) string {
	n := 0
	short := value.ReplaceAllStringFunc(text, func(found string) string {
		word, isName := strings.CutSuffix(found, "e %s")
		if strings.HasSuffix(found, "%%") || strings.Contains(text, "%[") {
			return found
		}
		n++
		if !isName || word == "" || n > len(values) || !vowel(fmt.Sprint(values[n-1])) {
			return found
		}
		return word + "’%s"
	})
	return fmt.Sprintf(short, values...)
}

// vowel tells whether a word begins with one, with or without an accent.
func vowel(word string) bool {
	bare := norm.NFD.String(strings.ToLower(word))
	return bare != "" && strings.ContainsRune("aeiouœæ", []rune(bare)[0])
}
