package store

import "time"

const (
	// ChildUntil is the age from which people answer, declare and read their e-mails themselves; until then a parent does.
	ChildUntil = 14
	// MinorUntil is the age until which the principal may put the address right.
	MinorUntil = 18
)

// YearsOn is how many years old somebody is on a day. Who was born on 29 February is a year older on 1 March in other years.
func YearsOn(born, day time.Time) int {
	years := day.Year() - born.Year()
	if day.Month() < born.Month() || (day.Month() == born.Month() && day.Day() < born.Day()) {
		years--
	}
	return years
}

// IsChild tells whether a parent stands for the person on that day of the office.
func (p Person) IsChild(day time.Time) bool { return p.younger(day, ChildUntil) }

// IsMinor tells whether the person is not of age on that day.
func (p Person) IsMinor(day time.Time) bool { return p.younger(day, MinorUntil) }

// younger takes a birth date that can't be read for an adult's.
func (p Person) younger(day time.Time, than int) bool {
	born, err := time.Parse(time.DateOnly, p.BirthDate)
	return err == nil && YearsOn(born, day) < than
}
