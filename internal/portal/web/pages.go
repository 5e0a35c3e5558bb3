package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
)

// Pages holds one set of templates a language, because texts are looked up while a template runs.
type Pages map[string]*template.Template

// LoadPages reads the templates. Within them {{t "key"}} is a text in the language of the page; more adds functions.
func LoadPages(files fs.FS, pattern string, texts Texts, more template.FuncMap) (Pages, error) {
	out := Pages{}
	for _, lang := range Languages() {
		say := func(key string, args ...any) (string, error) { return texts.text(lang, key, args...) }
		t, err := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"t": say}).Funcs(more).ParseFS(files, pattern)
		if err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		out[lang] = t
	}
	return out, nil
}

// Write sends a page whole or not at all.
func (p Pages) Write(w http.ResponseWriter, status int, lang, name string, data any) error {
	var b bytes.Buffer
	if err := p[lang].ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // a reader that went away is no fault of ours
	return nil
}
