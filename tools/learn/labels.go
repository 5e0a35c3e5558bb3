package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/jpeg" // portraits are JPEG or PNG
	_ "image/png"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/draw"

	"prportal.example/internal/simulate/occlusion"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/report"
)

// labelled is one line of labels.tsv.
type labelled struct {
	name, path, label, subject, group string
}

// readLabels lists the photos that the options ask for. Photos whose person is not known are held out.
func readLabels(o options) ([]labelled, error) {
	file, err := os.Open(filepath.Join(o.photos, "labels.tsv"))
	if err != nil {
		return nil, fmt.Errorf("learn: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	var out []labelled
	lines := bufio.NewScanner(file)
	var columns map[string]int
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "\t")
		if columns == nil {
			columns = map[string]int{}
			for i, c := range cells {
				columns[c] = i
			}
			continue
		}
		cell := func(name string) string {
			if i, ok := columns[name]; ok && i < len(cells) {
				return cells[i]
			}
			return ""
		}
		p := labelled{name: cell("path"), label: cell("label"), subject: cell("subject"), group: cell("group")}
		p.path = filepath.Join(o.photos, p.name)
		held := p.subject == "" || testphotos.HeldOut(p.subject)
		if wanted(p.label, o.labels) && (o.people == "" || o.people == "all" || held == (o.people == "held")) {
			out = append(out, p)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("learn: %w", err)
	}
	return out, nil
}

// portrait is a labelled photo that can be painted on.
type portrait struct {
	labelled
	occlusion.Portrait
}

// openPortraits decodes photos and finds their pupils: in the landmark file beside them, or by the inspector.
func openPortraits(ctx context.Context, in *photocheck.Inspector, photos []labelled) ([]portrait, error) {
	var out []portrait
	for _, p := range photos {
		data, err := os.ReadFile(p.path)
		if err != nil {
			return nil, fmt.Errorf("learn: %w", err)
		}
		src, _, err := image.Decode(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("learn: %s: %w", p.name, err)
		}
		img := image.NewRGBA(image.Rect(0, 0, src.Bounds().Dx(), src.Bounds().Dy()))
		draw.Draw(img, img.Bounds(), src, src.Bounds().Min, draw.Src)
		one := portrait{p, occlusion.Portrait{Pixels: img}}
		if !one.readLandmarks() {
			r, err := in.Inspect(ctx, data)
			if err != nil {
				return nil, fmt.Errorf("learn: %s: %w", p.name, err)
			}
			if !one.takePupils(r) {
				continue
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// readLandmarks takes the pupils from the .tem file beside a photo: its first line is the number of points, the next two are the
// pupils.
func (p *portrait) readLandmarks() bool {
	data, err := os.ReadFile(strings.TrimSuffix(p.path, filepath.Ext(p.path)) + ".tem")
	if err != nil {
		return false
	}
	var n int
	eyes := &p.Eyes
	_, err = fmt.Sscan(string(data), &n, &eyes[0].X, &eyes[0].Y, &eyes[1].X, &eyes[1].Y)
	return err == nil
}

func (p *portrait) takePupils(r report.Report) bool {
	c, _ := r.Check(report.Pose)
	for _, e := range c.Evidence {
		if e.Label == "eyes" && len(e.Points) == 2 {
			for i, at := range e.Points {
				p.Eyes[i] = occlusion.Point{X: at[0], Y: at[1]}
			}
			return true
		}
	}
	return false
}
