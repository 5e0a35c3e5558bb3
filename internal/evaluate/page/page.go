// Package page draws an evaluation as one HTML file that needs no other and no script.
package page

import (
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"prportal.example/internal/evaluate"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// Input is what a page shows.
type Input struct {
	Evaluation *evaluate.Evaluation // after Count
	Rules      *profile.Profile     // those that judged
	Worst      map[report.CheckID]Worst
}

// Worst are the mistakes of a check that are shown, worst first.
type Worst struct {
	FalseFlags []Shown
	Misses     []Shown
}

// Shown is a photo that a check was wrong about.
type Shown struct {
	*evaluate.Photo
	Margin  float64 // how wrong; the list is in this order
	Picture []byte  // a small JPEG; nil if the photo can't be shown
}

//go:embed page.html page.css
var files embed.FS

var pages = template.Must(template.New("page").Funcs(template.FuncMap{
	"percent": percent, "rate": rateText, "span": rangeText, "number": number, "dataURI": dataURI, "points": points,
	"limit": limitText, "cell": newCell, "plural": plural, "title": title, "few": few, "area": area,
}).ParseFS(files, "page.html", "page.css"))

// Write writes the page.
func Write(w io.Writer, in Input) error {
	if err := pages.ExecuteTemplate(w, "page.html", newView(in)); err != nil {
		return fmt.Errorf("report page: %w", err)
	}
	return nil
}

// few tells whether a change touches so few photos that their list is shown at once.
func few(c evaluate.Change) bool { return len(c.Broken)+len(c.Fixed) <= 6 }

func dataURI(jpeg []byte) template.URL {
	return template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(jpeg)) //nolint:gosec // base64 of a picture that we encoded
}
