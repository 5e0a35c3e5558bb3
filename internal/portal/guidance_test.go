package portal

import (
	"net/http"
	"strings"
	"testing"

	"prportal.example/internal/portal/web"
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
