// Command learn writes what the networks for covered and closed features look at, as arrays that Python reads, for training and
// measuring them.
//
//	go run ./tools/learn -photos DIR -out DIR                     # the labelled photos as they are
//	go run ./tools/learn -photos DIR -out DIR -paint 8000 -seed 1 # painted portraits of the people to train on
//	go run ./tools/learn -photos DIR -out DIR -paint 2000 -seed 2 -people held
//
// DIR holds labels.tsv (path, label, subject, group). Written are mouth.npy and eyes.npy, 32-bit floats, one row a photo, and
// rows.tsv with what each row is.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image/jpeg"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/tools/learn/arrays"
)

// parts are the networks that this program is for.
var parts = []string{"mouth", "eyes"}

type options struct {
	photos, out, models, labels, people string
	paint, sheet                        int
	seed                                uint64
}

func main() {
	var o options
	flag.StringVar(&o.photos, "photos", "", "folder with labels.tsv")
	flag.StringVar(&o.out, "out", "", "folder to write to")
	flag.StringVar(&o.models, "models", "models", "folder with the face finders")
	flag.StringVar(&o.labels, "labels", "direct_studio,direct_passportlike,direct_selfie",
		"beginnings of the labels to take, comma-separated")
	flag.StringVar(&o.people, "people", "", "train, held or all; painted portraits are of train unless told")
	flag.IntVar(&o.paint, "paint", 0, "how many painted portraits to write instead of the photos as they are")
	flag.IntVar(&o.sheet, "sheet", 0, "how many of the pictures to write as JPEG too")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of what is painted")
	flag.Parse()
	log.SetFlags(0)
	if err := run(context.Background(), o); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, o options) (err error) {
	rules, err := profile.Default()
	if err != nil {
		return err
	}
	in, err := photocheck.New(photocheck.Config{Models: o.models, Profile: rules, Untrained: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if o.people == "" && o.paint > 0 {
		o.people = "train"
	}
	photos, err := readLabels(o)
	if err != nil {
		return err
	}
	w, err := arrays.New(o.out, columns...)
	if err != nil {
		return err
	}
	if o.paint > 0 {
		err = paintAll(ctx, in, o, photos, w)
	} else {
		err = dumpAll(ctx, in, o, photos, w)
	}
	return errors.Join(err, w.Close())
}

// dumpAll writes the inputs of photos as they are.
func dumpAll(ctx context.Context, in *photocheck.Inspector, o options, photos []testphotos.Label, w *arrays.Writer) error {
	for _, p := range photos {
		data, err := os.ReadFile(filepath.Join(o.photos, filepath.FromSlash(p.Path)))
		if err != nil {
			return fmt.Errorf("learn: %w", err)
		}
		inputs, err := in.LearnedInputs(ctx, data, parts...)
		if err != nil || len(inputs) == 0 {
			log.Printf("%s: nothing to look at (%v)", p.Path, err)
			continue
		}
		if err := w.Add(inputs, row{photo: p, seen: seen{mouth: unknown, eyes: [2]eyeState{unknown, unknown}}}.cells()...); err != nil {
			return err
		}
	}
	return nil
}

// paintAll writes the inputs of portraits with something painted on them, seen by any camera.
func paintAll(ctx context.Context, in *photocheck.Inspector, o options, photos []testphotos.Label, w *arrays.Writer) error {
	portraits, err := openPortraits(ctx, o, photos)
	if err != nil {
		return err
	}
	if len(portraits) == 0 {
		return errors.New("learn: no portraits with known pupils")
	}
	for i := range o.paint {
		rng := rand.New(rand.NewPCG(o.seed, uint64(i))) //nolint:gosec // simulation, which has to be the same again
		from := portraits[rng.IntN(len(portraits))]
		picture, r := paintOne(from, rng)
		var file bytes.Buffer
		if err := jpeg.Encode(&file, picture, &jpeg.Options{Quality: 40 + rng.IntN(59)}); err != nil {
			return fmt.Errorf("learn: %w", err)
		}
		if i < o.sheet {
			name := fmt.Sprintf("%04d_%s.jpg", i, strings.Join(r.effects, "+"))
			if err := os.WriteFile(filepath.Join(o.out, name), file.Bytes(), 0o600); err != nil {
				return fmt.Errorf("learn: %w", err)
			}
		}
		inputs, err := in.LearnedInputs(ctx, file.Bytes(), parts...)
		if err != nil {
			return fmt.Errorf("learn: %w", err)
		}
		if len(inputs) == 0 {
			continue // no face was found
		}
		if err := w.Add(inputs, r.cells()...); err != nil {
			return err
		}
		if i%500 == 499 {
			log.Printf("%d of %d", i+1, o.paint)
		}
	}
	return nil
}

func wanted(label, starts string) bool {
	return slices.ContainsFunc(strings.Split(starts, ","), func(s string) bool { return strings.HasPrefix(label, s) })
}
