package account

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"prportal.example/internal/store"
)

// Passwords have no rules of composition: what keeps them from being guessed is length, and that they are not what guessers try
// first.
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
	// ErrPasswordSame means the password that there was until now.
	ErrPasswordSame = errors.New("the password is the one until now")
	// ErrPasswordEasy is what the following three have in common.
	ErrPasswordEasy = errors.New("the password is too easy to guess")
	// ErrPasswordPersonal means that it is made of what is known of the person.
	ErrPasswordPersonal = fmt.Errorf("%w: it is made of the name, the username, the e-mail address or the birth date", ErrPasswordEasy)
	// ErrPasswordPattern means that it is made of repetitions, of rows of letters or numbers, or of neighbouring keys.
	ErrPasswordPattern = fmt.Errorf("%w: it is made of repetitions or of rows of signs", ErrPasswordEasy)
	// ErrPasswordCommon means that it is made of words or a phrase that many people choose.
	ErrPasswordCommon = fmt.Errorf("%w: it is made of words that many people choose", ErrPasswordEasy)
	// ErrUsername means a username that is too short, too long, or has spaces or control characters.
	ErrUsername = errors.New("the username needs 2 to 100 characters and no spaces")
)

// About is what guessers may know of somebody; none of it makes a password.
type About struct {
	Username, GivenNames, FamilyName, Email string
	BirthDate                               string // YYYY-MM-DD
	Numbers                                 []string
}

// AboutPerson is what guessers may know of the person of an account.
func AboutPerson(a store.Account, p store.Person) About {
	return About{Username: a.Username, GivenNames: p.GivenNames, FamilyName: p.FamilyName, Email: p.Email, BirthDate: p.BirthDate,
		Numbers: []string{p.ClientID, p.Application}}
}

// AboutStranger is what may be known of an account by somebody who has not shown yet to be its person: that a password is refused for
// what it is made of would tell the birth date to whoever tries one after the other.
func AboutStranger(a store.Account) About { return About{Username: a.Username} }

// CheckPassword says what is wrong with a new password.
func CheckPassword(password string, of About) error {
	password = norm.NFC.String(password)
	switch {
	case len(password) > MaxPasswordBytes:
		return ErrPasswordLong
	case utf8.RuneCountInString(password) < MinPassword:
		return ErrPasswordShort
	}
	return guessable(password, of)
}

// normalUsername is what a username is stored and looked up as: case and spaces around it do not matter.
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
