package checkcmd

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"prportal.example/internal/judging"
	"prportal.example/pkg/photocheck/report"
)

// rows are a verdict for people: the decision and the file, then a line for each check that failed or could not look, with the
// measure, what is asked, and what the failure leads to.
func rows(v Verdict) string {
	var b strings.Builder
	if v.Error != nil {
		fmt.Fprintf(&b, "%-7s %s\n        %s\n", "error", judging.Printable(v.Path), judging.Printable(*v.Error))
		return b.String()
	}
	fmt.Fprintf(&b, "%-7s %s\n", v.Decision, judging.Printable(v.Path))
	for _, c := range v.Checks {
		switch c.Outcome {
		case report.Fail:
			fmt.Fprintf(&b, "        %s %s %s %s\n", pad(c.ID.Title("en"), 25), pad(measured(c), 12), pad(asked(c), 22), c.Action)
		case report.Inconclusive:
			fmt.Fprintf(&b, "        %s %s %s\n", pad(c.ID.Title("en"), 25), pad("could not be judged", 35), c.Action)
		}
	}
	return b.String()
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// yesOrNo tells whether a check's measure is 1 for yes and 0 for no.
func yesOrNo(id report.CheckID) bool { return id == report.FileType || id == report.FileIntact }

func measured(c report.Check) string {
	switch {
	case c.Measure == nil:
		return ""
	case yesOrNo(c.ID):
		return "no"
	}
	return strings.TrimSpace(number(*c.Measure) + " " + c.Unit)
}

// asked is the limit in words.
func asked(c report.Check) string {
	l := c.Limit
	text := ""
	switch {
	case yesOrNo(c.ID):
		return "yes"
	case l.Min != nil && l.Max != nil && *l.Min == *l.Max:
		text = "exactly " + number(*l.Min)
	case l.Min != nil && l.Max != nil:
		text = number(*l.Min) + " to " + number(*l.Max)
	case l.Min != nil:
		text = "at least " + number(*l.Min)
	case l.Max != nil:
		text = "at most " + number(*l.Max)
	}
	return strings.TrimSpace(text + " " + c.Unit)
}

// number has three digits that count, or all before the point.
func number(v float64) string {
	switch {
	case math.Abs(v) >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case math.Abs(v) < 1e-4:
		return "0"
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// summary counts, and names what was skipped.
func (p *printer) summary(to io.Writer, found judging.Finding) error {
	total := p.failed
	for _, n := range p.decisions {
		total += n
	}
	text := fmt.Sprintf("%d photos", total)
	if total == 1 {
		text = "1 photo"
	}
	text += fmt.Sprintf(": %d pass, %d review, %d return", p.decisions[report.DecisionPass], p.decisions[report.DecisionReview],
		p.decisions[report.DecisionReturn])
	if p.failed > 0 {
		text += fmt.Sprintf(", %d could not be judged", p.failed)
	}
	if p.table {
		text = "\n" + text
	}
	if skipped := found.SkippedText(); skipped != "" {
		text += "\n" + skipped
	}
	_, err := fmt.Fprintln(to, text)
	return err
}
