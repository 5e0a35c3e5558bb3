package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"prportal.example/internal/testphotos"
)

// sideways is the good portrait stored on its side, with an EXIF note to turn it, as phones write it.
func sideways() ([]byte, error) {
	data, err := changed(func(img *image.RGBA) *image.RGBA {
		w, h := img.Rect.Dx(), img.Rect.Dy()
		out := image.NewRGBA(image.Rect(0, 0, h, w))
		for y := range h {
			for x := range w {
				out.SetRGBA(y, w-1-x, img.RGBAAt(x, y))
			}
		}
		return out
	})()
	if err != nil {
		return nil, err
	}
	exif := append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01"), 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0)
	return bytes.Join([][]byte{data[:2], segment(0xe1, exif), data[2:]}, nil), nil
}

// segment is one marker segment of a JPEG.
func segment(marker byte, body []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)), body...)
}

func portrait() (image.Image, error) {
	data, err := testphotos.Read(testphotos.Biden)
	if err != nil {
		return nil, err
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	return img, err
}

// deep is the good portrait as a PNG of 16 bits a channel.
func deep() ([]byte, error) {
	img, err := portrait()
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA64(img.Bounds())
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			out.Set(x, y, img.At(x, y))
		}
	}
	var b bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, out)
	return b.Bytes(), err
}

// cmyk is the good portrait as printers have it. The encoder of the standard library writes grey pictures, and a JPEG may hold
// each of its colours as a scan of its own: so four grey pictures become one of four colours. Values are stored inverted, as
// Adobe does.
func cmyk() ([]byte, error) {
	img, err := portrait()
	if err != nil {
		return nil, err
	}
	var out []byte
	for colour := range 4 {
		plane := image.NewGray(img.Bounds())
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
				plane.SetGray(x, y, color.Gray{Y: [4]uint8{c.R, c.G, c.B, 255}[colour]})
			}
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, plane, &jpeg.Options{Quality: 92}); err != nil {
			return nil, err
		}
		grey := b.Bytes()
		frame, scan := bytes.Index(grey, []byte{0xff, 0xc0}), bytes.Index(grey, []byte{0xff, 0xda})
		if frame < 0 || scan < frame {
			return nil, errors.New("the encoder writes another JPEG than this code takes apart")
		}
		if colour == 0 {
			size := grey[frame+5 : frame+9]
			components := append(append([]byte{8}, size...), 4)
			for id := byte(1); id <= 4; id++ {
				components = append(components, id, 0x11, 0)
			}
			tables := grey[frame+2+int(binary.BigEndian.Uint16(grey[frame+2:])) : scan]
			out = bytes.Join([][]byte{grey[:2], segment(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00")), grey[2:frame],
				segment(0xc0, components), tables}, nil)
		}
		const scanHeader = 10 // marker, length, one component, spectral selection
		out = append(out, segment(0xda, []byte{1, byte(colour + 1), 0, 0, 63, 0})...)
		out = append(out, grey[scan+scanHeader:len(grey)-2]...)
	}
	return append(out, 0xff, 0xd9), nil
}

// forgedSize is a small JPEG whose header claims to be that large.
func forgedSize(w, h uint16) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 16, 16)), nil); err != nil {
		return nil, err
	}
	data := b.Bytes()
	frame := bytes.Index(data, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(data[frame+5:], h)
	binary.BigEndian.PutUint16(data[frame+7:], w)
	return data, nil
}

const pngSignature = "\x89PNG\r\n\x1a\n"

func chunk(kind string, body []byte) []byte {
	out := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), kind...)
	out = append(out, body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// pngHeader is a PNG of that size without its pixels.
func pngHeader(w, h uint32) []byte {
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return bytes.Join([][]byte{[]byte(pngSignature), chunk("IHDR", append(size, 8, 2, 0, 0, 0)), chunk("IDAT", nil),
		chunk("IEND", nil)}, nil)
}

// animated is a PNG of two frames.
func animated() ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 64, 64))); err != nil {
		return nil, err
	}
	const afterHeader = len(pngSignature) + 12 + 13
	control := chunk("acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0})
	return bytes.Join([][]byte{b.Bytes()[:afterHeader], control, b.Bytes()[afterHeader:]}, nil), nil
}
