package header_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"prportal.example/pkg/photocheck/header"
)

func jpegOf(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 7)
	}
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA64(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withOrientation puts an EXIF segment behind SOI.
func withOrientation(data []byte, o uint16, order binary.AppendByteOrder) []byte {
	exif := []byte("Exif\x00\x00")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		exif = append(exif, "II*\x00"...)
	} else {
		exif = append(exif, "MM\x00*"...)
	}
	exif = order.AppendUint32(exif, 8)
	exif = order.AppendUint16(exif, 1)
	exif = order.AppendUint16(exif, 0x0112)
	exif = order.AppendUint16(exif, 3)
	exif = order.AppendUint32(exif, 1)
	exif = order.AppendUint16(exif, o)
	exif = append(exif, 0, 0, 0, 0, 0, 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(append([]byte{}, data[:2]...), append(segment, exif...)...), data[2:]...)
}

func chunk(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func forgedPNG(w, h uint32) []byte {
	ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	ihdr = append(ihdr, 8, 2, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", ihdr)...)
	return append(append(b, chunk("IDAT", []byte{0})...), chunk("IEND", nil)...)
}

func TestA6Admitted(t *testing.T) {
	small := jpegOf(t, 40, 30)
	damaged := append([]byte{}, pngOf(t, 40, 30)...)
	damaged[len(damaged)-20] ^= 1
	for _, tc := range []struct {
		name        string
		data        []byte
		w, h        int
		orientation int
		intact      bool
		trailing    int
	}{
		{"jpeg", small, 40, 30, 1, true, 0},
		{"turned, big endian", withOrientation(small, 6, binary.BigEndian), 30, 40, 6, true, 0},
		{"turned, little endian", withOrientation(small, 8, binary.LittleEndian), 30, 40, 8, true, 0},
		{"upside down", withOrientation(small, 3, binary.BigEndian), 40, 30, 3, true, 0},
		{"orientation that does not exist", withOrientation(small, 9, binary.BigEndian), 40, 30, 1, true, 0},
		{"motion photo", append(append([]byte{}, small...), "ftypmp42"...), 40, 30, 1, true, 8},
		{"half a jpeg", small[:len(small)/2+200], 40, 30, 1, false, 0},
		{"jpeg without its last byte", small[:len(small)-1], 40, 30, 1, false, 0},
		{"png, 16 bit", pngOf(t, 40, 30), 40, 30, 1, true, 0},
		{"half a png", pngOf(t, 40, 30)[:60], 40, 30, 1, false, 0},
		{"png with a wrong CRC", damaged, 40, 30, 1, false, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h, err := header.Admit(tc.data, header.PortalLimits())
			if err != nil {
				t.Fatal(err)
			}
			if h.Width != tc.w || h.Height != tc.h || h.Orientation != tc.orientation || h.Intact != tc.intact || h.Trailing != tc.trailing {
				t.Errorf("%+v", h)
			}
			if h.Intact == (h.Fault != "") {
				t.Errorf("intact %v with fault %q", h.Intact, h.Fault)
			}
		})
	}
}

func TestA6Refused(t *testing.T) {
	animated := forgedPNG(4, 4)
	animated = append(append(append([]byte{}, animated[:33]...), chunk("acTL", make([]byte, 8))...), animated[33:]...)
	huge := append([]byte{}, jpegOf(t, 8, 8)...)
	sof := bytes.Index(huge, []byte{0xff, 0xc0})
	copy(huge[sof+5:], []byte{0xff, 0xdc, 0xff, 0xdc}) // 65,500 squared
	for _, tc := range []struct {
		name     string
		data     []byte
		code     header.RefusalCode
		detected string
	}{
		{"empty", nil, header.Empty, ""},
		{"21 MB", make([]byte, 20<<20+1), header.TooLarge, ""},
		{"65,500 squared", huge, header.TooManyPixels, ""},
		{"huge png", forgedPNG(1<<31-1, 1<<31-1), header.TooManyPixels, ""},
		{"61 MP", forgedPNG(10000, 6100), header.TooManyPixels, ""},
		{"heic under any name", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), header.NotJPEGOrPNG, "heic"},
		{"webp", []byte("RIFF\x00\x00\x00\x00WEBPVP8 "), header.NotJPEGOrPNG, "webp"},
		{"pdf", []byte("%PDF-1.7"), header.NotJPEGOrPNG, "pdf"},
		{"text", []byte("hello"), header.NotJPEGOrPNG, ""},
		{"jpeg magic only", []byte("\xff\xd8\xff\xe0"), header.NotJPEGOrPNG, "jpeg without a picture"},
		{"animated", animated, header.Animated, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := header.Admit(tc.data, header.PortalLimits())
			var refusal *header.Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("admitted: %v", err)
			}
			if refusal.Code != tc.code || refusal.Detected != tc.detected || refusal.Error() == "" {
				t.Errorf("%+v", refusal)
			}
		})
	}
	if _, err := header.Admit(forgedPNG(10000, 6000), header.PortalLimits()); err != nil {
		t.Errorf("60 MP are allowed: %v", err)
	}
}

func FuzzAdmit(f *testing.F) {
	f.Add(jpegOf(f, 16, 16))
	f.Add(withOrientation(jpegOf(f, 16, 16), 6, binary.LittleEndian))
	f.Add(pngOf(f, 5, 5))
	f.Add([]byte("\xff\xd8\xff\xff\xff\xc0"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := header.Admit(data, header.PortalLimits())
		if err != nil {
			var refusal *header.Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if h.Width <= 0 || h.Height <= 0 || h.Width*h.Height > 60_000_000 || h.Trailing < 0 || h.Orientation < 1 || h.Orientation > 8 {
			t.Fatalf("%+v", h)
		}
	})
}
