package page_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/evaluate"
	"prportal.example/internal/evaluate/page"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func rules(t *testing.T) *profile.Profile {
	t.Helper()
	text, err := os.ReadFile("../testdata/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.Load(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// page writes in as HTML, and looks whether it is well-formed and stands alone.
func write(t *testing.T, in page.Input) string {
	t.Helper()
	var out bytes.Buffer
	if err := page.Write(&out, in); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	ids, links := map[string]bool{}, []string{}
	parser := xml.NewDecoder(strings.NewReader(text))
	parser.Entity = xml.HTMLEntity
	for {
		token, err := parser.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if element.Name.Local == "script" || element.Name.Local == "link" {
			t.Errorf("there is a %s", element.Name.Local)
		}
		for _, a := range element.Attr {
			switch a.Name.Local {
			case "id":
				if ids[a.Value] {
					t.Errorf("id %s stands twice", a.Value)
				}
				ids[a.Value] = true
			case "href":
				links = append(links, a.Value)
			case "src":
				if !strings.HasPrefix(a.Value, "data:image/jpeg;base64,") {
					t.Errorf("src %.60s", a.Value)
				}
			}
			if strings.HasPrefix(a.Name.Local, "on") {
				t.Errorf("there is a script in %s", a.Name.Local)
			}
		}
	}
	for _, link := range links {
		if name, ok := strings.CutPrefix(link, "#"); !ok || !ids[name] {
			t.Errorf("link %s leads nowhere in the page", link)
		}
	}
	if m := regexp.MustCompile(`https?:|url\(|@import|ZgotmplZ|NaN|%!|Inf\b`).FindString(text); m != "" {
		t.Errorf("the page holds %q", m)
	}
	return text
}

func evaluation(t *testing.T, photos int) *evaluate.Evaluation {
	t.Helper()
	table, err := evaluate.LoadTable(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := rules(t)
	e := &evaluate.Evaluation{Version: evaluate.FormatVersion, Made: time.Unix(1e9, 0).UTC(), Folder: "a <b>folder</b>", Profile: p.ID(), ProfileTitle: p.Title(),
		Engine: report.Engine{Finder: "haar", Version: "1"}}
	listed := map[string]bool{}
	for i := range photos {
		label := []string{"direct_studio", "too_dark", "recapture_print", "scan"}[i%4]
		s := evaluate.Sample{Path: fmt.Sprintf("%s/<%d>&.jpg", label, i), Label: label, Set: []string{"one", "two"}[i%2]}
		s.Expectation, _ = table.Expect(label)
		s.Groups = []evaluate.Group{{Name: "gender", Value: []string{"female", "male"}[i/4%2]}}
		strength := float64(i)
		if label == "too_dark" {
			s.Effect, s.Strength = "dim", &strength
		}
		r := report.Report{Width: 10, Height: 14}
		for _, rule := range p.Rules() {
			v := rule.Score.Best
			switch {
			case rule.ID == report.TooDark && (label == "too_dark" || i%8 == 0):
				v = -2.5 - float64(i%5)/2
			case rule.ID == report.PaperPrint && label != "direct_studio":
				v = .7 + float64(i%7)/20
			}
			r.Checks = append(r.Checks, report.Check{ID: rule.ID, Measure: report.Number(v)})
		}
		if i%11 == 10 {
			text := "the <engine> failed"
			r = report.Report{Error: &text}
		}
		e.Photos = append(e.Photos, evaluate.NewPhoto(s, profile.Judge(p, r, nil)))
		if !listed[s.Name] {
			listed[s.Name] = true
			e.Expectations = append(e.Expectations, s.Expectation)
		}
	}
	e.Count(p)
	return e
}

func TestPage(t *testing.T) {
	e := evaluation(t, 200)
	old := evaluation(t, 199)
	for i := range old.Photos {
		f := old.Photos[i].Checks[report.TooDark]
		f.Outcome = report.Pass
		old.Photos[i].Checks[report.TooDark] = f
	}
	e.Comparison = e.Compare(old)
	text := write(t, page.Input{Evaluation: e, Rules: rules(t), Worst: map[report.CheckID]page.Worst{
		report.TooDark: {FalseFlags: []page.Shown{{Photo: &e.Photos[0], Margin: -1, Picture: []byte("\xff\xd8")}, {Photo: &e.Photos[8]}}},
	}})
	for _, want := range []string{
		`a &lt;b&gt;folder&lt;/b&gt;`, `data:image/jpeg;base64,/9g=`, "no picture", "the &lt;engine&gt; failed", "APCER at the limit",
		"Simulated faults told, by strength", "Good photos flagged, by gender", "allowed scan", `class="line" d="M`, `class="bars good" d="M`,
		"Worse.", "A return also needs <code>eyes_covered</code> of at least 0.15.", "Fails below −3\u00a0log2; may return below −3.4.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// Whatever there is little of, the page holds.
func TestEmptyStates(t *testing.T) {
	for n := range 5 {
		e := evaluation(t, n)
		text := write(t, page.Input{Evaluation: e, Rules: rules(t)})
		if n == 0 && (!strings.Contains(text, "No label says anything about a check") || !strings.Contains(text, "The labels say nothing about people") ||
			!strings.Contains(text, "No photo is labelled as a picture of a print")) {
			t.Error("an empty evaluation is not told")
		}
		e.Comparison = e.Compare(e)
		if text := write(t, page.Input{Evaluation: e, Rules: rules(t)}); !strings.Contains(text, "No photo changed") {
			t.Errorf("%d photos: no comparison", n)
		}
	}
}
