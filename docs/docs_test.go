// Package docs_test keeps the documents true where a program can tell.
package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryDirectDependencyIsExplained(t *testing.T) {
	explained := read(t, "dependencies.md")
	modules := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(read(t, "../go.mod"), -1)
	if len(modules) < 15 {
		t.Fatalf("only %d modules were read", len(modules))
	}
	for _, m := range modules {
		if !strings.Contains(explained, "`"+m[1]+"`") {
			t.Errorf("dependencies.md does not say why %s is here", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`"([\w-]+)": "(\d+\.\d+)[\d.]*"`).FindAllStringSubmatch(read(t, "../e2e/package.json"), -1) {
		if !strings.Contains(explained, "`"+m[1]+"` "+m[2]+" ") {
			t.Errorf("dependencies.md does not say why %s %s is here", m[1], m[2])
		}
	}
}

// TestLinksLeadSomewhere follows every relative link of every document, to the heading too.
func TestLinksLeadSomewhere(t *testing.T) {
	listed, err := exec.CommandContext(t.Context(), "git", "-C", "..", "ls-files", "--cached", "--others", "--exclude-standard", "*.md",
		":!internal/portal/guidance").Output() // those are pages of the portal; its tests follow their links
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for name := range strings.FieldsSeq(string(listed)) {
		path := filepath.Join("..", name)
		for _, link := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(read(t, path), -1) {
			target, heading, _ := strings.Cut(link[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "docs/screens/") { // those are taken by e2e
				continue
			}
			links++
			there := path
			if target != "" {
				there = filepath.Join(filepath.Dir(path), target)
			}
			if _, err := os.Stat(there); err != nil {
				t.Errorf("%s: %v", name, err)
			} else if heading != "" && !strings.Contains("\n"+strings.ToLower(read(t, there)), "# "+strings.ReplaceAll(heading, "-", " ")+"\n") {
				t.Errorf("%s: %s has no heading %s", name, target, heading)
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d links were found", links)
	}
}
