package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"prportal.example/internal/testphotos"
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
	rows, err := testphotos.Labels(o.photos)
	if err != nil {
		return nil, err
	}
	var out []source
	for _, row := range rows {
		if matches(o.labels, row.Label) {
			out = append(out, source{row.Path, row.Subject, row.Group})
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
