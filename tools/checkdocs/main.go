// Command checkdocs writes docs/checks: a page and a diagram for each check, and an index. The words are those of
// pkg/photocheck/describe, limits and policies those of the embedded profiles, reasons those that applicants are told.
//
//	checkdocs -out DIR
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("out", "docs/checks", "folder of the pages")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "checkdocs: takes no argument but -out")
		os.Exit(2)
	}
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "checkdocs:", err)
		os.Exit(1)
	}
}

// write puts the files into dir and removes generated ones that are no longer made.
func write(dir string) error {
	files, err := generate()
	if err != nil {
		return err
	}
	stale, err := unexpected(dir, files)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, name := range stale {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// byHand is what in the folder is not generated.
const byHand = "limits.md"

// unexpected lists files of dir that are neither generated nor written by hand.
func unexpected(dir string, files map[string][]byte) ([]string, error) {
	var out []string
	root := os.DirFS(dir)
	for _, pattern := range []string{"*", pictures + "/*"} {
		names, err := globFiles(root, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if _, ok := files[name]; !ok && name != byHand {
				out = append(out, name)
			}
		}
	}
	return out, nil
}
