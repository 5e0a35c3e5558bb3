package proof

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
)

// alphabet is Crockford's base 32: no I, L, O or U, so that nothing in it looks like something else.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	numberPrefix = "PS"
	numberLength = 12 // characters after the prefix; the last one checks the others
	groupLength  = 4
)

// newNumber makes a document number such as PS-7K2M-X9QD-4RTB: 55 random bits and a character that checks them.
func newNumber() string {
	random := make([]byte, numberLength-1)
	_, _ = rand.Read(random) // never fails: it ends the program instead
	digits := make([]byte, 0, numberLength)
	for _, b := range random {
		digits = append(digits, b%32)
	}
	return written(append(digits, check(digits)))
}

func written(digits []byte) string {
	var b strings.Builder
	b.WriteString(numberPrefix)
	for i, d := range digits {
		if i%groupLength == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[d])
	}
	return b.String()
}

// check is the last character: the sum of all others in the field of 32 elements, each multiplied by another power. It notices
// every wrong character and every two that changed places.
func check(digits []byte) byte {
	sum := byte(0)
	for _, d := range digits {
		sum = double(sum ^ d)
	}
	return sum
}

// double multiplies by x in GF(2)[x]/(x⁵+x²+1).
func double(a byte) byte {
	a <<= 1
	if a >= 32 {
		a ^= 0b100101
	}
	return a
}

// ParseNumber reads a document number as people write it: in capitals or not, with or without its dashes, O for 0, I and L for 1.
// It returns the number as it stands on the document.
func ParseNumber(s string) (string, error) {
	s = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(s)))
	text, ok := strings.CutPrefix(s, numberPrefix)
	if !ok || len(text) != numberLength {
		return "", fmt.Errorf("a document number looks like %s-XXXX-XXXX-XXXX", numberPrefix)
	}
	digits := make([]byte, 0, numberLength)
	for _, c := range []byte(text) {
		i := strings.IndexByte(alphabet, c)
		if i < 0 {
			return "", fmt.Errorf("document numbers have no character %q", c)
		}
		digits = append(digits, byte(i))
	}
	if last := len(digits) - 1; check(digits[:last]) != digits[last] {
		return "", errors.New("there is a mistake in the document number")
	}
	return written(digits), nil
}
