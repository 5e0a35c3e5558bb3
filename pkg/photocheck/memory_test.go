package photocheck_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"golang.org/x/image/draw"

	"prportal.example/internal/testphotos"
)

// inspectOnly is the variable that turns this test into a process that inspects one file and tells how much memory it took.
const inspectOnly = "PHOTOCHECK_TEST_INSPECT"

// What an inspecting process takes at most is measured on a process of its own, as a validator's child is one.
func TestPeakMemory(t *testing.T) {
	if path := os.Getenv(inspectOnly); path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newInspector(t, "").InspectAndRender(context.Background(), data); err != nil {
			t.Fatal(err)
		}
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%s\n", regexp.MustCompile(`VmHWM:.*`).Find(status))
		return
	}
	big := enlarged(t, 24)
	for _, tc := range []struct {
		name      string
		data      []byte
		megabytes int
	}{
		{"JPEG of 2 megapixels", enlarged(t, 2), 250},
		{"JPEG of 24 megapixels", big, 250},
		{"JPEG of 24 megapixels on its side", withOrientation(big, 6), 250},
		{"JPEG of 60 megapixels", enlarged(t, 59.9), 250},
		{"PNG of 60 megapixels with alpha", plainPNG(t, 7700, 7790, 8, 6), 450},
		{"PNG of 60 megapixels, 16 bits grey with alpha", plainPNG(t, 7700, 7790, 16, 4), 450},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "photo")
			if err := os.WriteFile(path, tc.data, 0o600); err != nil {
				t.Fatal(err)
			}
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestPeakMemory$")
			child.Env = append(os.Environ(), inspectOnly+"="+path)
			out, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			m := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(out)
			if m == nil {
				t.Fatalf("no peak in %q", out)
			}
			kilobytes, err := strconv.Atoi(string(m[1]))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d MB at the peak, file of %.1f MB", kilobytes>>10, float64(len(tc.data))/1e6)
			if kilobytes>>10 > tc.megabytes {
				t.Errorf("want at most %d MB", tc.megabytes)
			}
		})
	}
}

// enlarged is a portrait of about that many megapixels, 3:4.
func enlarged(t *testing.T, megapixels float64) []byte {
	t.Helper()
	src := decoded(t, photo(t, testphotos.Biden))
	part := image.Rect(0, 0, src.Bounds().Dx(), src.Bounds().Dx()*4/3)
	k := math.Sqrt(megapixels * 1e6 / float64(part.Dx()*part.Dy()))
	out := image.NewYCbCr(image.Rect(0, 0, int(float64(part.Dx())*k), int(float64(part.Dy())*k)), image.YCbCrSubsampleRatio420)
	small := image.NewYCbCr(part, image.YCbCrSubsampleRatio420)
	if ycc, ok := src.(*image.YCbCr); ok {
		small = ycc
	}
	enlarge := func(to, from []byte, toStride, fromStride int, toSize, fromSize image.Point) {
		dst := &image.Gray{Pix: to, Stride: toStride, Rect: image.Rectangle{Max: toSize}}
		draw.NearestNeighbor.Scale(dst, dst.Rect, &image.Gray{Pix: from, Stride: fromStride, Rect: image.Rectangle{Max: fromSize}},
			image.Rectangle{Max: fromSize}, draw.Src, nil)
	}
	half := func(p image.Point) image.Point { return image.Pt((p.X+1)/2, (p.Y+1)/2) }
	enlarge(out.Y, small.Y, out.YStride, small.YStride, out.Rect.Max, part.Max)
	chroma := half(part.Max)
	if small.SubsampleRatio == image.YCbCrSubsampleRatio444 {
		chroma = part.Max
	}
	enlarge(out.Cb, small.Cb, out.CStride, small.CStride, half(out.Rect.Max), chroma)
	enlarge(out.Cr, small.Cr, out.CStride, small.CStride, half(out.Rect.Max), chroma)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, out, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// plainPNG writes a PNG row by row: what the encoder of the standard library needs for 60 megapixels is no business of this test.
func plainPNG(t *testing.T, width, height int, depth, colourType byte) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, body []byte) {
		out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(body))))
		from := out.Len()
		out.WriteString(kind)
		out.Write(body)
		out.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(out.Bytes()[from:])))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height))
	chunk("IHDR", append(head, depth, colourType, 0, 0, 0))
	channels := map[byte]int{2: 3, 4: 2, 6: 4}[colourType]
	row := bytes.Repeat([]byte{0xb0}, 1+width*channels*int(depth)/8)
	row[0] = 0 // no filter
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	for range height {
		if _, err := z.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	chunk("IDAT", packed.Bytes())
	chunk("IEND", nil)
	return out.Bytes()
}
