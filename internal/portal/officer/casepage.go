package officer

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"prportal.example/internal/mail"
	"prportal.example/internal/overlay"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// What can be done with the case on its page.
const (
	modeReview   = "review"   // in the officer's hands, to be decided
	modeUndoable = "undoable" // decided, within the time to undo
	modeWatch    = "watch"    // a supervisor looks at a case that waits or is in another's hands
	modeDone     = "done"
)

// casePage is everything the page of one case shows.
type casePage struct {
	ID, PhotoID, Mode                       string
	Version                                 int64
	Name, Age, BirthDate, WritesIn, Attempt string
	Lane, LaneTitle, HeldUntil, Note        string
	Waits                                   *ageBadge
	Print, Whole                            *picture
	CropDrawn                               bool
	Failed, Met                             []checkRow
	MetSummary, ProfileLine                 string
	Found, Others                           []reasonChoice
	OtherTicked                             bool
	Comment, Problem, UndoHint              string
	Letters                                 []letterView
	DecidedTitle, DecidedText               string
	DecidedReasons                          []string
	Attempts                                []attempt
	SkipReasons                             []choice
	History                                 []historyLine

	Reference               string   // what applicants call the case by
	Ticked                  []string // boxes of the applicant's
	Lowered                 string   // the checks that would have returned the photo without them
	Declared, Card          string
	Tasks                   []otherTask // of the office, open
	Messages                []wordView  // from the office
	Readable                bool
	Message, MessageProblem string // as it was written so far
}

type picture struct {
	URL           string
	Width, Height int
	SVG           template.HTML
	Note          string
}

type checkRow struct {
	ID                            report.CheckID
	Title, Requirement, Source    string
	Measured, Required            string
	Result, ResultText, ShowLabel string
	Drawn, Shown                  bool
}

type reasonChoice struct {
	Code        report.Reason
	Title, Says string
	Ticked      bool
}

type choice struct{ Code, Title string }

type letterView struct {
	Lang, LangName, Subject, Text string
	Sent                          bool
}

type attempt struct{ URL, Title, Alt, When, Reasons string }

type historyLine struct{ ISO, When, What, Who string }

type ageBadge struct{ Level, Text string }

// checkRows splits the checks into those that an officer has to look at, worst first, and the rest.
func checkRows(v report.Report, p *profile.Profile, drawing overlay.Drawing, lang string, say say) (look, met []checkRow) {
	for _, c := range v.Checks {
		row := checkRow{
			ID: c.ID, Title: c.ID.Title(lang), Requirement: say("requires_" + string(c.ID)), Source: p.Rule(c.ID).Source,
			Measured: measured(c, lang, say("yes"), say("no")), Required: required(c, lang, say("yes")),
			Result: resultOf(c), Drawn: drawing.Has(c.ID),
		}
		row.ResultText = say("check_" + row.Result)
		row.ShowLabel = say("show_one", row.Title)
		row.Shown = row.Drawn && rank(row.Result) < rank("pass")
		if row.Shown || rank(row.Result) < rank("pass") {
			look = append(look, row)
		} else {
			met = append(met, row)
		}
	}
	slices.SortStableFunc(look, func(a, b checkRow) int { return rank(a.Result) - rank(b.Result) })
	return look, met
}

// resultOf names what an officer is told of a check: return, review, unknown, pass, ignore or na.
func resultOf(c report.Check) string {
	switch c.Outcome {
	case report.Fail:
		return string(c.Action)
	case report.Pass:
		return "pass"
	case report.NotApplicable:
		return "na"
	case report.Inconclusive:
		if c.Action == report.Ignore {
			return "ignore"
		}
	}
	return "unknown"
}

func rank(result string) int {
	return slices.Index([]string{"return", "review", "unknown", "pass", "ignore", "na"}, result)
}

// reasonChoices offers the reasons of failed checks first, with what was found, then all others in the office's order.
// Until an officer has chosen, the reasons that made the verdict are ticked.
func reasonChoices(v report.Report, chosen []report.Reason, lang string, say say) (found, others []reasonChoice) {
	says := map[report.Reason][]string{}
	for _, c := range v.Checks {
		if c.Outcome == report.Fail && c.Action != report.Ignore {
			says[c.Reason] = append(says[c.Reason],
				say("reason_said", measured(c, lang, say("yes"), say("no")), required(c, lang, say("yes"))))
		}
	}
	for _, r := range report.Reasons() {
		choice := reasonChoice{Code: r, Title: r.Text(lang).Title, Ticked: slices.Contains(chosen, r)}
		if lines := says[r]; lines != nil {
			choice.Says = strings.Join(lines, "; ")
			found = append(found, choice)
		} else {
			others = append(others, choice)
		}
	}
	return found, others
}

// failedReasons are ticked at first: the reasons of the checks that failed and count.
func failedReasons(v report.Report) []report.Reason {
	var out []report.Reason
	for _, c := range v.Checks {
		if c.Outcome == report.Fail && c.Action != report.Ignore && !slices.Contains(out, c.Reason) {
			out = append(out, c.Reason)
		}
	}
	return out
}

// letters writes the letter that a return would send, in both languages, the reader's first.
func letters(c *mail.Composer, to mail.Recipient, l mail.Letter) ([]letterView, error) {
	langs := []string{"en", "fr"}
	if to.Language == "fr" {
		langs = []string{"fr", "en"}
	}
	var out []letterView
	for i, lang := range langs {
		to.Language = lang
		m, err := c.Preview(to, l)
		if err != nil {
			return nil, fmt.Errorf("preview letter: %w", err)
		}
		name := map[string]string{"en": "English", "fr": "Français"}[lang]
		out = append(out, letterView{Lang: lang, LangName: name, Subject: m.Subject, Text: m.Text, Sent: i == 0})
	}
	return out, nil
}
