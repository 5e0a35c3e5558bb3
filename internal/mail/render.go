package mail

import (
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"slices"
	"strings"
	texttemplate "text/template"
	"unicode/utf8"
)

// part is a letter in one language before it is set as text, as HTML and for GC Notify.
type part struct {
	Subject, Hello, Heading string
	Unnamed                 string // the subject without the person, where it comes second
	Blocks                  []block
}

// block is one thing in a letter, from the top to the bottom; exactly one of its kinds is set.
type block struct {
	Text    string   // a paragraph
	Title   string   // above what follows
	Points  []string // a list
	Steps   []string // a numbered one
	Facts   []fact   // what one has to copy
	Reasons []reason
	Quote   []string // lines that a person wrote
	Button  *button
}

type fact struct {
	Name, Value string
	Code        bool // each sign counts
}

type reason struct{ Title, Explanation, Advice string }

type button struct{ Text, Link string }

func text(s string) block            { return block{Text: s} }
func title(s string) block           { return block{Title: s} }
func points(s ...string) block       { return block{Points: s} }
func steps(s ...string) block        { return block{Steps: s} }
func facts(f ...fact) block          { return block{Facts: f} }
func press(label, link string) block { return block{Button: &button{label, link}} }

// sheet is a part with the words around it.
type sheet struct {
	part
	*words
	Below string // where the other language is, in that language
}

// Words of the templates.
func (s sheet) Lang() string     { return s.lang }
func (s sheet) Colon() string    { return typeset(s.words, s.colon) }
func (s sheet) OpenLink() string { return typeset(s.words, s.openLink) }
func (s sheet) Advice() string   { return typeset(s.words, s.photo.advice) }
func (s sheet) Safety() string   { return s.safety }
func (s sheet) Service() string  { return s.service }
func (s sheet) Demo() string     { return s.demo }
func (s sheet) Other() string    { return s.other().lang }

// First is the first paragraph, which mail programs show beside the subject.
func (s sheet) First() string {
	for _, b := range s.Blocks {
		if b.Text != "" {
			return b.Text
		}
	}
	return ""
}

// Link is where the letter leads, "" if nowhere.
func (s sheet) Link() string {
	for _, b := range s.Blocks {
		if b.Button != nil {
			return b.Button.Link
		}
	}
	return ""
}

// placed is a block with the sheet that it stands on.
type placed struct {
	Block block
	Sheet sheet
}

func inside(b block, s sheet) placed { return placed{b, s} }

//go:embed templates
var files embed.FS

var (
	htmlSheet = htmltemplate.Must(htmltemplate.New("letter.html").Funcs(htmltemplate.FuncMap{"inside": inside}).
			ParseFS(files, "templates/letter.html"))
	textSheet = texttemplate.Must(texttemplate.New("letter.txt").Funcs(texttemplate.FuncMap{"next": next, "underline": underline}).
			ParseFS(files, "templates/letter.txt"))
	markSheet = texttemplate.Must(texttemplate.New("letter.markdown").Funcs(texttemplate.FuncMap{"md": escapeMarkdown, "next": next}).
			ParseFS(files, "templates/letter.markdown"))
)

func next(i int) int { return i + 1 }

func underline(s string) string { return strings.Repeat("-", utf8.RuneCountInString(s)) }

// render sets a letter; parts are in the languages of w, the first one being the reader's.
func render(w []*words, kind Kind, parts []part) (Message, error) {
	sheets := make([]sheet, len(parts))
	subjects := make([]string, len(parts))
	for i, p := range parts {
		sheets[i] = sheet{part: p.typeset(w[i]), words: w[i]}
		subjects[i] = p.Subject
		if i > 0 {
			subjects[i] = p.Unnamed
		}
	}
	if len(sheets) > 1 {
		sheets[0].Below = w[1].below
	}
	m := Message{Kind: kind, Subject: strings.Join(subjects, " / "), Language: w[0].lang}
	data := struct {
		Subject string
		Parts   []sheet
	}{m.Subject, sheets}
	var text, html, markdown strings.Builder
	err := errors.Join(textSheet.Execute(&text, data), htmlSheet.Execute(&html, data), markSheet.Execute(&markdown, data))
	if err != nil {
		return Message{}, fmt.Errorf("mail: write %s: %w", kind, err)
	}
	m.Text, m.HTML, m.Markdown = tidy(text.String()), html.String(), tidy(markdown.String())
	return m, nil
}

// tidy leaves one empty line between paragraphs.
func tidy(s string) string {
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return strings.TrimSpace(s) + "\n"
}

// typeset puts non-breaking spaces where French has them, and ends an English sentence once.
func typeset(w *words, s string) string {
	if w.lang != "fr" {
		return strings.NewReplacer("a.m..", "a.m.", "p.m..", "p.m.").Replace(s)
	}
	return noBreak.Replace(s)
}

var noBreak = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", "« ", "«\u00a0",
	" »", "\u00a0»")

// typeset does so in all that we wrote; what a person wrote stays as it is.
func (p part) typeset(w *words) part {
	p.Hello, p.Heading = typeset(w, p.Hello), typeset(w, p.Heading)
	blocks := slices.Clone(p.Blocks)
	for i := range blocks {
		b := &blocks[i]
		b.Text, b.Title = typeset(w, b.Text), typeset(w, b.Title)
		b.Points, b.Steps = slices.Clone(b.Points), slices.Clone(b.Steps)
		b.Facts, b.Reasons = slices.Clone(b.Facts), slices.Clone(b.Reasons)
		for _, list := range [][]string{b.Points, b.Steps} {
			for j := range list {
				list[j] = typeset(w, list[j])
			}
		}
		for j := range b.Facts {
			b.Facts[j].Name = typeset(w, b.Facts[j].Name)
		}
		for j := range b.Reasons {
			r := &b.Reasons[j]
			r.Title, r.Explanation, r.Advice = typeset(w, r.Title), typeset(w, r.Explanation), typeset(w, r.Advice)
		}
	}
	p.Blocks = blocks
	return p
}
