package portal

import (
	"net/http"
	"slices"
	"strings"

	"prportal.example/internal/casefile"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

// coachLine is one sentence or two on how the photo stands against the one before.
type coachLine struct {
	Change casefile.Change
	Text   string
}

// coaching compares a photo with the attempt before it: the last other upload of the case that has a verdict. A crop of the same
// upload is no attempt.
func (p *portal) coaching(r *http.Request, photo store.Photo, say web.Say, lang string) ([]coachLine, error) {
	all, err := p.c.Store.PhotosOfCase(r.Context(), photo.CaseID)
	if err != nil {
		return nil, err
	}
	before := attemptBefore(all, photo)
	if before == nil {
		return nil, nil
	}
	var out []coachLine
	for _, a := range casefile.Coach(*before.Verdict, *photo.Verdict) {
		out = append(out, coachLine{a.Change, coachText(a, say, lang)})
	}
	return out, nil
}

// attemptBefore finds that attempt among the photos of a case, the oldest of which come first; nil if there is none.
func attemptBefore(all []store.Photo, photo store.Photo) *store.Photo {
	var before *store.Photo
	for i, p := range all {
		if p.Upload() == photo.Upload() {
			if p.ID == photo.Upload() {
				break // what follows is younger
			}
			continue
		}
		if p.Verdict != nil {
			before = &all[i]
		}
	}
	return before
}

// sameVerdict tells whether two photos that show the same have the same faults. A picture that was taken again from the very same spot,
// with the light put right, is another attempt.
func sameVerdict(a, b store.Photo) bool {
	return a.Verdict != nil && b.Verdict != nil && !slices.ContainsFunc(casefile.Coach(*a.Verdict, *b.Verdict), func(c casefile.Advance) bool {
		return c.Change == casefile.Gone || c.Change == casefile.New
	})
}

// coachKey names the texts of an advice.
func coachKey(a casefile.Advance) string {
	key := string(a.Reason)
	if a.Side != "" {
		key += "_" + string(a.Side)
	}
	return key
}

func coachText(a casefile.Advance, say web.Say, lang string) string {
	key := coachKey(a)
	switch a.Change {
	case casefile.Gone:
		return say("coach_gone_" + string(a.Reason))
	case casefile.New:
		return say("coach_new", lower(a.Reason.Text(lang).Title)) // what to do stands below
	case casefile.Better, casefile.Worse:
		return say("coach_still_"+key) + " " + say("coach_"+string(a.Change)) + " " + say("coach_do_"+key)
	default:
		return say("coach_still_"+key) + " " + say("coach_do_"+key)
	}
}

// lower makes a title a part of a sentence.
func lower(title string) string {
	for _, c := range title { // the first letter alone: names stay as they are
		first := string(c)
		return strings.ToLower(first) + strings.TrimPrefix(title, first)
	}
	return title
}

// coachKeys are the advices that there may be, for texts to be complete.
func coachKeys() []casefile.Advance {
	var out []casefile.Advance
	add := func(r report.Reason, sides ...casefile.Side) {
		for _, s := range sides {
			out = append(out, casefile.Advance{Reason: r, Side: s})
		}
	}
	for _, id := range report.CheckIDs() {
		switch reason := report.ReasonFor(report.Check{ID: id}); id {
		case report.HeadSize:
			add(reason, casefile.TooSmall, casefile.TooLarge)
		case report.PixelSize:
			add(reason, "", casefile.TooSmall, casefile.TooFar) // without a side: by its shape
		case report.Aspect:
		default:
			add(reason, "")
		}
	}
	add(report.ReasonEyesClosed, "")
	return out
}
