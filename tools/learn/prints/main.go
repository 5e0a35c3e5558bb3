// Command prints makes the training set of the checks paper_print and screen_capture: simulated direct photos, scans,
// prints and screens of portraits, and what the learned parts of photocheck look at in each.
//
//	go run ./tools/learn/prints -photos DIR -people train -count 4000 -seed 1 -out DIR
//
// It writes NAME.npy (inputs of the learned part NAME), rows.tsv (kind, effect, strength, subject, number and file of each) and, with
// -pictures, every JPEG.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/jpeg"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"prportal.example/internal/simulate"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/tools/learn/arrays"
	"prportal.example/tools/portraits"
)

// subject is one person with the portraits of them.
type subject struct {
	name      string
	portraits []simulate.Portrait
}

func main() {
	log.SetFlags(0)
	photos := flag.String("photos", os.Getenv("PHOTOS"), "labelled photos: a folder with labels.tsv")
	models := flag.String("models", "models", "folder of the finders' models")
	out := flag.String("out", "", "folder to write to")
	people := flag.String("people", "train", "train, held (people that nothing may be trained on) or all")
	count := flag.Int("count", 100, "how many photos")
	seed := flag.Uint64("seed", 1, "seed")
	effects := flag.String("effects", "", "comma-separated effects; all by default")
	leave := flag.String("leave", "", "comma-separated effects that are left out")
	asTheyAre := flag.Bool("as-they-are", false, "no simulation: the inputs of the labelled photos themselves, for measuring")
	pictures := flag.Bool("pictures", false, "write the JPEGs too")
	flag.Parse()
	if err := run(*photos, *models, *out, *people, *count, *seed, names(*effects), names(*leave), *pictures, *asTheyAre); err != nil {
		log.Fatal(err)
	}
}

func names(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

func run(photos, models, out, people string, count int, seed uint64, only, leave []string, pictures, asTheyAre bool) (err error) {
	rules, err := profile.Default()
	if err != nil {
		return err
	}
	in, err := photocheck.New(photocheck.Config{Models: models, Profile: rules})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if asTheyAre {
		return measure(in, photos, out)
	}
	everybody, err := subjects(photos, models, people)
	if err != nil {
		return err
	}
	kinds := map[simulate.Kind][]simulate.Effect{}
	for _, e := range simulate.Effects() {
		named := slices.Contains(only, e.Name)
		ours := e.Kind != simulate.Direct || len(e.Strengths) > 0 && isDecoy(e)
		if (named || len(only) == 0 && ours) && !slices.Contains(leave, e.Name) {
			kinds[e.Kind] = append(kinds[e.Kind], e)
		}
	}
	set, err := openSet(out, pictures)
	if err != nil {
		return err
	}
	order := []simulate.Kind{}
	for _, k := range []simulate.Kind{simulate.Direct, simulate.Print, simulate.Direct, simulate.Print, simulate.Scan, simulate.Direct,
		simulate.Print, simulate.Screen} {
		if len(kinds[k]) > 0 {
			order = append(order, k)
		}
	}
	for i := range count {
		rng := rand.New(rand.NewPCG(seed, uint64(i))) //nolint:gosec // simulation, to be repeated by its seed
		k := order[i%len(order)]
		e := kinds[k][rng.IntN(len(kinds[k]))]
		s := everybody[rng.IntN(len(everybody))]
		strength := e.Strengths[0] + (e.Strengths[1]-e.Strengths[0])*rng.Float64()
		if k == simulate.Print && rng.IntN(3) > 0 {
			strength = .6 + .4*rng.Float64() // two of three show what is around them
		}
		picture := e.Apply(s.portraits[rng.IntN(len(s.portraits))], strength, rng)
		var data bytes.Buffer
		if err := jpeg.Encode(&data, picture.Pixels, &jpeg.Options{Quality: 40 + rng.IntN(58)}); err != nil {
			return fmt.Errorf("encode: %w", err)
		}
		if err := set.add(in, data.Bytes(), string(e.Kind), e.Name, fmt.Sprintf("%.3f", strength), s.name, fmt.Sprint(i),
			fmt.Sprintf("%05d_%s.jpg", i, e.Name)); err != nil {
			return err
		}
		if i%200 == 199 {
			log.Printf("%d of %d", i+1, count)
		}
	}
	return set.Close()
}

// measure writes the inputs of every labelled photo with a face.
func measure(in *photocheck.Inspector, photos, out string) error {
	set, err := openSet(out, false)
	if err != nil {
		return err
	}
	rows, err := testphotos.Labels(photos)
	if err != nil {
		return err
	}
	for _, row := range rows {
		data, err := os.ReadFile(filepath.Join(photos, filepath.FromSlash(row.Path)))
		if err != nil {
			return err
		}
		kind := simulate.Direct
		switch {
		case strings.HasPrefix(row.Label, "recapture_print"):
			kind = simulate.Print
		case strings.HasPrefix(row.Label, "recapture_screen"):
			kind = simulate.Screen
		}
		if err := set.add(in, data, string(kind), strings.Split(row.Path, "/")[0], "1", row.Subject, "0", row.Path); err != nil {
			return fmt.Errorf("%s: %w", row.Path, err)
		}
	}
	return set.Close()
}

// isDecoy tells direct photos made here from photometric faults, which are still portraits.
func isDecoy(e simulate.Effect) bool {
	return strings.HasPrefix(e.Name, "room_") ||
		slices.Contains([]string{"webcam", "studio", "cut_out", "digital_border", "screenshot"}, e.Name)
}

// subjects opens the good portraits of the people that are asked for. Webcam frames of the research sets are for measuring only.
func subjects(photos, models, people string) (out []subject, err error) {
	rows, err := testphotos.Labels(photos)
	if err != nil {
		return nil, err
	}
	open := portraits.Opener{Photos: photos, Models: models}
	defer func() { err = errors.Join(err, open.Close()) }()
	for _, row := range rows {
		if !strings.HasPrefix(row.Label, "direct_") || strings.HasPrefix(row.Path, "nuaa/") ||
			people != "all" && testphotos.HeldOut(row.Subject) != (people == "held") {
			continue
		}
		p, ok, err := open.Open(context.Background(), row.Path)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		name := cmp.Or(row.Subject, strings.Split(row.Path, "/")[0])
		i := slices.IndexFunc(out, func(s subject) bool { return s.name == name })
		if i < 0 {
			i = len(out)
			out = append(out, subject{name: name})
		}
		out[i].portraits = append(out[i].portraits, shrunk(p))
	}
	slices.SortFunc(out, func(a, b subject) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// shrunk halves a large portrait as often as the scenes allow, which need no more of a face.
func shrunk(p simulate.Portrait) simulate.Portrait {
	for p.Eyes[1].X-p.Eyes[0].X > 220 {
		b := p.Pixels.Bounds()
		half := image.NewRGBA(image.Rect(0, 0, b.Dx()/2, b.Dy()/2))
		for i := range half.Pix {
			ch, x, y := i%4, i/4%half.Rect.Dx(), i/half.Stride
			o := p.Pixels.PixOffset(2*x, 2*y) + ch
			sum := int(p.Pixels.Pix[o]) + int(p.Pixels.Pix[o+4]) + int(p.Pixels.Pix[o+p.Pixels.Stride]) + int(p.Pixels.Pix[o+p.Pixels.Stride+4])
			half.Pix[i] = uint8((sum + 2) / 4)
		}
		p.Pixels = half
		for i := range p.Eyes {
			p.Eyes[i].X, p.Eyes[i].Y = p.Eyes[i].X/2, p.Eyes[i].Y/2
		}
	}
	return p
}

// set is the folder with what is written.
type set struct {
	*arrays.Writer
	dir      string
	pictures bool
}

func openSet(dir string, pictures bool) (*set, error) {
	w, err := arrays.New(dir, "kind", "effect", "strength", "subject", "number", "file")
	return &set{w, dir, pictures}, err
}

// add writes what the learned parts see in a photo; photos without a face are left out.
func (s *set) add(in *photocheck.Inspector, data []byte, cells ...string) error {
	if s.pictures {
		if err := os.WriteFile(filepath.Join(s.dir, cells[len(cells)-1]), data, 0o600); err != nil {
			return err
		}
	}
	inputs, err := in.LearnedInputs(context.Background(), data, "print_edges", "print_context")
	if err != nil || len(inputs) == 0 {
		return err
	}
	return s.Add(inputs, cells...)
}
