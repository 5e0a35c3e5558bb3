package web

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"prportal.example/internal/elision"
)

// Languages returns the languages of all pages.
func Languages() []string { return []string{"en", "fr"} }

// Language reads a language of ours, "" for any other.
func Language(s string) string {
	if slices.Contains(Languages(), s) {
		return s
	}
	return ""
}

// Other returns the other language.
func Other(lang string) string {
	if lang == "fr" {
		return "en"
	}
	return "fr"
}

// Preferred returns the language that a browser asks for, English if none of ours comes first.
func Preferred(acceptLanguage string) string {
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(acceptLanguage)), "fr") {
		return "fr"
	}
	return "en"
}

// Say returns the text of a key, with its values filled in. A key that does not exist is a fault of ours: it panics.
type Say func(key string, args ...any) string

// Texts holds every text of a listener, by language and key.
type Texts map[string]map[string]string

// LoadTexts reads the files dir/en/*.yaml and dir/fr/*.yaml. Every key has to be there once in each language, with the same
// placeholders.
func LoadTexts(files fs.FS, dir string) (Texts, error) {
	all := Texts{}
	for _, lang := range Languages() {
		names, err := fs.Glob(files, dir+"/"+lang+"/*.yaml")
		if err != nil {
			return nil, fmt.Errorf("texts: %w", err)
		}
		all[lang] = map[string]string{}
		for _, name := range names {
			if err := all.read(files, name, lang); err != nil {
				return nil, fmt.Errorf("texts: %s: %w", name, err)
			}
		}
	}
	if err := all.check(); err != nil {
		return nil, fmt.Errorf("texts: %w", err)
	}
	return all, nil
}

func (t Texts) read(files fs.FS, name, lang string) error {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	m := map[string]string{}
	if err := yaml.Unmarshal(b, &m); err != nil {
		return err
	}
	for key, text := range m {
		if _, twice := t[lang][key]; twice {
			return fmt.Errorf("%q is there twice", key)
		}
		t[lang][key] = text
	}
	return nil
}

var placeholder = regexp.MustCompile(`%(\[\d+\])?[a-z%]`)

func (t Texts) check() error {
	var wrong []error
	for _, lang := range Languages() {
		for key, text := range t[lang] {
			other, known := t[Other(lang)][key]
			switch {
			case !known:
				wrong = append(wrong, fmt.Errorf("%q is missing in %s", key, Other(lang)))
			case strings.TrimSpace(text) == "":
				wrong = append(wrong, fmt.Errorf("%q is empty in %s", key, lang))
			case lang == "en" && !sameValues(text, other):
				wrong = append(wrong, fmt.Errorf("%q takes other values in en and fr", key))
			}
		}
	}
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(wrong...)
}

// sameValues compares the placeholders. Their order has to be the same unless they are numbered.
func sameValues(a, b string) bool {
	x, y := placeholder.FindAllString(a, -1), placeholder.FindAllString(b, -1)
	if strings.Contains(a, "%[") || strings.Contains(b, "%[") {
		slices.Sort(x)
		slices.Sort(y)
	}
	return slices.Equal(x, y)
}

// Say returns the texts of one language.
func (t Texts) Say(lang string) Say {
	return func(key string, args ...any) string {
		text, err := t.text(lang, key, args...)
		if err != nil {
			panic(err)
		}
		return text
	}
}

func (t Texts) text(lang, key string, args ...any) (string, error) {
	text, ok := t[lang][key]
	if !ok {
		return "", fmt.Errorf("no text %q in %q", key, lang)
	}
	if len(args) == 0 {
		return text, nil
	}
	if lang == "fr" {
		return elision.Fill(text, args...), nil
	}
	return fmt.Sprintf(text, args...), nil
}
