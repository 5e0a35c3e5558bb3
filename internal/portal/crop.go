package portal

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"prportal.example/internal/casefile"
	"prportal.example/internal/intake"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// cropPage lets the applicant choose which part of the photo is printed.
type cropPage struct {
	Picture       *pictureView
	Width, Height int // of the picture, in pixels
	Rect          report.Rect
	Advice        string // what to do for the head to fit
	Suggested     bool   // there is a part of our own that can be had back
	Crown, Chin   band
	ViewBox       string // of the frame that the lines are drawn in
	Setup         string // for the script, as JSON
	Returned      bool
}

// band is drawn across the frame, in units of its view box.
type band struct{ Width, Y, Height int }

// frameScale is view box units for one unit of the frame's shape.
const frameScale = 100

func bandOf(f profile.Frame, shares [2]float64) band {
	h := float64(f.AspectHeight * frameScale)
	return band{f.AspectWidth * frameScale, int(shares[0] * h), max(1, int((shares[1]-shares[0])*h))}
}

// cropSetup is what the script of the page needs to know.
type cropSetup struct {
	Width   int        `json:"w"`
	Height  int        `json:"h"`
	Least   int        `json:"least"`
	Most    int        `json:"most"`
	Aspect  [2]int     `json:"aspect"`
	Own     *[4]int    `json:"own"`  // our suggestion
	Head    *headLine  `json:"head"` // nil where nobody was found
	Share   [2]float64 `json:"share"`
	EyesX   [2]float64 `json:"x"`
	EyesY   [2]float64 `json:"y"`
	Heads   [2]float64 `json:"heads"` // what the bands show
	Moves   int        `json:"moves"`
	Resizes int        `json:"resizes"`
}

func (p *portal) cropForm(w http.ResponseWriter, r *http.Request) {
	code := lost(r)
	var told *problem
	if code != "" {
		told = p.problem(r, code)
	}
	q := r.URL.Query()
	var wanted *report.Rect
	if q.Has("width") {
		rect := readRect(q)
		wanted = &rect
	}
	p.showCrop(w, r, http.StatusOK, wanted, told)
}

// readRect reads the numbers of a crop; what is no number is 0.
func readRect(form url.Values) report.Rect {
	n := func(name string) int {
		v, err := strconv.Atoi(form.Get(name))
		if err != nil {
			return 0
		}
		return v
	}
	return report.Rect{X: n("x"), Y: n("y"), Width: n("width"), Height: n("height")}
}

// croppable is the room that there is to crop the current photo; false where none is offered.
func (p *portal) croppable(c store.CaseRow, photo *store.Photo) (cropping, bool) {
	if photo == nil || photo.Verdict == nil || photo.Rendition == nil || !photo.DeletedAt.IsZero() ||
		(c.State != casefile.Checked && c.State != casefile.Returned) {
		return cropping{}, false
	}
	room := newCropping(p.c.Profile.Frame(), photo.Width, photo.Height)
	return room, photo.Width == photo.Verdict.Width && photo.Height == photo.Verdict.Height && room.free()
}

func (p *portal) showCrop(w http.ResponseWriter, r *http.Request, status int, wanted *report.Rect, told *problem) {
	c, photo, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	room, ok := p.croppable(c, photo)
	if !ok {
		http.Redirect(w, r, pageOf(c.State), http.StatusSeeOther)
		return
	}
	page, err := p.cropPage(r, room, photo, wanted)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page.Returned = c.State == casefile.Returned
	q := url.Values{}
	if wanted != nil {
		q = rectValues(page.Rect)
	}
	path := url.URL{Path: "/photo/crop", RawQuery: q.Encode()}
	p.show(w, r, status, view{Page: "crop", Path: path.String(), Heading: p.say(r)("crop_title"), State: c.PublicState(),
		PhotoID: c.PhotoID, Problem: told, Data: page})
}

func rectValues(r report.Rect) url.Values {
	return url.Values{"x": {strconv.Itoa(r.X)}, "y": {strconv.Itoa(r.Y)}, "width": {strconv.Itoa(r.Width)}, "height": {strconv.Itoa(r.Height)}}
}

func (p *portal) cropPage(r *http.Request, room cropping, photo *store.Photo, wanted *report.Rect) (cropPage, error) {
	own, err := p.suggested(r, photo)
	if err != nil {
		return cropPage{}, err
	}
	head := headOf(*photo.Verdict)
	rect := photo.Verdict.Crop
	switch {
	case wanted != nil:
		rect = wanted
	case rect == nil: // none meets the rules: as large as it can be, around the head if there is one
		start := room.at(room.most, photo.Width/2, photo.Height/2)
		if head != nil {
			start = room.at(room.most, int(head.EyesX), int(head.EyesY))
		}
		rect = &start
	}
	limit := p.c.Profile.Rule(report.HeadSize).Limit
	f := room.frame
	near := room.near(*rect)
	crown, chin := room.guides(near, head)
	page := cropPage{Width: photo.Width, Height: photo.Height, Rect: near, Suggested: own != nil, Crown: bandOf(f, crown), Chin: bandOf(f, chin),
		ViewBox: fmt.Sprintf("0 0 %d %d", f.AspectWidth*frameScale, f.AspectHeight*frameScale),
		Picture: &pictureView{URL: "/photo/rendition/" + photo.ID, Width: photo.Rendition.Width, Height: photo.Rendition.Height}}
	page.Advice = room.advice(page.Rect, head, limit)
	setup := cropSetup{Width: room.width, Height: room.height, Least: room.least, Most: room.most, Aspect: [2]int{f.AspectWidth, f.AspectHeight},
		Head: head, EyesX: [2]float64{f.EyesXMin, f.EyesXMax}, EyesY: [2]float64{f.EyesYMin, f.EyesYMax}, Moves: moveParts, Resizes: sizeParts,
		Share: [2]float64{0, 1}, Heads: [2]float64{f.HeadMin, f.HeadMax}}
	if limit.Min != nil {
		setup.Share[0] = *limit.Min
	}
	if limit.Max != nil {
		setup.Share[1] = *limit.Max
	}
	if own != nil {
		near := room.near(*own)
		setup.Own = &[4]int{near.X, near.Y, near.Width, near.Height}
	}
	b, err := json.Marshal(setup)
	page.Setup = string(b)
	return page, err
}

// suggested is the crop that the pipeline chose by itself for this upload, nil if it found none.
func (p *portal) suggested(r *http.Request, photo *store.Photo) (*report.Rect, error) {
	if photo.UploadID == "" {
		return photo.Verdict.Crop, nil
	}
	upload, err := p.c.Store.Photo(r.Context(), photo.UploadID)
	if err != nil || upload.Verdict == nil {
		return nil, err
	}
	return upload.Verdict.Crop, nil
}

// moveCrop is a press of a button where there is no script: the page is shown anew with the crop moved, and nothing is stored.
func (p *portal) moveCrop(w http.ResponseWriter, r *http.Request) {
	c, photo, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	room, ok := p.croppable(c, photo)
	if !ok {
		http.Redirect(w, r, pageOf(c.State), http.StatusSeeOther)
		return
	}
	move := r.PostFormValue("move") // reads the form
	rect := room.moved(readRect(r.PostForm), move)
	if move == "reset" {
		own, err := p.suggested(r, photo)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		if own != nil {
			rect = room.near(*own)
		}
	}
	to := url.URL{Path: "/photo/crop", RawQuery: rectValues(rect).Encode(), Fragment: "crop"}
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// saveCrop asks the pipeline for the crop. The one that is there already needs no new check.
func (p *portal) saveCrop(w http.ResponseWriter, r *http.Request) {
	c, photo, err := p.ownCase(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	id := r.PostFormValue("photo")
	rect := readRect(r.PostForm)
	if photo != nil && photo.ID == id && photo.Verdict != nil && photo.Verdict.Crop != nil && *photo.Verdict.Crop == rect {
		http.Redirect(w, r, pageOf(c.State), http.StatusSeeOther)
		return
	}
	_, err = p.c.Intake.AddCrop(r.Context(), intake.Crop{CaseID: c.ID, PhotoID: id, Rect: rect, Frame: p.c.Profile.Frame(),
		Actor: store.ActorApplicant, ActorID: p.me(r).account.ID})
	switch {
	case err == nil:
		p.measures.uploads.WithLabelValues("crop").Inc()
		http.Redirect(w, r, "/photo", http.StatusSeeOther)
	case errors.Is(err, intake.ErrReplaced), errors.Is(err, store.ErrStale):
		p.showPhoto(w, r, http.StatusConflict, p.problem(r, "stale"))
	case errors.Is(err, intake.ErrLocked):
		p.showStatus(w, r, http.StatusConflict, p.problem(r, "already_submitted"))
	case errors.Is(err, intake.ErrGone):
		p.showPhoto(w, r, http.StatusGone, p.problem(r, "crop_gone"))
	case errors.Is(err, profile.ErrCropSmall):
		p.showCrop(w, r, http.StatusUnprocessableEntity, &rect, p.problem(r, "crop_small"))
	case errors.Is(err, profile.ErrCrop):
		p.showCrop(w, r, http.StatusUnprocessableEntity, &rect, p.problem(r, "crop_wrong"))
	default:
		p.fail(w, r, err)
	}
}
