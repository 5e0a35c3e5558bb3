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

// birthDate is a birth date as it was typed.
type birthDate struct{ Day, Month, Year string }

func readBirthDate(r *http.Request) birthDate {
	read := func(name string) string {
		v := strings.TrimSpace(strings.ToValidUTF8(r.PostFormValue(name), ""))
		return v[:min(len(v), 10)]
	}
	return birthDate{read("day"), read("month"), read("year")}
}

// monthName is a month in a list to choose from, so that nobody takes its number for the day.
type monthName struct{ Number, Name string }

func monthNames(say web.Say) (out []monthName) {
	for i, name := range strings.Fields(say("months")) {
		out = append(out, monthName{strconv.Itoa(i + 1), name})
	}
	return out
}

// iso is YYYY-MM-DD, "" for what is no day.
func (b birthDate) iso() string {
	year, yearErr := strconv.Atoi(b.Year)
	month, monthErr := strconv.Atoi(b.Month)
	day, dayErr := strconv.Atoi(b.Day)
	date := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	_, err := time.Parse(time.DateOnly, date)
	if errors.Join(yearErr, monthErr, dayErr, err) != nil {
		return ""
	}
	return date
}
