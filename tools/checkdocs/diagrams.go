package main

import (
	"fmt"
	"math"

	"prportal.example/pkg/photocheck/report"
)

// middle is a person as a passport photo shows one.
var middle = person{x: 130, y: 130, ied: 52}

// with changes a copy of a person.
func (o person) with(change func(*person)) person {
	change(&o)
	return o
}

// two makes a diagram of what passes and what fails.
func two(goodCaption string, good func(*panel), badCaption string, bad func(*panel)) func(string) diagram {
	return func(title string) diagram {
		d := diagram{title: title, good: panel{caption: goodCaption}, bad: panel{caption: badCaption}}
		good(&d.good)
		bad(&d.bad)
		return d
	}
}

// diagrams has the drawing of each check. People are schematic: nobody's photo is needed to explain a measure.
var diagrams = map[report.CheckID]func(title string) diagram{
	report.FileType: two("starts as JPEG or PNG", func(p *panel) {
		bytesRow(p, 90, []string{"FF", "D8", "FF", "…"}, "JPEG")
		bytesRow(p, 180, []string{"89", "50", "4E", "…"}, "PNG")
	}, "anything else, whatever its name", func(p *panel) {
		bytesRow(p, 90, []string{"47", "49", "46", "…"}, "GIF, named photo.jpg")
		bytesRow(p, 180, []string{"25", "50", "44", "…"}, "PDF")
	}),
	report.FileSize: two("within what is taken", func(p *panel) { sizeBar(p, 110) }, "more than is taken", func(p *panel) { sizeBar(p, 235) }),
	report.FileIntact: two("runs to its end", func(p *panel) {
		scans(p, 8)
		p.text(70, 270, "… end of image")
	}, "cut short", func(p *panel) {
		scans(p, 4)
		p.add(`<path d="M30 156l20 10 20-10 20 10 20-10 20 10 20-10 20 10 20-10 20 10 20-10" %s/>`, lineStyle)
		p.text(60, 215, "the rest is missing")
	}),
	report.PixelSize: two("enough pixels in the frame", func(p *panel) {
		p.draw(middle.with(func(o *person) { o.y, o.ied = 140, 34 }))
		p.rect(55, 50, 150, 210, goodStyle)
		p.text(62, 70, "1000 px or more")
	}, "too few pixels in the frame", func(p *panel) {
		p.draw(middle.with(func(o *person) { o.y, o.ied = 140, 34 }))
		for x := 55.0; x <= 205; x += 15 {
			p.add(`<path d="M%g 50V260" stroke="#c45a00" stroke-width=".8"/>`, x)
		}
		for y := 50.0; y <= 260; y += 15 {
			p.add(`<path d="M55 %gH205" stroke="#c45a00" stroke-width=".8"/>`, y)
		}
		p.rect(55, 50, 150, 210, lineStyle)
	}),
	report.Aspect: two("any usual shape", func(p *panel) {
		p.rect(30, 60, 90, 126, goodStyle)
		p.rect(140, 90, 100, 75, goodStyle)
		p.text(48, 205, "5:7")
		p.text(172, 185, "4:3")
	}, "a strip or a panorama", func(p *panel) {
		p.rect(30, 40, 46, 230, markStyle)
		p.rect(90, 120, 160, 50, markStyle)
	}),
	report.Colour: two("colours spread", func(p *panel) { labPlane(p, 42, 30) }, "colours on one point or line", func(p *panel) { labPlane(p, 30, 2) }),
	report.FaceCount: two("one face", func(p *panel) {
		p.draw(middle, mark(`rect x="-1.1" y="-.95" width="2.2" height="2.9"`, goodStyle))
	}, "none, or several", func(p *panel) {
		for _, x := range []float64{70, 190} {
			p.draw(person{x: x, y: 130, ied: 30}, mark(`rect x="-1.1" y="-.95" width="2.2" height="2.9"`, markStyle))
		}
	}),
	report.HeadSize:     two("chin to crown within the band", func(p *panel) { headRuler(p, 40) }, "the head is too large for the frame", func(p *panel) { headRuler(p, 66) }),
	report.HeadPosition: two("the eyes in their band", func(p *panel) { eyeBand(p, 130, 118) }, "too near an edge", func(p *panel) { eyeBand(p, 60, 175) }),
	report.Pose: two("level, looking at the camera", func(p *panel) {
		p.draw(middle, mark(`path d="M-.5 0H.5M0 0V.6"`, lineStyle))
	}, "tilted (roll) and turned (yaw)", func(p *panel) {
		p.draw(middle.with(func(o *person) { o.roll, o.turn = 14, .22 }), mark(`path d="M-.5 0H.5M0 0L.22 .6"`, lineStyle))
		p.add(`<path d="M70 130H190" stroke="#0072b2" stroke-width="2" stroke-dasharray="6 4"/>`)
		p.text(196, 135, "level")
	}),
	report.EyesVisible: two("an iris with white beside it", func(p *panel) { eye(p, false) }, "a lid", func(p *panel) { eye(p, true) }),
	report.FeaturesVisible: two("brow, chin and temples in the picture", func(p *panel) {
		p.draw(middle, mark(`rect x="-1.1" y="-1.45" width="2.2" height="3.2"`, goodStyle))
	}, "the picture's edge cuts the face", func(p *panel) {
		p.draw(middle.with(func(o *person) { o.x = 22 }), mark(`rect x="-1.1" y="-1.45" width="2.2" height="3.2"`, markStyle))
		p.add(`<path d="M3 40V260" stroke="#c45a00" stroke-width="6"/>`)
	}),
	report.Expression: two("the mouth at rest", func(p *panel) {
		p.draw(middle, mark(`path d="M-.42 1.06H.42M-.42 .96V1.16M.42 .96V1.16"`, lineStyle))
	}, "drawn wide", func(p *panel) {
		p.draw(middle.with(func(o *person) { o.smile = true }), mark(`path d="M-.62 .95H.62M-.62 .85V1.05M.62 .85V1.05"`, lineStyle))
	}),
	report.TooDark: two("bright highlights, on any skin", func(p *panel) {
		p.draw(middle.with(func(o *person) { o.skin = "#7a4a32" }), faceOval(goodStyle), eyeBoxes(goodStyle))
	}, "even the highlights are dark", func(p *panel) {
		p.draw(middle.with(func(o *person) { o.skin = "#7a4a32" }))
		p.rect(0, 0, panelW, panelH, `fill="#000" fill-opacity=".72"`)
		p.draw(person{x: 130, y: 130, ied: 52, skin: "none", filter: ` opacity="0"`})
		p.add(`<g transform="translate(130 130) scale(52)">%s%s</g>`, faceOval(markStyle), eyeBoxes(markStyle))
	}),
	report.TooBright: two("detail everywhere on the face", func(p *panel) { p.draw(middle, faceOval(goodStyle)) }, "a part is plain white", func(p *panel) {
		p.draw(middle, `<ellipse cx="-.1" cy=".3" rx=".75" ry="1" fill="#fff"/>`, faceOval(markStyle))
	}),
	report.EvenLight: two("both halves alike", func(p *panel) { p.draw(middle, cheeks(goodStyle), mark(`path d="M0 -.8V1.7"`, goodStyle)) },
		"one half in shadow", func(p *panel) {
			p.draw(middle, `<path d="M0 -1.15C1.5 -1.2 1.5 1.9 0 1.83Z" fill="#000" fill-opacity=".55"/>`, cheeks(lineStyle),
				mark(`path d="M0 -.6H.8V1.5H0Z"`, markStyle))
		}),
	report.Glare: two("no reflection", func(p *panel) { p.draw(middle, faceOval(goodStyle)) }, "a reflection on skin, or over an eye", func(p *panel) {
		p.draw(middle, `<ellipse cx="-.5" rx=".3" ry=".2" fill="#fff"/><ellipse cx=".35" cy=".7" rx=".22" ry=".3" fill="#fff"/>`,
			mark(`ellipse cx="-.5" rx=".33" ry=".23"`, markStyle), mark(`ellipse cx=".35" cy=".7" rx=".25" ry=".33"`, markStyle))
	}),
	report.Sharpness: two("fine detail", func(p *panel) {
		p.draw(middle, mark(`rect x="-.8" y="-.4" width="1.6" height="1.8"`, goodStyle))
	}, "coarse detail only", func(p *panel) {
		p.add(`<filter id="b"><feGaussianBlur stdDeviation=".09"/></filter>`)
		p.draw(middle.with(func(o *person) { o.filter = ` filter="url(#b)"` }))
		p.add(`<g transform="translate(130 130) scale(52)">%s</g>`, mark(`rect x="-.8" y="-.4" width="1.6" height="1.8"`, lineStyle))
	}),
	report.Background: two("one plain, light colour", func(p *panel) { beside(p, goodStyle) }, "edges and other colours", func(p *panel) {
		p.rect(0, 0, 60, panelH, `fill="#7b8f5a"`)
		p.rect(190, 30, 60, 110, `fill="#a8c4dd" stroke="#5a4632" stroke-width="6"`)
		beside(p, markStyle)
	}),
	report.PaperPrint: two("edges of a room, far or broken", func(p *panel) {
		p.add(`<path d="M18 0V300M0 46H60" stroke="#9aa6b4" stroke-width="3"/>`)
		p.draw(middle)
	}, "edges that make a sheet", func(p *panel) {
		p.rect(0, 0, panelW, panelH, `fill="#8d7a62"`)
		p.add(`<g transform="rotate(5 130 140)"><rect x="52" y="40" width="156" height="206" fill="#f6f3ee"/></g>`)
		p.draw(person{x: 134, y: 120, ied: 26, roll: 5})
		p.rect(0, 262, panelW, 60, `fill="#8d7a62"`)
		p.add(`<g transform="rotate(5 130 140)"><path d="M52 40H208V246H52Z" %s/></g>`, lineStyle)
		p.add(`<path d="M10 300C10 250 60 215 78 226C92 234 74 262 66 300Z" fill="#c99372" stroke="#3a2c25" stroke-width="2"/>`)
	}),
	report.ScreenCapture: two("frequencies fall off smoothly", func(p *panel) { spectrum(p, false) }, "one stands out: a display's pixels", func(p *panel) { spectrum(p, true) }),
}

func bytesRow(p *panel, y float64, cells []string, name string) {
	for i, c := range cells {
		x := 25 + float64(i)*52
		p.rect(x, y, 48, 36, `fill="#fff" stroke="#59616b" stroke-width="1.5"`)
		p.text(x+14, y+23, c)
	}
	p.text(25, y-10, name)
}

func sizeBar(p *panel, w float64) {
	p.rect(12, 120, w, 44, markStyle)
	p.add(`<path d="M180 80V210" stroke="#0072b2" stroke-width="3" stroke-dasharray="6 4"/>`)
	p.text(150, 72, "limit, MB")
}

func scans(p *panel, n int) {
	for i := range n {
		p.rect(30, 40+float64(i)*27, 200, 22, `fill="#8fa9c4" stroke="#4a5d7a" stroke-width="1"`)
	}
}

func labPlane(p *panel, rx, ry float64) {
	p.add(`<path d="M30 150H230M130 50V250" stroke="#9aa6b4" stroke-width="1.5"/>`)
	p.text(216, 144, "a*")
	p.text(136, 62, "b*")
	for i := range 60 {
		// An even spread over an ellipse by the golden angle.
		r, a := math.Sqrt(float64(i)/60), float64(i)*2.39996
		x, y := rx*1.7*r*math.Cos(a), ry*1.7*r*math.Sin(a)
		p.add(`<circle cx="%.1f" cy="%.1f" r="3" fill="#c45a00"/>`, 130+x*.86-y*.5, 150+x*.5+y*.86)
	}
}

func headRuler(p *panel, ied float64) {
	o := person{x: 130, y: 150, ied: ied}
	p.draw(o)
	top, chin := o.y-1.72*ied, o.y+1.83*ied
	const frame = 280.0
	p.rect(30, 10, 200, frame, `fill="none" stroke="#0072b2" stroke-width="2" stroke-dasharray="6 4"`)
	// What is permitted, from the chin up, as a share of the frame.
	low, high := chin-.443*frame, chin-.514*frame
	p.rect(208, high, 18, low-high, goodStyle)
	p.add(`<path d="M217 %.4gV%.4gM205 %.4gH229M205 %.4gH229" %s/>`, top, chin, top, chin, lineStyle)
}

func eyeBand(p *panel, x, y float64) {
	p.rect(30, 10, 200, 280, `fill="none" stroke="#0072b2" stroke-width="2" stroke-dasharray="6 4"`)
	p.rect(30+.45*200, 10+.3*280, .1*200, .2*280, goodStyle)
	p.draw(person{x: x, y: y, ied: 38}, mark(`path d="M-.5 0H.5"`, lineStyle))
	p.add(`<circle cx="%.4g" cy="%.4g" r="4" fill="#c45a00"/>`, x, y)
}

func eye(p *panel, closed bool) {
	p.add(`<rect width="%d" height="%d" fill="#c99372"/>`, panelW, panelH)
	if closed {
		p.add(`<path d="M40 150Q130 215 220 150" fill="none" stroke="#3a2c25" stroke-width="5"/>`)
		for x := 60.0; x <= 200; x += 20 {
			p.add(`<path d="M%g %gl%g 16" stroke="#3a2c25" stroke-width="3"/>`, x, 168+14*(1-math.Abs(x-130)/90), (x-130)*.08)
		}
	} else {
		p.add(`<path d="M40 150Q130 70 220 150Q130 220 40 150Z" fill="#fff" stroke="#3a2c25" stroke-width="3"/>`)
		p.add(`<circle cx="130" cy="146" r="36" fill="#6b4a2f"/><circle cx="130" cy="146" r="15" fill="#16110e"/>`)
	}
	for _, side := range []float64{0, math.Pi} {
		for d := -40.0; d <= 40; d += 20 {
			a := side + d*math.Pi/180
			p.add(`<path d="M%.1f %.1fL%.1f %.1f" %s/>`, 130+28*math.Cos(a), 146+28*math.Sin(a), 130+46*math.Cos(a), 146+46*math.Sin(a), lineStyle)
		}
	}
	p.text(70, 270, "dark inside, bright outside?")
}

func faceOval(style string) string { return mark(`ellipse cy=".45" rx=".85" ry="1.25"`, style) }

func eyeBoxes(style string) string {
	return mark(`rect x="-.74" y="-.09" width=".48" height=".18"`, style) + mark(`rect x=".26" y="-.09" width=".48" height=".18"`, style)
}

func cheeks(style string) string {
	return mark(`rect x="-.7" y=".45" width=".4" height=".55"`, style) + mark(`rect x=".3" y=".45" width=".4" height=".55"`, style)
}

func beside(p *panel, style string) {
	o := person{x: 130, y: 130, ied: 36}
	p.draw(o)
	for _, x := range []float64{o.x - 3.4*o.ied, o.x + 1.75*o.ied} {
		p.rect(x, o.y-2.2*o.ied, 1.65*o.ied, 3.4*o.ied, style)
	}
}

func spectrum(p *panel, peak bool) {
	path := "M30 60"
	for x := 0.0; x <= 200; x += 4 {
		y := 250 - 190*math.Exp(-x/45)
		if peak && math.Abs(x-136) < 3 {
			y -= 120
		}
		path += fmt.Sprintf("L%.0f %.1f", 30+x, y)
	}
	p.add(`<path d="M30 40V254H240" stroke="#59616b" stroke-width="1.5" fill="none"/><path d="%s" %s/>`, path, lineStyle)
	p.text(120, 274, "frequency")
	p.text(38, 44, "power")
	if peak {
		p.text(176, 108, "peak")
	}
}
