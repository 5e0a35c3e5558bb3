// Package overlay draws the evidence of a photo report, to lie over the rendition of the same photo: as an inline SVG for pages,
// and as plain shapes for whoever draws them otherwise (package raster makes pictures of them).
//
// The SVG has classes and data attributes only, no style and no script, so that a strict content security policy
// holds; its looks are in overlay.css. The view box is the upright picture at full resolution and fills the image's box
// whatever its size; stroke widths do not scale with it. Every line is drawn twice, dark below bright, so that it shows
// on any photo; outcomes differ by dash and width as well as by colour, and every piece of evidence has its name beside it.
//
// A label that this package does not know is drawn all the same, under the title of its check.
package overlay

import (
	_ "embed"
	"math"
	"strings"

	"prportal.example/pkg/photocheck/report"
)

//go:embed overlay.css
var css []byte

// CSS returns the style sheet that a page with a drawing needs.
func CSS() []byte { return css }

// CropGroup is the name of the group that shows the frame that will be printed.
const CropGroup = "crop"

// Drawing is what there is to draw of one report. The zero value draws nothing.
type Drawing struct {
	View   report.Rect // view box, in pixels of the upright picture: all of it unless In was used
	Groups []Group
	lang   string
}

// Group is the evidence of one check, or the crop.
type Group struct {
	Name    string // check id, or CropGroup; used in class and data-check
	Title   string // in the language of the drawing
	Outcome report.Outcome
	Action  report.Action
	check   report.Check
	pieces  []piece
}

// New returns the drawing of every check of r that has evidence, and of the crop, in the language "en" or "fr". A report
// without a picture, or without anything to draw, gives a drawing for which Empty holds.
func New(r report.Report, lang string) Drawing {
	d := Drawing{lang: lang}
	if r.Width <= 0 || r.Height <= 0 {
		return d
	}
	d.View = report.Rect{Width: r.Width, Height: r.Height}
	if g, ok := cropGroup(r, lang); ok {
		d.Groups = append(d.Groups, g)
	}
	for _, c := range r.Checks {
		g := Group{Name: class(string(c.ID)), Title: c.ID.Title(lang), Outcome: c.Outcome, Action: c.Action, check: c}
		if g.Title == "" {
			g.Title = string(c.ID)
		}
		g.pieces = clean(c.Evidence, r.Width, r.Height)
		if len(g.pieces) > 0 {
			d.Groups = append(d.Groups, g)
		}
	}
	return d
}

// Failed returns the part of the drawing that an applicant is shown: checks that failed and count.
func (d Drawing) Failed() Drawing {
	shown := d
	shown.Groups = nil
	for _, g := range d.Groups {
		if g.Failing() {
			shown.Groups = append(shown.Groups, g)
		}
	}
	return shown
}

// In returns the same drawing to lie over a part of the picture, such as the crop that will be printed.
func (d Drawing) In(part report.Rect) Drawing {
	if part.Width <= 0 || part.Height <= 0 {
		return Drawing{lang: d.lang}
	}
	d.View = part
	return d
}

// Empty tells whether there is nothing to draw.
func (d Drawing) Empty() bool { return len(d.Groups) == 0 }

// Has tells whether the drawing shows anything for the check.
func (d Drawing) Has(id report.CheckID) bool {
	for _, g := range d.Groups {
		if g.Name == string(id) {
			return true
		}
	}
	return false
}

// Failing tells whether the group is of a check that failed and counts.
func (g Group) Failing() bool { return g.Outcome == report.Fail && g.Action != report.Ignore }

func cropGroup(r report.Report, lang string) (Group, bool) {
	c := r.Crop
	if c == nil || c.Width <= 0 || c.Height <= 0 || (c.Width >= r.Width && c.Height >= r.Height) {
		return Group{}, false
	}
	g := Group{Name: CropGroup, Title: words(lang).crop, Outcome: report.NotApplicable, Action: report.Ignore}
	g.pieces = clean([]report.Evidence{{Kind: report.Box, Points: [][2]float64{
		{float64(c.X), float64(c.Y)}, {float64(c.X) + float64(c.Width), float64(c.Y) + float64(c.Height)},
	}}}, r.Width, r.Height)
	return g, len(g.pieces) > 0
}

// class keeps what may stand in a class name; check ids are lower case letters and underscores.
func class(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return -1
	}, id)
}

// Look is how a group stands out. Each differs from the others by more than its colour.
type Look int

const (
	LookUnknown Look = iota // not measured: dotted
	LookPass                // dashed
	LookFail                // whole
	LookReturn              // whole and wide: it sends the photo back
	LookFrame               // dash and dot: the frame that is printed
)

// Look returns how the group stands out.
func (g Group) Look() Look {
	switch {
	case g.Name == CropGroup:
		return LookFrame
	case g.Failing() && g.Action == report.ToReturn:
		return LookReturn
	case g.Failing():
		return LookFail
	case g.Outcome == report.Pass:
		return LookPass
	default:
		return LookUnknown
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
