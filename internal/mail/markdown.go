package mail

import (
	"regexp"
	"strings"
)

// escapeMarkdown lets a line stand as it is in the markdown of GC Notify: no heading, list, emphasis, quotation, link or language
// tag comes of what stands in it.
func escapeMarkdown(line string) string {
	line = markdownInline.Replace(line)
	if number := markdownNumber.FindString(line); number != "" {
		return strings.TrimSuffix(number, ".") + `\.` + line[len(number):]
	}
	if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "-") || strings.HasPrefix(line, "+") {
		return `\` + line
	}
	// These start a block and have no escape; a space that nobody sees keeps them from standing first.
	if strings.HasPrefix(line, "^") || strings.HasPrefix(line, "•") || strings.HasPrefix(line, "=") {
		return "\u200b" + line
	}
	return line
}

var (
	markdownInline = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`, "|", `\|`,
		"://", "\u200b://") // no web address in a text becomes a link by itself
	markdownNumber = regexp.MustCompile(`^\d+\.`)
)
