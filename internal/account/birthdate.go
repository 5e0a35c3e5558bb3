package account

import (
	"crypto/subtle"
	"time"
)

// sameBirthDate compares what somebody gave with what is known, both as YYYY-MM-DD. What is no day is nobody's birth date.
func sameBirthDate(given, known string) bool {
	if _, err := time.Parse(time.DateOnly, known); err != nil {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(given), []byte(known)) == 1
}

// AgeOn is how many years old a person is on a day; known is false for a birth date that is none. Who was born on 29 February is
// a year older on 1 March in other years.
func AgeOn(birthDate string, day time.Time) (years int, known bool) {
	born, err := time.Parse(time.DateOnly, birthDate)
	if err != nil {
		return 0, false
	}
	years = day.Year() - born.Year()
	if day.Month() < born.Month() || (day.Month() == born.Month() && day.Day() < born.Day()) {
		years--
	}
	return years, true
}

const (
	childUnder = 14 // a parent answers for the child
	minorUnder = 18 // the principal may put the address right
)

// IsChild tells whether a parent answers for this person on that day.
func IsChild(birthDate string, day time.Time) bool { return younger(birthDate, day, childUnder) }

func younger(birthDate string, day time.Time, than int) bool {
	years, known := AgeOn(birthDate, day)
	return known && years < than
}
