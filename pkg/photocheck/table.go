package photocheck

import (
	"fmt"

	"prportal.example/pkg/photocheck/report"
)

// precondition is what a check needs before it can look.
type precondition int

const (
	aFile    precondition = iota // nothing but bytes
	aPicture                     // a picture that can be decoded
	aFace                        // a face in it
)

// check is one line of the table: what it is called, what it needs, and the function that measures.
type check struct {
	id      report.CheckID
	needs   precondition
	measure func(*Frame) finding
}

// finding is what a check measured, before any limit.
type finding struct {
	outcome  report.Outcome // NotApplicable or Inconclusive; "" when there is a measure
	measure  float64
	values   map[string]float64
	evidence []report.Evidence
	// fault is what the engine complained of; the outcome is Inconclusive then.
	fault error
}

// table lists every check in the order of the report. To add one: a constant in package report, a line here, a file with
// its function and a test, and its limits in each profile.
var table = []check{
	{report.FileType, aFile, fileType},
	{report.FileSize, aFile, fileSize},
	{report.FileIntact, aFile, fileIntact},
	{report.PixelSize, aFile, pixelSize},
	{report.Aspect, aFace, aspect},
	{report.Colour, aPicture, colour},
	{report.FaceCount, aPicture, faceCount},
	{report.HeadSize, aFace, headSize},
	{report.HeadPosition, aFace, headPosition},
	{report.Pose, aFace, pose},
	{report.EyesVisible, aFace, eyesVisible},
	{report.FeaturesVisible, aFace, featuresVisible},
	{report.Expression, aFace, expression},
	{report.TooDark, aPicture, tooDark},
	{report.TooBright, aFace, tooBright},
	{report.EvenLight, aFace, evenLight},
	{report.Glare, aFace, glare},
	{report.Sharpness, aFace, sharpness},
	{report.Background, aFace, background},
	{report.PaperPrint, aFace, paperPrint},
	{report.ScreenCapture, aPicture, screenCapture},
}

// run measures one check, unless what it needs is missing. An error is a fault of the engine, and leaves the check inconclusive.
func (c check) run(f *Frame) (report.Check, error) {
	var found finding
	if (c.needs >= aPicture && !f.decoded()) || (c.needs >= aFace && f.face == nil) {
		found.outcome = report.NotApplicable
	} else {
		found = c.measure(f)
	}
	out := report.Check{ID: c.id, Outcome: found.outcome, Values: found.values, Evidence: f.onPicture(found.evidence)}
	if found.outcome == "" {
		out.Measure = report.Number(found.measure)
	}
	if found.fault != nil {
		return out, fmt.Errorf("%s: %w", c.id, found.fault)
	}
	return out, nil
}
