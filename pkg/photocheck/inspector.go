// Package photocheck inspects a photo for an identity document: bytes in, report out. It finds the face, brings it to a
// common scale and runs a table of checks over it, each of which returns a raw measure and evidence that a page can draw.
// A profile (package profile) turns measures into outcomes.
//
// This is the only package that knows OpenCV.
package photocheck

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// Version is the version of the checks. It changes whenever the same photo may get another measure.
const Version = "2"

// Config says how to inspect.
type Config struct {
	// Models is the folder with centerface.onnx and haarcascades/.
	Models string
	// Profile judges the measures.
	Profile *profile.Profile
	// Finder is FinderCenterFace or FinderHaar; "" takes CenterFace where its model is there, else Haar.
	Finder string
	// Limits bound what is decoded; the zero value takes the portal's.
	Limits header.Limits
	// Untrained leaves out the networks of our own: what rests on them is inconclusive. It is for training them.
	Untrained bool
}

// Inspector inspects photos. One goroutine may use it at a time; take one for each core.
type Inspector struct {
	find    finder
	learned networks
	rules   *profile.Profile
	limits  header.Limits
}

// New loads the models. Close frees them.
func New(c Config) (*Inspector, error) {
	if c.Profile == nil {
		return nil, errors.New("photocheck: Config.Profile is missing")
	}
	useOneThread()
	find, err := openFinder(c.Models, c.Finder)
	if err != nil {
		return nil, err
	}
	if c.Limits == (header.Limits{}) {
		c.Limits = header.PortalLimits()
	}
	learned := networks{}
	if !c.Untrained {
		if learned, err = openNetworks(); err != nil {
			return nil, errors.Join(err, find.Close())
		}
	}
	return &Inspector{find: find, learned: learned, rules: c.Profile, limits: c.Limits}, nil
}

// Close frees the models.
func (in *Inspector) Close() error {
	in.learned.close()
	return in.find.Close()
}

// Engine says what this inspector judges with.
func (in *Inspector) Engine() report.Engine {
	return report.Engine{Finder: in.find.name(), Version: Version + " OpenCV " + gocv.OpenCVVersion()}
}

// Result is a report with the pictures that pages and production need.
type Result struct {
	Report report.Report
	// Rendition is the whole photo upright, at most 1600 pixels long, without metadata; nil if it can't be decoded.
	Rendition *Image
	// Print is the crop as it will be printed; nil without a crop.
	Print *Image
}

// Inspect returns the report on a photo. Bad input has a report too: an error means that the engine failed or that ctx
// ended.
func (in *Inspector) Inspect(ctx context.Context, data []byte) (report.Report, error) {
	res, err := in.inspect(ctx, data, wanted{})
	return res.Report, err
}

// InspectAndRender returns the report and the renditions, from one decode.
func (in *Inspector) InspectAndRender(ctx context.Context, data []byte) (Result, error) {
	return in.inspect(ctx, data, wanted{render: true})
}

// InspectCrop is InspectAndRender for a crop that somebody has chosen, in pixels of the upright picture: head size, head position
// and pixel size are judged for it, and the print shows exactly it. A crop that the profile's frame refuses is an error that wraps
// profile.ErrCrop; a file that is no picture has a report without a crop.
func (in *Inspector) InspectCrop(ctx context.Context, data []byte, crop report.Rect) (Result, error) {
	return in.inspect(ctx, data, wanted{render: true, crop: &crop})
}

// wanted is what an inspection is asked for beside the report.
type wanted struct {
	render bool
	crop   *report.Rect // nil: the one that meets the rules
}

func (in *Inspector) inspect(ctx context.Context, data []byte, want wanted) (Result, error) {
	start := time.Now()
	measured := report.Report{Engine: report.Engine{Version: in.Engine().Version}}
	h, err := header.Admit(data, in.limits)
	if err != nil {
		measured.Checks = refusedChecks(err, h, len(data))
		return Result{Report: in.judge(measured, start)}, nil
	}
	if want.crop != nil {
		if err := in.rules.Frame().CheckCrop(*want.crop, h.Width, h.Height); err != nil {
			return Result{}, fmt.Errorf("photocheck: %w", err)
		}
	}
	f, err := newFrame(data, h, in.find, in.rules.Frame(), want)
	if err != nil {
		return Result{}, fmt.Errorf("photocheck: %w", err)
	}
	defer f.close()
	f.learned = in.learned
	measured.Engine.Finder = in.find.name()
	measured.Width, measured.Height = f.width, f.height
	measured.Crop = f.framing.crop
	if f.decoded() {
		if measured.PerceptualHash, err = perceptualHash(f.overview); err != nil {
			return Result{}, fmt.Errorf("photocheck: %w", err)
		}
	}
	var faults []string
	for _, c := range table {
		if err := ctx.Err(); err != nil {
			return Result{}, fmt.Errorf("photocheck: %w", err)
		}
		found, err := c.run(f)
		if err != nil {
			faults = append(faults, err.Error())
		}
		measured.Checks = append(measured.Checks, found)
	}
	if len(faults) > 0 {
		text := strings.Join(faults, "; ")
		measured.Error = &text
	}
	res := Result{Report: in.judge(measured, start)}
	if want.render && f.decoded() {
		if res.Rendition, err = renderWhole(f); err != nil {
			return Result{}, fmt.Errorf("photocheck: %w", err)
		}
		if f.framing.crop != nil {
			if res.Print, err = renderPrint(f, in.rules.Frame()); err != nil {
				return Result{}, fmt.Errorf("photocheck: %w", err)
			}
		}
	}
	return res, nil
}

func (in *Inspector) judge(measured report.Report, start time.Time) report.Report {
	measured.ElapsedMS = math.Round(float64(time.Since(start).Microseconds())/10) / 100
	return profile.Judge(in.rules, measured, nil)
}
