package portal

import (
	"io/fs"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/portal/web"
	"prportal.example/pkg/photocheck/header"
)

func TestA11PagesThatExplainAreOpenToEverybody(t *testing.T) {
	w := newWorld(t)
	stranger, member := w.person("nobody"), w.person("zoe")
	member.signIn()
	for _, name := range append([]string{"requirements"}, guidancePages...) {
		template := "guidance"
		if name == "requirements" {
			template = "photo-requirements"
		}
		headings := map[string]int{}
		for _, lang := range web.Languages() {
			page := stranger.get("/"+name+"?lang="+lang).is(http.StatusOK, template, "").has("[action=/sign-out]", 0)
			page.sound(lang)
			headings[lang] = len(page.all("h2")) + 100*len(page.all("li")) + 10_000*len(page.all("tr"))
			for _, a := range page.all("a") {
				to := attr(a, "href")
				if strings.HasPrefix(to, "/") && stranger.get(to).status >= 400 {
					t.Errorf("%s in %s leads to %s, which is not there", name, lang, to)
				}
			}
		}
		if headings["en"] != headings["fr"] {
			t.Errorf("%s: the languages do not say the same: %v", name, headings)
		}
		member.get("/"+name).is(http.StatusOK, template, "").has("[action=/sign-out]", 1)
	}
}

func TestA11PrivacySaysHowLongAndHelpSaysWhereToTurn(t *testing.T) {
	w := newWorld(t)
	p := w.person("nobody")
	p.get("/privacy?lang=en").says("only the picture that you choose", "14 days", "30 days", "12 hours")
	p.get("/privacy?lang=fr").says("seulement l’image que vous choisissez", "14 jours", "30 jours", "12 heures")
	for _, name := range []string{"help", "accessibility", "privacy", "representative"} {
		if links := p.get("/" + name).all("[href=mailto:help@portal.example]"); len(links) == 0 {
			t.Errorf("%s names no way to reach the office", name)
		}
	}
	if got := (Contact{"a@b.example", "1 800 555-0100"}).markdown(w.portal.texts.Say("en")); got !=
		"[a@b.example](mailto:a@b.example), or call 1 800 555-0100" {
		t.Error(got)
	}
}

// written is a length of time, a number of bytes or of characters that a page of Markdown must not say by itself.
var written = regexp.MustCompile(`\d[\d ,\x{a0}]* (days?|jours?|weeks?|semaines?|minutes?|hours?|heures?|MB|Mo)\b`)

// TestA11PagesPromiseWhatTheCodeKeeps: whoever changes a time or a bound sees here which texts say it.
func TestA11PagesPromiseWhatTheCodeKeeps(t *testing.T) {
	for _, lang := range web.Languages() {
		for _, name := range guidancePages {
			source, err := fs.ReadFile(files, "guidance/"+lang+"/"+name+".md")
			if err != nil {
				t.Fatal(err)
			}
			said := strings.ReplaceAll(string(source), "\u00a0", " ")
			if literal := written.FindString(said); literal != "" {
				t.Errorf("%s in %s says %q instead of a value of the code", name, lang, literal)
			}
		}
	}
	limits, texts := header.PortalLimits(), newWorld(t).portal.texts
	for _, bound := range []struct {
		number int
		keys   string
	}{
		{int(account.TemporaryFor / (24 * time.Hour)), "temporary_expired expired_text sent_temporary inv_done_14"},
		{int(account.InvitationLasts / (24 * time.Hour)), "inv_over_text"},
		{int(account.ResetFor / time.Minute), "sent_link reset_over_text"},
		{int(uploadWindow / time.Minute), "problem_many_uploads"},
		{int(formWindow / time.Minute), "problem_many_forms"},
		{int(proofWindow / time.Minute), "problem_many_proofs"},
		{account.MinPassword, "pw_hint problem_pw_short"},
		{account.MaxPasswordBytes, "problem_pw_long"},
		{limits.MaxBytes >> 20, "choose_hint problem_too_large rule_file"},
		{limits.MaxPixels / 1_000_000, "problem_too_many_pixels"},
		{maxNote, "note_hint details_hint problem_note_long problem_details_long problem_moved_long problem_not_come_long"},
	} {
		number := regexp.MustCompile(`\b` + strconv.Itoa(bound.number) + `\D`)
		for _, lang := range web.Languages() {
			for _, key := range strings.Fields(bound.keys) {
				if said := strings.NewReplacer(",", "", "\u00a0", "").Replace(texts[lang][key]); !number.MatchString(said) {
					t.Errorf("%s in %s does not say %d: %s", key, lang, bound.number, said)
				}
			}
		}
	}
}
