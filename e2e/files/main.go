// Command files makes the photos, and what only claims to be one, that the browser journeys upload: files DIR.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "files:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: files DIR")
	}
	if err := os.MkdirAll(args[0], 0o700); err != nil {
		return err
	}
	for _, f := range table {
		data, err := f.content()
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if err := os.WriteFile(filepath.Join(args[0], f.name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}
