package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"prportal.example/internal/simulate"
	"prportal.example/tools/portraits"
)

// columns of labels.tsv. expect names the check that should fail, "-" where none should; strength is in the effect's own unit.
const columns = "path\tlabel\tsubject\tgroup\tkind\texpect\teffect\tstrength\tseed\n"

func run(ctx context.Context, o options, progress io.Writer) (err error) {
	if same, err := sameFolder(o.photos, o.out); err != nil || same {
		return errors.Join(err, errors.New("-out should be another folder than -photos: labels.tsv would be written over"))
	}
	from, err := sources(o)
	if err != nil {
		return err
	}
	open := &portraits.Opener{Photos: o.photos, Models: o.models}
	defer func() { err = errors.Join(err, open.Close()) }()

	// The labels are written last, so that a folder with labels is complete.
	name := filepath.Join(o.out, "labels.tsv")
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	var labels strings.Builder
	labels.WriteString(columns)
	written, faceless, told := 0, 0, time.Now()
	for i, s := range from {
		p, ok, err := open.Open(ctx, s.path)
		if err != nil {
			return err
		}
		if !ok {
			faceless++
			fmt.Fprintf(progress, "%s: no face is found, left out\n", s.path)
			continue
		}
		for _, e := range o.effects {
			for k := range o.count {
				if err := ctx.Err(); err != nil {
					return err
				}
				line, err := writeOne(o, s, p, e, k)
				if err != nil {
					return err
				}
				labels.WriteString(line)
				written++
				if time.Since(told) > 5*time.Second {
					told = time.Now()
					fmt.Fprintf(progress, "%d photos of %d of %d portraits\n", written, i+1, len(from))
				}
			}
		}
	}
	if written == 0 {
		return fmt.Errorf("%s: no photo shows a face that can be found", o.photos)
	}
	if err := os.WriteFile(name, []byte(labels.String()), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(progress, "%d photos of %d portraits and %d effects in %s\n", written, len(from)-faceless, len(o.effects), o.out)
	return nil
}

// writeOne writes the k-th photo of a portrait and an effect, and returns its label.
func writeOne(o options, s source, p simulate.Portrait, e simulate.Effect, k int) (string, error) {
	rng := simulate.Seeded(o.seed, fmt.Sprint(s.path, " ", e.Name, " ", k))
	share := o.strength
	if share < 0 {
		share = rng.Float64()
	}
	strength := e.At(share)
	data, err := e.Apply(p, strength, rng).Encode()
	if err != nil {
		return "", fmt.Errorf("%s: %s: %w", s.path, e.Name, err)
	}
	file := strings.ReplaceAll(strings.TrimSuffix(s.path, path.Ext(s.path)), "/", "_")
	if o.count > 1 {
		file += "-" + strconv.Itoa(k+1)
	}
	file = e.Name + "/" + file + ".jpg"
	to := filepath.Join(o.out, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		return "", err
	}
	expect := string(e.Expect)
	if expect == "" {
		expect = "-"
	}
	cells := []string{file, e.Label(), s.subject, s.group, string(e.Kind), expect, e.Name,
		strconv.FormatFloat(strength, 'g', 4, 64), strconv.FormatUint(o.seed, 10)}
	return strings.Join(cells, "\t") + "\n", nil
}

func sameFolder(a, b string) (bool, error) {
	if err := os.MkdirAll(b, 0o755); err != nil {
		return false, err
	}
	from, err := os.Stat(a)
	if err != nil {
		return false, err
	}
	if !from.IsDir() {
		return false, fmt.Errorf("%s is no folder", a)
	}
	to, err := os.Stat(b)
	if err != nil {
		return false, err
	}
	return os.SameFile(from, to), nil
}
