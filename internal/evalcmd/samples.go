package evalcmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"prportal.example/internal/evaluate"
	"prportal.example/internal/judging"
)

// samples are the labelled photos, and how many more lie in the folder.
func (o options) samples() (samples []evaluate.Sample, unlabelled int, err error) {
	var own []byte
	if o.expect != "" {
		if own, err = os.ReadFile(o.expect); err != nil {
			return nil, 0, fmt.Errorf("expectations: %w", err)
		}
	}
	table, err := evaluate.LoadTable(own)
	if err != nil {
		return nil, 0, err
	}
	info, err := os.Stat(o.dir)
	if err != nil {
		return nil, 0, err
	}
	if !info.IsDir() {
		return nil, 0, fmt.Errorf("%s is no folder", o.dir)
	}
	photos, err := below(o.dir)
	if err != nil {
		return nil, 0, err
	}
	labels := o.labels
	if labels == "" {
		labels = filepath.Join(o.dir, "labels.tsv")
		if _, err := os.Stat(labels); errors.Is(err, os.ErrNotExist) {
			if len(photos) == 0 {
				return nil, 0, errors.New("no labels.tsv and no photo is there")
			}
			samples, err = evaluate.Foldered(photos, table, folderName(o.dir))
			return samples, 0, err
		}
	}
	samples, err = readLabels(labels, o.dir, table)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", labels, err)
	}
	labelled := map[string]bool{}
	for _, s := range samples {
		labelled[s.Path] = true
	}
	for _, path := range photos {
		if !labelled[path] {
			unlabelled++
		}
	}
	return samples, unlabelled, nil
}

// below lists the photos of a folder, as paths below it with slashes.
func below(dir string) ([]string, error) {
	var out []string
	for _, f := range judging.Find([]string{dir}).Files {
		if f.Err != nil {
			return nil, f.Err
		}
		path, err := filepath.Rel(dir, f.Path)
		if err != nil {
			return nil, err
		}
		out = append(out, filepath.ToSlash(path))
	}
	return out, nil
}

func readLabels(path, dir string, table *evaluate.Table) ([]evaluate.Sample, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // it was only read
	samples, err := evaluate.ReadLabels(f, table, folderName(dir))
	if err != nil {
		return nil, err
	}
	for _, s := range samples { // a name that leads nowhere is told before hours of work, not after
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(s.Path))); err != nil {
			return nil, fmt.Errorf("line %d: %w", s.Line, err)
		}
	}
	return samples, nil
}
