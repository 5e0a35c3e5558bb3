package portal

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"prportal.example/pkg/photocheck/report"
)

// straight is an apostrophe or a quotation mark of a typewriter.
var straight = regexp.MustCompile(`\pL'\pL|"`)

// unset is what French of Canada does not have: a space before ? ! and ;, or one that breaks before a colon, within « » or a number.
var unset = regexp.MustCompile(`[ \x{a0}\x{202f}][?!;]|[^\x{a0}]:( |$)| :( |\*|$)|« |«[^\x{a0}]| »|[^\x{a0}]»|\d (\d{3}|Mo|Ko|%)`)

// TestA10TextsAreSetAsInCanada looks at every text of the applicants' and the officers' pages, and at the reasons.
func TestA10TextsAreSetAsInCanada(t *testing.T) {
	look := func(where, lang, text string) {
		if wrong := straight.FindString(text); wrong != "" {
			t.Errorf("%s: %s in %q", where, wrong, text)
		}
		if wrong := unset.FindString(text); wrong != "" && lang == "fr" {
			t.Errorf("%s: %q in %q", where, wrong, text)
		}
	}
	paths, err := filepath.Glob("catalogue/*/*.yaml")
	more, err2 := filepath.Glob("officer/catalogue/*/*.yaml")
	pages, err3 := filepath.Glob("guidance/*/*.md")
	if err != nil || err2 != nil || err3 != nil || len(paths) < 20 || len(more) < 10 || len(pages) < 10 {
		t.Fatal(err, err2, err3, len(paths), len(more), len(pages))
	}
	key := regexp.MustCompile(`^['\w]+: (['"]?)(.*)$`)
	for _, path := range append(append(paths, more...), pages...) {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(source), "\n") {
			yaml := strings.HasSuffix(path, ".yaml")
			if (yaml && strings.HasPrefix(line, "#")) || strings.HasPrefix(line, "|---") || line == "" {
				continue
			}
			if m := key.FindStringSubmatch(line); yaml && m != nil {
				line = strings.TrimSuffix(m[2], m[1])
			}
			look(path, filepath.Base(filepath.Dir(path)), strings.ReplaceAll(line, "](https:", "](https"))
		}
	}
	for _, reason := range report.Reasons() {
		for _, lang := range []string{"en", "fr"} {
			said := reason.Text(lang)
			for _, text := range []string{said.Title, said.Explanation, said.Advice} {
				look("reason "+string(reason), lang, text)
			}
		}
	}
}
