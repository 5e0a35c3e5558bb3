package casefile

import (
	"slices"

	"prportal.example/pkg/photocheck/report"
)

// Boxes are what an applicant may tick beside the photo, without proof. They stay for later attempts.
type Boxes struct {
	HeadCovering bool // covers the head for religion
	Medical      bool // a medical reason why the photo looks different
	SmallChild   bool
}

// SmallChildUnder is the age in years up to which the box for a small child is explained to the person before it is ticked.
const SmallChildUnder = 6

// concerned is the one table of which checks a box turns from return to review: those that may fail because of what it says, and
// no other. Light, sharpness of an adult, the file and pictures of paper have nothing to do with any of them.
var concerned = []struct {
	ticked func(Boxes) bool
	checks []report.CheckID
}{
	{func(b Boxes) bool { return b.HeadCovering }, []report.CheckID{
		report.FaceCount,       // a face between cloth is found less often
		report.HeadSize,        // the top of the head lies under the cloth
		report.HeadPosition,    // follows from it
		report.EyesVisible,     // shade of the cloth
		report.FeaturesVisible, // cloth at the edge of the face
	}},
	{func(b Boxes) bool { return b.Medical }, []report.CheckID{
		report.FaceCount,       // a bandage, a tube, a face that looks different
		report.Pose,            // a head that can't be held straight
		report.EyesVisible,     // an eye that does not open, dark glasses
		report.FeaturesVisible, // a bandage or a tube over nose and mouth
		report.Expression,      // a face that can't rest
	}},
	{func(b Boxes) bool { return b.SmallChild }, []report.CheckID{
		report.FaceCount, // somebody holds the child
		report.HeadSize,  // measured by how adults are built
		report.HeadPosition,
		report.Pose,
		report.EyesVisible,
		report.FeaturesVisible, // a hand that holds the head, an open mouth
		report.Expression,
		report.Sharpness, // a child moves
	}},
}

// Overrides returns what the boxes lower, for profile.Judge; nil without any.
func (b Boxes) Overrides() map[report.CheckID]report.Action {
	var out map[report.CheckID]report.Action
	for _, line := range concerned {
		if !line.ticked(b) {
			continue
		}
		if out == nil {
			out = map[report.CheckID]report.Action{}
		}
		for _, id := range line.checks {
			out[id] = report.ToReview
		}
	}
	return out
}

// Concerns tells whether ticking one of the boxes would turn a failure of the check to review.
func Concerns(id report.CheckID) bool {
	for _, line := range concerned {
		if slices.Contains(line.checks, id) {
			return true
		}
	}
	return false
}
