package portal

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"prportal.example/internal/casefile"
	"prportal.example/internal/intake"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/header"
)

const (
	fileField   = "photo"
	cameraField = "camera" // the same, straight from the camera
	// maxUpload leaves room for the form around the largest photo. What is over the photo's own bound, intake refuses.
	maxUpload = 20<<20 + 64<<10
	// maxParts is far above what our page sends.
	maxParts = 16
)

// uploadError says why a form with a photo could not be read; Code is that of a problem.
type uploadError struct {
	Code   string
	Status int
}

func (e *uploadError) Error() string { return "upload refused: " + e.Code }

// sentPhoto is a form with a photo, as far as it could be read.
type sentPhoto struct {
	data  []byte
	boxes *casefile.Boxes // nil if the form has none
}

// readUpload reads the one photo of a form, and what was ticked with it. The name of the file is not looked at. There are two fields
// for it, the camera's and that for files; one of them is empty.
func readUpload(r *http.Request) (in sentPhoto, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return in, &uploadError{"bad_form", http.StatusBadRequest}
	}
	ticked := url.Values{}
	defer func() { in.boxes = readBoxes(ticked) }()
	found, other := 0, 0
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) && n > 0 {
			break
		}
		if err != nil {
			return in, brokenForm(err)
		}
		if n == maxParts {
			return in, &uploadError{"bad_form", http.StatusBadRequest}
		}
		switch name := part.FormName(); name {
		case boxesField, headField, medicalField, childField:
			value, err := io.ReadAll(io.LimitReader(part, maxBoxesValue))
			if err != nil {
				return in, brokenForm(err)
			}
			ticked.Set(name, string(value))
			continue
		case fileField, cameraField:
		default:
			other++
			if _, err := io.Copy(io.Discard, part); err != nil {
				return in, brokenForm(err)
			}
			continue
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return in, brokenForm(err)
		}
		if len(body) == 0 && !named(part) {
			continue // the form was sent without a choice
		}
		if found++; found > 1 {
			return in, &uploadError{"several_files", http.StatusUnprocessableEntity}
		}
		in.data = body
	}
	switch {
	case found == 1:
		return in, nil
	case other > 0:
		return in, &uploadError{"bad_form", http.StatusBadRequest}
	}
	return in, &uploadError{"no_file", http.StatusUnprocessableEntity}
}

// named tells a file, also an empty one, from a field in which nothing was chosen.
func named(part *multipart.Part) bool {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	return err == nil && params["filename"] != ""
}

func brokenForm(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return &uploadError{string(header.TooLarge), http.StatusRequestEntityTooLarge}
	}
	return &uploadError{"broken_upload", http.StatusBadRequest}
}

// uploadView is the form for a photo on the pages that have it.
type uploadView struct {
	Problem *problem
	Again   bool       // there is a photo already
	Quiet   bool       // another button of the page matters more
	Boxes   *boxesView // nil where they have a form of their own
	Least   [2]int     // pixels of the smallest print
}

func (p *portal) uploadForm(l layout, again, quiet bool) uploadView {
	f := p.c.Profile.Frame()
	v := uploadView{Problem: l.Problem, Again: again, Quiet: quiet, Least: [2]int{f.MinWidth, f.MinHeight}}
	if page, ok := l.Data.(photoPage); ok && page.Part == partChoose {
		v.Boxes = page.Boxes
	}
	return v
}

func (p *portal) upload(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	in, err := readUpload(r)
	if err == nil {
		err = p.takeIn(r, in)
	}
	var broken *uploadError
	var refused *header.Refusal
	switch {
	case err == nil:
		p.measures.uploads.WithLabelValues("accepted").Inc()
		http.Redirect(w, r, "/photo", http.StatusSeeOther)
	case errors.As(err, &broken):
		p.refuseUpload(w, r, broken.Status, p.problem(r, broken.Code), in.boxes)
	case errors.As(err, &refused):
		status := http.StatusUnprocessableEntity
		if refused.Code == header.TooLarge {
			status = http.StatusRequestEntityTooLarge
		}
		p.refuseUpload(w, r, status, p.refusal(r, refused), in.boxes)
	case errors.Is(err, intake.ErrLocked):
		p.refuseUpload(w, r, http.StatusConflict, p.problem(r, "locked"), in.boxes)
	default:
		p.measures.uploads.WithLabelValues("fault").Inc()
		p.fail(w, r, err)
	}
}

// takeIn hands the photo over. Another upload of the same person at the same moment may win the race for the case: then this
// one comes after it, as if it had been sent later.
func (p *portal) takeIn(r *http.Request, in sentPhoto) error {
	me := p.me(r)
	c, err := p.c.Store.CaseByPerson(r.Context(), me.person.ID)
	if err != nil {
		return err
	}
	const tries = 3
	for range tries {
		_, err = p.c.Intake.AddPhoto(r.Context(), intake.Photo{CaseID: c.ID, Data: in.data, Boxes: in.boxes,
			Actor: store.ActorApplicant, ActorID: me.account.ID})
		if !errors.Is(err, store.ErrStale) {
			break
		}
	}
	return err
}

func (p *portal) refuseUpload(w http.ResponseWriter, r *http.Request, status int, told *problem, sent *casefile.Boxes) {
	p.measures.uploads.WithLabelValues(told.Code).Inc()
	p.showPhotoWith(w, r, status, told, sent)
}

// detected are the kinds of file that there is help for, by what header.Admit says.
var detected = map[string]string{
	"heic": "heic", "avif": "avif", "video": "video", "gif": "gif", "pdf": "pdf", "webp": "webp", "bmp": "bmp", "tiff": "tiff",
	"zip": "zip", "svg": "svg", "jpeg without a picture": "damaged", "png without a picture": "damaged",
}

// refusal tells why a file was not taken in, and helps by what it is.
func (p *portal) refusal(r *http.Request, refused *header.Refusal) *problem {
	say := p.say(r)
	switch refused.Code {
	case header.TooManyPixels:
		return p.problem(r, string(refused.Code), refused.Width, refused.Height)
	case header.NotJPEGOrPNG:
		told := p.problem(r, string(refused.Code))
		kind, known := detected[refused.Detected]
		if !known {
			kind = "unknown"
		}
		told.Text = say("detected_" + kind)
		told.Steps = steps(say("help_" + kind))
		return told
	default:
		return p.problem(r, string(refused.Code))
	}
}
