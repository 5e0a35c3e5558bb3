package checkcmd

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"time"

	"prportal.example/internal/judging"
	"prportal.example/internal/overlay"
	"prportal.example/pkg/photocheck/report"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string

	pageTemplate = template.Must(template.New("page").Parse(pageHTML))
)

// decisionWords tell a decision in the page and the pictures.
var decisionWords = map[report.Decision]string{
	report.DecisionPass: "passes", report.DecisionReview: "for an officer", report.DecisionReturn: "goes back",
}

// resultWords tell what the failure of a check leads to.
var resultWords = map[report.Action]string{
	report.ToReturn: "fails: goes back", report.ToReview: "fails: officer", report.Ignore: "fails: never counts",
}

// sectionData is what a section of the page tells.
type sectionData struct {
	entry
	Photo         template.URL
	Width, Height int // of the photo
	SVG           template.HTML
	CropDrawn     bool
	Error         string
	Reasons       []reasonWords
	Look, Met     []checkRow
	Total         int
}

type reasonWords struct{ EN, FR report.ReasonText }

type checkRow struct {
	ID                                      report.CheckID
	Title, Measured, Asked, Result, Outcome string
	Source, Values                          string
	Score                                   *float64
	ScoreText                               string
	Drawn, Shown                            bool
}

// photoSide is the long side of the photos in a page of that many: it has to open in a browser.
func photoSide(total int) int {
	switch {
	case total <= 100:
		return 900
	case total <= 400:
		return 640
	default:
		return 420
	}
}

func (a *album) writeSection(to io.Writer, e entry, v Verdict, s *shot) error {
	data := sectionData{entry: e, Width: v.Width, Height: v.Height, Total: a.total}
	if v.Error != nil {
		data.Error = judging.Printable(*v.Error)
		return pageTemplate.ExecuteTemplate(to, "section", data)
	}
	for _, r := range v.Reasons {
		data.Reasons = append(data.Reasons, reasonWords{r.Text("en"), r.Text("fr")})
	}
	if s.photo != nil {
		var err error
		if data.Photo, err = s.uri(photoSide(a.total)); err != nil {
			return err
		}
		if data.SVG, err = s.drawing.SVG(); err != nil {
			return fmt.Errorf("evidence of %s: %w", e.Name, err)
		}
		data.CropDrawn = s.drawing.Has(overlay.CropGroup)
	}
	for _, c := range v.Checks {
		row := a.row(c, s)
		if rank(row.Outcome) < rank("pass") {
			data.Look = append(data.Look, row)
		} else {
			data.Met = append(data.Met, row)
		}
	}
	slices.SortStableFunc(data.Look, func(a, b checkRow) int { return cmp.Compare(rank(a.Outcome), rank(b.Outcome)) })
	return pageTemplate.ExecuteTemplate(to, "section", data)
}

func (a *album) row(c report.Check, s *shot) checkRow {
	r := checkRow{
		ID: c.ID, Title: c.ID.Title("en"), Measured: measured(c), Asked: asked(c), Source: a.rules.Rule(c.ID).Source, Score: c.Score,
		Drawn: s.photo != nil && s.drawing.Has(c.ID),
	}
	switch c.Outcome {
	case report.Fail:
		r.Outcome, r.Result = string(c.Action), resultWords[c.Action]
	case report.Pass:
		r.Outcome, r.Result = "pass", "passed"
		if yesOrNo(c.ID) {
			r.Measured = "yes"
		}
	case report.NotApplicable:
		r.Outcome, r.Result = "na", "does not apply"
	default:
		r.Outcome, r.Result = "unknown", "could not be judged"
	}
	if c.Score != nil {
		r.ScoreText = fmt.Sprintf("%.0f", *c.Score)
	}
	r.Shown = r.Drawn && rank(r.Outcome) < rank("pass")
	for i, name := range slices.Sorted(maps.Keys(c.Values)) {
		if i > 0 {
			r.Values += ", "
		}
		r.Values += name + " " + number(c.Values[name])
	}
	return r
}

func rank(outcome string) int {
	return slices.Index([]string{"return", "review", "unknown", "ignore", "pass", "na"}, outcome)
}

// pageData is what stands above the sections.
type pageData struct {
	CSS     template.CSS
	Title   string
	Profile string
	Engine  string // version of the checks
	Made    string
	Classes []classCount
	Entries []entry
	Checks  []checkCount
}

// classCount counts the photos of one decision. Filters choose by Class.
type classCount struct {
	Class, Says string
	Photos      int
}

// checkCount lists where a check did not pass.
type checkCount struct {
	Title                  string
	Return, Review, Looked int
	Photos                 []checkPhoto
}

type checkPhoto struct {
	Anchor, Class string
	Number        int
}

func (a *album) writePage(to io.Writer, now time.Time) error {
	data := pageData{
		CSS:   template.CSS(string(overlay.CSS()) + pageCSS), //nolint:gosec // both are ours
		Title: "Photo check", Profile: a.rules.ID() + ": " + a.rules.Title(),
		Engine: a.engine, Made: now.Format("2006-01-02 15:04"), Entries: a.entries, Checks: a.byCheck(),
	}
	for _, c := range []classCount{
		{Class: "return", Says: "go back"}, {Class: "review", Says: "for an officer"}, {Class: "pass", Says: "pass"},
		{Class: "error", Says: "could not be judged"},
	} {
		for _, e := range a.entries {
			if e.Class == c.Class {
				c.Photos++
			}
		}
		data.Classes = append(data.Classes, c)
	}
	if _, err := io.WriteString(to, albumMark); err != nil {
		return err
	}
	if err := pageTemplate.ExecuteTemplate(to, "head", data); err != nil {
		return err
	}
	if _, err := io.Copy(to, a.sections); err != nil {
		return err
	}
	return pageTemplate.ExecuteTemplate(to, "foot", data)
}

// byCheck lists each check that did not pass somewhere.
func (a *album) byCheck() []checkCount {
	var out []checkCount
	for _, id := range report.CheckIDs() {
		c := checkCount{Title: id.Title("en")}
		for _, e := range a.entries {
			i := slices.IndexFunc(e.checks, func(c report.Check) bool { return c.ID == id })
			if i < 0 {
				continue
			}
			var class string
			switch check := e.checks[i]; {
			case check.Outcome == report.Fail && check.Action == report.ToReturn:
				c.Return++
				class = "return"
			case check.Outcome == report.Fail && check.Action == report.ToReview:
				c.Review++
				class = "review"
			case check.Outcome == report.Inconclusive && check.Action != report.Ignore:
				c.Looked++
				class = "unknown"
			default:
				continue
			}
			c.Photos = append(c.Photos, checkPhoto{e.Anchor, class, e.Number})
		}
		if len(c.Photos) > 0 {
			out = append(out, c)
		}
	}
	return out
}
