package portal

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"prportal.example/internal/overlay"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

// verdictView is what the automatic check found, in words for the person in the photo.
type verdictView struct {
	Decision    report.Decision
	Heading     string
	Lead        string
	Picture     *pictureView
	Found       []finding // that would return the photo
	Hints       []finding // that a person will look at
	Unchecked   string    // what could not be checked, "" if everything was
	NothingSeen bool      // the check could look at nothing at all
}

// finding is one reason, told once.
type finding struct {
	Reason                     report.Reason
	Title, Explanation, Advice string
}

// pictureView is the person's own photo with what was found drawn on it.
type pictureView struct {
	URL           string
	Width, Height int
	SVG           template.HTML
	Shapes        []shape
}

// shape is something drawn that can be shown and hidden.
type shape struct{ Check, Title string }

// verdict tells the verdict on a photo. only keeps those reasons of the drawing that it names, nil keeps all.
func verdict(photo *store.Photo, lang string, say web.Say, only []report.Reason) (*verdictView, error) {
	if photo == nil || photo.Verdict == nil {
		return nil, nil
	}
	r := *photo.Verdict
	v := &verdictView{Decision: r.Decision, Heading: say("verdict_" + string(r.Decision)), Lead: say("lead_" + string(r.Decision))}
	for _, reason := range told(r, report.ToReturn) {
		v.Found = append(v.Found, explained(reason, lang))
	}
	for _, reason := range told(r, report.ToReview) {
		if !slices.ContainsFunc(v.Found, func(f finding) bool { return f.Reason == reason }) {
			t := reason.Text(lang)
			v.Hints = append(v.Hints, finding{reason, t.Title, say("hint_" + string(reason)), t.Advice})
		}
	}
	unchecked, all := notChecked(r, lang)
	v.NothingSeen = all && r.Decision != report.DecisionReturn
	switch {
	case v.NothingSeen:
		v.Heading, v.Lead = say("verdict_unchecked"), say("lead_unchecked")
	case len(unchecked) > 0 && r.Decision != report.DecisionReturn: // nobody looks at a photo that comes back
		v.Unchecked = say("unchecked", strings.Join(unchecked, ", "))
	}
	var err error
	v.Picture, err = picture(photo, lang, say, only)
	return v, err
}

func explained(reason report.Reason, lang string) finding {
	t := reason.Text(lang)
	return finding{reason, t.Title, t.Explanation, t.Advice}
}

// told lists the reasons of failed checks that lead to action, worst first. Those that made the decision are in the report;
// it leaves out what another reason explains.
func told(r report.Report, action report.Action) []report.Reason {
	made := report.ToReview
	if r.Decision == report.DecisionReturn {
		made = report.ToReturn
	}
	if action == made {
		return r.Reasons
	}
	if action == report.ToReturn {
		return nil
	}
	var failed []report.Check
	for _, c := range r.Checks {
		if c.Outcome == report.Fail && c.Action == action {
			failed = append(failed, c)
		}
	}
	slices.SortStableFunc(failed, func(a, b report.Check) int { return compareScores(a.Score, b.Score) })
	var out []report.Reason
	for _, c := range failed {
		if !slices.Contains(out, c.Reason) {
			out = append(out, c.Reason)
		}
	}
	return out
}

func compareScores(a, b *float64) int {
	switch {
	case a == nil || b == nil || *a == *b:
		return 0
	case *a < *b:
		return -1
	}
	return 1
}

// notChecked lists the checks that count and could not look, by the titles of their reasons; all says that none could.
func notChecked(r report.Report, lang string) (titles []string, all bool) {
	all = true
	for _, c := range r.Checks {
		switch {
		case c.Outcome == report.Pass || c.Outcome == report.Fail:
			all = false
		case c.Outcome == report.Inconclusive && c.Action != report.Ignore:
			titles = append(titles, strings.ToLower(c.ID.Title(lang)))
		}
	}
	return titles, all && len(titles) > 0
}

func picture(photo *store.Photo, lang string, say web.Say, only []report.Reason) (*pictureView, error) {
	if photo.Rendition == nil {
		return nil, nil
	}
	v := &pictureView{URL: "/photo/rendition/" + photo.ID, Width: photo.Rendition.Width, Height: photo.Rendition.Height}
	if photo.Verdict == nil {
		return v, nil
	}
	drawing := drawn(*photo.Verdict, lang, only)
	for _, g := range drawing.Groups {
		s := shape{Check: g.Name, Title: say("shape_crop")}
		if c, ok := photo.Verdict.Check(report.CheckID(g.Name)); ok {
			s.Title = c.Reason.Text(lang).Title
		}
		v.Shapes = append(v.Shapes, s)
	}
	var err error
	if v.SVG, err = drawing.SVG(); err != nil {
		return nil, fmt.Errorf("draw what was found on photo %s: %w", photo.ID, err)
	}
	return v, nil
}

// drawn is the drawing of what failed, and of the part that would be printed.
func drawn(r report.Report, lang string, only []report.Reason) overlay.Drawing {
	whole := overlay.New(r, lang)
	shown := whole.Failed()
	if only != nil {
		shown.Groups = slices.DeleteFunc(slices.Clone(shown.Groups), func(g overlay.Group) bool {
			c, ok := r.Check(report.CheckID(g.Name))
			return !ok || !slices.Contains(only, c.Reason)
		})
	}
	for _, g := range whole.Groups {
		if g.Name == overlay.CropGroup {
			shown.Groups = append([]overlay.Group{g}, shown.Groups...)
		}
	}
	return shown
}
