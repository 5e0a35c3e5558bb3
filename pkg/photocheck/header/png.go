package header

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

var pngSignature = []byte("\x89PNG\r\n\x1a\n")

// pngComponents gives the components of a pixel for each colour type of ISO/IEC 15948.
var pngComponents = map[byte]int{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

// readPNG walks the chunks (ISO/IEC 15948) and checks each one's CRC.
func readPNG(data []byte) (h Header, animated bool, err error) {
	h = Header{Format: "png", Orientation: 1}
	pixels := false
	for i := len(pngSignature); ; {
		if i+12 > len(data) {
			return h.cut(i, animated)
		}
		n := int64(binary.BigEndian.Uint32(data[i:]))
		kind := string(data[i+4 : i+8])
		end := int64(i) + 12 + n
		if h.Width == 0 && (kind != "IHDR" || n != 13) {
			return h, false, fmt.Errorf("png: no IHDR")
		}
		if end > int64(len(data)) {
			return h.cut(i, animated)
		}
		body := data[i+8 : end-4]
		if crc32.ChecksumIEEE(data[i+4:end-4]) != binary.BigEndian.Uint32(data[end-4:]) {
			if kind == "IHDR" {
				return h, false, fmt.Errorf("png: IHDR is damaged")
			}
			h.Fault = fmt.Sprintf("%q is damaged at byte %d", kind, i)
			return h, animated, nil
		}
		switch kind {
		case "IHDR":
			width, height := binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:])
			if width == 0 || height == 0 || width > 1<<31-1 || height > 1<<31-1 {
				return h, false, fmt.Errorf("png: %d×%d pixels", width, height)
			}
			h.Width, h.Height = int(width), int(height)
			h.BitDepth, h.Components = int(body[8]), pngComponents[body[9]]
		case "acTL":
			animated = true
		case "IDAT":
			pixels = true
		case "IEND":
			if !pixels {
				h.Fault = "no picture data"
				return h, animated, nil
			}
			h.Intact, h.Trailing = true, len(data)-int(end)
			return h, animated, nil
		}
		i = int(end)
	}
}

func (h Header) cut(at int, animated bool) (Header, bool, error) {
	if h.Width == 0 {
		return h, false, fmt.Errorf("png: no IHDR")
	}
	h.Fault = fmt.Sprintf("the file ends before the picture does, in the chunk at byte %d", at)
	return h, animated, nil
}
