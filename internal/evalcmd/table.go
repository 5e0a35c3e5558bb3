package evalcmd

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"prportal.example/internal/evaluate"
	"prportal.example/internal/judging"
)

// table writes the numbers for people: a line for each check that was measured, and what changed.
func table(to io.Writer, e *evaluate.Evaluation, out string) error {
	var b strings.Builder
	line := func(cells ...string) {
		text := ""
		for i, width := range []int{24, 25, 9, 25, 9, 6, 5} {
			text += pad(cells[i], width)
		}
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	line("", "good photos flagged", "returned", "faults told", "returned", "AUC", "EER")
	for _, c := range e.Checks {
		if c.Good.Photos+c.Faulty.Photos == 0 {
			continue
		}
		auc, eer := "", ""
		if c.Curve != nil {
			auc, eer = fmt.Sprintf("%.3f", c.Curve.AUC), percent(c.Curve.EER)
		}
		title := c.ID.Title("en")
		if c.Policy == "ignore" {
			title += " (ignored)"
		}
		line(title, rate(c.Good.Flagged), share(c.Good.Returned), rate(c.Faulty.Flagged), share(c.Faulty.Returned), auc, eer)
	}
	o := e.Overall
	fmt.Fprintf(&b, "\n%s", plural(o.Photos, "photo", "photos"))
	if o.People > 0 {
		fmt.Fprintf(&b, " of %s", plural(o.People, "person", "people"))
	}
	fmt.Fprintf(&b, " in %.1f s, rules %s, engine %s\n", e.Seconds, e.Profile, e.Engine.Version)
	for _, r := range []struct {
		what string
		rate evaluate.Rate
	}{
		{"good photos flagged by some check", o.GoodFlagged}, {"good photos returned", o.GoodReturned},
		{"good photos with a check that could not judge", o.GoodInconclusive}, {"faulty photos told for their fault", o.FaultyTold},
		{"faulty photos stopped for any reason", o.FaultyStopped},
	} {
		if r.rate.Of > 0 {
			fmt.Fprintf(&b, "%s %s\n", pad(r.what, 48), rate(r.rate))
		}
	}
	if o.Failed > 0 {
		fmt.Fprintf(&b, "%s %d\n", pad("photos that could not be judged at all", 48), o.Failed)
		for _, p := range failed(e) {
			fmt.Fprintf(&b, "  %s: %s\n", judging.Printable(p.Path), judging.Printable(p.Error))
		}
	}
	if e.Unlabelled > 0 {
		fmt.Fprintf(&b, "%s %d\n", pad("photos in the folder without a label, left out", 48), e.Unlabelled)
	}
	if e.Comparison != nil {
		comparison(&b, e.Comparison)
	}
	if out != "" {
		fmt.Fprintf(&b, "\nreport: %s\n", judging.Printable(filepath.Join(out, "report.html")))
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// namedAtMost is how many photos of a kind the table names; eval.json has all.
const namedAtMost = 5

func failed(e *evaluate.Evaluation) []evaluate.Photo {
	var out []evaluate.Photo
	for _, p := range e.Photos {
		if p.Error != "" && len(out) < namedAtMost {
			out = append(out, p)
		}
	}
	return out
}

func comparison(b *strings.Builder, c *evaluate.Comparison) {
	fmt.Fprintf(b, "\ncompared with %s: %d photos in both, %d new, %d gone; ", c.Made, c.Common, c.Added, c.Gone)
	switch {
	case c.SameRules && c.SameEngine:
		fmt.Fprintln(b, "same rules, same engine")
	case c.SameRules:
		fmt.Fprintf(b, "same rules, engine was %s\n", c.Engine)
	case c.SameEngine:
		fmt.Fprintf(b, "rules were %s, same engine\n", c.Profile)
	default:
		fmt.Fprintf(b, "rules were %s, engine was %s\n", c.Profile, c.Engine)
	}
	changed := false
	for _, change := range c.Changes {
		if len(change.Broken)+len(change.Fixed) == 0 {
			continue
		}
		changed = true
		verdict := ""
		if change.Worse {
			verdict = "  WORSE"
		}
		fmt.Fprintf(b, "%s %s %s → %s  %d broken, %d fixed, p = %.2g%s\n", pad(change.Check.Title("en"), 24), pad(string(change.Aspect), 20),
			share(change.Old), share(change.New), len(change.Broken), len(change.Fixed), change.P, verdict)
		for _, list := range []struct {
			what  string
			paths []string
		}{{"broken", change.Broken}, {"fixed", change.Fixed}} {
			for _, path := range list.paths[:min(len(list.paths), namedAtMost)] {
				fmt.Fprintf(b, "    %s %s\n", pad(list.what, 7), judging.Printable(path))
			}
			if more := len(list.paths) - namedAtMost; more > 0 {
				fmt.Fprintf(b, "    and %d more\n", more)
			}
		}
	}
	if !changed {
		fmt.Fprintln(b, "no photo changed")
	}
}

// rate is a count, a share and its interval.
func rate(r evaluate.Rate) string {
	if r.Of == 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d %s (%s–%s)", r.Count, r.Of, percent(*r.Share), digits(r.Low), digits(r.High))
}

func share(r evaluate.Rate) string {
	if r.Of == 0 {
		return "–"
	}
	return percent(*r.Share)
}

func percent(v float64) string { return digits(v) + " %" }

func digits(v float64) string {
	text := fmt.Sprintf("%.1f", 100*v)
	return strings.TrimSuffix(text, ".0")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(1, width-utf8.RuneCountInString(s)))
}
