package journey

import "strings"

// Provinces returns the two letters of every province and territory, in the order of their English names.
func Provinces() []string {
	return []string{"AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"}
}

// firstLetters are those with which the postal codes of a province begin.
var firstLetters = map[string]string{
	"NL": "A", "NS": "B", "PE": "C", "NB": "E", "QC": "GHJ", "ON": "KLMNP", "MB": "R", "SK": "S", "AB": "T", "BC": "V", "NT": "X", "NU": "X",
	"YT": "Y",
}

// notInCodes are letters that Canada Post never uses, since they are taken for others; W and Z never come first.
const (
	notInCodes = "DFIOQU"
	notFirst   = "WZ"
)

// NormalPostalCode reads a Canadian postal code as people write it (lower case, no space, a hyphen) and writes it as "A1A 1A1". A
// letter O or I in the place of a digit is the digit.
func NormalPostalCode(s string) (code string, ok bool) {
	var b strings.Builder
	n := 0 // characters of the code so far
	for _, r := range strings.ToUpper(s) {
		if strings.ContainsRune(" \u00a0-–.", r) {
			continue
		}
		if n == 3 {
			b.WriteByte(' ')
		}
		switch {
		case n%2 == 1 && r == 'O':
			r = '0'
		case n%2 == 1 && r == 'I':
			r = '1'
		}
		letter := r >= 'A' && r <= 'Z' && !strings.ContainsRune(notInCodes, r) && (n > 0 || !strings.ContainsRune(notFirst, r))
		digit := r >= '0' && r <= '9'
		if n == 6 || (n%2 == 0 && !letter) || (n%2 == 1 && !digit) {
			return "", false
		}
		b.WriteRune(r)
		n++
	}
	return b.String(), n == 6
}

// codeFits tells whether a postal code can be in a province.
func codeFits(code, province string) bool {
	return code != "" && strings.Contains(firstLetters[province], code[:1])
}
