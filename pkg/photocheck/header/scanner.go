package header

import (
	"encoding/binary"
	"strings"
)

// Tags of EXIF (CIPA DC-008, TIFF 6.0).
const (
	tagMake       = 0x010f
	tagModel      = 0x0110
	tagSoftware   = 0x0131
	tagExifIFD    = 0x8769
	tagFileSource = 0xa300
)

// scannerWords are in the make, model or software that scanners and their programs write.
var scannerWords = []string{"scan", "silverfast", "perfection", "twain", "lide", "imageware"}

// scannerEXIF tells whether an EXIF segment says that a scanner made the picture, and whether a camera did.
func scannerEXIF(segment []byte) (scanner, camera bool) {
	if len(segment) < 14 || string(segment[:6]) != "Exif\x00\x00" {
		return false, false
	}
	tiff := segment[6:]
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	var walk func(at int64, deeper bool)
	walk = func(at int64, deeper bool) {
		if at < 8 || at+2 > int64(len(tiff)) {
			return
		}
		for k := range int64(order.Uint16(tiff[at:])) {
			e := at + 2 + 12*k
			if e+12 > int64(len(tiff)) {
				return
			}
			count, value := int64(order.Uint32(tiff[e+4:])), int64(order.Uint32(tiff[e+8:]))
			switch order.Uint16(tiff[e:]) {
			case tagMake, tagModel, tagSoftware:
				if text := textAt(tiff, count, value); containsAny(text, scannerWords) {
					scanner = true
				} else if text != "" && order.Uint16(tiff[e:]) == tagMake {
					camera = true
				}
			case tagFileSource: // 1 film scanner, 2 scanner of prints, 3 camera
				scanner = scanner || tiff[e+8] == 1 || tiff[e+8] == 2
			case tagExifIFD:
				if deeper {
					walk(value, false)
				}
			}
		}
	}
	walk(int64(order.Uint32(tiff[4:])), true)
	return scanner, camera
}

func textAt(tiff []byte, count, value int64) string {
	if count <= 4 { // it would stand in the entry itself; no maker has such a name
		return ""
	}
	if value < 8 || value+count > int64(len(tiff)) || count > 256 {
		return ""
	}
	return strings.ToLower(string(tiff[value : value+count]))
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// scannerDensity tells whether a JFIF segment (ISO/IEC 10918-5) names a density in dots an inch that scanners use.
func scannerDensity(segment []byte) bool {
	if len(segment) < 12 || string(segment[:5]) != "JFIF\x00" || segment[7] != 1 {
		return false
	}
	switch x := binary.BigEndian.Uint16(segment[8:]); x {
	case 150, 200, 300, 400, 600, 1200, 2400:
		return x == binary.BigEndian.Uint16(segment[10:])
	}
	return false
}
