package officer

import (
	"strings"

	"prportal.example/pkg/photocheck/report"
)

// ticked says what the applicant ticked beside the photo, and which checks would have returned it otherwise.
func ticked(f caseFile, lang string, say say) (boxes []string, lowered string) {
	for _, b := range []struct {
		on  bool
		key string
	}{{f.Boxes.HeadCovering, "box_head_covering"}, {f.Boxes.Medical, "box_medical"}, {f.Boxes.SmallChild, "box_small_child"}} {
		if b.on {
			boxes = append(boxes, say(b.key))
		}
	}
	var titles []string
	for _, id := range f.Lowered {
		titles = append(titles, report.CheckID(id).Title(lang))
	}
	if len(titles) > 0 {
		lowered = say("boxes_lowered", strings.Join(titles, ", "))
	}
	return boxes, lowered
}
