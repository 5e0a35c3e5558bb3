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
