package officer

import (
	"embed"

	"prportal.example/internal/portal/web"
)

//go:embed templates assets catalogue
var files embed.FS

type say = web.Say

// layout is what every page has around its own data.
type layout struct {
	Lang, OtherLang, Path, Title, Class string
	User, Notice                        string
	Shortcuts                           bool
	template                            string // the page's own
	Undoable                            []undoLine
	Keys                                []keyLine
	Page                                any
}

// Current is the value of aria-current for a link to an overview, on its page and on those of what it lists.
func (l layout) Current(overview, listed string) string {
	switch l.template {
	case overview:
		return "page"
	case listed:
		return "true"
	default:
		return ""
	}
}

type undoLine struct {
	CaseID, What, Left string
	Version, LeftMS    int64
}

type keyLine struct{ Key, Does string }

func shortcutLines(say say) []keyLine {
	lines := []keyLine{}
	for _, k := range [][2]string{
		{"A", "key_accept"}, {"R", "key_return"}, {"C", "key_comment"}, {"O", "key_original"}, {"E", "key_evidence"},
		{"1–9", "key_digits"}, {"+ − 0", "key_zoom"}, {"N", "key_next"}, {"U", "key_undo"}, {"S", "key_skip"}, {"?", "key_help"},
	} {
		lines = append(lines, keyLine{k[0], say(k[1])})
	}
	return lines
}
