package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"prportal.example/internal/simulate"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// source is a portrait to start from.
type source struct {
	path, subject, group string // path below the folder, with slashes
}

// sources lists the portraits of a folder: those that labels.tsv calls so, or every photo where there is none. Somebody whom no
// subject is given for is told by the photo's name.
func sources(o options) ([]source, error) {
	all, err := labelled(o)
	if errors.Is(err, fs.ErrNotExist) {
		all, err = every(o.photos)
	}
	if err != nil {
		return nil, err
	}
	var out []source
	for _, s := range all {
		if s.subject == "" {
			s.subject = strings.TrimSuffix(s.path, path.Ext(s.path))
		}
		if o.people == "all" || (o.people == "held") == testphotos.HeldOut(s.subject) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no portrait with one of the labels %s", o.photos, strings.Join(o.labels, ", "))
	}
	if o.limit > 0 && len(out) > o.limit {
		out = out[:o.limit]
	}
	return out, nil
}

func labelled(o options) ([]source, error) {
	name := filepath.Join(o.photos, "labels.tsv")
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := csv.NewReader(file)
	lines.Comma, lines.LazyQuotes, lines.FieldsPerRecord = '\t', true, -1
	rows, err := lines.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	columns := map[string]int{}
	var out []source
	for i, row := range rows {
		if i == 0 {
			for k, c := range row {
				columns[c] = k
			}
			if _, ok := columns["path"]; !ok {
				return nil, fmt.Errorf("%s: there is no column path", name)
			}
			continue
		}
		cell := func(column string) string {
			if k, ok := columns[column]; ok && k < len(row) {
				return row[k]
			}
			return ""
		}
		if matches(o.labels, cell("label")) {
			out = append(out, source{cell("path"), cell("subject"), cell("group")})
		}
	}
	return out, nil
}

func matches(patterns []string, label string) bool {
	for _, p := range patterns {
		if ok, err := path.Match(p, label); ok && err == nil {
			return true
		}
	}
	return false
}

func every(dir string) ([]source, error) {
	var out []source
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch strings.ToLower(filepath.Ext(name)) {
		case ".jpg", ".jpeg", ".png":
			below, err := filepath.Rel(dir, name)
			if err != nil {
				return err
			}
			out = append(out, source{path: filepath.ToSlash(below)})
		}
		return nil
	})
	return out, err
}

// opener reads portraits. The finder is loaded for the first photo without landmarks.
type opener struct {
	options
	finder *photocheck.Inspector
}

func (o *opener) close() error {
	if o.finder == nil {
		return nil
	}
	return o.finder.Close()
}

// open reads a portrait; false where nobody finds its pupils.
func (o *opener) open(ctx context.Context, s source) (simulate.Portrait, bool, error) {
	name := filepath.Join(o.photos, filepath.FromSlash(s.path))
	photo, err := os.ReadFile(name)
	if err != nil {
		return simulate.Portrait{}, false, err
	}
	pixels, err := simulate.Decode(photo)
	if err != nil {
		return simulate.Portrait{}, false, fmt.Errorf("%s: %w", s.path, err)
	}
	eyes, ok, err := o.eyes(ctx, strings.TrimSuffix(name, filepath.Ext(name))+".tem", photo)
	if err != nil || !ok {
		return simulate.Portrait{}, false, err
	}
	p, err := simulate.NewPortrait(pixels, eyes)
	if err != nil {
		return p, false, fmt.Errorf("%s: %w", s.path, err)
	}
	return p, true, nil
}

func (o *opener) eyes(ctx context.Context, landmarks string, photo []byte) ([2]simulate.Point, bool, error) {
	data, err := os.ReadFile(landmarks)
	if err == nil {
		points, err := simulate.ReadLandmarks(bytes.NewReader(data))
		if err != nil {
			return [2]simulate.Point{}, false, fmt.Errorf("%s: %w", landmarks, err)
		}
		return [2]simulate.Point(points[:2]), true, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return [2]simulate.Point{}, false, err
	}
	if o.finder == nil {
		rules, err := profile.Default()
		if err != nil {
			return [2]simulate.Point{}, false, err
		}
		if o.finder, err = photocheck.New(photocheck.Config{Models: o.models, Profile: rules}); err != nil {
			err = fmt.Errorf("there is no landmark file %s, and the face finder can't be loaded: %w", landmarks, err)
			return [2]simulate.Point{}, false, err
		}
	}
	r, err := o.finder.Inspect(ctx, photo)
	if err != nil {
		return [2]simulate.Point{}, false, err
	}
	pose, _ := r.Check(report.Pose)
	for _, e := range pose.Evidence {
		if e.Label == "eyes" && len(e.Points) == 2 {
			a, b := e.Points[0], e.Points[1]
			return [2]simulate.Point{{X: a[0], Y: a[1]}, {X: b[0], Y: b[1]}}, true, nil
		}
	}
	return [2]simulate.Point{}, false, nil
}
