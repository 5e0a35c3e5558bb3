package photocheck

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"gocv.io/x/gocv"
	"golang.org/x/image/draw"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/header"
)

// benchmarkSizes are pictures as cameras write them: megapixels and megabytes of the file. Noise is what makes a file large
// and its decoding slow; a portrait that is only scaled up decodes twice as fast as a real one.
var benchmarkSizes = []struct{ megapixels, megabytes float64 }{{2, .7}, {12, 3}, {24, 6}}

// BenchmarkInspect tells what a whole inspection costs, also as a ratio to one full-colour decode of the same bytes in the
// same run: absolute times depend on the machine, ratios hardly do. Render is the inspection with both renditions.
func BenchmarkInspect(b *testing.B) {
	in := OpenForTests(b, "")
	for _, size := range benchmarkSizes {
		data := cameraFile(b, size.megapixels, size.megabytes)
		for name, run := range map[string]func() error{
			"inspect": func() error { _, err := in.Inspect(context.Background(), data); return err },
			"render":  func() error { _, err := in.InspectAndRender(context.Background(), data); return err },
		} {
			b.Run(fmt.Sprintf("%s/%gMP", name, size.megapixels), func(b *testing.B) {
				b.ReportMetric(float64(len(data))/1e6, "MB")
				compare(b, data, run)
			})
		}
	}
}

// BenchmarkStage tells what each part of an inspection costs: the preparation, and each line of the table.
func BenchmarkStage(b *testing.B) {
	in := OpenForTests(b, "")
	for _, size := range benchmarkSizes {
		data := cameraFile(b, size.megapixels, size.megabytes)
		h, err := header.Admit(data, in.limits)
		if err != nil {
			b.Fatal(err)
		}
		f, err := newFrame(data, h, in.find, in.rules.Frame(), wanted{})
		if err != nil || f.face == nil {
			b.Fatalf("no face (%v)", err)
		}
		defer f.close()
		f.learned = in.learned
		bench := func(name string, run func() error) {
			b.Run(fmt.Sprintf("%gMP/%s", size.megapixels, name), func(b *testing.B) { compare(b, data, run) })
		}
		bench("decode", func() error {
			m, err := decode(data, h, reduction(float64(max(h.Width, h.Height)), inspectSide))
			m.Close()
			return err
		})
		bench("shrink", func() error {
			m, _ := shrunk(f.picture.bgr, overviewSide)
			m.Close()
			return nil
		})
		bench("find", func() error { _, _, err := in.find.find(f.overview); return err })
		bench("face", func() error { _, err := newFace(f.faces[0], f.picture, f.width, f.height); return err })
		bench("head", func() error { f.face.measureHead(f.overview, f.overviewScale); return nil })
		bench("frame", func() error { frameHead(f.face.head(), f.width, f.height, f.rules); return nil })
		for _, c := range table {
			bench(string(c.id), func() error { _, err := c.run(f); return err })
		}
	}
}

// compare runs a part of an inspection beside a full-colour decode of the same bytes, and reports their ratio. Both are single
// threaded and are measured in processor time, which others on the machine disturb less than time on the clock.
func compare(b *testing.B, data []byte, run func() error) {
	b.Helper()
	var decoding, running time.Duration
	for b.Loop() {
		begin := processorTime(b)
		m, err := gocv.IMDecode(data, gocv.IMReadColor)
		if err != nil {
			b.Fatal(err)
		}
		m.Close()
		between := processorTime(b)
		if err := run(); err != nil {
			b.Fatal(err)
		}
		decoding += between - begin
		running += processorTime(b) - between
	}
	b.ReportMetric(float64(running)/float64(decoding), "decodes")
	b.ReportMetric(float64(running.Microseconds())/1000/float64(b.N), "ms")
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cameraFile is a portrait at about that many megapixels, with as much noise as makes its file about as large as asked for.
func cameraFile(b *testing.B, megapixels, megabytes float64) []byte {
	b.Helper()
	data, err := testphotos.Read(testphotos.Biden)
	if err != nil {
		b.Fatal(err)
	}
	src, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	part := image.Rect(0, 0, src.Bounds().Dx(), src.Bounds().Dx()*4/3) // 3:4, as cameras have it
	k := math.Sqrt(megapixels * 1e6 / float64(part.Dx()*part.Dy()))
	img := image.NewRGBA(image.Rect(0, 0, int(float64(part.Dx())*k), int(float64(part.Dy())*k)))
	draw.BiLinear.Scale(img, img.Rect, src, part, draw.Src, nil)
	var out bytes.Buffer
	for noise := 2.0; ; noise += 1 {
		noisy := image.NewRGBA(img.Rect)
		random := rand.New(rand.NewPCG(1, 1))
		for i := 0; i < len(img.Pix); i += 4 {
			n := random.NormFloat64() * noise
			for c := range 3 {
				noisy.Pix[i+c] = uint8(min(255, max(0, float64(img.Pix[i+c])+n)))
			}
			noisy.Pix[i+3] = 255
		}
		out.Reset()
		if err := jpeg.Encode(&out, noisy, &jpeg.Options{Quality: 90}); err != nil {
			b.Fatal(err)
		}
		if float64(out.Len()) > .95*megabytes*1e6 {
			return out.Bytes()
		}
	}
}
