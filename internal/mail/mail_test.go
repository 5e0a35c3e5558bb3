package mail_test

import (
	"errors"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/mail"
)

var update = flag.Bool("update", false, "write the golden e-mails in testdata")

func composer(t *testing.T) *mail.Composer {
	t.Helper()
	c, err := mail.NewComposer(mail.ComposerConfig{PublicURL: "https://pr.example/portal/",
		Contact: mail.Contact{Email: "access@office.example", Phone: "1 555 0100"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var zoe = mail.Recipient{Email: "zoe@example.org", GivenNames: "Zoë Hélène", FamilyName: "Nguyễn-Œrsted", Language: "en"}

func TestGoldenLetters(t *testing.T) {
	kinds := map[mail.Kind]bool{}
	for name, letter := range letters() {
		kinds[letter.Kind()] = true
		for _, child := range []bool{false, true} {
			if child && !slices.Contains(forChildren, name) {
				continue
			}
			for _, lang := range []string{"en", "fr"} {
				to, file := zoe, name+"."+lang
				if to.Language, to.Child = lang, child; child {
					file = name + "-child." + lang
				}
				m, err := composer(t).Compose("0198c1de-7f00", to, letter)
				if err != nil {
					t.Fatal(err)
				}
				golden(t, file+".txt", fmt.Sprintf("To: %s\nSubject: %s\nMessage-ID: %s\n\n%s", m.To.Address, m.Subject, m.MessageID, m.Text))
				golden(t, file+".html", m.HTML)
				golden(t, file+".markdown", m.Markdown)
			}
		}
	}
	for _, kind := range mail.Kinds() {
		if !kinds[kind] {
			t.Errorf("there is no golden letter of kind %s", kind)
		}
	}
	if len(kinds) != len(mail.Kinds()) {
		t.Errorf("%d kinds have letters, %d are listed", len(kinds), len(mail.Kinds()))
	}
}

func TestOnlyTheseLettersSpeakOfChildren(t *testing.T) {
	for name, letter := range letters() {
		to := zoe
		to.Child = true
		m, err := composer(t).Preview(to, letter)
		if err != nil {
			t.Fatal(err)
		}
		base, _, _ := strings.Cut(name, "-principal")
		want := slices.Contains(forChildren, base) || letter.Kind() == mail.KindPhotoReturned
		if speaks := strings.Contains(m.Text, "parent or guardian"); speaks != want {
			t.Errorf("%s: speaks of a child: %v", name, speaks)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with: go test ./internal/mail -update)", err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", name, got)
	}
}

func TestTextAndHTMLSayTheSame(t *testing.T) {
	for name, letter := range letters() {
		for _, lang := range []string{"en", "fr"} {
			to := zoe
			to.Language, to.Child = lang, true
			m, err := composer(t).Compose("1", to, letter)
			if err != nil {
				t.Fatal(err)
			}
			page := readable(m.HTML)
			for line := range strings.Lines(m.Text) {
				line = ordered.ReplaceAllString(strings.TrimPrefix(strings.TrimSpace(line), "* "), "")
				if strings.HasPrefix(line, "--") || strings.HasPrefix(line, "==") || strings.HasPrefix(line, "https://") {
					continue
				}
				for piece := range strings.SplitSeq(line, ": ") {
					if piece = strings.Trim(piece, ":\u00a0"); !strings.Contains(page, piece) {
						t.Errorf("%s %s: %q stands in the text only", name, lang, piece)
					}
				}
			}
		}
	}
}

// ordered starts a line of a numbered list.
var ordered = regexp.MustCompile(`^\d\. `)

// readable is what a page says, without its markup.
func readable(page string) string {
	page = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, "")
	return html.UnescapeString(page)
}

func TestMarkdownSaysTheSame(t *testing.T) {
	unescape := regexp.MustCompile(`\\([\\*_\[\]~|#+.-])`)
	for name, letter := range letters() {
		m, err := composer(t).Compose("1", zoe, letter)
		if err != nil {
			t.Fatal(err)
		}
		said := strings.ReplaceAll(unescape.ReplaceAllString(m.Markdown, "$1"), "\u200b", "")
		for line := range strings.Lines(m.Text) {
			line = ordered.ReplaceAllString(strings.TrimPrefix(strings.TrimSpace(line), "* "), "")
			for piece := range strings.SplitSeq(line, ": ") {
				ruled := strings.HasPrefix(line, "--") || strings.HasPrefix(line, "==")
				if piece = strings.Trim(piece, ":\u00a0"); !ruled && !strings.Contains(said, piece) {
					t.Errorf("%s: %q is missing in the markdown", name, piece)
				}
			}
		}
	}
}

func TestWhatAPersonWroteIsNoMarkdown(t *testing.T) {
	comment := "# Title\n* point\n1. one\n^ quoted\n• dot\n===\n---\n" +
		"**bold** _it_ `code` [click](https://evil.example) ((name)) [[fr]]"
	m, err := composer(t).Compose("1", mail.Recipient{Email: "a@b.example", GivenNames: "*Eve* [x](https://evil.example)"},
		mail.PhotoReturned{Comment: comment})
	if err != nil {
		t.Fatal(err)
	}
	for _, markup := range []string{"\n# Title", "^ # Title", "^ * point", "^ 1. one", "^ ^", "^ •", "^ =", "^ -", "**bold**", " _it_",
		" `code`", "[click]", "[x]", "*Eve*", "https://evil", "[[fr]]"} {
		if strings.Contains(m.Markdown, markup) {
			t.Errorf("%q is left in\n%s", markup, m.Markdown)
		}
	}
}

func TestA1MailIsInBothLanguagesWhereThePersonHasNotChosen(t *testing.T) {
	for _, name := range []string{"invitation", "invitation-principal", "invitation-reminder"} {
		for lang, order := range map[string][]string{
			"en": {"Hello Zoë", "Open your invitation", "lang=en", "Bonjour Zoë", "Ouvrir votre invitation", "lang=fr"},
			"fr": {"Bonjour Zoë", "Ouvrir votre invitation", "lang=fr", "Hello Zoë", "Open your invitation", "lang=en"},
		} {
			to := zoe
			to.Language = lang
			m, err := composer(t).Compose("1", to, letters()[name])
			if err != nil {
				t.Fatal(err)
			}
			for _, body := range []string{m.Text, m.HTML, m.Markdown} {
				at := 0
				for _, words := range order {
					i := strings.Index(body[at:], words)
					if i < 0 {
						t.Fatalf("%s %s: %q is missing, or not in its place", name, lang, words)
					}
					at += i
				}
			}
			for _, want := range []string{"access@office.example", "1\u00a0555\u00a00100", "31 August 2026", "31 août 2026",
				"https://pr.example/portal/invitation/Gk3_0v-q8Zr1yTnW5dXe2A?lang="} {
				if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
					t.Errorf("%s %s lacks %q", name, lang, want)
				}
			}
			if asks := strings.Contains(m.Text, "Are the e-mail addresses right"); asks != (name != "invitation") {
				t.Errorf("%s %s asks for the list: %v", name, lang, asks)
			}
			if !strings.Contains(m.HTML, `<html lang="`+lang+`">`) || strings.Count(m.HTML, "<h1") != 2 {
				t.Errorf("%s %s: languages are not marked", name, lang)
			}
		}
	}
}

func TestA2MailNamesThePersonInItsSubject(t *testing.T) {
	for name, letter := range letters() {
		for _, lang := range []string{"en", "fr"} {
			to := zoe
			to.Language = lang
			m, err := composer(t).Compose("1", to, letter)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(m.Subject, "Zoë Hélène Nguyễn-Œrsted") {
				t.Errorf("%s %s: %q", name, lang, m.Subject)
			}
		}
	}
}

func TestNoMailShowsMoreThanItMust(t *testing.T) {
	m, err := composer(t).Compose("1", zoe, letters()["email-to-old"])
	if err != nil || strings.Contains(m.Text, "helene") || !strings.Contains(m.Text, "h•••@people.example") {
		t.Errorf("the new address is told to the old one: %s, %v", m.Text, err)
	}
	for name, letter := range letters() {
		m, err := composer(t).Compose("1", zoe, letter)
		if err != nil {
			t.Fatal(err)
		}
		secret := strings.Contains(m.Text+m.HTML+m.Markdown, "kabo-runi") || strings.Contains(m.Text, "Gk3_0v")
		switch letter.Kind() {
		case mail.KindCredentials, mail.KindInvitation, mail.KindInvitationReminder, mail.KindPasswordReset:
		default:
			if secret {
				t.Errorf("%s holds a secret", name)
			}
		}
	}
}

func TestHostileNamesStayInTheirLine(t *testing.T) {
	for _, name := range []string{
		"Eve\r\nBcc: all@example.org", "Eve\nSubject: you won", "Eve\u2028X", "Eve\x00\x1b[2J", "\u202eevE\u202c", "\ufeffEve",
		strings.Repeat("Eve ", 5000), "<script>alert(1)</script>", `"; DROP TABLE`, "=?utf-8?q?Eve=0D=0ABcc:_x?=", "%s%n%d",
	} {
		to := mail.Recipient{Email: "eve@example.org", GivenNames: name, FamilyName: name}
		for _, letter := range letters() {
			m, err := composer(t).Compose("1", to, letter)
			if err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(m.Subject+m.To.Name, "\r\n\x00\x1b\u2028\u202e\ufeff") || len([]rune(m.Subject)) > 240 {
				t.Errorf("%.40q became the subject %q", name, m.Subject)
			}
			if strings.Contains(m.HTML, "<script") {
				t.Errorf("%q became markup", name)
			}
			if strings.Contains(m.Subject, "%!") {
				t.Errorf("%q was read as a format: %s", name, m.Subject)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, tc := range []struct{ given, family, subject, hello string }{
		{"Zoë", "Nguyễn", "Photo of Zoë Nguyễn: accepted", "Hello Zoë Nguyễn,"},
		{"", "Suharto", "Photo of Suharto: accepted", "Hello Suharto,"},
		{"Mary", "", "Photo of Mary: accepted", "Hello Mary,"},
		{"", " ", "Your photo: accepted", "Hello,"},
		{"می\u200cخواهم", "", "Photo of می\u200cخواهم: accepted", "Hello می\u200cخواهم,"},
	} {
		m, err := composer(t).Compose("1", mail.Recipient{Email: "a@b.example", GivenNames: tc.given, FamilyName: tc.family},
			mail.PhotoAccepted{})
		if err != nil || m.Subject != tc.subject || !strings.HasPrefix(m.Text, tc.hello+"\n") {
			t.Errorf("%q %q: %q, %v", tc.given, tc.family, m.Subject, err)
		}
	}
}

func TestAddressesThatCannotBeUsed(t *testing.T) {
	for _, address := range []string{
		"", "nobody", "a@", "a@b.example\r\nBcc: c@d.example", "A <a@b.example>", "a@b.example, c@d.example", "<a@b.example>",
	} {
		_, err := composer(t).Compose("1", mail.Recipient{Email: address}, mail.PhotoAccepted{})
		if !errors.Is(err, mail.ErrAddress) || !mail.IsPermanent(err) {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil && address != "" && strings.Contains(err.Error(), address) {
			t.Errorf("the error repeats the address: %v", err)
		}
	}
}

func TestMessageIDComesFromTheRow(t *testing.T) {
	c := composer(t)
	for row, want := range map[string]string{"42": "42@pr.example", "a\r\nb>": "ab@pr.example"} {
		m, err := c.Compose(row, zoe, mail.VerdictReady{})
		if err != nil || m.MessageID != want {
			t.Errorf("%q: %q, %v", row, m.MessageID, err)
		}
	}
	if _, err := c.Compose("<>", zoe, mail.VerdictReady{}); err == nil {
		t.Error("a row without a usable id was taken")
	}
}

func TestLinksUseThePublicAddress(t *testing.T) {
	for _, bad := range []string{"", "pr.example", "/portal", "javascript:alert(1)", "ftp://pr.example", "http://"} {
		if _, err := mail.NewComposer(mail.ComposerConfig{PublicURL: bad}); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	m, err := composer(t).Preview(mail.Recipient{Language: "fr-CA"}, mail.PhotoReturned{})
	if err != nil || !strings.Contains(m.Text, "https://pr.example/portal/photo?lang=fr\n") {
		t.Errorf("%s %v", m.Text, err)
	}
	if m.To.Address != "" || m.MessageID != "" {
		t.Error("a preview has a recipient")
	}
}

func TestCardIsExpectedWithinTheSetTime(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		0: "within one week", 14 * day: "within 2 weeks", 10 * day: "within 10 days", day: "within one day",
		9*day + time.Hour: "within 10 days",
	} {
		c, err := mail.NewComposer(mail.ComposerConfig{PublicURL: "http://127.0.0.1:8080", CardWithin: d})
		if err != nil {
			t.Fatal(err)
		}
		if m, err := c.Preview(zoe, mail.PhotoAccepted{}); err != nil || !strings.Contains(m.Text, want) {
			t.Errorf("%v: want %q in %s (%v)", d, want, m.Text, err)
		}
	}
}
