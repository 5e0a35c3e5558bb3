package overlay

import (
	"html/template"

	"prportal.example/pkg/photocheck/report"
)

type svgPage struct {
	View   report.Rect
	Title  string
	Desc   []string
	Groups []svgGroup
}

type svgGroup struct {
	Name, Title, Outcome string
	Lines, Dots          string
	Cells                []string
}

// preserveAspectRatio is none because the rendition's sides are rounded to whole pixels: stretched by half a pixel, both
// boxes stay congruent.
var svgTemplate = template.Must(template.New("svg").Parse(
	`<svg class="evidence" viewBox="{{.View.X}} {{.View.Y}} {{.View.Width}} {{.View.Height}}" preserveAspectRatio="none" role="img" ` +
		`aria-label="{{.Title}}"><title>{{.Title}}</title>` +
		`<desc>{{range $i, $d := .Desc}}{{if $i}}; {{end}}{{$d}}{{end}}</desc>` +
		`{{range .Groups}}<g class="ev ev-{{.Name}} {{.Outcome}}" data-check="{{.Name}}"><title>{{.Title}}</title>` +
		`{{range $i, $c := .Cells}}{{if $c}}<path class="cell cell-{{$i}}" d="{{$c}}"/>{{end}}{{end}}` +
		`{{with .Lines}}<path class="halo" vector-effect="non-scaling-stroke" d="{{.}}"/>` +
		`<path class="line" vector-effect="non-scaling-stroke" d="{{.}}"/>{{end}}` +
		`{{with .Dots}}<path class="halo dot" vector-effect="non-scaling-stroke" d="{{.}}"/>` +
		`<path class="line dot" vector-effect="non-scaling-stroke" d="{{.}}"/>{{end}}</g>{{end}}</svg>`))
