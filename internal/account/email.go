package account

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ErrEmail means that it is no e-mail address.
var ErrEmail = errors.New("this is not an e-mail address")

const (
	maxEmail     = 254 // RFC 5321: a path of 256 octets with its angle brackets
	maxEmailName = 64
)

// CheckEmail returns an e-mail address as it is stored: without spaces around it, its domain in lower case. It fails with
// ErrEmail for what no mail server would take.
func CheckEmail(text string) (string, error) {
	text = norm.NFC.String(strings.TrimSpace(text))
	at := strings.LastIndex(text, "@")
	if at < 1 || at > maxEmailName || len(text) > maxEmail || !utf8.ValidString(text) || strings.ContainsFunc(text, oddInEmail) {
		return "", ErrEmail
	}
	name, domain := text[:at], strings.ToLower(text[at+1:])
	if strings.ContainsAny(name, `@"(),:;<>[\]`) || !isDomain(domain) {
		return "", ErrEmail
	}
	email := name + "@" + domain
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || parsed.Name != "" {
		return "", ErrEmail
	}
	return email, nil
}

func oddInEmail(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == utf8.RuneError }

// isDomain tells whether it is a name with a dot in it, made of letters, digits and hyphens of any script.
func isDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		odd := func(r rune) bool { return r != '-' && !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit) }
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") ||
			strings.ContainsFunc(label, odd) {
			return false
		}
	}
	return true
}

// hiddenLetters stands for any number of letters: how many there are is not told.
const hiddenLetters = "•••"

// MaskEmail is an e-mail address as other members of an application see it: enough to know one's own family's by, too little
// to write to, as in "j•••@p•••.example".
func MaskEmail(email string) string {
	at := strings.LastIndex(email, "@")
	if at < 1 || !utf8.ValidString(email) {
		return hiddenLetters
	}
	domain, top := email[at+1:], ""
	if dot := strings.LastIndex(domain, "."); dot > 0 {
		domain, top = domain[:dot], domain[dot:]
	}
	return firstOf(email[:at]) + "@" + firstOf(domain) + top
}

// firstOf is the first character with the rest hiddenLetters. One that has no rest is hiddenLetters too.
func firstOf(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == len(s) || !unicode.In(first, unicode.Letter, unicode.Digit) {
		return hiddenLetters
	}
	return string(first) + hiddenLetters
}
