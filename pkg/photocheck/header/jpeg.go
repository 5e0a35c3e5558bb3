package header

import (
	"encoding/binary"
	"fmt"
)

const (
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerDHT  = 0xc4
	markerJPG  = 0xc8
	markerDAC  = 0xcc
	markerAPP0 = 0xe0
	markerAPP1 = 0xe1
)

// readJPEG walks the markers (ISO/IEC 10918-1 annex B) up to the end of the first image.
func readJPEG(data []byte) (Header, error) {
	h := Header{Format: "jpeg", Orientation: 1}
	scans := 0
	broken := func(at int, what string) (Header, error) {
		if h.Width == 0 {
			return h, fmt.Errorf("jpeg: %s at byte %d", what, at)
		}
		h.Fault = fmt.Sprintf("%s at byte %d", what, at)
		h.upright()
		return h, nil
	}
	for i := 2; ; {
		if i+1 >= len(data) {
			return broken(len(data), "the file ends before the picture does")
		}
		if data[i] != 0xff {
			return broken(i, "no marker")
		}
		m := data[i+1]
		switch {
		case m == 0xff: // fill byte
			i++
			continue
		case m == markerEOI:
			if scans == 0 {
				return broken(i, "no picture data")
			}
			h.Intact, h.Trailing = true, len(data)-i-2
			h.upright()
			return h, nil
		case m == markerSOI || m == 0x01 || (m >= 0xd0 && m <= 0xd7): // markers without a length
			i += 2
			continue
		}
		if i+4 > len(data) {
			return broken(i, "the file ends before the picture does")
		}
		n := int(binary.BigEndian.Uint16(data[i+2:]))
		if n < 2 || i+2+n > len(data) {
			return broken(i, "the file ends before the picture does")
		}
		segment := data[i+4 : i+2+n]
		switch {
		case m >= 0xc0 && m <= 0xcf && m != markerDHT && m != markerJPG && m != markerDAC:
			if len(segment) < 6 || h.Width != 0 {
				return broken(i, "bad frame header")
			}
			h.BitDepth = int(segment[0])
			h.Height = int(binary.BigEndian.Uint16(segment[1:]))
			h.Width = int(binary.BigEndian.Uint16(segment[3:]))
			h.Components = int(segment[5])
			if h.Width == 0 || h.Height == 0 {
				return h, fmt.Errorf("jpeg: %d×%d pixels", h.Width, h.Height)
			}
		case m == markerAPP1:
			if o := exifOrientation(segment); o != 0 {
				h.Orientation = o
			}
			scanner, camera := scannerEXIF(segment)
			h.Scanner = scanner || (h.Scanner && !camera)
		case m == markerAPP0:
			h.Scanner = h.Scanner || scannerDensity(segment)
		}
		i += 2 + n
		if m == markerSOS {
			if h.Width == 0 {
				return broken(i, "picture data before its header")
			}
			scans++
			i = endOfScan(data, i)
		}
	}
}

// endOfScan returns the position of the first marker after entropy-coded data: FF is followed by a stuffed 00, by a
// restart marker, or by the marker that ends the scan.
func endOfScan(data []byte, i int) int {
	for ; i+1 < len(data); i++ {
		if data[i] != 0xff {
			continue
		}
		if n := data[i+1]; n != 0 && n != 0xff && (n < 0xd0 || n > 0xd7) {
			return i
		}
	}
	return len(data)
}

// upright swaps the sides for the orientations that lie on their side.
func (h *Header) upright() {
	if h.Orientation >= 5 {
		h.Width, h.Height = h.Height, h.Width
	}
}

// exifOrientation reads tag 0x0112 of IFD0 (CIPA DC-008, TIFF 6.0); 0 if there is none.
func exifOrientation(segment []byte) int {
	if len(segment) < 14 || string(segment[:6]) != "Exif\x00\x00" {
		return 0
	}
	tiff := segment[6:]
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 0
	}
	entries := int64(order.Uint16(tiff[at:]))
	for k := range entries {
		e := at + 2 + 12*k
		if e+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[e:]) == 0x0112 {
			if v := int(order.Uint16(tiff[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 0
		}
	}
	return 0
}
