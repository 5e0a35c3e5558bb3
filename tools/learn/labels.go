package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"prportal.example/internal/simulate/occlusion"
	"prportal.example/internal/testphotos"
	"prportal.example/tools/portraits"
)

// readLabels lists the photos that the options ask for.
func readLabels(o options) ([]testphotos.Label, error) {
	photos, err := testphotos.Labels(o.photos)
	if err != nil {
		return nil, fmt.Errorf("learn: %w", err)
	}
	everybody := o.people == "" || o.people == "all"
	return slices.DeleteFunc(photos, func(p testphotos.Label) bool {
		return !wanted(p.Label, o.labels) || !everybody && testphotos.HeldOut(p.Subject) != (o.people == "held")
	}), nil
}

// portrait is a labelled photo that can be painted on.
type portrait struct {
	photo testphotos.Label
	occlusion.Portrait
}

// openPortraits opens the photos in which pupils are found.
func openPortraits(ctx context.Context, o options, photos []testphotos.Label) (out []portrait, err error) {
	open := portraits.Opener{Photos: o.photos, Models: o.models}
	defer func() { err = errors.Join(err, open.Close()) }()
	for _, photo := range photos {
		p, ok, err := open.Open(ctx, photo.Path)
		if err != nil {
			return nil, fmt.Errorf("learn: %w", err)
		}
		if ok {
			eyes := [2]occlusion.Point{occlusion.Point(p.Eyes[0]), occlusion.Point(p.Eyes[1])}
			out = append(out, portrait{photo, occlusion.Portrait{Pixels: p.Pixels, Eyes: eyes}})
		}
	}
	return out, nil
}
