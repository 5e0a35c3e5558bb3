package simulate

import "math"

// sheet is a piece of paper with one or more photos on it. Eyes are those of the photo that is looked at.
type sheet struct {
	c     *canvas
	round float64 // radius of its corners in pixels
	eyes  [2]Point
	width float64 // centimetres
}

// print puts a portrait on paper about px pixels wide: tone and gamut of a printer, its dots, a margin, several copies at
// times.
func (d dice) print(p Portrait, px float64, copies bool) sheet {
	// Sizes in centimetres: passport photos, prints, plain paper.
	sizes := [][2]float64{{3.5, 4.5}, {5, 7}, {5, 5}, {6.8, 10.2}, {10, 15}, {9, 13}, {13, 18}, {21, 29.7}, {15, 10}, {10.2, 15.2}}
	size := sizes[d.IntN(len(sizes))]
	w, h := int(px), int(px*size[1]/size[0])
	paper := ink{.86, .86, .84}.filtered(ink{1, 1, 1}.mixed(d.colour(.8, 1.05, .12), d.Float64()))
	s := sheet{c: newCanvas(w, h), width: size[0]}
	s.c.fill(func(_, _ float64) ink { return paper })
	margin := 0.0
	if d.chance(.55) {
		margin = d.spread(.015, .2)
	}
	left, right := margin*px, margin*px
	top, bottom := margin*px, margin*px
	if d.chance(.25) { // not cut evenly
		left, right, top, bottom = left*d.between(0, 2), right*d.between(0, 2), top*d.between(0, 2), bottom*d.between(0, 4)
	}
	columns, rows := 1, 1
	if copies {
		columns, rows = 1+d.IntN(3), 1+d.IntN(3)
		if columns*rows == 1 {
			columns = 2
		}
		margin = max(margin, .02)
	}
	iw := int((px - left - right - margin*px*float64(columns-1)) / float64(columns))
	ih := int((float64(h) - top - bottom - margin*px*float64(rows-1)) / float64(rows))
	iw, ih = max(iw, 16), max(ih, 16)
	photo, eyes := d.portrait(p, iw, ih)
	d.tone(photo, paper)
	pick := d.IntN(columns * rows)
	for row := range rows {
		for column := range columns {
			ox, oy := int(left+float64(column)*(float64(iw)+margin*px)), int(top+float64(row)*(float64(ih)+margin*px))
			for y := range min(ih, h-oy) {
				for x := range min(iw, w-ox) {
					s.c.p[(oy+y)*w+ox+x] = photo.p[y*iw+x]
				}
			}
			if row*columns+column == pick {
				for i, e := range eyes {
					s.eyes[i] = Point{e.X + float64(ox), e.Y + float64(oy)}
				}
			}
		}
	}
	if d.chance(.12) {
		s.round = px * d.between(.02, .08)
	}
	return s
}

// tone is what a printer makes of a picture: paper white and the deepest ink bound it, colours lose strength, dots and noise
// stay.
func (d dice) tone(c *canvas, paper ink) {
	gamma, black, saturation := d.between(.8, 1.3), d.spread(.006, .07), d.between(.45, 1.1)
	cast := ink{1, 1, 1}.mixed(d.colour(.7, 1.1, .4), d.Float64())
	c.blur(d.spread(.2, 1.6))
	if d.chance(.07) {
		saturation = 0
	}
	c.saturate(saturation)
	for i, v := range c.p {
		for ch := range 3 {
			t := math.Pow(min(max(float64(v[ch]*cast[ch]), 0), 1), gamma)
			c.p[i][ch] = float32(black + (float64(paper[ch])-black)*t)
		}
	}
	switch d.IntN(4) {
	case 0:
		d.halftone(c)
	case 1: // an ink-jet's or a cheap printer's bands and grain
		d.noise(c, d.spread(.01, .06), true)
		period, depth := d.spread(3, 30), d.between(0, .06)
		for i := range c.p {
			c.p[i] = c.p[i].times(1 + depth*math.Sin(2*math.Pi*float64(i/c.w)/period))
		}
	}
}

// halftone darkens and lightens by a screen of dots whose size stays near what is seen as tone.
func (d dice) halftone(c *canvas) {
	period, depth := d.spread(2.2, 6), d.between(.05, .35)
	for ch := range 3 {
		sin, cos := math.Sincos([]float64{.26, 1.31, .79}[ch])
		for i := range c.p {
			x, y := float64(i%c.w), float64(i/c.w)
			u, v := (x*cos+y*sin)*2*math.Pi/period, (y*cos-x*sin)*2*math.Pi/period
			dot := math.Sin(u) * math.Sin(v)
			t := c.p[i][ch]
			c.p[i][ch] = max(0, t+float32(depth*dot)*t*(1-min(t, 1))*2)
		}
	}
}
