package account

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Passwords have no rules of composition: length is what keeps them from being guessed.
const (
	MinPassword      = 15   // characters
	MaxPasswordBytes = 1000 // a hash of more would serve nobody
	maxUsername      = 100  // characters
	minUsername      = 2
)

var (
	// ErrPasswordShort means fewer than MinPassword characters.
	ErrPasswordShort = errors.New("the password has fewer than 15 characters")
	// ErrPasswordLong means more than MaxPasswordBytes.
	ErrPasswordLong = errors.New("the password has more than 1000 bytes")
	// ErrPasswordEasy means the user name itself, or one character again and again.
	ErrPasswordEasy = errors.New("the password is too easy to guess")
	// ErrUsername means a user name that is too short, too long, or has spaces or control characters.
	ErrUsername = errors.New("the user name needs 2 to 100 characters and no spaces")
)

// CheckPassword says what is wrong with a new password.
func CheckPassword(password, username string) error {
	password = norm.NFC.String(password)
	count := utf8.RuneCountInString(password)
	switch {
	case len(password) > MaxPasswordBytes:
		return ErrPasswordLong
	case count < MinPassword:
		return ErrPasswordShort
	case normalUsername(password) == normalUsername(username):
		return ErrPasswordEasy
	}
	first, _ := utf8.DecodeRuneInString(password)
	if strings.Count(password, string(first)) == count {
		return ErrPasswordEasy
	}
	return nil
}

// normalUsername is what a user name is stored and looked up as: case and spaces around it do not matter.
func normalUsername(username string) string {
	return norm.NFC.String(strings.ToLower(strings.TrimSpace(username)))
}

func checkUsername(username string) error {
	count := utf8.RuneCountInString(username)
	odd := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == utf8.RuneError }
	if count < minUsername || count > maxUsername || strings.ContainsFunc(username, odd) {
		return ErrUsername
	}
	return nil
}
