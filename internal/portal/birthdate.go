package portal

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"prportal.example/internal/portal/web"
)

// birthDate is a birth date as it was typed. The month is chosen by name, so that nobody takes its number for the day.
type birthDate struct{ Day, Month, Year string }

func readBirthDate(r *http.Request) birthDate {
	read := func(name string) string {
		v := strings.TrimSpace(r.PostFormValue(name))
		return strings.ToValidUTF8(v[:min(len(v), 10)], "")
	}
	return birthDate{read("day"), read("month"), read("year")}
}

// incomplete tells whether a field was left empty.
func (b birthDate) incomplete() bool { return b.Day == "" || b.Month == "" || b.Year == "" }

// iso is YYYY-MM-DD, "" for what is no day on which anybody was born until now. A year has all its figures.
func (b birthDate) iso(now time.Time) string {
	year, yearErr := strconv.Atoi(b.Year)
	month, monthErr := strconv.Atoi(b.Month)
	day, dayErr := strconv.Atoi(b.Day)
	date := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	_, err := time.Parse(time.DateOnly, date)
	if errors.Join(yearErr, monthErr, dayErr, err) != nil || year < 1000 || year > now.Year() {
		return ""
	}
	return date
}

// birthFields are the fields of a birth date in a form.
type birthFields struct {
	birthDate
	Months []monthName
	Wrong  bool
}

// monthName is a month to choose.
type monthName struct{ Number, Name string }

func (b birthDate) fields(say web.Say, wrong bool) birthFields {
	f := birthFields{birthDate: b, Wrong: wrong}
	for i, name := range strings.Fields(say("months")) {
		f.Months = append(f.Months, monthName{strconv.Itoa(i + 1), name})
	}
	return f
}
