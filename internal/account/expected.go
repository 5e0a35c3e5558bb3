package account

import (
	"embed"
	"io/fs"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// lists are the words that are expected of everybody, in both languages, whatever language somebody reads. They are our own.
//
//go:embed expected/*.txt
var lists embed.FS

// expected returns these words. Lists that can't be read are a fault of ours: it panics.
var expected = sync.OnceValue(func() (all struct{ forward, backward dictionary }) {
	all.forward, all.backward = dictionaries(expectedWords())
	return all
})

func expectedWords() (all []word) {
	names, err := fs.Glob(lists, "expected/*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(lists, name)
		if err != nil {
			panic(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "#") {
				all = appendWord(all, line, isCommon)
			}
		}
	}
	return all
}

// appendWord adds a word unless it is so short that it would be found in any text.
func appendWord(to []word, text string, why guess) []word {
	const least = 3
	text = strings.Map(dropSeparators, plain(text))
	count := utf8.RuneCountInString(text)
	foreign := count > 1 && len(text) > 2*count // two signs are a name in Chinese
	if count < least && !foreign {
		return to
	}
	return append(to, word{[]rune(text), why})
}

// personal returns the words that are expected of somebody.
func personal(of About) []word {
	texts := []string{of.Username, of.Email, of.GivenNames + of.FamilyName, of.FamilyName + of.GivenNames}
	for _, text := range append([]string{of.Username, of.GivenNames, of.FamilyName, of.Email}, of.Numbers...) {
		texts = append(texts, text)
		texts = append(texts, words(text)...)
	}
	texts = append(texts, dates(of.BirthDate)...)
	var all []word
	for _, text := range texts {
		all = appendWord(all, text, isPersonal)
	}
	return all
}

// dates are the ways to write a birth date.
func dates(birth string) []string {
	day, err := time.Parse(time.DateOnly, birth)
	if err != nil {
		return nil
	}
	var out []string
	for _, layout := range []string{"2006", "20060102", "02012006", "01022006", "200612", "060102", "020106", "010206", "212006", "122006",
		"0102", "0201", "January2", "2January", "Jan2", "2Jan", "January2006", "2006January"} {
		out = append(out, day.Format(layout))
	}
	french := strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")[day.Month()-1]
	return append(out, day.Format("2")+french, french+day.Format("2006"), french+day.Format("2"))
}
