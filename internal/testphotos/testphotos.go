// Package testphotos finds the photos that tests and samples are made of, and degrades copies of them. It is pure Go.
package testphotos

import (
	"fmt"
	"os"
	"path/filepath"
)

// Names of fetched photos that show one person, several, or nobody.
const (
	Biden     = "biden.jpg"     // 970×2204, the one with a crop that meets the rules
	Obama     = "obama.jpg"     // 910×1137
	Astronaut = "astronaut.png" // 512×512, smiling before a flag
	Partial   = "obama_partial_face.jpg"
	Coffee    = "coffee.png"
	Page      = "page.png"
	Cat       = "chelsea.png"
)

// NoFace lists the fetched photos without a person.
func NoFace() []string { return []string{Coffee, Page, Cat, "rocket.jpg", "coins.png"} }

// Dir is the folder that make testphotos fills from two pinned packages.
func Dir() (string, error) {
	if dir := os.Getenv("PRPORTAL_TESTPHOTOS"); dir != "" {
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("test photos: %w", err)
	}
	return filepath.Join(cache, "prportal", "testphotos"), nil
}

// Read returns a fetched photo. Without it the answer names the command that fetches it.
func Read(name string) ([]byte, error) {
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("test photos (run make testphotos): %w", err)
	}
	return data, nil
}

// Labelled returns the folder of labelled development photos, if the machine has one: the value of PHOTOS.
func Labelled() (string, bool) {
	dir := os.Getenv("PHOTOS")
	return dir, dir != ""
}
