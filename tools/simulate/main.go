// Command simulate writes labelled photos with known faults, made from good portraits:
//
//	simulate -photos DIR -out DIR [-seed N] [-effects a,b] [-count K] [-strength F|random] [-people all|train|held]
//
// DIR of photos holds JPEG and PNG files and, if it likes, labels.tsv, which names those that are portraits. Pupils come from the
// landmark file beside a photo, else they are looked for. The same photos and options always give the same files.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"prportal.example/internal/simulate"
)

// options are what the command line says.
type options struct {
	photos, out string
	seed        uint64
	effects     []simulate.Effect
	labels      []string
	people      string
	models      string
	count       int
	strength    float64 // share of the way from weak to full; negative for random
	limit       int
}

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		err = run(ctx, o, os.Stderr)
		stop()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "simulate:", err)
		os.Exit(1)
	}
}

// portraitLabels are the labels whose photos show one person well. Webcam frames and dim selfies are no start for a known fault.
const portraitLabels = "direct_studio*,direct_passport*,direct_portrait*,good"

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("simulate", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&o.photos, "photos", os.Getenv("PHOTOS"), "folder of portraits, with or without labels.tsv")
	flags.StringVar(&o.out, "out", "", "folder to write to")
	flags.Uint64Var(&o.seed, "seed", 1, "another number gives other photos")
	effects := flags.String("effects", "all", "what to do to the portraits: names put apart by commas, NAME*, all, or list")
	labels := flags.String("labels", portraitLabels, "labels of the photos to start from, put apart by commas")
	flags.StringVar(&o.people, "people", "all", "all, train, or held: the third of the people that nothing may be trained on")
	flags.StringVar(&o.models, "models", "models", "folder of the face finders, for photos without landmarks")
	flags.IntVar(&o.count, "count", 1, "how many photos of each portrait and effect")
	strength := flags.String("strength", "1", "0 for the weakest to 1 for the full strength of each effect, or random")
	flags.IntVar(&o.limit, "limit", 0, "use so many portraits at most; 0 for all")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("%q is no option", flags.Arg(0))
	case o.photos == "":
		return o, errors.New("-photos is missing")
	case o.out == "" && *effects != "list":
		return o, errors.New("-out is missing")
	case o.count < 1:
		return o, errors.New("-count should be 1 or more")
	case o.people != "all" && o.people != "train" && o.people != "held":
		return o, fmt.Errorf("-people %s: should be all, train or held", o.people)
	}
	o.strength = -1
	if *strength != "random" {
		var err error
		if o.strength, err = strconv.ParseFloat(*strength, 64); err != nil || !(o.strength >= 0 && o.strength <= 1) {
			return o, fmt.Errorf("-strength %s: should be from 0 to 1, or random", *strength)
		}
	}
	o.labels = strings.Split(*labels, ",")
	if *effects == "list" {
		list(os.Stdout)
		return o, flag.ErrHelp
	}
	var err error
	o.effects, err = simulate.Select(strings.Split(*effects, ","))
	return o, err
}

func list(to io.Writer) {
	for _, e := range simulate.Effects() {
		expect := string(e.Expect)
		if expect == "" {
			expect = "should pass"
		}
		fmt.Fprintf(to, "%-24s %-7s %-18s %g to %g\n", e.Name, e.Kind, expect, e.Strengths[0], e.Strengths[1])
	}
}
