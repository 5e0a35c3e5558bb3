package photocheck

import (
	"fmt"
	"image"
	"math"

	"gocv.io/x/gocv"
)

// The canonical face: 256×352 pixels, pupils 64 pixels apart, the middle of the eyes at (128,140). Positions on it are
// also given in IED, inter-eye distances from that middle.
const (
	faceW, faceH     = 256, 352
	faceIED          = 64.0
	eyesX, eyesY     = 128.0, 140.0
	detailIED        = 96.0 // the picture is shrunk by area to about this before it is warped: no aliasing
	tiltForLookAgain = 8.0  // degrees from which the search for the pupils is done again on the levelled face
)

// meanFace is where a finder's landmarks lie on the average face, in IED.
var meanFace = []point{{-.5, .047}, {.5, .047}, {0, .631}, {-.421, 1.056}, {.421, 1.056}}

// face is the main face on its common scale.
type face struct {
	found         detection
	pupils        [2]point // image-left, image-right; pixels at full resolution
	ied           float64  // pixels at full resolution
	iris          [2]float64
	hidden        [2]bool    // whether a reflection hides the iris
	toCanonical   similarity // from full resolution
	fromCanonical similarity
	inside        []bool  // whether a canonical pixel lies inside the picture
	blue, green   plane   // 0 to 255
	red, luma     plane   // luma: Rec. 601
	linear        plane   // linear luminance, 0 to 1
	detail        float64 // see sharpness
	// chinBelow and crownAbove are distances from the eyes in IED; see measureHead.
	chinBelow, crownAbove float64
}

// canonical maps a position in IED to the canonical face.
func canonical(p point) point { return point{eyesX + p.x*faceIED, eyesY + p.y*faceIED} }

// canonicalPupils are where the pupils lie on the canonical face.
var canonicalPupils = [2]point{canonical(point{-.5, 0}), canonical(point{.5, 0})}

// fit returns the similarity that brings a finder's landmarks to the average face.
func (d detection) fit() similarity {
	to := make([]point, len(meanFace))
	for i, p := range meanFace {
		to[i] = canonical(p)
	}
	if !d.hasLandmarks {
		return fitSimilarity(d.landmarks[:2], to[:2])
	}
	return fitSimilarity(d.landmarks[:], to)
}

// roll is the angle of the face in degrees, clockwise positive, as the landmarks tell it.
func (d detection) roll() float64 {
	to := d.fit()
	return -math.Atan2(to.b, to.a) * 180 / math.Pi
}

// ied is the inter-eye distance in pixels, to about a tenth.
func (d detection) ied() float64 { return faceIED / d.fit().scale() }

// newFace finds the pupils and brings the face to the common scale.
func newFace(d detection, pic picture, width, height int) (*face, error) {
	to := d.fit()
	cut, err := cutPatch(pic, to)
	if err != nil {
		return nil, err
	}
	defer cut.bgr.Close()
	f := &face{found: d}
	for pass := 0; ; pass++ {
		red, clipped, err := redOf(cut, to)
		if err != nil {
			return nil, err
		}
		corner := point{float64(eyeBand.Min.X), float64(eyeBand.Min.Y)}
		starts := [2]point{canonicalPupils[0].minus(corner), canonicalPupils[1].minus(corner)}
		var pupils [2]point
		pupils, f.iris, f.hidden = findPupils(red, clipped, starts)
		from := to.inverse()
		for i, p := range pupils {
			f.pupils[i] = from.apply(point{p.x + corner.x, p.y + corner.y})
		}
		to = fitSimilarity(f.pupils[:], canonicalPupils[:])
		if pass > 0 || math.Abs(f.roll()) < tiltForLookAgain {
			break
		}
	}
	f.ied = f.pupils[0].distance(f.pupils[1])
	f.toCanonical, f.fromCanonical = to, to.inverse()
	if err := f.readPlanes(cut, width, height); err != nil {
		return nil, err
	}
	f.detail = f.measureDetail()
	return f, nil
}

// roll is the angle of the line through the pupils, in degrees, clockwise positive.
func (f *face) roll() float64 {
	d := f.pupils[1].minus(f.pupils[0])
	return math.Atan2(d.y, d.x) * 180 / math.Pi
}

// at maps a position in IED from the middle of the eyes to the picture.
func (f *face) at(x, y float64) point {
	return f.fromCanonical.apply(point{eyesX + x*faceIED, eyesY + y*faceIED})
}

// position gives the position in IED of the canonical pixel (x,y).
func position(x, y int) (float64, float64) {
	return (float64(x) - eyesX) / faceIED, (float64(y) - eyesY) / faceIED
}

// oval tells whether a position lies on the face.
func oval(x, y float64) bool {
	dx, dy := x/.85, (y-.45)/1.25
	return dx*dx+dy*dy < 1
}

// eachInside calls visit for every canonical pixel inside the picture with its position in IED.
func (f *face) eachInside(visit func(i int, x, y float64)) {
	for row := range faceH {
		for col := range faceW {
			if i := row*faceW + col; f.inside[i] {
				x, y := position(col, row)
				visit(i, x, y)
			}
		}
	}
}

// patch is the part of the picture around the face, at about detailIED pixels between the eyes: every warp is taken from it.
type patch struct {
	bgr gocv.Mat
	// A point of the picture at full resolution lies at ((x−origin.x)·scaleX, (y−origin.y)·scaleY).
	origin         point
	scaleX, scaleY float64
}

// patchMargin is how far the patch reaches beyond the canonical face, in canonical pixels: the pupils may still turn, shift and
// stretch it.
const patchMargin = 40

// cutPatch cuts the patch out of the picture; to brings the picture to the canonical face, roughly. The caller closes it.
func cutPatch(pic picture, to similarity) (patch, error) {
	from := to.inverse()
	bounds := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range []point{{-patchMargin, -patchMargin}, {faceW + patchMargin, -patchMargin},
		{-patchMargin, faceH + patchMargin}, {faceW + patchMargin, faceH + patchMargin}} {
		p := from.apply(c)
		p = point{p.x * pic.scale, p.y * pic.scale}
		bounds = box{min(bounds.x1, p.x), min(bounds.y1, p.y), max(bounds.x2, p.x), max(bounds.y2, p.y)}
	}
	cut := image.Rect(int(bounds.x1), int(bounds.y1), int(bounds.x2)+1, int(bounds.y2)+1).
		Intersect(image.Rect(0, 0, pic.bgr.Cols(), pic.bgr.Rows()))
	if cut.Dx() < 2 || cut.Dy() < 2 {
		return patch{}, fmt.Errorf("the face lies outside of the picture")
	}
	k := min(1, detailIED/(faceIED/to.scale()*pic.scale))
	size := image.Pt(max(1, int(math.Round(float64(cut.Dx())*k))), max(1, int(math.Round(float64(cut.Dy())*k))))
	region := pic.bgr.Region(cut)
	defer region.Close()
	c := patch{
		bgr:    resized(region, size),
		scaleX: float64(size.X) / float64(cut.Dx()) * pic.scale,
		scaleY: float64(size.Y) / float64(cut.Dy()) * pic.scale,
	}
	// The middle of a pixel of the patch is the middle of what it was made of.
	c.origin = point{float64(cut.Min.X)/pic.scale + .5/c.scaleX - .5, float64(cut.Min.Y)/pic.scale + .5/c.scaleY - .5}
	return c, nil
}

// warp gives the part of the canonical face that an upright rectangle on it shows.
func (c patch) warp(to similarity, part image.Rectangle) gocv.Mat {
	// From the patch to the canonical face; both scales of the patch are the same within half a pixel of its side.
	origin := to.apply(c.origin)
	k := 2 / (c.scaleX + c.scaleY)
	from := similarity{to.a * k, to.b * k, origin.x - float64(part.Min.X), origin.y - float64(part.Min.Y)}
	out := gocv.NewMat()
	from.warp(c.bgr, &out, part.Size(), gocv.BorderReplicate)
	return out
}

// eyeBand is the part of the canonical face in which the pupils are looked for.
var eyeBand = image.Rect(60, 108, 196, 172)

// redOf returns the red plane of the eye band, smoothed and stretched so that the eyes' bright parts reach 200, and which of its
// pixels are clipped in every channel.
func redOf(cut patch, to similarity) (red plane, clipped []bool, err error) {
	m := cut.warp(to, eyeBand)
	defer m.Close()
	data, err := m.DataPtrUint8()
	if err != nil {
		return plane{}, nil, fmt.Errorf("read the face: %w", err)
	}
	red = newPlane(eyeBand.Dx(), eyeBand.Dy())
	clipped = make([]bool, len(red.v))
	for i := range red.v {
		red.v[i] = float32(data[3*i+2])
		clipped[i] = min(data[3*i], data[3*i+1], data[3*i+2]) >= glareCore
	}
	red = red.blurred(.7)
	var band []float32
	for i, v := range red.v {
		if x, y := position(eyeBand.Min.X+i%red.w, eyeBand.Min.Y+i/red.w); math.Abs(x) < .8 && math.Abs(y) < .3 {
			band = append(band, v)
		}
	}
	if top := percentile(band, .95); top > 1 {
		for i := range red.v {
			red.v[i] *= 200 / top
		}
	}
	return red, clipped, nil
}

func (f *face) readPlanes(cut patch, width, height int) error {
	m := cut.warp(f.toCanonical, image.Rect(0, 0, faceW, faceH))
	defer m.Close()
	data, err := m.DataPtrUint8()
	if err != nil {
		return fmt.Errorf("read the face: %w", err)
	}
	f.inside = make([]bool, faceW*faceH)
	for _, p := range []*plane{&f.blue, &f.green, &f.red, &f.luma, &f.linear} {
		*p = newPlane(faceW, faceH)
	}
	w, h := float64(width), float64(height)
	for row := range faceH {
		for col := range faceW {
			i := row*faceW + col
			b, g, r := data[3*i], data[3*i+1], data[3*i+2]
			f.blue.v[i], f.green.v[i], f.red.v[i] = float32(b), float32(g), float32(r)
			f.luma.v[i] = .299*float32(r) + .587*float32(g) + .114*float32(b)
			f.linear.v[i] = float32(.2126*linearOf[r] + .7152*linearOf[g] + .0722*linearOf[b])
			p := f.fromCanonical.apply(point{float64(col), float64(row)})
			f.inside[i] = p.x >= 0 && p.y >= 0 && p.x < w && p.y < h
		}
	}
	return nil
}

// linearOf decodes sRGB (IEC 61966-2-1) to linear light.
var linearOf = func() (t [256]float64) {
	for i := range t {
		v := float64(i) / 255
		if v <= .04045 {
			t[i] = v / 12.92
		} else {
			t[i] = math.Pow((v+.055)/1.055, 2.4)
		}
	}
	return t
}()
