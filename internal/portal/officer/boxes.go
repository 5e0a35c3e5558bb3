package officer

import (
	"strings"

	"prportal.example/pkg/photocheck/report"
)

// lowered says which checks would have returned the photo without what the applicant ticked, "" if none would.
func lowered(f caseFile, lang string, say say) string {
	var titles []string
	for _, id := range f.Lowered {
		titles = append(titles, report.CheckID(id).Title(lang))
	}
	if len(titles) == 0 {
		return ""
	}
	return say("boxes_lowered", strings.Join(titles, ", "))
}
