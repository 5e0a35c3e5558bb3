package mail_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/mail"
	"prportal.example/pkg/photocheck/report"
)

var update = flag.Bool("update", false, "write the golden e-mails in testdata")

func composer(t *testing.T) *mail.Composer {
	t.Helper()
	c, err := mail.NewComposer(mail.ComposerConfig{PublicURL: "https://pr.example/portal/"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var zoe = mail.Recipient{Email: "zoe@example.org", GivenNames: "Zoë Hélène", FamilyName: "Nguyễn-Œrsted", Language: "en"}

func letters() map[string]mail.Letter {
	sent := time.Date(2026, 8, 1, 9, 30, 0, 0, time.UTC)
	return map[string]mail.Letter{
		"returned-machine": mail.PhotoReturned{
			Reasons: []report.Reason{report.ReasonTooDark, report.ReasonGlare}, ByMachine: true, SubmittedAt: sent,
		},
		"returned-officer": mail.PhotoReturned{
			Reasons: []report.Reason{report.ReasonHeadCovering, report.ReasonHeadCovering, "made_up"}, SubmittedAt: sent,
			Comment: "The scarf hides the chin <b>and</b> the left cheek.\r\n\r\nIt may stay on: please show the face.",
		},
		"accepted": mail.PhotoAccepted{},
		"ready":    mail.VerdictReady{},
	}
}

func TestGoldenLetters(t *testing.T) {
	for name, letter := range letters() {
		for _, lang := range []string{"en", "fr"} {
			to := zoe
			to.Language = lang
			m, err := composer(t).Compose("0198c1de-7f00", to, letter)
			if err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprintf("To: %s\nSubject: %s\nMessage-ID: %s\n\n%s", m.To.Address, m.Subject, m.MessageID, m.Text)
			golden(t, name+"."+lang+".txt", text)
			golden(t, name+"."+lang+".html", m.HTML)
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
		m, err := composer(t).Compose("1", zoe, letter)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(m.Text) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "* ")
			if line == "--" || strings.HasSuffix(line, ":") || strings.Contains(line, "<b>") {
				continue
			}
			line = strings.NewReplacer("'", "&#39;", "What to do: ", "<strong>What to do:</strong> ").Replace(line)
			if !strings.Contains(m.HTML, line) {
				t.Errorf("%s: %q stands in the text only", name, line)
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
			if strings.ContainsAny(m.Subject+m.To.Name, "\r\n\x00\x1b\u2028\u202e\ufeff") || len([]rune(m.Subject)) > 200 {
				t.Errorf("%q became the subject %q", name, m.Subject)
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
