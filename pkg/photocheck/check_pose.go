package photocheck

import (
	"math"

	"prportal.example/pkg/photocheck/report"
)

const (
	rollLimit = 8.0 // degrees, ICAO 9303
	// yawLimit is on the offset of the nose along the line of the eyes over the inter-eye distance: frontal faces have a
	// standard deviation of 0.024; a turn by 15 degrees passes 0.08 in five cases of six, one by 20 in 24 of 25.
	yawLimit = 0.08
)

// pose is the worse of roll and yaw, each over its limit. One image has no usable signal for pitch.
func pose(f *Frame) finding {
	roll := f.face.roll()
	out := finding{
		measure: math.Abs(roll) / rollLimit,
		values:  map[string]float64{"roll_deg": round2(roll)},
		evidence: []report.Evidence{{Kind: report.Line, Label: "eyes",
			Points: [][2]float64{f.face.pupils[0].array(), f.face.pupils[1].array()}}},
	}
	if f.face.found.hasLandmarks {
		// The finder's own eye points: its errors in yaw are the same for eyes and nose, and cancel.
		eyes, nose := f.face.found.landmarks[:2], f.face.found.landmarks[2]
		along := eyes[1].minus(eyes[0])
		d := eyes[0].distance(eyes[1])
		fromMiddle := nose.minus(point{(eyes[0].x + eyes[1].x) / 2, (eyes[0].y + eyes[1].y) / 2})
		yaw := (fromMiddle.x*along.x + fromMiddle.y*along.y) / (d * d)
		out.values["yaw_index"] = round2(yaw)
		out.measure = max(out.measure, math.Abs(yaw)/yawLimit)
		out.evidence = append(out.evidence, report.Evidence{Kind: report.Line, Label: "nose",
			Points: [][2]float64{f.face.at(0, 0).array(), nose.array()}})
	}
	return out
}
