package testphotos

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // fetched photos come as PNG too
	"math"

	"golang.org/x/image/draw"
)

// Edit decodes a photo, changes it and encodes it as JPEG.
func Edit(photo []byte, change func(*image.RGBA) *image.RGBA) ([]byte, error) {
	src, _, err := image.Decode(bytes.NewReader(photo))
	if err != nil {
		return nil, fmt.Errorf("test photo: %w", err)
	}
	img := image.NewRGBA(image.Rect(0, 0, src.Bounds().Dx(), src.Bounds().Dy()))
	draw.Draw(img, img.Bounds(), src, src.Bounds().Min, draw.Src)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, change(img), &jpeg.Options{Quality: 92}); err != nil {
		return nil, fmt.Errorf("test photo: %w", err)
	}
	return out.Bytes(), nil
}

// Exposed changes the exposure by that many stops in linear light.
func Exposed(stops float64) func(*image.RGBA) *image.RGBA {
	var table [256]uint8
	for i := range table {
		v := float64(i) / 255
		if v <= .04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+.055)/1.055, 2.4)
		}
		v = min(1, v*math.Exp2(stops))
		if v <= .0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - .055
		}
		table[i] = uint8(math.Round(v * 255))
	}
	return func(img *image.RGBA) *image.RGBA {
		for i := 0; i < len(img.Pix); i += 4 {
			for c := range 3 {
				img.Pix[i+c] = table[img.Pix[i+c]]
			}
		}
		return img
	}
}

// Blurred smooths by three box filters whose standard deviation together is about sigma pixels.
func Blurred(sigma float64) func(*image.RGBA) *image.RGBA {
	r := max(1, int(math.Round(math.Sqrt(sigma*sigma+.25)-.5)))
	return func(img *image.RGBA) *image.RGBA {
		for range 3 {
			img = boxed(img, r, 4, img.Stride, img.Rect.Dx(), img.Rect.Dy())
			img = boxed(img, r, img.Stride, 4, img.Rect.Dy(), img.Rect.Dx())
		}
		return img
	}
}

// boxed averages over 2r+1 pixels along one axis: step bytes between neighbours, line bytes between lines.
func boxed(img *image.RGBA, r, step, line, n, lines int) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	for l := range lines {
		for c := range 4 {
			at := func(i int) int { return int(img.Pix[l*line+min(max(i, 0), n-1)*step+c]) }
			sum := 0
			for i := -r; i <= r; i++ {
				sum += at(i)
			}
			for i := range n {
				out.Pix[l*line+i*step+c] = uint8(sum / (2*r + 1))
				sum += at(i+r+1) - at(i-r)
			}
		}
	}
	return out
}

// Spotted puts a blown highlight with a soft rim at (x,y), radius r pixels.
func Spotted(x, y, r float64) func(*image.RGBA) *image.RGBA {
	return func(img *image.RGBA) *image.RGBA {
		for py := int(y - 1.3*r); py <= int(y+1.3*r); py++ {
			for px := int(x - 1.3*r); px <= int(x+1.3*r); px++ {
				if !image.Pt(px, py).In(img.Rect) {
					continue
				}
				d := math.Hypot(float64(px)-x, float64(py)-y) / r
				k := min(1, max(0, (1.3-d)/.3))
				c := img.RGBAAt(px, py)
				mix := func(v uint8) uint8 { return uint8(float64(v)*(1-k) + 255*k) }
				img.SetRGBA(px, py, color.RGBA{mix(c.R), mix(c.G), mix(c.B), 255})
			}
		}
		return img
	}
}

// Resized scales both sides by k.
func Resized(k float64) func(*image.RGBA) *image.RGBA {
	return func(img *image.RGBA) *image.RGBA {
		out := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(img.Rect.Dx())*k)), max(1, int(float64(img.Rect.Dy())*k))))
		draw.BiLinear.Scale(out, out.Rect, img, img.Rect, draw.Src, nil)
		return out
	}
}

// Twice puts the photo beside itself: two people.
func Twice(img *image.RGBA) *image.RGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, 2*w, h))
	draw.Draw(out, image.Rect(0, 0, w, h), img, image.Point{}, draw.Src)
	draw.Draw(out, image.Rect(w, 0, 2*w, h), img, image.Point{}, draw.Src)
	return out
}

// Half cuts a file in half, as a broken upload does.
func Half(photo []byte) []byte { return photo[:len(photo)/2] }
