package overlay

import (
	"html/template"
	"strconv"
	"strings"

	"prportal.example/pkg/photocheck/report"
)

type svgPage struct {
	View     report.Rect
	Title    string
	TextSize string
	Desc     []string
	Groups   []svgGroup
}

type svgGroup struct {
	Name, Title, Look string
	Areas             string
	Cells             []svgCells
	Contours          string
	Lines, Dots       string
	Texts             []svgText
}

type svgCells struct{ Class, Path string }

type svgText struct{ X, Y, Words string }

// preserveAspectRatio is none because the rendition's sides are rounded to whole pixels: stretched by half a pixel, both
// boxes stay congruent.
var svgTemplate = template.Must(template.New("svg").Parse(
	`<svg class="evidence" viewBox="{{.View.X}} {{.View.Y}} {{.View.Width}} {{.View.Height}}" preserveAspectRatio="none" role="img" ` +
		`aria-label="{{.Title}}"><title>{{.Title}}</title>` +
		`<desc>{{range $i, $d := .Desc}}{{if $i}}; {{end}}{{$d}}{{end}}</desc>` +
		`{{range .Groups}}<g class="ev ev-{{.Name}} {{.Look}}" data-check="{{.Name}}"><title>{{.Title}}</title>` +
		`{{range .Cells}}<path class="{{.Class}}" d="{{.Path}}"/>{{end}}` +
		`{{with .Areas}}<path class="area" d="{{.}}"/>{{end}}` +
		`{{with .Contours}}<path class="halo thin" vector-effect="non-scaling-stroke" d="{{.}}"/>` +
		`<path class="line thin" vector-effect="non-scaling-stroke" d="{{.}}"/>{{end}}` +
		`{{with .Lines}}<path class="halo" vector-effect="non-scaling-stroke" d="{{.}}"/>` +
		`<path class="line" vector-effect="non-scaling-stroke" d="{{.}}"/>{{end}}` +
		`{{with .Dots}}<path class="halo dot" vector-effect="non-scaling-stroke" d="{{.}}"/>` +
		`<path class="line dot" vector-effect="non-scaling-stroke" d="{{.}}"/>{{end}}` +
		`</g>{{end}}` +
		// No line may lie over a text.
		`{{range .Groups}}{{if .Texts}}<g class="ev-{{.Name}} {{.Look}}">{{range .Texts}}<text x="{{.X}}" y="{{.Y}}" font-size="{{$.TextSize}}">` +
		`{{.Words}}</text>{{end}}</g>{{end}}{{end}}</svg>`))

// SVG returns the drawing as markup for html/template; empty for an empty drawing.
func (d Drawing) SVG() (template.HTML, error) {
	if d.Empty() {
		return "", nil
	}
	w := words(d.lang)
	page := svgPage{View: d.View, Title: w.title, TextSize: number(d.TextSize())}
	for _, l := range d.Layers() {
		title := l.Group.Title
		if o := l.Group.outcomeWords(w); o != "" {
			title += ": " + o
		}
		g := svgGroup{Name: l.Group.Name, Title: title, Look: lookClass[l.Group.Look()]}
		g.fill(l.Shapes)
		page.Groups = append(page.Groups, g)
		page.Desc = append(page.Desc, title+l.describe())
	}
	var b strings.Builder
	if err := svgTemplate.Execute(&b, page); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil //nolint:gosec // every value in it went through html/template
}

var lookClass = map[Look]string{
	LookUnknown: "is-unknown", LookPass: "is-pass", LookFail: "is-fail", LookReturn: "is-fail is-return", LookFrame: "is-frame",
}

// fill sorts shapes into one path for each way of drawing.
func (g *svgGroup) fill(shapes []Shape) {
	var areas, contours, lines, dots strings.Builder
	cells := map[string]*strings.Builder{}
	var classes []string
	for _, s := range shapes {
		switch s.Form {
		case Line, Loop:
			trace(&lines, s.Points, s.Form == Loop)
		case Contour:
			trace(&contours, s.Points, false)
		case Area:
			trace(&areas, s.Points, true)
		case Dot:
			dots.WriteString("M" + number(s.Points[0][0]) + " " + number(s.Points[0][1]) + "h0")
		case Cell:
			class := "cell cell-" + strconv.Itoa(s.Level)
			if s.Map != "" {
				class += " map-" + s.Map
			}
			if cells[class] == nil {
				cells[class] = &strings.Builder{}
				classes = append(classes, class)
			}
			a, b := s.Points[0], s.Points[1]
			w, h := number(b[0]-a[0]), number(b[1]-a[1])
			cells[class].WriteString("M" + number(a[0]) + " " + number(a[1]) + "h" + w + "v" + h + "h-" + w + "Z")
		case Text:
			g.Texts = append(g.Texts, svgText{number(s.Points[0][0]), number(s.Points[0][1]), s.Words})
		}
	}
	g.Areas, g.Contours, g.Lines, g.Dots = areas.String(), contours.String(), lines.String(), dots.String()
	for _, c := range classes {
		g.Cells = append(g.Cells, svgCells{c, cells[c].String()})
	}
}

func trace(to *strings.Builder, points [][2]float64, closed bool) {
	for i, p := range points {
		if i == 0 {
			to.WriteByte('M')
		} else {
			to.WriteByte('L')
		}
		to.WriteString(number(p[0]) + " " + number(p[1]))
	}
	if closed {
		to.WriteByte('Z')
	}
}

// number writes v with at most one decimal: a tenth of a pixel is finer than any screen shows.
func number(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}
