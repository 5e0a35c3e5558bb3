package account

import (
	"slices"
	"strings"
	"unicode"
)

const (
	// minPieces is how many pieces a password has to have at least. A sign by itself is a piece; so is a whole word or phrase that
	// guessers try, whatever its length. Fifteen signs at random are fifteen pieces, "password" twice with a year is three.
	minPieces = 8
	// maxJudged bounds the work: what is guessable in its first signs is refused, whatever follows.
	maxJudged  = 128
	minRow     = 3 // signs that are the same or follow each other
	minPattern = 4 // signs of any other pattern
)

// guess is why a piece is easy to guess.
type guess byte

const (
	unguessed guess = iota
	isPersonal
	isPattern
	isCommon
)

// guessable takes a password apart into as few pieces as a guesser would need, and says of what it is made if they are too few.
func guessable(password string, of About) error {
	signs := []rune(strings.Map(dropSeparators, plain(password)))
	signs = signs[:min(len(signs), maxJudged)]
	forward, backward := dictionaries(personal(of))
	words := []dictionary{expected().forward, forward}
	best := take(signs, words)
	best.atMost(take(signs, []dictionary{expected().backward, backward}))
	best.atMost(interleaved(signs, words))
	if best.pieces >= minPieces {
		return nil
	}
	switch best.mostly() {
	case isPersonal:
		return ErrPasswordPersonal
	case isCommon:
		return ErrPasswordCommon
	default:
		return ErrPasswordPattern
	}
}

// dropSeparators forgets what words are put together with.
func dropSeparators(r rune) rune {
	if unicode.IsSpace(r) || strings.ContainsRune(`-_.,;:'’"/\`, r) {
		return -1
	}
	return r
}

// word is one that guessers try.
type word struct {
	signs []rune
	why   guess
}

// dictionary holds words by their first sign.
type dictionary map[rune][]word

// dictionaries hold the words as they are, and read from behind.
func dictionaries(words []word) (forward, backward dictionary) {
	forward, backward = dictionary{}, dictionary{}
	for _, w := range words {
		forward[w.signs[0]] = append(forward[w.signs[0]], w)
		w.signs = slices.Clone(w.signs)
		slices.Reverse(w.signs)
		backward[w.signs[0]] = append(backward[w.signs[0]], w)
	}
	return forward, backward
}

// taken is a password in pieces.
type taken struct {
	pieces int
	signs  [isCommon + 1]int // how many are explained by what
}

func (t *taken) atMost(other taken) {
	if other.pieces < t.pieces {
		*t = other
	}
}

// mostly is what to tell: words say more than patterns do.
func (t *taken) mostly() guess {
	switch {
	case t.signs[isPersonal] > 0 && t.signs[isPersonal] >= t.signs[isCommon]:
		return isPersonal
	case t.signs[isCommon] > 0:
		return isCommon
	}
	return isPattern
}

// take finds the fewest pieces that signs can be put together from.
func take(signs []rune, words []dictionary) taken {
	best := make([]taken, len(signs)+1)
	for i := range best[1:] {
		best[i+1].pieces = len(signs) + 1
	}
	for from := range signs {
		step := func(length int, why guess) {
			if length == 0 {
				return
			}
			t := best[from]
			t.pieces++
			t.signs[why] += length
			best[from+length].atMost(t)
		}
		step(1, unguessed)
		for _, first := range readings(signs[from]) {
			for _, d := range words {
				for _, w := range d[first] {
					if startsWith(signs[from:], w.signs) {
						step(len(w.signs), w.why)
					}
				}
			}
		}
		longest := max(row(signs[from:]), steps(signs[from:]), along(signs[from:]), repeated(signs, from))
		for length := minRow; length <= longest; length++ {
			step(length, isPattern)
		}
		step(year(signs[from:]), isPattern)
	}
	return best[len(signs)]
}

// interleaved takes every second sign by itself, for rows that are woven into each other: a1b2c3.
func interleaved(signs []rune, words []dictionary) taken {
	var halves [2][]rune
	for i, r := range signs {
		halves[i%2] = append(halves[i%2], r)
	}
	sum, other := take(halves[0], words), take(halves[1], words)
	sum.pieces += other.pieces
	for g := range sum.signs {
		sum.signs[g] += other.signs[g]
	}
	return sum
}

// lookalikes are signs that people write for letters.
var lookalikes = map[rune][]rune{'0': {'o'}, '1': {'i', 'l'}, '3': {'e'}, '4': {'a'}, '5': {'s'}, '7': {'t'}, '8': {'b'}, '9': {'g'},
	'@': {'a'}, '$': {'s'}, '!': {'i', 'l'}, '|': {'l', 'i'}, '+': {'t'}, '€': {'e'}, '(': {'c'}}

// readings are the signs that one may stand for.
func readings(r rune) []rune { return append([]rune{r}, lookalikes[r]...) }

func startsWith(signs, word []rune) bool {
	if len(signs) < len(word) {
		return false
	}
	for i, w := range word {
		if signs[i] != w && !slices.Contains(lookalikes[signs[i]], w) {
			return false
		}
	}
	return true
}

// keys are rows and columns of keyboards: Canadian, American and French ones.
var keys = []string{"qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "1234567890", "!@#$%^&*()", `!"/$%?&*()`,
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1aqw2zsx3edc4rfv5tgb6yhn7uj8ik9olp", "147258369", "159357"}

// row is how many signs are all the same, or follow each other as letters and numbers do.
func row(signs []rune) int {
	n := 2
	for n < len(signs) && follows(signs[0], signs[1]) && follows(signs[n-1], signs[n]) && signs[n]-signs[n-1] == signs[1]-signs[0] {
		n++
	}
	return atLeast(minRow, n)
}

func follows(a, b rune) bool { return b-a >= -1 && b-a <= 1 }

// steps is how many figures and letters have always the same distance: 2468, 9630.
func steps(signs []rune) int {
	n := 2
	for n < len(signs) && (signs[n]-signs[n-1]+10)%10 == (signs[1]-signs[0]+10)%10 && unicode.IsDigit(signs[n]) && unicode.IsDigit(signs[0]) {
		n++
	}
	return atLeast(minPattern, n)
}

// along is how many signs lie side by side on a keyboard, in either direction.
func along(signs []rune) int {
	longest := 0
	for _, k := range keys {
		keys := []rune(k)
		for _, step := range []int{1, -1} {
			for at := range keys {
				n := 0
				for n < len(signs) && at+n*step >= 0 && at+n*step < len(keys) && keys[at+n*step] == signs[n] {
					n++
				}
				longest = max(longest, n)
			}
		}
	}
	return atLeast(minPattern, longest)
}

// repeated is how many signs repeat what stands before them.
func repeated(signs []rune, from int) int {
	longest := 0
	for start := range from {
		n := 0
		for from+n < len(signs) && signs[start+n] == signs[from+n] {
			n++
		}
		longest = max(longest, n)
	}
	return atLeast(minPattern, longest)
}

// atLeast is n, or 0 where chance would bring about as much in any text.
func atLeast(least, n int) int {
	if n < least {
		return 0
	}
	return n
}

// year is the length of a year at the start: 1900 to 2099.
func year(signs []rune) int {
	const length = 4
	if len(signs) < length || (string(signs[:2]) != "19" && string(signs[:2]) != "20") || !unicode.IsDigit(signs[2]) || !unicode.IsDigit(signs[3]) {
		return 0
	}
	return length
}
