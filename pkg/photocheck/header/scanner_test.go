package header_test

import (
	"encoding/binary"
	"testing"

	"prportal.example/pkg/photocheck/header"
)

// withText puts an EXIF segment with one text behind SOI.
func withText(data []byte, tag uint16, text string) []byte {
	order := binary.BigEndian
	exif := append([]byte("Exif\x00\x00"), "MM\x00*"...)
	exif = order.AppendUint32(exif, 8)
	exif = order.AppendUint16(exif, 1)
	exif = order.AppendUint16(exif, tag)
	exif = order.AppendUint16(exif, 2)
	exif = order.AppendUint32(exif, uint32(len(text)))
	exif = order.AppendUint32(exif, 26) // behind the directory
	exif = append(append(exif, 0, 0, 0, 0), text...)
	return withSegment(data, 0xe1, exif)
}

func withSegment(data []byte, marker byte, body []byte) []byte {
	segment := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))
	return append(append(append([]byte{}, data[:2]...), append(segment, body...)...), data[2:]...)
}

func withDensity(data []byte, unit byte, dots uint16) []byte {
	body := append([]byte("JFIF\x00"), 1, 1, unit)
	body = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(body, dots), dots)
	return withSegment(data, 0xe0, append(body, 0, 0))
}

func TestScannersNameThemselves(t *testing.T) {
	plain := jpegOf(t, 40, 30)
	for _, tc := range []struct {
		name string
		data []byte
		want bool
	}{
		{"nothing said", plain, false},
		{"a scanner's model", withText(plain, 0x0110, "Perfection V600\x00"), true},
		{"a scanning program", withText(plain, 0x0131, "VueScan 9\x00"), true},
		{"a camera", withText(plain, 0x010f, "Camera Works\x00"), false},
		{"a scanner's density", withDensity(plain, 1, 600), true},
		{"a screen's density", withDensity(plain, 1, 72), false},
		{"a density without a unit", withDensity(plain, 0, 300), false},
		{"a density, but a camera", withDensity(withText(plain, 0x010f, "Camera Works\x00"), 1, 300), false},
		{"a text beyond the segment", withText(plain, 0x0110, "scan")[:60], false},
	} {
		h, err := header.Read(tc.data)
		if tc.name != "a text beyond the segment" && err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		if h.Scanner != tc.want {
			t.Errorf("%s: scanner %v", tc.name, h.Scanner)
		}
	}
}
