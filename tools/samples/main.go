// Command samples writes photos to try the system with: a portrait that meets the rules, copies of it that each break one of
// them, and files that are refused.
//
//	samples DIR
package main

import (
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"

	"prportal.example/internal/daemon"
	"prportal.example/internal/testphotos"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: samples DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "samples:", err)
		os.Exit(1)
	}
}

// The eyes of testphotos.Biden, as its report gives them: the point between them and their distance, in pixels.
const eyesX, eyesY, eyes = 591, 335, 120

// sample is one line of the table of what is written.
type sample struct {
	name string
	from string
	make func(photo []byte) ([]byte, error)
}

var samples = []sample{
	{"good-portrait.jpg", testphotos.Biden, untouched},
	{"too-dark.jpg", testphotos.Biden, edited(testphotos.Exposed(-3))},
	{"too-bright.jpg", testphotos.Biden, edited(testphotos.Exposed(3))},
	{"blurred.jpg", testphotos.Biden, edited(testphotos.Blurred(.06 * eyes))},
	{"glare-on-the-cheek.jpg", testphotos.Biden, edited(testphotos.Spotted(eyesX-.45*eyes, eyesY+.65*eyes, .15*eyes))},
	{"glare-over-an-eye.jpg", testphotos.Biden, edited(testphotos.Spotted(eyesX-.5*eyes, eyesY, .2*eyes))},
	{"two-people.jpg", testphotos.Biden, edited(testphotos.Twice)},
	{"too-few-pixels.jpg", testphotos.Biden, edited(testphotos.Resized(.4))},
	{"cut-in-half.jpg", testphotos.Biden, func(photo []byte) ([]byte, error) { return testphotos.Half(photo), nil }},
	{"face-cut-by-the-frame.jpg", testphotos.Partial, untouched},
	{"smiling-before-a-flag.png", testphotos.Astronaut, untouched},
	{"nobody.png", testphotos.Coffee, untouched},
	{"refused-empty.jpg", testphotos.Biden, func([]byte) ([]byte, error) { return nil, nil }},
	{"refused-text.jpg", testphotos.Biden, func([]byte) ([]byte, error) { return []byte("This is not a photo.\n"), nil }},
}

func untouched(photo []byte) ([]byte, error) { return photo, nil }

func edited(change func(*image.RGBA) *image.RGBA) func([]byte) ([]byte, error) {
	return func(photo []byte) ([]byte, error) { return testphotos.Edit(photo, change) }
}

// write fills dir with what is not there yet; a file that somebody has changed stays as it is.
func write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, s := range samples {
		path := filepath.Join(dir, s.name)
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			if err != nil {
				return err
			}
			continue
		}
		photo, err := testphotos.Read(s.from)
		if err != nil {
			return err
		}
		data, err := s.make(photo)
		if err != nil {
			return fmt.Errorf("%s: %w", strings.TrimSuffix(s.name, filepath.Ext(s.name)), err)
		}
		if err := daemon.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
