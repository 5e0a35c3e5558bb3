package mail

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"
)

// content is a letter before it is set as text and as HTML.
type content struct {
	Subject, Hello, Heading string
	Lead                    []string
	ReasonsTitle            string
	Reasons                 []reason
	CommentTitle, Comment   string
	Button, Link            string
	Closing                 []string
}

type reason struct{ Title, Explanation, Advice string }

type sheet struct {
	content
	Lang, Colon, Advice, OpenLink, Safety, Service, Demo string
}

// CommentLines splits the officer's note, so that its line breaks survive in HTML.
func (s sheet) CommentLines() []string { return strings.Split(s.Comment, "\n") }

//go:embed templates
var files embed.FS

var (
	htmlSheet = htmltemplate.Must(htmltemplate.ParseFS(files, "templates/letter.html"))
	textSheet = texttemplate.Must(texttemplate.New("letter.txt").ParseFS(files, "templates/letter.txt"))
)

func render(w *words, kind Kind, c content) (Message, error) {
	s := sheet{
		content: c, Lang: w.lang, Colon: w.colon, Advice: w.advice, OpenLink: w.openLink, Safety: w.safety, Service: w.service, Demo: w.demo,
	}
	var text, html strings.Builder
	if err := textSheet.Execute(&text, s); err != nil {
		return Message{}, fmt.Errorf("mail: write %s as text: %w", kind, err)
	}
	if err := htmlSheet.Execute(&html, s); err != nil {
		return Message{}, fmt.Errorf("mail: write %s as HTML: %w", kind, err)
	}
	return Message{Subject: c.Subject, Text: strings.TrimSpace(text.String()) + "\n", HTML: html.String(), Language: w.lang}, nil
}
