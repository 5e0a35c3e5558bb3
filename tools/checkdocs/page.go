package main

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"prportal.example/pkg/photocheck/describe"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

const (
	pictures = "pictures"
	width    = 130 // of a line
	notice   = "<!-- Made by `go generate ./pkg/photocheck/describe`: change the words there, the limits in the profiles. -->\n\n"
)

func globFiles(root fs.FS, pattern string) ([]string, error) {
	names, err := fs.Glob(root, pattern)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range names {
		info, err := fs.Stat(root, name)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			out = append(out, name)
		}
	}
	return out, nil
}

// generate makes every file by its path in the folder.
func generate() (map[string][]byte, error) {
	var profiles []*profile.Profile
	for _, name := range profile.Embedded() {
		p, err := profile.ByName(name)
		if err != nil {
			return nil, err
		}
		profiles = append(profiles, p)
	}
	out := map[string][]byte{"README.md": []byte(index(profiles))}
	for _, id := range report.CheckIDs() {
		d, ok := describe.Of(id)
		if !ok {
			return nil, fmt.Errorf("%s has no description in pkg/photocheck/describe", id)
		}
		draw, ok := diagrams[id]
		if !ok {
			return nil, fmt.Errorf("%s has no diagram in tools/checkdocs", id)
		}
		out[string(id)+".md"] = []byte(page(d, profiles))
		out[pictures+"/"+string(id)+".svg"] = draw(id.Title("en")).svg()
	}
	return out, nil
}

func index(profiles []*profile.Profile) string {
	var b strings.Builder
	b.WriteString(notice + "# The checks\n\n")
	para(&b, "What each check measures, how, what it is held against, and what it can't tell. A check measures; a profile judges: "+
		"its limits say what fails, its policy what a failure leads to at most: `ignore`, `review` (an officer looks) or `return`. "+
		"What all of them together can't tell, with measurements, is in [limits](limits.md).")
	b.WriteString("| check | what it measures |")
	for _, p := range profiles {
		b.WriteString(" `" + p.Name() + "` |")
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(profiles)) + "\n")
	for _, id := range report.CheckIDs() {
		d, _ := describe.Of(id)
		fmt.Fprintf(&b, "| [%s](%s.md) `%s` | %s |", id.Title("en"), id, id, cell(firstSentence(prose(d.Measures))))
		for _, p := range profiles {
			b.WriteString(" " + string(p.Rule(id).Policy) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\nThe profiles are:\n\n")
	for _, p := range profiles {
		f := p.Frame()
		item(&b, fmt.Sprintf("`%s`: %s. The print is %d:%d, at least %d × %d pixels, the head %s to %s of its height, the eyes between %s and %s "+
			"of its width and %s and %s of its height from the top. %s.", p.Name(), p.Title(), f.AspectWidth, f.AspectHeight, f.MinWidth,
			f.MinHeight, share(f.HeadMin), share(f.HeadMax), share(f.EyesXMin), share(f.EyesXMax), share(f.EyesYMin), share(f.EyesYMax), f.Source))
	}
	b.WriteString("\nHow to add a check is in [adding a check](../adding-a-check.md), a profile in [adding a profile](../adding-a-profile.md).\n")
	return b.String()
}

func page(d describe.Description, profiles []*profile.Profile) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# %s: `%s`\n\n", notice, d.Check.Title("en"), d.Check)
	para(&b, prose(d.Measures))
	fmt.Fprintf(&b, "![Diagram: %s](%s/%s.svg)\n\n", d.Check.Title("en"), pictures, d.Check)
	para(&b, "It needs "+needs[d.Needs]+". [All checks](README.md).")

	b.WriteString("## How it is measured\n\n")
	for _, f := range d.Formula {
		item(&b, prose(f))
	}
	fmt.Fprintf(&b, "\nUnit: %s.\n\n", d.Unit)
	if len(d.Values) > 0 {
		b.WriteString("Further values in the report:\n\n| name | meaning |\n|---|---|\n")
		for _, v := range d.Values {
			fmt.Fprintf(&b, "| `%s` | %s |\n", v.Name, cell(v.Meaning))
		}
		b.WriteString("\n")
	}

	b.WriteString("## Limits and policy\n\n| profile | passes | a failure may return | score 100, 50, 0 at | policy |\n|---|---|---|---|---|\n")
	for _, p := range profiles {
		r := p.Rule(d.Check)
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | `%s` |\n", p.Name(), between(r.Limit.Min, r.Limit.Max, r.Unit), returns(r), scores(r), r.Policy)
	}
	b.WriteString("\nWhere the rule comes from:\n\n")
	for _, p := range profiles {
		item(&b, "`"+p.Name()+"`: "+p.Rule(d.Check).Source+".")
	}
	for _, s := range d.Sources {
		item(&b, "measure: "+prose(s)+".")
	}

	b.WriteString("\n## Evidence\n\n")
	if len(d.Evidence) == 0 {
		para(&b, "None: "+lowerFirst(prose(d.NoEvidence)))
	} else {
		b.WriteString("| label | drawn as | what it shows |\n|---|---|---|\n")
		for _, m := range d.Evidence {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", m.Label, m.Kind, cell(m.Meaning))
		}
		b.WriteString("\n")
	}

	b.WriteString("## What the applicant is told\n\n")
	for _, r := range reasons(d) {
		en, fr := r.Text("en"), r.Text("fr")
		item(&b, fmt.Sprintf("`%s`: **%s.** %s %s", r, en.Title, en.Explanation, en.Advice))
		item(&b, fmt.Sprintf("en français : **%s.** %s %s", fr.Title, fr.Explanation, fr.Advice))
	}

	b.WriteString("\n## What it can't tell\n\n")
	for _, l := range d.Limits {
		item(&b, prose(l))
	}
	return b.String()
}

var needs = map[describe.Need]string{
	describe.File: "the file only", describe.Picture: "a picture that can be decoded", describe.Face: "a face",
}

// reasons are those that a failure of the check may give: for some it depends on the evidence.
func reasons(d describe.Description) []report.Reason {
	out := []report.Reason{report.ReasonFor(report.Check{ID: d.Check})}
	for _, m := range d.Evidence {
		r := report.ReasonFor(report.Check{ID: d.Check, Evidence: []report.Evidence{{Label: m.Label, Kind: m.Kind}}})
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

func between(low, high *float64, unit string) string {
	text := ""
	switch {
	case low != nil && high != nil && *low == *high:
		text = "exactly " + number(*low)
	case low != nil && high != nil:
		text = number(*low) + " to " + number(*high)
	case low != nil:
		text = "at least " + number(*low)
	case high != nil:
		text = "at most " + number(*high)
	}
	return strings.TrimSpace(text + " " + unit)
}

// returns says from where on a failure may return the photo.
func returns(r profile.Rule) string {
	if r.Policy != report.ToReturn {
		return "never"
	}
	var parts []string
	if r.Limit.ReturnMin != nil {
		parts = append(parts, "under "+number(*r.Limit.ReturnMin))
	}
	if r.Limit.ReturnMax != nil {
		parts = append(parts, "over "+number(*r.Limit.ReturnMax))
	}
	text := strings.Join(parts, " or ")
	if text == "" {
		text = "always"
	}
	if r.ReturnNeeds != nil {
		text += fmt.Sprintf(", with `%s` at least %s", r.ReturnNeeds.Value, number(r.ReturnNeeds.Min))
	}
	return text
}

func scores(r profile.Rule) string {
	var parts []string
	for _, side := range []struct{ limit, worst *float64 }{{r.Limit.Min, r.Score.WorstLow}, {r.Limit.Max, r.Score.WorstHigh}} {
		if side.limit != nil && side.worst != nil {
			parts = append(parts, number(r.Score.Best)+", "+number(*side.limit)+", "+number(*side.worst))
		}
	}
	return strings.Join(parts, "; ")
}

func number(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'g', 5, 64), "-", "−", 1)
}

func share(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v*100, 'f', 1, 64), ".0") + " %"
}

// prose keeps words from being taken for markup, and links what they name.
func prose(s string) string {
	return strings.NewReplacer("*", `\*`, "<", "&lt;", "limits.md", "[limits](limits.md)").Replace(s)
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func firstSentence(s string) string {
	first, _, _ := strings.Cut(s, ". ")
	return strings.TrimSuffix(first, ".")
}

func lowerFirst(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return strings.ToLower(s[:size]) + s[size:]
}

// para writes a paragraph in lines of at most width.
func para(b *strings.Builder, text string) {
	wrap(b, text, "", "")
	b.WriteString("\n")
}

// item writes an item of a list.
func item(b *strings.Builder, text string) { wrap(b, text, "- ", "  ") }

func wrap(b *strings.Builder, text, first, next string) {
	line := first
	words := 0
	for word := range strings.FieldsSeq(text) {
		if words > 0 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			b.WriteString(line + "\n")
			line, words = next, 0
		}
		if words > 0 {
			line += " "
		}
		line += word
		words++
	}
	b.WriteString(line + "\n")
}
