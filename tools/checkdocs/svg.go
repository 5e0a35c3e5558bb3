package main

import (
	"fmt"
	"html"
	"strings"
)

// A diagram is two panels side by side: what passes and what fails.
const (
	panelW, panelH = 260, 300
	gap, foot      = 20, 46
)

type diagram struct {
	title     string
	good, bad panel
}

// panel is a drawing of panelW×panelH with a line of text below it.
type panel struct {
	caption string
	body    strings.Builder
}

// svg writes the diagram on a light card, so that it reads on any page.
func (d diagram) svg() []byte {
	const w, h = 2*panelW + 3*gap, panelH + 2*gap + foot
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s" `+
		`font-family="system-ui, sans-serif" font-size="13">`+"\n<title>%s</title>\n", w, h, w, h, html.EscapeString(d.title), html.EscapeString(d.title))
	fmt.Fprintf(&b, `<rect x="1" y="1" width="%d" height="%d" rx="10" fill="#fff" stroke="#c9ced6" stroke-width="2"/>`+"\n", w-2, h-2)
	b.WriteString(`<clipPath id="c"><rect width="` + fmt.Sprint(panelW) + `" height="` + fmt.Sprint(panelH) + `" rx="4"/></clipPath>` + "\n")
	for i, p := range []*panel{&d.good, &d.bad} {
		x := gap + i*(panelW+gap)
		fmt.Fprintf(&b, `<g transform="translate(%d %d)"><g clip-path="url(#c)"><rect width="%d" height="%d" fill="#e6ebf1"/>`+"\n%s</g>\n",
			x, gap, panelW, panelH, p.body.String())
		mark, colour := "✓", "#1b6e3c"
		if i == 1 {
			mark, colour = "✗", "#a63a00"
		}
		fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="4" fill="none" stroke="%s" stroke-width="2"/>`, panelW, panelH, colour)
		fmt.Fprintf(&b, `<text x="2" y="%d" fill="%s"><tspan font-weight="700" font-size="16">%s</tspan> %s</text></g>`+"\n", panelH+24, colour, mark,
			html.EscapeString(p.caption))
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

func (p *panel) add(format string, args ...any) { fmt.Fprintf(&p.body, format+"\n", args...) }

func (p *panel) rect(x, y, w, h float64, style string) {
	p.add(`<rect x="%.4g" y="%.4g" width="%.4g" height="%.4g" %s/>`, x, y, w, h, style)
}

func (p *panel) text(x, y float64, s string) {
	p.add(`<text x="%.4g" y="%.4g" fill="#16191d" stroke="#fff" stroke-width="3" paint-order="stroke">%s</text>`, x, y, html.EscapeString(s))
}

// Styles of what a check looks at.
const (
	markStyle = `fill="#ff9d00" fill-opacity=".22" stroke="#c45a00" stroke-width="2.5" vector-effect="non-scaling-stroke"`
	lineStyle = `fill="none" stroke="#c45a00" stroke-width="2.5" vector-effect="non-scaling-stroke"`
	goodStyle = `fill="#0072b2" fill-opacity=".15" stroke="#0072b2" stroke-width="2" stroke-dasharray="6 4" vector-effect="non-scaling-stroke"`
	inkStyle  = `fill="none" stroke="#3a2c25" stroke-width="2" vector-effect="non-scaling-stroke"`
)

// person is a schematic head and shoulders. Lengths within are in IED from the middle of the eyes.
type person struct {
	x, y, ied float64 // in the panel
	roll      float64 // degrees
	turn      float64 // offset of the nose
	skin      string
	closed    bool // eyes
	smile     bool
	filter    string
}

// draw draws the person; more is drawn on top in the person's own coordinates.
func (p *panel) draw(o person, more ...string) {
	if o.skin == "" {
		o.skin = "#c99372"
	}
	p.add(`<g transform="translate(%.4g %.4g) rotate(%.4g) scale(%.4g)" stroke-linecap="round"%s>`, o.x, o.y, o.roll, o.ied, o.filter)
	p.add(`<path d="M-2.5 4.6C-2.4 3-1.6 2.6-.6 2.4V1.4H.6V2.4C1.6 2.6 2.4 3 2.5 4.6V9H-2.5Z" fill="#4a5d7a"/>`)
	p.add(`<path d="M-.55 1.2H.55V2.5Q0 2.9-.55 2.5Z" fill="%s"/>`, o.skin)
	p.add(`<ellipse cy="-.05" rx="1.32" ry="1.75" fill="#3a2c25"/><ellipse cy=".33" rx="1.16" ry="1.5" fill="%s"/>`, o.skin)
	for _, x := range []float64{-.5, .5} {
		if o.closed {
			p.add(`<path d="M%.3g 0Q%.3g .12 %.3g 0" %s/>`, x-.22, x, x+.22, inkStyle)
		} else {
			p.add(`<ellipse cx="%.3g" rx=".23" ry=".1" fill="#fff"/><circle cx="%.3g" r=".095" fill="#2b211c"/>`, x, x)
		}
		p.add(`<path d="M%.3g -.28Q%.3g -.4 %.3g -.28" %s/>`, x-.28, x, x+.28, inkStyle)
	}
	p.add(`<path d="M%.3g .1L%.3g .62H%.3g" %s/>`, o.turn*.5, o.turn-.1, o.turn+.12, inkStyle)
	if o.smile {
		p.add(`<path d="M-.62 .95Q0 1.5 .62 .95Q0 1.12-.62 .95Z" fill="#fff" stroke="#3a2c25" stroke-width="2" vector-effect="non-scaling-stroke"/>`)
	} else {
		p.add(`<path d="M%.3g 1.06Q%.3g 1.12 %.3g 1.06" %s/>`, o.turn-.42, o.turn, o.turn+.42, inkStyle)
	}
	for _, m := range more {
		p.add("%s", m)
	}
	p.add(`</g>`)
}

// mark is an element of that style on a person, say <ellipse …>.
func mark(element, style string) string { return "<" + element + " " + style + "/>" }
