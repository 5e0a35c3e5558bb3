package photocheck

import (
	"errors"

	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/report"
)

const megabyte = 1 << 20

// fileType is 1 for a JPEG or PNG by its content. A file that is neither has no Frame: see refusedChecks.
func fileType(*Frame) finding { return finding{measure: 1} }

// fileSize is the size of the file in MB (2²⁰ bytes).
func fileSize(f *Frame) finding { return finding{measure: float64(f.bytes) / megabyte} }

// fileIntact is 1 when the file's structure reaches the end of the picture and the picture can be decoded. OpenCV alone
// would not tell: it fills the missing part of a JPEG with grey.
func fileIntact(f *Frame) finding {
	if f.header.Intact && f.decoded() {
		return finding{measure: 1}
	}
	return finding{measure: 0}
}

// refusedChecks are the checks of a file that is not looked at any further.
func refusedChecks(err error, _ header.Header, size int) []report.Check {
	values := map[report.CheckID]float64{report.FileType: 1, report.FileSize: float64(size) / megabyte}
	var refusal *header.Refusal
	if errors.As(err, &refusal) {
		switch refusal.Code {
		case header.Empty:
			values[report.FileType], values[report.FileIntact] = 0, 0
		case header.NotJPEGOrPNG, header.Animated:
			values[report.FileType] = 0
		case header.TooManyPixels:
			// The limit is on what is decoded; it counts as size, in MB of pixels, beyond any that is taken.
			values[report.FileSize] = max(values[report.FileSize], float64(refusal.Width)*float64(refusal.Height)*3/megabyte)
		case header.TooLarge:
			delete(values, report.FileType) // nobody looked
		}
	}
	var out []report.Check
	for _, id := range report.CheckIDs() {
		c := report.Check{ID: id, Outcome: report.NotApplicable}
		if v, ok := values[id]; ok {
			c.Outcome, c.Measure = "", report.Number(v)
		}
		out = append(out, c)
	}
	return out
}
