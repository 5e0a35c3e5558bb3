// Package portraits opens portraits with their pupils, for the programs that simulate photos of them and train on those.
package portraits

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"prportal.example/internal/simulate"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// Opener opens the portraits of a folder. Pupils come from the landmark file (.tem) beside a photo, else from the face finder, which
// is loaded for the first photo that needs it.
type Opener struct {
	// Photos is the folder of the photos, Models that of the face finders.
	Photos, Models string

	finder *photocheck.Inspector
}

// Close frees the finder.
func (o *Opener) Close() error {
	if o.finder == nil {
		return nil
	}
	return o.finder.Close()
}

// Open reads a portrait by its path below the folder, with slashes; false where nobody finds its pupils.
func (o *Opener) Open(ctx context.Context, path string) (simulate.Portrait, bool, error) {
	none := simulate.Portrait{}
	name := filepath.Join(o.Photos, filepath.FromSlash(path))
	photo, err := os.ReadFile(name)
	if err != nil {
		return none, false, err
	}
	pixels, err := simulate.Decode(photo)
	if err != nil {
		return none, false, fmt.Errorf("%s: %w", path, err)
	}
	eyes, ok, err := o.eyes(ctx, strings.TrimSuffix(name, filepath.Ext(name))+".tem", photo)
	if err != nil || !ok {
		return none, false, err
	}
	p, err := simulate.NewPortrait(pixels, eyes)
	if err != nil {
		return none, false, fmt.Errorf("%s: %w", path, err)
	}
	return p, true, nil
}

func (o *Opener) eyes(ctx context.Context, landmarks string, photo []byte) (eyes [2]simulate.Point, found bool, err error) {
	data, err := os.ReadFile(landmarks)
	if err == nil {
		points, err := simulate.ReadLandmarks(bytes.NewReader(data))
		if err != nil {
			return eyes, false, fmt.Errorf("%s: %w", landmarks, err)
		}
		return [2]simulate.Point(points[:2]), true, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return eyes, false, err
	}
	if o.finder == nil {
		rules, err := profile.Default()
		if err != nil {
			return eyes, false, err
		}
		if o.finder, err = photocheck.New(photocheck.Config{Models: o.Models, Profile: rules}); err != nil {
			return eyes, false, fmt.Errorf("there is no landmark file %s, and the face finder can't be loaded: %w", landmarks, err)
		}
	}
	r, err := o.finder.Inspect(ctx, photo)
	if err != nil {
		return eyes, false, err
	}
	pose, _ := r.Check(report.Pose)
	for _, e := range pose.Evidence {
		if e.Label == "eyes" && len(e.Points) == 2 {
			a, b := e.Points[0], e.Points[1]
			return [2]simulate.Point{{X: a[0], Y: a[1]}, {X: b[0], Y: b[1]}}, true, nil
		}
	}
	return eyes, false, nil
}
