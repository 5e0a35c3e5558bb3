package main

import (
	"bytes"
	"image"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/header"
)

// file is one line of the table of what is made. refused is empty for what the portal takes in and judges.
type file struct {
	name    string
	refused header.RefusalCode
	content func() ([]byte, error)
}

var table = []file{
	{"good.jpg", "", from(testphotos.Biden)},
	{"other.jpg", "", from(testphotos.Obama)},
	{"dark.jpg", "", changed(testphotos.Exposed(-3))},
	{"blurred.jpg", "", changed(testphotos.Blurred(9))},
	{"two-people.jpg", "", changed(testphotos.Twice)},
	{"nobody.png", "", from(testphotos.Coffee)},
	{"half.jpg", "", func() ([]byte, error) {
		data, err := testphotos.Read(testphotos.Biden)
		return testphotos.Half(data), err
	}},
	{"sideways.jpg", "", sideways},
	{"motion.jpg", "", func() ([]byte, error) {
		data, err := testphotos.Read(testphotos.Biden)
		return append(data, bytes.Repeat([]byte("\x00\x00\x00\x18ftypmp42"), 1000)...), err
	}},
	{"cmyk.jpg", "", cmyk},
	{"deep.png", "", deep},

	{"empty.jpg", header.Empty, constant(nil)},
	{"large.jpg", header.TooLarge, func() ([]byte, error) {
		data, err := testphotos.Read(testphotos.Biden)
		return append(data, make([]byte, header.PortalLimits().MaxBytes+1-len(data))...), err
	}},
	{"bomb.png", header.TooManyPixels, constant(pngHeader(65500, 65500))},
	{"bomb.jpg", header.TooManyPixels, func() ([]byte, error) { return forgedSize(65500, 65500) }},
	{"animated.png", header.Animated, animated},
	{"heic.jpg", header.NotJPEGOrPNG, constant([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + "\x00\x00\x00\x08mdat"))},
	{"document.jpg", header.NotJPEGOrPNG, constant([]byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"))},
	{"text.jpg", header.NotJPEGOrPNG, constant([]byte("This is a photo of me.\n"))},
	{"no-pixel.png", header.NotJPEGOrPNG, constant(pngHeader(0, 0))},
}

func constant(data []byte) func() ([]byte, error) {
	return func() ([]byte, error) { return data, nil }
}

func from(name string) func() ([]byte, error) {
	return func() ([]byte, error) { return testphotos.Read(name) }
}

// changed is the portrait that meets the rules, degraded.
func changed(change func(*image.RGBA) *image.RGBA) func() ([]byte, error) {
	return func() ([]byte, error) {
		data, err := testphotos.Read(testphotos.Biden)
		if err != nil {
			return nil, err
		}
		return testphotos.Edit(data, change)
	}
}
