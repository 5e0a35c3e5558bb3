package photocheck_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"gocv.io/x/gocv"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/header"
)

// BenchmarkInspect tells what a whole inspection costs, also as a ratio to one full-colour decode of the same bytes in the
// same run: absolute times depend on the machine, ratios hardly do.
func BenchmarkInspect(b *testing.B) {
	in := newInspector(b, "")
	for _, megapixels := range []float64{2, 12, 24} {
		data := sized(b, megapixels)
		b.Run(fmt.Sprintf("%gMP", megapixels), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			var decoding, inspecting time.Duration
			for b.Loop() {
				begin := time.Now()
				m, err := gocv.IMDecode(data, gocv.IMReadColor)
				if err != nil {
					b.Fatal(err)
				}
				m.Close()
				between := time.Now()
				if _, err := in.Inspect(context.Background(), data); err != nil {
					b.Fatal(err)
				}
				decoding += between.Sub(begin)
				inspecting += time.Since(between)
			}
			b.ReportMetric(float64(inspecting)/float64(decoding), "decodes/photo")
			b.ReportMetric(float64(inspecting.Milliseconds())/float64(b.N), "ms/photo")
		})
	}
}

// sized scales a portrait to about that many megapixels.
func sized(b *testing.B, megapixels float64) []byte {
	data := photo(b, testphotos.Biden)
	h, err := header.Read(data)
	if err != nil {
		b.Fatal(err)
	}
	k := megapixels * 1e6 / float64(h.Width*h.Height)
	return edit(b, data, testphotos.Resized(math.Sqrt(k)))
}
