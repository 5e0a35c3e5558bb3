package proof

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"strings"
	"time"
	"unicode/utf8"

	"prportal.example/internal/store"
)

//go:embed templates
var templates embed.FS

var page = template.Must(template.ParseFS(templates, "templates/proof.html"))

// document is what the template shows.
type document struct {
	First, Second            *words // the person's language comes first
	Given, Family            string
	Size                     string // how large names are set: "", "long" or "longer"
	Birth, Issued            day
	ClientID, DocumentNumber string
}

// day is a date as it is written in official documents, and in words in both languages.
type day struct{ Number, First, Second string }

// write returns the document as HTML: whole in itself, without script and without anything to fetch.
func write(p store.Proof, person store.Person, issued time.Time) ([]byte, error) {
	birth, err := time.Parse(time.DateOnly, person.BirthDate)
	if err != nil {
		return nil, errors.New("the birth date can't be read") // which one it is must not stand in a log
	}
	first, second := &english, &french
	if person.Language == french.Lang {
		first, second = second, first
	}
	in := func(t time.Time) day { return day{t.Format(time.DateOnly), first.date(t), second.date(t)} }
	d := document{First: first, Second: second, Given: oneLine(person.GivenNames), Family: oneLine(person.FamilyName),
		Birth: in(birth), Issued: in(issued), ClientID: person.ClientID, DocumentNumber: p.Number}
	switch longest := max(utf8.RuneCountInString(d.Given), utf8.RuneCountInString(d.Family)); {
	case longest > 90:
		d.Size = "longer"
	case longest > 45:
		d.Size = "long"
	}
	var b bytes.Buffer
	if err := page.ExecuteTemplate(&b, "proof.html", d); err != nil {
		return nil, fmt.Errorf("write the document: %w", err)
	}
	return b.Bytes(), nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// words are the texts of the document in one language.
type words struct {
	Lang                                                            string
	Title, Demo, Issuer, Family, Given, None, Birth, Client, Number string
	Issued, Facts, Shows, ShowsNot                                  string
	ShowsList, ShowsNotList                                         []string
	Reserved, Signature, Seal, Verify, VerifyText, Foot             string
	months                                                          string
	english                                                         bool
}

func (w *words) date(t time.Time) string {
	month := strings.Fields(w.months)[t.Month()-1]
	if w.english {
		return fmt.Sprintf("%s %d, %d", month, t.Day(), t.Year())
	}
	if t.Day() == 1 {
		return fmt.Sprintf("1er %s %d", month, t.Year())
	}
	return fmt.Sprintf("%d %s %d", t.Day(), month, t.Year())
}
