package testphotos

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
)

// CMYK encodes a photo as an Adobe CMYK JPEG, as print shops send them. Go's encoder knows no such files, but it writes grey
// ones, and a JPEG may hold each component in a scan of its own: four grey scans under one header are a CMYK photo.
func CMYK(photo []byte) ([]byte, error) {
	src, _, err := image.Decode(bytes.NewReader(photo))
	if err != nil {
		return nil, fmt.Errorf("test photo: %w", err)
	}
	size := src.Bounds().Size()
	var planes [4]*image.Gray
	for i := range planes {
		planes[i] = image.NewGray(image.Rectangle{Max: size})
	}
	for y := range size.Y {
		for x := range size.X {
			r, g, b, _ := src.At(src.Bounds().Min.X+x, src.Bounds().Min.Y+y).RGBA()
			// Adobe stores ink upside down: 255 is none. Without black ink the rest is the picture's own red, green and blue.
			for i, v := range []uint32{r, g, b, 0xffff} {
				planes[i].Pix[y*planes[i].Stride+x] = uint8(v >> 8)
			}
		}
	}
	var out bytes.Buffer
	out.Write([]byte{0xff, 0xd8})
	segment(&out, 0xee, append([]byte("Adobe"), 0, 100, 0, 0, 0, 0, 0)) // APP14, no colour transform
	for i, plane := range planes {
		var grey bytes.Buffer
		if err := jpeg.Encode(&grey, plane, &jpeg.Options{Quality: 92}); err != nil {
			return nil, fmt.Errorf("test photo: %w", err)
		}
		if err := appendScan(&out, grey.Bytes(), byte(i+1)); err != nil {
			return nil, err
		}
	}
	out.Write([]byte{0xff, 0xd9})
	return out.Bytes(), nil
}

// appendScan copies the tables and the frame header of a grey JPEG with the first component, and its scan with each.
func appendScan(out *bytes.Buffer, grey []byte, component byte) error {
	for at := 2; at+4 <= len(grey); {
		marker, length := grey[at+1], int(binary.BigEndian.Uint16(grey[at+2:]))
		body := grey[at+4 : at+2+length]
		switch {
		case marker == 0xda: // SOS: the scan runs to the end of the image
			segment(out, marker, []byte{1, component, 0, 0, 63, 0})
			out.Write(grey[at+2+length : len(grey)-2])
			return nil
		case component > 1:
		case marker == 0xc0: // SOF0: four components instead of one, all with table 0
			frame := append(append([]byte{}, body[:5]...), 4)
			for c := range byte(4) {
				frame = append(frame, c+1, 0x11, 0)
			}
			segment(out, marker, frame)
		case marker == 0xdb || marker == 0xc4: // DQT, DHT
			segment(out, marker, body)
		}
		at += 2 + length
	}
	return fmt.Errorf("test photo: a grey JPEG without a scan")
}

func segment(out *bytes.Buffer, marker byte, body []byte) {
	out.Write(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)))
	out.Write(body)
}
